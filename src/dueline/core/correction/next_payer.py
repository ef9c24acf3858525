"""The claim to the next payer: made of the claim as sent before and of what the payers before have answered.

The next payer and those before it are each an OtherPayer: whose policy, of which payer, in which order. What an
answer says is copied unchanged and must add up to the charge, or no claim is made.
Source: 005010X222A1, X223A2 and X224A2, loops 2320, 2330 and 2430 and front matter 1.4.1 (coordination of benefits).
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from dueline.core.correction.fields import CorrectionError
from dueline.core.enums import SetKind
from dueline.core.money import dollar_words
from dueline.core.x12.model import (
    Adjustment,
    ClaimPayment,
    LinePayment,
    OtherAdjudication,
    OtherPayer,
    Party,
    Procedure,
    Reference,
    ServiceLine,
    SubmittedClaim,
    Subscriber,
)

ORDER = "PSTABCDEFGH"  # SBR01
SELF = "18"
FORWARDED = frozenset({"19", "20", "21"})  # CLP02: processed, and sent on
FORWARDING_REMARKS = frozenset({"MA07", "MA18", "N89"})
_OF_PAYER = frozenset({"2U", "EI", "FY", "NF"})  # REF of a payer wherever it stands
_NO_NUMBER = frozenset({"", "0"})


@dataclass(frozen=True)
class Answer:
    """What a payer before has answered: the one remittance that stands, and its day."""

    coverage: OtherPayer
    payment: ClaimPayment
    paid_on: date | None


def name_of(other: OtherPayer) -> str:
    """Return how a payer is called in words."""
    return other.payer.last_name if other.payer and other.payer.last_name else "the payer before"


def forwarded_words(payment: ClaimPayment) -> str:
    """Return by what a payer says that it has sent the claim on itself; "" where it does not."""
    signs = []
    if payment.status_code in FORWARDED:
        signs.append(f"claim status {payment.status_code}")
    signs += [code for code in payment.remark_codes if code in FORWARDING_REMARKS]
    if payment.crossover_payer is not None:
        signs.append(f"crossover to {payment.crossover_payer.last_name or 'a payer not named'}")
    return ", ".join(signs)


# ---------------------------------------------------------------- coverages


def coverages_of(claim: SubmittedClaim) -> dict[str, OtherPayer]:
    """Return every payer that a claim as sent names, its own first, by its place in the order (SBR01)."""
    holder = claim.subscriber
    own = OtherPayer(
        sequence=holder.sequence,
        relationship=holder.relationship or claim.patient_relationship,
        group_number=holder.group_number,
        group_name=holder.group_name,
        insurance_type=holder.insurance_type,
        filing_indicator=holder.filing_indicator,
        subscriber=_named(holder.party, "IL"),
        payer=_named(claim.payer, "PR", _OF_PAYER),
    )
    found = {own.sequence: own}
    for other in claim.other_payers:
        found.setdefault(other.sequence, _bare(other))
    return found


def _bare(other: OtherPayer) -> OtherPayer:
    """Return a coverage without any answer."""
    return replace(
        other,
        adjustments=(),
        paid_cents=None,
        noncovered_cents=None,
        remaining_liability_cents=None,
        inpatient=(),
        outpatient=(),
        adjudicated_on=None,
        payer_claim_control_number="",
        extra=(),
        subscriber=_named(other.subscriber or Party(), "IL"),
        payer=_named(other.payer or Party(), "PR", _OF_PAYER),
    )


def _named(party: Party, entity: str, references: frozenset[str] = frozenset({"SY"})) -> Party:
    """Return who someone is, without what stands elsewhere."""
    return replace(
        party,
        entity=entity,
        birth_on=None,
        sex="",
        references=tuple(r for r in party.references if r.qualifier in references),
        contacts=(),
        extra=(),
    )


# ---------------------------------------------------------------- the claim


def next_payer_claim(
    original: SubmittedClaim, target: OtherPayer, answers: Sequence[Answer]
) -> SubmittedClaim:
    """Return the claim to `target`. Nothing given is touched; what is not known yet stays blank.

    Raises CorrectionError, naming line and payer, where an answer does not add up or does not fit the claim.
    """
    _check_payers(answers)
    claim = deepcopy(original)
    claim.subscriber = _subscriber(claim, target)
    claim.payer = replace(target.payer or Party(), entity="PR")
    claim.patient, claim.patient_relationship = _patient(original, target)
    claim.frequency_code, claim.original_reference = "1", ""
    for line in claim.lines:
        line.other_adjudications = ()
    before = tuple(_answered(claim, answer) for answer in answers)
    before = tuple(_authorized(other, original) for other in before)
    claim.prior_authorization = ""
    told = {target.sequence, *(other.sequence for other in before)}
    after = [c for s, c in coverages_of(original).items() if s not in told]
    claim.other_payers = before + tuple(_assigned(other, original) for other in after)
    check_balance(claim)
    return claim


def _check_payers(answers: Sequence[Answer]) -> None:
    """Raise CorrectionError unless someone has answered, each payer by an ID of its own (SVD01 names it)."""
    if not answers:
        raise CorrectionError("Expected a remittance of the payer before, found none that stands.")
    known: dict[str, str] = {}
    for answer in answers:
        name, key = name_of(answer.coverage), _key(answer.coverage)
        if key and key in known:
            raise CorrectionError(
                f"{name}: expected another payer ID than that of {known[key]}, since the lines tell them apart by it."
            )
        known[key] = name


def _key(other: OtherPayer) -> str:
    return other.payer.identifier if other.payer else ""


def _subscriber(claim: SubmittedClaim, target: OtherPayer) -> Subscriber:
    """Return 2000B and 2010BA. Where the patient holds the policy, address and birth date are the patient's."""
    holder = target.subscriber or Party()
    is_self = target.relationship in ("", SELF)
    party = replace(holder, entity="IL", is_person=holder.is_person or is_self)
    if is_self:
        party = replace(
            claim.treated,
            entity="IL",
            last_name=holder.last_name or claim.treated.last_name,
            first_name=holder.first_name if holder.last_name else claim.treated.first_name,
            references=holder.references,
            identifier=holder.identifier,
        )
    party.id_qualifier = (holder.id_qualifier or "MI") if party.identifier else ""
    is_institutional = claim.kind is SetKind.CLAIM_INSTITUTIONAL
    return Subscriber(
        sequence=target.sequence,
        relationship=SELF if is_self else "",
        group_number=target.group_number,
        group_name=target.group_name,
        insurance_type="" if is_institutional else target.insurance_type,
        filing_indicator=target.filing_indicator,
        party=party,
    )


