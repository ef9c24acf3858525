"""The plan of an invented practice: its name, its providers, its services."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from random import Random

from dueline.core.x12.model import Party, Reference
from dueline.sample.catalog import CATALOGS, Catalog
from dueline.sample.payers import PAYERS
from dueline.sample.people import INVENTED_NPIS, invented_npi, last_name

_NAMES = {
    "lakeside": ("Lakeside Multispecialty", "LKS", "multi"),
    "summit": ("Summit Orthopedics", "SMT", "orthopedics"),
}
RENDERING_COUNT = 10
_CODE = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")  # as accounts has it


@dataclass(frozen=True)
class PracticePlan:
    """What a sample is made from. The same plan gives the same bytes."""

    code: str
    name: str
    prefix: str  # of patient control numbers
    catalog: Catalog
    claim_count: int
    seed: str
    as_of: date
    billing: Party
    facility: Party  # bills institutional claims
    rendering: tuple[Party, ...]

    @property
    def document(self) -> dict[str, object]:
        """Return what practice.yaml says."""
        parties = (self.billing, self.facility)
        return {
            "code": self.code,
            "name": self.name,
            "tax_id": self.billing.references[0].value,
            "time_zone": "America/New_York",
            "address": {
                "address_1": self.billing.address_1,
                "city": self.billing.city,
                "state": self.billing.state,
                "postal_code": self.billing.postal_code,
                "phone": "(202) 555-0142",  # set aside for invented numbers
            },
            "npis": [{"npi": p.identifier, "name": p.last_name} for p in parties],
            "payers": [
                {
                    "name": payer.name,
                    "type": payer.kind.value,
                    "identifiers": [
                        {"kind": "PI", "value": payer.identifier},
                        {"kind": "TIN", "value": f"1{payer.tax_id}"},
                    ],
                }
                for payer in PAYERS
            ],
        }


def practice_plan(
    *, code: str, claim_count: int, seed: int, as_of: date, specialty: str = ""
) -> PracticePlan:
    """Return the plan. `specialty` is multi or orthopedics; the two demo practices have their own.

    Raises ValueError for another specialty, or a code that no practice can have.
    """
    if not _CODE.match(code):
        raise ValueError(
            f"code: expected up to 32 small letters, digits and hyphens, found {code[:40]!r}"
        )
    name, prefix, usual = _NAMES.get(
        code, (f"{code.replace('-', ' ').title()} Sample Practice", code[:3].upper(), "multi")
    )
    kind = specialty or usual
    if kind not in CATALOGS:
        raise ValueError(f"specialty: expected one of {', '.join(CATALOGS)}, found {kind!r}")
    text = f"{code} {seed}"
    chance = Random(f"{text} practice")
    base = _first_number(code)
    tax_id = f"99{chance.randrange(10**6, 10**7)}"
    rendering = tuple(
        Party(
            entity="82",
            is_person=True,
            last_name=last_name(chance),
            first_name=chance.choice(["Imogen", "Alaric", "Petra", "Caspian", "Linnea", "Tobias"]),
            id_qualifier="XX",
            identifier=invented_npi(base + 2 + number),
            taxonomy="207X00000X" if kind == "orthopedics" else "207R00000X",
            provider_code="PE",
        )
        for number in range(RENDERING_COUNT)
    )
    return PracticePlan(
        code=code,
        name=name,
        prefix=prefix,
        catalog=CATALOGS[kind],
        claim_count=claim_count,
        seed=text,
        as_of=as_of,
        billing=_organization(name, invented_npi(base), tax_id),
        facility=_organization(f"{name} Hospital Services", invented_npi(base + 1), tax_id),
        rendering=rendering,
    )


def _first_number(code: str) -> int:
    """Return the first of 20 numbers that the practice's NPIs are made of: of its own, whatever the seed."""
    digest = hashlib.blake2b(code.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % (INVENTED_NPIS // 20) * 20


def _organization(name: str, npi: str, tax_id: str) -> Party:
    return Party(
        entity="85",
        last_name=name,
        id_qualifier="XX",
        identifier=npi,
        address_1="100 Invented Parkway",
        city="Anytown",
        state="NY",
        postal_code="100010001",
        references=(Reference("EI", tax_id),),
    )
