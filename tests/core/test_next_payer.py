"""A claim as sent and its primary's remittance, both as files, become the claim to the secondary payer.

Held valid by pyx12, read back equal, balanced to the cent; what does not add up names its line.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from dueline.core.correction import (
    Answer,
    CorrectionError,
    Turn,
    coverages_of,
    forwarded_words,
    missing,
    next_payer_changes,
    next_payer_claim,
    why_not_billed,
    with_edits,
)
from dueline.core.enums import SetKind
from dueline.core.x12 import read_documents, write_interchange
from dueline.core.x12.model import (
    Adjustment,
    ClaimPayment,
    Document,
    Group,
    Interchange,
    LinePayment,
    OtherPayer,
    Party,
    Procedure,
    RemittanceHeader,
    SubmittedClaim,
)
from dueline.sample.adjudication import decide, secondary_payment
from dueline.sample.adjudication import payment as adjudicated
from dueline.sample.claims import Billed, billed_claim
from dueline.sample.life import secondary_claim
from tests.core.test_correction_valid import DAY, PLAN, file_of, pyx12_faults

PAID_ON = date(2026, 11, 10)
PROFESSIONAL, INSTITUTIONAL = SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL


def billed_of(is_wanted: Callable[[Billed], bool]) -> Billed:
    found = (
        billed_claim(PLAN, number, Random(f"{PLAN.seed} claim {number}"))
        for number in range(PLAN.claim_count)
    )
    return next(one for one in found if is_wanted(one))


WITH_SECONDARY = billed_of(lambda one: one.secondary is not None)


def paid(claim: SubmittedClaim) -> ClaimPayment:
    """Return what a primary makes of a claim: $20.00 off, $15.00 to the patient, the rest paid, on each line."""
    lines = tuple(
        LinePayment(
            procedure=line.procedure or Procedure("NU", line.revenue_code),
            charge_cents=line.charge_cents,
            paid_cents=line.charge_cents - 3500,
            revenue_code=line.revenue_code if line.procedure else "",
            paid_units=line.units,
            adjustments=(Adjustment("CO", "45", 2000), Adjustment("PR", "2", 1000),
                         Adjustment("PR", "3", 500, Decimal(1))),
            line_control_number=line.line_control_number,
        )
        for line in claim.lines
    )  # fmt: skip
    return ClaimPayment(
        patient_control_number=claim.patient_control_number,
        status_code="1",
        charge_cents=claim.charge_cents,
        paid_cents=sum(line.paid_cents for line in lines),
        patient_responsibility_cents=1500 * len(lines),
        filing_indicator="MB",
        payer_claim_control_number="ICN0042",
        patient=replace(
            claim.treated, entity="QC", address_1="", city="", state="", postal_code=""
        ),
        outpatient=("", "", "MA01"),
        lines=lines,
    )


def from_file(payment: ClaimPayment) -> ClaimPayment:
    """Return a payment as it is read from an 835."""
    header = RemittanceHeader(
        handling_code="I", payment_cents=payment.paid_cents, payment_method="ACH", paid_on=PAID_ON,
        trace_number="T1", payer_identifier="1999999999",
        payer=Party(entity="PR", last_name="PAYER"),
        payee=Party(entity="PE", last_name="LAKESIDE", id_qualifier="XX", identifier="1999936606"),
    )  # fmt: skip
    document = Document(SetKind.REMITTANCE, header, (payment,), "", "0001")
    group = Group("HP", "P", "Q", DAY, None, "1", "005010X221A1")
    text = "".join(write_interchange([(group, [document])], Interchange(control_number="1")))
    ((read,),) = [one.items for one in read_documents(text.encode())]
    assert isinstance(read, ClaimPayment)
    return read


def target_of(claim: SubmittedClaim) -> OtherPayer:
    """Return the next payer as the claim as sent names it, or one that it does not name."""
    return coverages_of(claim).get("S") or OtherPayer(
        sequence="S", relationship="01", filing_indicator="CI", group_number="G9",
        subscriber=Party(entity="IL", is_person=True, last_name="SAMPLE", first_name="SAM",
                         id_qualifier="MI", identifier="S-77"),
        payer=Party(entity="PR", last_name="SECOND MUTUAL", id_qualifier="PI", identifier="SM001"),
    )  # fmt: skip


def answer_of(claim: SubmittedClaim, payment: ClaimPayment) -> Answer:
    return Answer(coverages_of(claim)[claim.subscriber.sequence], payment, PAID_ON)


def read_back(claim: SubmittedClaim, *, is_shown_to_pyx12: bool = True) -> SubmittedClaim:
    text = file_of(claim)
    ((read,),) = [one.items for one in read_documents(text.encode())]
    assert isinstance(read, SubmittedClaim)
    assert not is_shown_to_pyx12 or pyx12_faults(text) == []  # it takes half a second
    return read


CLAIMS = {
    "with-secondary": WITH_SECONDARY,
    "dependent": billed_of(lambda one: one.is_dependent),
    "outpatient": billed_of(lambda one: one.is_institutional and not one.is_inpatient),
    "stay": billed_of(lambda one: one.is_inpatient),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_primary_835_becomes_a_valid_secondary_837_that_reads_back_equal(case: str) -> None:
    original = CLAIMS[case].claim
    payment = from_file(paid(original))
    claim = next_payer_claim(original, target_of(original), [answer_of(original, payment)])
    read = read_back(claim)
    assert read == claim
    assert (read.frequency_code, read.original_reference) == ("1", "")
    assert (read.subscriber.sequence, read.payer) == ("S", target_of(original).payer)
    (primary,) = (other for other in read.other_payers if other.paid_cents is not None)
    assert primary.sequence == "P"
    assert primary.payer is not None
    assert primary.payer.identifier == original.payer.identifier
    assert primary.paid_cents == payment.paid_cents
    assert primary.payer_claim_control_number == "ICN0042"
    for line in read.lines:
        (told,) = line.other_adjudications
        assert told.payer_identifier == primary.payer.identifier
        adjusted = sum(a.amount_cents for a in told.adjustments)
        assert told.paid_cents + adjusted == line.charge_cents
        assert [(a.group_code, a.carc, a.amount_cents) for a in told.adjustments] == [
            ("CO", "45", 2000), ("PR", "2", 1000), ("PR", "3", 500),
        ]  # fmt: skip
        assert (told.remaining_liability_cents, told.adjudicated_on) == (1500, PAID_ON)
    assert original.subscriber.sequence == "P"  # what was sent is not touched


def test_it_says_of_the_primary_what_a_practice_system_would_have_sent() -> None:
    """For each claim of the sample with a secondary payer, paid in whole or in part, the amounts are the same."""
    compared = 0
    for number in range(PLAN.claim_count):
        billed = billed_claim(PLAN, number, Random(f"{PLAN.seed} claim {number}"))
        if billed.secondary is None:
            continue
        chance = Random(number)
        result = decide(PLAN, billed, chance)
        payment = adjudicated(billed, result, chance, number="ICN1", received_on=DAY)
        told = secondary_claim(billed, payment, PAID_ON)
        original = billed.claim
        made = next_payer_claim(original, target_of(original), [answer_of(original, payment)])
        assert made.other_payers[0].paid_cents == told.other_payers[0].paid_cents
        assert made.other_payers[0].sequence == told.other_payers[0].sequence == "P"
        for ours, theirs in zip(made.lines, told.lines, strict=True):
            (one,), (other,) = ours.other_adjudications, theirs.other_adjudications
            assert (one.paid_cents, one.adjustments, one.adjudicated_on) == (
                other.paid_cents, other.adjustments, other.adjudicated_on,
            )  # fmt: skip
        assert made.subscriber.party.identifier == told.subscriber.party.identifier
        assert made.payer == told.payer
        compared += 1
    assert compared > 10


def test_an_answer_without_lines_stands_with_the_claim_alone() -> None:
    """A hospital stay paid by case: CAS, MIA and the day stand in 2320 and 2330B; no line has an SVD."""
    original = CLAIMS["stay"].claim
    payment = replace(
        paid(original),
        lines=(),
        inpatient=("3",),
        outpatient=(),
        paid_cents=original.charge_cents - 110000,
        adjustments=(Adjustment("CO", "45", 100000), Adjustment("PR", "1", 10000)),
    )
    claim = next_payer_claim(
        original, target_of(original), [answer_of(original, from_file(payment))]
    )
    (primary, *_) = read_back(claim).other_payers
    assert (primary.remaining_liability_cents, primary.adjudicated_on) == (10000, PAID_ON)
    assert (primary.inpatient, primary.adjustments) == (("3",), payment.adjustments)
    assert not any(line.other_adjudications for line in claim.lines)


def test_a_tertiary_claim_tells_both_answers() -> None:
    original = WITH_SECONDARY.claim
    first = paid(original)
    second = secondary_payment(WITH_SECONDARY, first, number="ICN2", received_on=DAY)
    answers = [answer_of(original, first), Answer(target_of(original), second, DAY)]
    target = replace(target_of(CLAIMS["dependent"].claim), sequence="T")
    read = read_back(next_payer_claim(original, target, answers))
    assert [(o.sequence, o.paid_cents) for o in read.other_payers] == [
        ("P", first.paid_cents), ("S", second.paid_cents),
    ]  # fmt: skip
    assert all(len(line.other_adjudications) == 2 for line in read.lines)
    assert (read.patient_relationship, read.subscriber.party.identifier) == ("01", "S-77")
    twice = replace(answers[1], coverage=replace(answers[0].coverage, sequence="S"))
    with pytest.raises(CorrectionError, match="expected another payer ID"):
        next_payer_claim(original, target, [answers[0], twice])


def two_lines() -> SubmittedClaim:
    claim = WITH_SECONDARY.claim
    one = replace(claim.lines[0], line_number=1, charge_cents=20000, line_control_number="")
    other = replace(one, line_number=2, charge_cents=10000, procedure=Procedure("HC", "20610"))
    return replace(claim, lines=(one, other), charge_cents=30000)


def test_what_does_not_add_up_names_its_line_and_nothing_is_made() -> None:
    original = two_lines()
    right = paid(original)
    short = replace(right.lines[1], paid_cents=right.lines[1].paid_cents - 1)
    for lines, said in (
        ((right.lines[0], short), r"Line 2: expected .* \$100.00, as charged; found \$99.99"),
        (right.lines[:1], r"Claim: expected .* \$300.00, as charged; found \$"),
        ((*right.lines, replace(short, procedure=Procedure("HC", "97110"))), "Line 3 of the remit"),
    ):
        with pytest.raises(CorrectionError, match=said):
            next_payer_claim(
                original, target_of(original), [answer_of(original, replace(right, lines=lines))]
            )


def test_lines_bundled_by_the_payer_name_the_line_they_were_paid_with() -> None:
    original = two_lines()
    right = paid(original)
    whole = replace(
        right.lines[0], procedure=Procedure("HC", "99999"),
        original_procedure=original.lines[0].procedure, charge_cents=20000, paid_cents=15000,
        adjustments=(Adjustment("CO", "45", 5000),),
    )  # fmt: skip
    part = replace(
        whole, original_procedure=Procedure("HC", "20610"), charge_cents=10000, paid_cents=0,
        adjustments=(Adjustment("CO", "97", 10000),),
    )  # fmt: skip
    payment = replace(right, paid_cents=15000, lines=(part, whole))  # in the payer's own order
    claim = next_payer_claim(original, target_of(original), [answer_of(original, payment)])
    told = [line.other_adjudications[0] for line in read_back(claim).lines]
    assert [(one.paid_cents, one.bundled_line) for one in told] == [(15000, ""), (0, "1")]


def test_what_is_not_known_is_named_and_can_be_filled_in() -> None:
    original = WITH_SECONDARY.claim
    blank = OtherPayer(sequence="S", payer=Party(entity="PR", last_name="SECOND MUTUAL"))
    answers = [answer_of(original, paid(original))]
    assert missing(blank, answers) == [
        "The member ID with SECOND MUTUAL",
        "What the patient is to the subscriber",
        "The electronic payer ID of SECOND MUTUAL",
        "What kind of plan SECOND MUTUAL is (SBR09)",
    ]
    edits = {"member_id": "S-77", "relationship": "19", "payer_id": "SM001"}
    filled = with_edits(blank, edits | {"filing_indicator": "MB"})
    assert missing(filled, answers) == [
        "The subscriber’s last name", "Why Medicare is not first (SBR05)",
    ]  # fmt: skip
    filled = with_edits(blank, edits | {"filing_indicator": "CI", "holder_last_name": "Holder"})
    assert missing(filled, answers) == []
    assert blank.payer is not None
    assert blank.payer.identifier == ""
    for wrong in ({"relationship": "99"}, {"filing_indicator": "XX"}, {"member_id": ""},
                  {"insurance_type": "99"}, {"payer_id": "A*B"}, {"diagnoses": "M5450"}):  # fmt: skip
        with pytest.raises(CorrectionError):
            with_edits(blank, wrong)


def test_the_changes_are_told_in_words() -> None:
    original = replace(two_lines(), prior_authorization="AUTH-7")
    claim = next_payer_claim(original, target_of(original), [answer_of(original, paid(original))])
    told = {(c.place, c.label): c.after for c in next_payer_changes(original, claim)}
    primary = original.payer.last_name
    assert told["", "Place of the payer"] == "2, secondary"
    assert told["", f"{primary} paid"] == "$230.00"
    assert told["Line 2", f"{primary} paid"] == "$65.00 of $100.00, 11/10/2026"
    assert told["Line 2", f"{primary} adjusted"] == "CO-45 $20.00, PR-2 $10.00, PR-3 $5.00"
    assert told["", "Authorization"] == f"Told as that of {primary}"
    (payer, *_) = read_back(claim, is_shown_to_pyx12=False).other_payers
    assert payer.payer is not None
    assert [(r.qualifier, r.value) for r in payer.payer.references] == [("G1", "AUTH-7")]


@pytest.mark.parametrize(
    ("payment", "words"),
    [
        (ClaimPayment(status_code="1", outpatient=("", "", "MA01")), ""),
        (ClaimPayment(status_code="19"), "claim status 19"),
        (ClaimPayment(status_code="1", outpatient=("", "", "MA18")), "MA18"),
        (ClaimPayment(status_code="20", crossover_payer=Party(last_name="SECOND")),
         "claim status 20, crossover to SECOND"),
    ],
)  # fmt: skip
def test_a_payer_says_in_three_ways_that_it_forwarded_the_claim(
    payment: ClaimPayment, words: str
) -> None:
    assert forwarded_words(payment) == words


TURN = Turn(is_later=True, balance_cents=2000, payer="Second Mutual", before="Medicare")


@pytest.mark.parametrize(
    ("turn", "said", "reason"),
    [
        (TURN, "", ""),
        (replace(TURN, is_later=False), "", "still with its first payer"),
        (replace(TURN, balance_cents=0), "", "Nothing is left for Second Mutual"),
        (replace(TURN, is_sent=True), "", "was sent to Second Mutual already"),
        (replace(TURN, open_since=DAY), "x", "is open since 11/23/2026"),
        (replace(TURN, why_unreadable="Gone."), "x", "Gone."),
        (replace(TURN, forwarded="claim status 19"), "", "Medicare says that it sent the claim on"),
        (replace(TURN, forwarded="claim status 19"), "They lost it.", ""),
    ],
)  # fmt: skip
def test_whether_a_claim_may_be_billed_to_its_next_payer(
    turn: Turn, said: str, reason: str
) -> None:
    found = why_not_billed(turn, said=said)
    assert (reason in found) if reason else not found