def _patient(original: SubmittedClaim, target: OtherPayer) -> tuple[Party | None, str]:
    """Return 2010CA and PAT01: none where the patient holds the policy."""
    if target.relationship in ("", SELF):
        return None, ""
    treated = replace(original.treated, entity="QC", id_qualifier="", identifier="")
    return treated, target.relationship


def _assigned(other: OtherPayer, claim: SubmittedClaim) -> OtherPayer:
    """Return a coverage with its OI: assignment, signature and release as the claim itself has them."""
    told = [*claim.claim_elements, *[""] * 11]
    oi = ["", "", told[8], told[10], "", told[9]]
    return replace(other, assignment=other.assignment or tuple(oi))


def _authorized(other: OtherPayer, original: SubmittedClaim) -> OtherPayer:
    """Return the coverage of the claim as sent with its authorization: it is that payer's, not the next one's."""
    if other.sequence != original.subscriber.sequence or not original.prior_authorization:
        return other
    assert other.payer is not None
    number = Reference("G1", original.prior_authorization)
    party = replace(other.payer, references=(*other.payer.references, number))
    return replace(other, payer=party)


# ---------------------------------------------------------------- an answer


def _answered(claim: SubmittedClaim, answer: Answer) -> OtherPayer:
    """Return the coverage with its answer, and give each line of the claim its part of it."""
    payment = answer.payment
    by_line = _by_line(claim, answer)
    # what is left to the patient stands with the lines, or once for the claim where lines do not tell it all
    of_claim = _patient_share(payment.adjustments)
    is_of_lines = bool(payment.lines) and not of_claim
    for line, results in zip(claim.lines, by_line):
        line.other_adjudications += tuple(
            _adjudication(answer, result, claim.lines, by_line, is_of_lines) for result in results
        )
    of_lines = sum(_patient_share(line.adjustments) for line in payment.lines)
    number = payment.payer_claim_control_number
    return replace(
        _assigned(answer.coverage, claim),
        adjustments=payment.adjustments,
        paid_cents=payment.paid_cents,
        remaining_liability_cents=None if is_of_lines else (of_claim + of_lines) or None,
        inpatient=payment.inpatient if claim.kind is SetKind.CLAIM_INSTITUTIONAL else (),
        outpatient=payment.outpatient,
        adjudicated_on=None if payment.lines else answer.paid_on,
        payer_claim_control_number="" if number in _NO_NUMBER else number,
    )


