"""What an invented payer does with a claim: allows, denies, leaves to the patient. Every result balances.

A hospital stay is decided as a whole: its adjustments stand on the claim, without service lines.
"""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from dueline.core.enums import PayerType
from dueline.core.x12.model import (
    Adjustment,
    ClaimPayment,
    LinePayment,
    Party,
    Procedure,
    ServiceLine,
)
from dueline.sample.catalog import DENIALS
from dueline.sample.claims import Billed
from dueline.sample.payers import SamplePayer, allowed_cents
from dueline.sample.practice import PracticePlan

ZERO_SHARE = frozenset({"MC", "WC", "AM", "VA"})


@dataclass
class Answer:
    """How a claim is to be answered: which lines are denied, with which reason."""

    denied_lines: frozenset[int]  # positions; all of them: a full denial
    reason: tuple[str, str, str]  # group, CARC, RARC
    pattern: str = ""  # name of the planted pattern that caused it


NOTHING_DENIED = Answer(frozenset(), ("", "", ""))


FIXED_DAYS = 92  # since the practice put right how it uses modifier 25: that pattern ends then


def planted(plan: PracticePlan, billed: Billed) -> Answer | None:
    """Return the denial that a planted pattern causes for this claim, if one does."""
    age = (plan.as_of - billed.service_on).days
    code = billed.payer.code
    for position, service in enumerate(billed.services):
        only = frozenset({position})
        if (
            code == "HLHP"
            and service.code == "73721"
            and age < 180
            and not billed.has_authorization
        ):
            return Answer(only, ("CO", "197", ""), "harborlight_73721_authorization")
        is_wrong = FIXED_DAYS <= age < 300 and billed.number % 6
        if code == "PRUH" and "25" in service.modifiers and is_wrong:
            return Answer(only, ("CO", "97", "M15"), "prairie_modifier_25")
    everything = frozenset(range(len(billed.services)))
    if code == "TRAD" and billed.rendering is plan.rendering[3] and billed.number % 5:
        return Answer(everything, ("CO", "8", ""), "tri_rivers_taxonomy")
    if code == "SCCP" and billed.is_telehealth:
        return Answer(everything, ("CO", "5", "M77"), "sable_creek_telehealth_place")
    return None


def decide(plan: PracticePlan, billed: Billed, chance: Random) -> Answer:
    """Return the first answer to a claim."""
    pattern = planted(plan, billed)
    if pattern is not None:
        return pattern
    if (billed.submitted_on - billed.service_on).days > 90 and not _is_medicare(billed):
        return Answer(frozenset(range(len(billed.services))), ("CO", "29", ""))
    if chance.random() * 100 >= billed.payer.denial_percent:
        return NOTHING_DENIED
    reason = chance.choices(DENIALS, [d[3] for d in DENIALS])[0][:3]
    count = len(billed.services)
    if count > 1 and not billed.is_inpatient and chance.random() < 0.35:
        return Answer(frozenset({chance.randrange(count)}), reason)
    return Answer(frozenset(range(count)), reason)


def _is_medicare(billed: Billed) -> bool:
    return billed.payer.kind is PayerType.MEDICARE


def duplicate_answer(billed: Billed) -> Answer:
    return Answer(frozenset(range(len(billed.services))), ("OA", "18", ""))


def payment(
    billed: Billed, answer: Answer, chance: Random, *, number: str, received_on: date
) -> ClaimPayment:
    """Return the primary payer's claim payment."""
    payer = billed.payer
    if billed.is_inpatient:
        return _stay_payment(billed, answer, number=number, received_on=received_on)
    early = billed.service_on.month <= 2  # the deductible is not met yet
    lines = [
        denied_line(line, answer)
        if position in answer.denied_lines
        else allowed_line(payer, line, chance, early)
        for position, line in enumerate(billed.claim.lines)
    ]
    is_crossover = billed.secondary is not None and not answer.denied_lines and _crosses(billed)
    payment = _common(billed, number=number, received_on=received_on)
    payment.status_code = "19" if is_crossover else "1"
    payment.paid_cents = sum(line.paid_cents for line in lines)
    payment.patient_responsibility_cents = sum(patient_cents(line.adjustments) for line in lines)
    payment.crossover_payer = _crossover(billed) if is_crossover else None
    payment.outpatient = _remarks(billed, is_crossover)
    payment.lines = tuple(lines)
    return payment


def _remarks(billed: Billed, is_crossover: bool) -> tuple[str, ...]:
    """Return the MOA: Medicare tells of appeals with every payment, and where it has sent the claim on."""
    if not _is_medicare(billed):
        return ()
    return ("", "", "MA01", "MA18") if is_crossover else ("", "", "MA01")


def _stay_payment(
    billed: Billed, answer: Answer, *, number: str, received_on: date
) -> ClaimPayment:
    """Return the payment of a hospital stay: by case, with the covered days in MIA."""
    charge = billed.claim.charge_cents
    days = str((billed.through_on - billed.service_on).days or 1)
    payment = _common(billed, number=number, received_on=received_on)
    payment.drg_code = f"{400 + billed.number % 80}"
    if answer.denied_lines:
        group, carc, rarc = answer.reason
        payment.adjustments = (Adjustment(group, carc, charge),)
        payment.patient_responsibility_cents = 0
        payment.inpatient = (days, "", "", "", rarc) if rarc else (days,)
        return payment
    allowed = charge * (billed.payer.contract_percent - 12) // 100
    share = 0 if billed.payer.filing_indicator in ZERO_SHARE else min(allowed, 167_600)
    given = [Adjustment("CO", "45", charge - allowed), Adjustment("PR", "1", share)]
    payment.adjustments = tuple(a for a in given if a.amount_cents)
    payment.paid_cents = allowed - share
    payment.patient_responsibility_cents = share
    payment.inpatient = (days,)
    return payment


