"""What an invented payer does with a claim that reaches it: refuses it at the door, pays it, or denies it.

The payers are the samples'. What they decide follows from the claim and from what they had before, never from
the hour: the same files in the same order get the same answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from dueline.core.enums import PayerType
from dueline.core.x12.model import (
    Adjustment,
    ClaimPayment,
    LinePayment,
    OtherAdjudication,
    Party,
    StatusCode,
    SubmittedClaim,
)
from dueline.sample.adjudication import (
    NOTHING_DENIED,
    Answer,
    allowed_line,
    denied_line,
    patient_cents,
)
from dueline.sample.catalog import CATALOGS, DENIALS
from dueline.sample.life import remit_day
from dueline.sample.payers import PAYERS, SamplePayer

_BY_IDENTIFIER = {payer.identifier: payer for payer in PAYERS}
# A member's number: after its first three signs no letter O or I, which are zeros and ones that were misread.
_MEMBER = re.compile(r"[A-Z0-9]{3}[A-HJ-NP-Z0-9]{4,}\Z")
_FILING_DAYS = 365
_WINS_OF_TEN = 8  # appeals
_ASK_AUTHORIZATION = frozenset(
    {
        PayerType.COMMERCIAL,
        PayerType.MEDICARE_ADVANTAGE,
        PayerType.MEDICAID_MANAGED,
        PayerType.SELF_FUNDED,
        PayerType.BLUE_PLAN,
    }
)
_AUTHORIZED = frozenset(
    service.code
    for catalog in CATALOGS.values()
    for service in catalog.procedures
    if service.needs_authorization
)


@dataclass
class Version:
    """A claim as it reached the payer once, and what came of it."""

    claim: SubmittedClaim
    number: str  # the payer's, for this version
    received_on: date
    payment: ClaimPayment | None = None  # as it stands
    paid_on: date | None = None
    trace_number: str = ""  # of the payment


@dataclass
class Account:
    """All versions of one claim with one payer, the first one first."""

    payer: SamplePayer
    versions: list[Version] = field(default_factory=list)

    @property
    def standing(self) -> Version | None:
        """The version whose payment stands."""
        return next((one for one in reversed(self.versions) if one.payment is not None), None)


def payer_of(claim: SubmittedClaim) -> SamplePayer | None:
    """Return the payer that a claim names."""
    return _BY_IDENTIFIER.get(claim.payer.identifier)


def refusal(claim: SubmittedClaim, account: Account) -> StatusCode | None:
    """Return why the payer does not take a claim in, or None."""
    if not _MEMBER.match(claim.subscriber.party.identifier.upper()):
        return StatusCode("A7", "164", "IL")
    numbers = {version.number for version in account.versions}
    if claim.frequency_code in ("7", "8") and claim.original_reference not in numbers:
        return StatusCode("A7", "464", "PR")
    return None


def decide(account: Account, version: Version, chance: Random) -> Answer:
    """Return the answer to a version: denied for what is wrong with it, else a first version by chance."""
    claim, payer = version.claim, account.payer
    everything = frozenset(range(len(claim.lines)))
    earlier = account.versions[: account.versions.index(version)]
    if claim.frequency_code == "1" and earlier:
        return Answer(everything, ("OA", "18", ""))
    served_on = claim.service_from_on or version.received_on
    if not earlier and version.received_on - served_on > timedelta(days=_FILING_DAYS):
        return Answer(everything, ("CO", "29", ""))
    if payer.kind in _ASK_AUTHORIZATION and not claim.prior_authorization:
        lacking = frozenset(
            place
            for place, line in enumerate(claim.lines)
            if line.procedure and line.procedure.code in _AUTHORIZED
        )
        if lacking:
            return Answer(lacking, ("CO", "197", ""))
    if not earlier and chance.random() * 100 < payer.denial_percent:
        return Answer(everything, chance.choices(DENIALS, [d[3] for d in DENIALS])[0][:3])
    return NOTHING_DENIED


def wins_appeal(chance: Random) -> bool:
    """Whether a denial is overturned."""
    return chance.randrange(10) < _WINS_OF_TEN


def answer_on(payer: SamplePayer, received_on: date, chance: Random) -> date:
    """Return the payment day on which a claim is answered."""
    first, last = payer.days
    return remit_day(payer, received_on + timedelta(days=chance.randrange(first, last + 1)))


def payment(account: Account, version: Version, answer: Answer, chance: Random) -> ClaimPayment:
    """Return the claim payment; every line balances."""
    claim, payer = version.claim, account.payer
    sequence = claim.subscriber.sequence
    lines: list[LinePayment] = []
    for place, line in enumerate(claim.lines):
        if place in answer.denied_lines:
            lines.append(denied_line(line, answer))
        elif sequence == "P":
            lines.append(allowed_line(payer, line, chance, early=False))
        else:
            left = denied_line(line, NOTHING_DENIED)
            lines.append(_after_others(left, line.other_adjudications))
    return ClaimPayment(
        patient_control_number=claim.patient_control_number,
        status_code={"P": "1", "S": "2", "T": "3"}.get(sequence, "1"),
        charge_cents=claim.charge_cents,
        paid_cents=sum(line.paid_cents for line in lines),
        patient_responsibility_cents=sum(patient_cents(line.adjustments) for line in lines),
        filing_indicator=payer.filing_indicator,
        payer_claim_control_number=version.number,
        facility_code=claim.facility_code,
        frequency_code=claim.frequency_code,
        patient=named(claim, "QC"),
        service_from_on=claim.service_from_on,
        service_through_on=claim.service_through_on or claim.service_from_on,
        received_on=version.received_on,
        lines=tuple(lines),
        header_number="1",
    )


def _after_others(line: LinePayment, others: Sequence[OtherAdjudication]) -> LinePayment:
    """Return what a later payer pays of a line: nine tenths of what the ones before it left to the patient."""
    share = patient_cents(others[-1].adjustments) if others else 0
    keeps = share // 10
    adjustments = (
        Adjustment("OA", "23", line.charge_cents - share),
        Adjustment("PR", "2", keeps),
    )
    return replace(
        line,
        paid_cents=share - keeps,
        adjustments=tuple(a for a in adjustments if a.amount_cents),
    )


def named(claim: SubmittedClaim, entity: str) -> Party:
    """Return the patient as answers name them: without address."""
    treated = claim.treated
    return Party(
        entity=entity,
        is_person=treated.is_person,
        last_name=treated.last_name,
        first_name=treated.first_name,
        id_qualifier="MI",
        identifier=claim.subscriber.party.identifier,
    )