def _patient_share(adjustments: Sequence[Adjustment]) -> int:
    return sum(a.amount_cents for a in adjustments if a.group_code == "PR")


def _adjudication(
    answer: Answer,
    result: LinePayment,
    lines: Sequence[ServiceLine],
    by_line: Sequence[Sequence[LinePayment]],
    is_of_lines: bool,
) -> OtherAdjudication:
    return OtherAdjudication(
        payer_identifier=_key(answer.coverage),
        paid_cents=result.paid_cents,
        procedure=_procedure(result.procedure),
        revenue_code=result.revenue_code
        or (result.procedure.code if result.procedure.qualifier == "NU" else ""),
        units=Decimal(1) if result.paid_units is None else result.paid_units,  # SVC05, 1 if absent
        bundled_line=_bundled_into(result, lines, by_line),
        adjustments=result.adjustments,
        adjudicated_on=answer.paid_on,
        remaining_liability_cents=(_patient_share(result.adjustments) or None)
        if is_of_lines
        else None,
    )


def _procedure(procedure: Procedure) -> Procedure:
    """Return SVD03; a revenue code (NU) stands in SVD04 alone."""
    return Procedure() if procedure.qualifier == "NU" else replace(procedure, description="")


def _bundled_into(
    result: LinePayment, lines: Sequence[ServiceLine], by_line: Sequence[Sequence[LinePayment]]
) -> str:
    """Return the number of the line with which the payer paid this one (SVD06); "" where it stands alone."""
    if result.original_procedure is None or result.paid_cents:
        return ""
    for line, results in zip(lines, by_line):
        for other in results:
            is_paid = other is not result and other.paid_cents > 0
            if is_paid and other.procedure.code == result.procedure.code:
                return str(line.line_number)
    return ""


def _by_line(claim: SubmittedClaim, answer: Answer) -> list[list[LinePayment]]:
    """Return the results of each line of the claim. Raises CorrectionError for one that fits no line."""
    found: list[list[LinePayment]] = [[] for _ in claim.lines]
    results = answer.payment.lines
    for place, result in enumerate(results, 1):
        at = next(_fitting(claim, result, found, place if len(results) == len(found) else 0), None)
        if at is None:
            raise CorrectionError(
                f"Line {place} of the remittance of {name_of(answer.coverage)}: "
                "expected a line of the claim as sent, found none like it."
            )
        found[at].append(result)
    return found


def _fitting(
    claim: SubmittedClaim, result: LinePayment, taken: Sequence[Sequence[LinePayment]], place: int
) -> Iterator[int]:
    """Yield the lines that a result may be of, the surest first: by REF 6R, by what was billed, by its place."""
    lines = list(enumerate(claim.lines))
    number = result.line_control_number
    yield from (at for at, line in lines if number and line.line_control_number == number)
    billed = (result.original_procedure or result.procedure).code
    alike = [at for at, line in lines if billed in (_code(line), line.revenue_code) and billed]
    free = [at for at in alike if not taken[at]]
    same = [at for at in free if claim.lines[at].charge_cents == result.charge_cents]
    yield from same
    yield from free
    yield from alike
    if place and not taken[place - 1]:
        yield place - 1


def _code(line: ServiceLine) -> str:
    return line.procedure.code if line.procedure else ""


# ---------------------------------------------------------------- balance


def check_balance(claim: SubmittedClaim) -> None:
    """Raise CorrectionError, naming line and payer, unless every answer adds up to what was charged."""
    for other in claim.other_payers:
        if other.paid_cents is None:
            continue
        taken = sum(a.amount_cents for a in other.adjustments)
        for line in claim.lines:
            of_line = [a for a in line.other_adjudications if a.payer_identifier == _key(other)]
            adjusted = sum(a.amount_cents for one in of_line for a in one.adjustments)
            told = sum(one.paid_cents for one in of_line) + adjusted
            if of_line and told != line.charge_cents:
                raise CorrectionError(_unbalanced(f"Line {line.line_number}", other, line, told))
            taken += adjusted
        if other.paid_cents + taken != claim.charge_cents:
            raise CorrectionError(_unbalanced("Claim", other, claim, other.paid_cents + taken))


def _unbalanced(
    place: str, other: OtherPayer, billed: ServiceLine | SubmittedClaim, told: int
) -> str:
    return (
        f"{place}: expected {name_of(other)} to have paid and adjusted {dollar_words(billed.charge_cents)}, "
        f"as charged; found {dollar_words(told)}. Ask the payer for a remittance that adds up."
    )
