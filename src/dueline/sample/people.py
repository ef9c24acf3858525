"""Invented people: patients and providers whose names say that they are none."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dueline.core.npi import check_digit
from dueline.core.x12.model import Party

_FIRST = (
    "Ottoline Orson Juniper Delphine Ambrose Cornelius Wilhelmina Rosalind Percival Beatrix Theodora Lucinda "
    "Desmond Sebastian Hugo Annabel Edgar Horace Isolde Leopold Marigold Octavia Quentin Rupert Seraphina "
    "Thaddeus Ursula Valentina Winifred Xavier Yolanda Zachary Araminta Barnaby Clementine Dashiell Esmeralda "
    "Fitzgerald Guinevere Hyacinth Ignatius Josephine Kingsley Lavinia Montgomery Nathaniel Ophelia Philippa "
    "Reginald Sylvester Tabitha Ulysses Veronica Wallace Arabella Bertrand Cordelia Dorothea Evangeline Felix"
).split()
_STEMS = (
    "Sample Tester Mock Place Fabri Example Dummy Stand Pretend Fiction Imagin Notion Unreal Fake Specimen "
    "Model Proto Pattern Draft Sketch Figment Mirage Phantom Shadow Paper Cardboard Cipher Blank Proxy Token"
).split()
_ENDS = [
    "wood",
    "field",
    "ridge",
    "holder",
    "cant",
    "son",
    "leigh",
    "ton",
    "berg",
    "stone",
    "well",
    "worth",
]


@dataclass(frozen=True)
class Patient:
    """One invented patient, the same wherever their number comes up."""

    number: int
    last_name: str
    first_name: str
    birth_on: date
    sex: str
    address: str
    city: str
    postal_code: str

    def party(self, entity: str, member_id: str) -> Party:
        """Return the patient as a subscriber (IL) or patient (QC)."""
        return Party(
            entity=entity,
            is_person=True,
            last_name=self.last_name,
            first_name=self.first_name,
            id_qualifier="MI" if member_id else "",
            identifier=member_id,
            address_1=self.address,
            city=self.city,
            state="NY",
            postal_code=self.postal_code,
            birth_on=self.birth_on,
            sex=self.sex,
        )


def last_name(chance: Random) -> str:
    """Return an invented family name; some are long, hyphenated or have an apostrophe."""
    name = chance.choice(_STEMS) + chance.choice(_ENDS)
    kind = chance.random()
    if kind < 0.05:
        return f"{name}-{chance.choice(_STEMS)}{chance.choice(_ENDS)}"
    if kind < 0.07:
        return f"O'{name}"
    return name


def patient(number: int, chance: Random, *, ages: tuple[int, int], on: date) -> Patient:
    """Return the patient with this number, made from a chance of their own.

    `ages` are the years, first and last, that the patient may have lived on the day `on`.
    """
    age_days = chance.randrange(ages[0] * 366, (ages[1] + 1) * 365)
    return Patient(
        number=number,
        last_name=last_name(chance),
        first_name=chance.choice(_FIRST),
        birth_on=on - timedelta(days=age_days),
        sex=chance.choice("FM"),
        address=f"{chance.randrange(1, 990)} Invented Way",
        city=chance.choice(["Anytown", "Sampleville", "Mockford"]),
        postal_code=f"{chance.randrange(10001, 14999)}",
    )


INVENTED_NPIS = 500_000


def invented_npi(number: int) -> str:
    """Return a well-formed NPI from a range used for nothing but samples (199500000 and up)."""
    nine = f"{199_500_000 + number:09d}"
    return nine + check_digit(nine)