def _common(billed: Billed, *, number: str, received_on: date) -> ClaimPayment:
    """Return what any payment of the claim says, whatever comes of it."""
    return ClaimPayment(
        patient_control_number=billed.control_number,
        status_code="1",
        charge_cents=billed.claim.charge_cents,
        filing_indicator=billed.payer.filing_indicator,
        payer_claim_control_number=number,
        facility_code=billed.claim.facility_code,
        frequency_code=billed.claim.frequency_code,
        patient=_person("QC", billed, billed.member_id),
        rendering_provider=None if billed.is_institutional else _bare(billed.rendering),
        service_from_on=billed.service_on,
        service_through_on=billed.through_on,
        received_on=received_on,
        header_number="1",
    )


def _crosses(billed: Billed) -> bool:
    return _is_medicare(billed) and billed.patient.number % 5 < 3


def _crossover(billed: Billed) -> Party:
    payer = billed.secondary
    assert payer is not None
    return Party(entity="TT", last_name=payer.name, id_qualifier="PI", identifier=payer.identifier)


def _person(entity: str, billed: Billed, member_id: str) -> Party:
    patient = billed.patient
    return Party(
        entity=entity,
        is_person=True,
        last_name=patient.last_name,
        first_name=patient.first_name,
        id_qualifier="MI",
        identifier=member_id,
    )


def _bare(party: Party) -> Party:
    """Return a provider as an 835 names it: without taxonomy."""
    return replace(party, taxonomy="", provider_code="")


def patient_cents(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(a.amount_cents for a in adjustments if a.group_code == "PR")


def denied_line(line: ServiceLine, answer: Answer) -> LinePayment:
    group, carc, rarc = answer.reason
    return LinePayment(
        procedure=line.procedure or Procedure(),
        charge_cents=line.charge_cents,
        paid_cents=0,
        revenue_code=line.revenue_code,
        paid_units=line.units,
        service_from_on=line.service_from_on,
        service_through_on=line.service_from_on,
        adjustments=(Adjustment(group, carc, line.charge_cents),),
        line_control_number=line.line_control_number,
        remark_codes=(rarc,) if rarc else (),
    )


def allowed_line(payer: SamplePayer, line: ServiceLine, chance: Random, early: bool) -> LinePayment:
    """Return a paid line."""
    allowed = allowed_cents(payer, line.charge_cents)
    adjustments = [Adjustment("CO", "45", line.charge_cents - allowed)]
    left = allowed
    is_visit = bool(line.procedure and line.procedure.code.startswith("99"))
    if payer.copay_cents and is_visit:
        copay = min(payer.copay_cents, left)
        adjustments.append(Adjustment("PR", "3", copay))
        left -= copay
    elif payer.filing_indicator not in ZERO_SHARE:
        if chance.random() < (0.5 if early else 0.08):
            deductible = min(left, chance.choice((5000, 10000, 25000)))
            adjustments.append(Adjustment("PR", "1", deductible))
            left -= deductible
        share = left * payer.coinsurance_percent // 100
        if share:
            adjustments.append(Adjustment("PR", "2", share))
            left -= share
    if payer.kind is PayerType.MEDICARE and left:
        sequester = left * 2 // 100
        if sequester:
            adjustments.append(Adjustment("CO", "253", sequester))
            left -= sequester
    return LinePayment(
        procedure=line.procedure or Procedure(),
        charge_cents=line.charge_cents,
        paid_cents=left,
        revenue_code=line.revenue_code,
        paid_units=line.units,
        service_from_on=line.service_from_on,
        service_through_on=line.service_from_on,
        adjustments=tuple(a for a in adjustments if a.amount_cents),
        allowed_cents=allowed,
        line_control_number=line.line_control_number,
    )


def reversal(payment: ClaimPayment) -> ClaimPayment:
    """Return the reversal of a payment: the same with every amount turned."""
    return replace(
        payment,
        status_code="22",
        charge_cents=-payment.charge_cents,
        paid_cents=-payment.paid_cents,
        patient_responsibility_cents=None,
        crossover_payer=None,
        adjustments=_turned(payment.adjustments),
        lines=tuple(
            replace(
                line,
                charge_cents=-line.charge_cents,
                paid_cents=-line.paid_cents,
                allowed_cents=None,
                adjustments=_turned(line.adjustments),
            )
            for line in payment.lines
        ),
    )


def _turned(adjustments: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(replace(a, amount_cents=-a.amount_cents) for a in adjustments)


def secondary_payment(
    billed: Billed, primary: ClaimPayment, *, number: str, received_on: date
) -> ClaimPayment:
    """Return the secondary payer's result: what the primary left to the patient, less a small share."""
    payer = billed.secondary
    assert payer is not None
    lines = []
    for line in primary.lines:
        share = patient_cents(line.adjustments)
        keeps = share // 10  # what it leaves to the patient
        earlier = line.charge_cents - share
        adjustments = [Adjustment("OA", "23", earlier), Adjustment("PR", "2", keeps)]
        lines.append(
            replace(
                line,
                paid_cents=share - keeps,
                allowed_cents=None,
                adjustments=tuple(a for a in adjustments if a.amount_cents),
                remark_codes=(),
            )
        )
    paid = sum(line.paid_cents for line in lines)
    return replace(
        primary,
        status_code="2",
        paid_cents=paid,
        patient_responsibility_cents=sum(patient_cents(line.adjustments) for line in lines),
        filing_indicator=payer.filing_indicator,
        payer_claim_control_number=number,
        patient=_person("QC", billed, billed.secondary_member_id),
        crossover_payer=None,
        outpatient=(),
        received_on=received_on,
        lines=tuple(lines),
    )
