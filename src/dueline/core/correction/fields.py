"""What of a claim may change in a correction: each field with its words, how it is read, and how it is set.

What is not here never changes: the patient control number, the billing provider, the payer.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from dueline.core.enums import SetKind
from dueline.core.money import cents, cents_text
from dueline.core.npi import is_npi
from dueline.core.x12.model import Diagnosis, Party, Procedure, ServiceLine, SubmittedClaim
from dueline.core.x12.writers.parts import number_text

_DELIMITERS = re.compile(r"[*~^:\x00-\x1f\x7f]")
_CODE = re.compile(r"[A-Z0-9]{1,48}\Z")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][A-Z0-9]{1,5}\Z")
_BILLED = frozenset({"ABK", "ABF", "BK", "BF"})
_MOST_DIAGNOSES = {SetKind.CLAIM_PROFESSIONAL: 12, SetKind.CLAIM_INSTITUTIONAL: 25}
_MOST_DENTAL = 4
_PROFESSIONAL, _INSTITUTIONAL = SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL
_ALL = frozenset({_PROFESSIONAL, _INSTITUTIONAL, SetKind.CLAIM_DENTAL})
T = TypeVar("T")


class CorrectionError(ValueError):
    """A value cannot stand so. The message names the field and what was expected, never what was typed."""


@dataclass(frozen=True)
class Field(Generic[T]):
    """One thing that may change. `put` raises CorrectionError; a day is ISO text, an amount dollars and cents."""

    name: str
    label: str
    get: Callable[[T], str]
    put: Callable[[T, str], None]
    kinds: frozenset[SetKind] = _ALL
    input: str = "text"  # or "date"


# ---------------------------------------------------------------- values


def plain(label: str, text: str, longest: int, *, is_needed: bool = False) -> str:
    """Return a text of one line that can be written. Raises CorrectionError."""
    value = " ".join(text.split())
    if is_needed and not value:
        raise CorrectionError(f"{label}: expected a value, found nothing.")
    if len(value) > longest:
        raise CorrectionError(f"{label}: expected at most {longest} signs, found {len(value)}.")
    if _DELIMITERS.search(value) or not value.isprintable():
        raise CorrectionError(f"{label}: expected letters, digits and signs other than * ~ ^ and :")
    return value


def _day(label: str, text: str) -> date | None:
    value = text.strip()
    if not value:
        return None
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            found = datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 1900 <= found.year <= 2100:
            return found
    raise CorrectionError(f"{label}: expected a date such as 11/23/2026.")


def _needed_day(label: str, text: str) -> date:
    found = _day(label, text)
    if found is None:
        raise CorrectionError(f"{label}: expected a date, found nothing.")
    return found


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _code(label: str, text: str) -> str:
    value = text.strip().upper()
    if not _CODE.match(value):
        raise CorrectionError(f"{label}: expected letters and digits.")
    return value


# ---------------------------------------------------------------- parties


def _treated(
    name: str, label: str, longest: int, *, is_needed: bool = False
) -> Field[SubmittedClaim]:
    def put(claim: SubmittedClaim, text: str) -> None:
        setattr(claim.treated, name, plain(label, text, longest, is_needed=is_needed))

    return Field(f"patient_{name}", label, lambda claim: str(getattr(claim.treated, name)), put)


def _put_birth(claim: SubmittedClaim, text: str) -> None:
    claim.treated.birth_on = _needed_day("Birth date", text)


def _put_sex(claim: SubmittedClaim, text: str) -> None:
    value = text.strip().upper()
    if value not in ("F", "M", "U"):
        raise CorrectionError("Sex: expected F, M or U.")
    claim.treated.sex = value


def _put_member(claim: SubmittedClaim, text: str) -> None:
    party = claim.subscriber.party
    party.identifier = plain("Member ID", text, 80, is_needed=True)
    party.id_qualifier = party.id_qualifier or "MI"


def _provider(
    attribute: str, entity: str, label: str, kinds: frozenset[SetKind]
) -> tuple[Field[SubmittedClaim], ...]:
    """Return the last name, first name and NPI of a provider. All three empty: there is none."""

    def of(claim: SubmittedClaim) -> Party:
        return getattr(claim, attribute) or Party(entity=entity, is_person=True, id_qualifier="XX")

    def keep(claim: SubmittedClaim, party: Party) -> None:
        is_there = bool(party.last_name or party.first_name or party.identifier)
        setattr(claim, attribute, party if is_there else None)

    def field(name: str, words: str, longest: int) -> Field[SubmittedClaim]:
        def put(claim: SubmittedClaim, text: str) -> None:
            party = copy(of(claim))
            setattr(party, name, plain(words, text, longest))
            keep(claim, party)

        return Field(f"{attribute}_{name}", words, lambda c: str(getattr(of(c), name)), put, kinds)

    def put_npi(claim: SubmittedClaim, text: str) -> None:
        value = text.strip()
        if value and not is_npi(value):
            raise CorrectionError(f"{label} NPI: expected ten digits with a right check digit.")
        qualifier = "XX" if value else of(claim).id_qualifier
        keep(claim, replace(of(claim), identifier=value, id_qualifier=qualifier))

    npi = Field[SubmittedClaim](
        f"{attribute}_npi", f"{label} NPI", lambda c: of(c).identifier, put_npi, kinds
    )
    last = field("last_name", f"{label} last name", 60)
    return last, field("first_name", f"{label} first name", 35), npi


# ---------------------------------------------------------------- the claim


def _put_place(claim: SubmittedClaim, text: str) -> None:
    value = _code("Place of service", text)
    is_bill_type = claim.kind is _INSTITUTIONAL
    label, size = ("Type of bill", (2, 3)) if is_bill_type else ("Place of service", (2,))
    if len(value) not in size or not value.isdigit():
        raise CorrectionError(f"{label}: expected {' or '.join(map(str, size))} digits.")
    claim.facility_code = value


def _put_authorization(claim: SubmittedClaim, text: str) -> None:
    claim.prior_authorization = plain("Authorization", text, 50)


def _get_diagnoses(claim: SubmittedClaim) -> str:
    return " ".join(d.code for d in claim.diagnoses if d.qualifier in _BILLED)


def _put_diagnoses(claim: SubmittedClaim, text: str) -> None:
    codes = text.upper().replace(".", "").replace(",", " ").split()
    most = _MOST_DIAGNOSES.get(claim.kind, _MOST_DENTAL)
    if not codes or len(codes) > most:
        raise CorrectionError(f"Diagnoses: expected 1 to {most}, found {len(codes)}.")
    if not all(_DIAGNOSIS.match(code) for code in codes):
        raise CorrectionError(
            "Diagnoses: expected ICD-10 codes such as M54.50, with spaces between."
        )
    if len(set(codes)) != len(codes):
        raise CorrectionError("Diagnoses: expected each code once.")
    before = {d.code: d for d in claim.diagnoses if d.qualifier in _BILLED}
    billed = tuple(
        replace(before.get(code) or Diagnosis("", code), qualifier="ABF" if place else "ABK")
        for place, code in enumerate(codes)
    )
    claim.diagnoses = billed + tuple(d for d in claim.diagnoses if d.qualifier not in _BILLED)


def _get_note(claim: SubmittedClaim) -> str:
    return claim.notes[0].partition("*")[2] if claim.notes else ""


def _put_note(claim: SubmittedClaim, text: str) -> None:
    value = plain("Note to the payer", text, 80)
    code = claim.notes[0].partition("*")[0] if claim.notes else "ADD"
    claim.notes = ((f"{code}*{value}",) if value else ()) + claim.notes[1:]


def _statement(name: str, label: str) -> Field[SubmittedClaim]:
    def get(claim: SubmittedClaim) -> str:
        found = next((d for d in claim.dates if d.qualifier == "434"), None)
        return _iso(getattr(found, name)) if found else ""

    def put(claim: SubmittedClaim, text: str) -> None:
        day = _needed_day(label, text)
        for found in claim.dates:
            if found.qualifier == "434":
                setattr(found, name, day)

    short = name.removesuffix("_on")
    return Field(f"statement_{short}", label, get, put, frozenset({_INSTITUTIONAL}), "date")


CLAIM_FIELDS: tuple[Field[SubmittedClaim], ...] = (
    _treated("last_name", "Patient last name", 60, is_needed=True),
    _treated("first_name", "Patient first name", 35),
    _treated("middle_name", "Patient middle name", 25),
    Field("birth_on", "Birth date", lambda c: _iso(c.treated.birth_on), _put_birth, input="date"),
    Field("sex", "Sex", lambda c: c.treated.sex, _put_sex),
    Field("member_id", "Member ID", lambda c: c.subscriber.party.identifier, _put_member),
    Field(
        "facility_code", "Place of service or type of bill", lambda c: c.facility_code, _put_place
    ),
    _statement("start_on", "Statement from"),
    _statement("end_on", "Statement through"),
    Field("authorization", "Authorization", lambda c: c.prior_authorization, _put_authorization),
    Field("diagnoses", "Diagnoses, principal first", _get_diagnoses, _put_diagnoses),
    *_provider("rendering_provider", "82", "Rendering provider", frozenset({_PROFESSIONAL})),
    *_provider("referring_provider", "DN", "Referring provider", frozenset({_PROFESSIONAL})),
    Field("note", "Note to the payer", _get_note, _put_note),
)


# ---------------------------------------------------------------- a line


def _put_procedure(line: ServiceLine, text: str) -> None:
    if not text.strip() and line.revenue_code:
        line.procedure = None
        return
    code = _code("Procedure", text)
    line.procedure = replace(line.procedure or Procedure(), code=code)


def _put_modifiers(line: ServiceLine, text: str) -> None:
    found = tuple(text.upper().replace(",", " ").split())
    if len(found) > 4 or not all(
        len(one) == 2 and one.isalnum() and one.isascii() for one in found
    ):
        raise CorrectionError("Modifiers: expected up to four, of two letters or digits each.")
    if line.procedure is None:
        if found:
            raise CorrectionError("Modifiers: expected a procedure that they stand with.")
        return
    line.procedure = replace(line.procedure, modifiers=found)


def _put_units(line: ServiceLine, text: str) -> None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise CorrectionError("Units: expected a number.") from None
    if not value.is_finite() or not 0 < value < 1_000_000:
        raise CorrectionError("Units: expected a number above 0 and below 1,000,000.")
    if value != round(value, 3):
        raise CorrectionError("Units: expected three decimals at most.")
    line.units = value


def _put_charge(line: ServiceLine, text: str) -> None:
    try:
        value = cents(text.strip().removeprefix("$").replace(",", ""))
    except ValueError:
        raise CorrectionError("Charge: expected dollars and cents, such as 148.66.") from None
    if not 0 <= value < 10**10:
        raise CorrectionError("Charge: expected an amount from 0 to below 100,000,000.")
    line.charge_cents = value


def _put_pointers(line: ServiceLine, text: str) -> None:
    found = text.replace(",", " ").split()
    if not 1 <= len(found) <= 4 or not all(one in map(str, range(1, 13)) for one in found):
        raise CorrectionError("Pointers: expected one to four numbers of diagnoses, such as 1 2.")
    line.diagnosis_pointers = tuple(int(one) for one in found)
    kept = list(line.service_elements) or ["SV1"]
    kept += [""] * (8 - len(kept))
    kept[7] = ":".join(found)  # as the reader keeps what was sent
    line.service_elements = tuple(kept)


def _put_line_place(line: ServiceLine, text: str) -> None:
    value = text.strip()
    if value and not (len(value) == 2 and value.isascii() and value.isdigit()):
        raise CorrectionError("Place: expected two digits, or nothing where it is the claim's.")
    line.place_of_service = value


def _put_revenue(line: ServiceLine, text: str) -> None:
    value = text.strip()
    if not (len(value) == 4 and value.isascii() and value.isdigit()):
        raise CorrectionError("Revenue code: expected four digits.")
    line.revenue_code = value


def _put_from(line: ServiceLine, text: str) -> None:
    line.service_from_on = _needed_day("Service from", text)


def _put_through(line: ServiceLine, text: str) -> None:
    line.service_through_on = _day("Service through", text) or line.service_from_on


def _get_modifiers(line: ServiceLine) -> str:
    return " ".join(line.procedure.modifiers) if line.procedure else ""


_PRO = frozenset({_PROFESSIONAL})
LINE_FIELDS: tuple[Field[ServiceLine], ...] = (
    Field("revenue_code", "Revenue code", lambda n: n.revenue_code, _put_revenue,
          frozenset({_INSTITUTIONAL})),
    Field("procedure", "Procedure", lambda n: n.procedure.code if n.procedure else "", _put_procedure),
    Field("modifiers", "Modifiers", _get_modifiers, _put_modifiers),
    Field("units", "Units", lambda n: number_text(n.units), _put_units),
    Field("charge", "Charge", lambda n: cents_text(n.charge_cents), _put_charge),
    Field("pointers", "Pointers", lambda n: " ".join(map(str, n.diagnosis_pointers)), _put_pointers,
          _PRO),
    Field("place", "Place", lambda n: n.place_of_service, _put_line_place, _PRO),
    Field("service_from", "Service from", lambda n: _iso(n.service_from_on), _put_from, _ALL, "date"),
    Field("service_through", "Service through", lambda n: _iso(n.service_through_on), _put_through,
          _ALL, "date"),
)  # fmt: skip
