"""A 276's question about a claim: what identifies it to its payer, and what is missing for that.

Source: 005010X212, loops 2100A to 2200E.
"""

from datetime import date
from typing import NamedTuple

from dueline.core.enums import ClaimType
from dueline.core.npi import is_npi
from dueline.core.status_requests import NotAsked, is_writable
from dueline.core.x12.model import ClaimStatus, Party

_SEXES = frozenset({"F", "M", "U"})


class Asked(NamedTuple):
    """A claim as a question names it. `subscriber_name` is "" where the patient is the subscriber.

    Patient and provider are None where the ledger has none.
    """

    claim_id: int
    patient_control_number: str
    payer_claim_control_number: str
    member_id: str
    subscriber_name: str
    patient_last: str | None
    patient_first: str | None
    birth_on: date | None
    sex: str | None
    provider_npi: str | None
    provider_name: str | None
    claim_type: str
    facility_code: str
    frequency_code: str
    charge_cents: int
    service_from_on: date | None
    service_through_on: date | None


def what_is_missing(asked: Asked) -> NotAsked | None:
    """Return why a claim cannot be asked about by what is known of it; None where it can."""
    needed = (asked.member_id, asked.patient_last, asked.birth_on, asked.service_from_on)
    if not all(needed) or not is_npi(asked.provider_npi or ""):
        return NotAsked.INCOMPLETE
    texts = (value for value in asked if isinstance(value, str))
    is_short = len(asked.member_id.strip()) <= 80
    is_full = len(asked.member_id.strip()) >= 2  # NM109 takes two characters or more
    return None if is_short and is_full and all(map(is_writable, texts)) else NotAsked.UNWRITABLE


def question(
    asked: Asked, *, source: Party, receiver: Party, provider: Party, trace: str
) -> ClaimStatus:
    """Return the question about a claim, for which nothing is missing, under its payer, sender and provider."""
    patient = Party(
        entity="QC",
        is_person=True,
        last_name=(asked.patient_last or "")[:60],
        first_name=(asked.patient_first or "")[:35],
        birth_on=asked.birth_on,
        sex=asked.sex if asked.sex in _SEXES else "",
    )
    dependent: Party | None = None
    if asked.subscriber_name:
        first, _, last = asked.subscriber_name.strip().rpartition(" ")
        subscriber, dependent = Party(last_name=last[:60], first_name=first[:35]), patient
    else:
        subscriber = patient
    subscriber = Party(
        entity="IL",
        is_person=True,
        last_name=subscriber.last_name,
        first_name=subscriber.first_name,
        birth_on=subscriber.birth_on,
        sex=subscriber.sex,
        id_qualifier="MI",
        identifier=asked.member_id.strip(),
    )
    is_institutional = asked.claim_type == ClaimType.INSTITUTIONAL
    return ClaimStatus(
        trace_number=trace,
        trace_type="1",
        source=source,
        receiver=receiver,
        provider=provider,
        subscriber=subscriber,
        patient=dependent,
        payer_claim_control_number=asked.payer_claim_control_number,
        patient_account=asked.patient_control_number,
        bill_type=f"{asked.facility_code}{asked.frequency_code}" if is_institutional else "",
        charge_cents=asked.charge_cents,
        service_from_on=asked.service_from_on,
        service_through_on=asked.service_through_on or asked.service_from_on,
    )
