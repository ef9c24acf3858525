"""The 837: claims with the parties they stand under, other payers, lines and what other payers did with them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from dueline.core.enums import SetKind
from dueline.core.x12 import SetReader
from dueline.core.x12.model import (
    Adjustment,
    ClaimBatch,
    Contact,
    DatePeriod,
    Diagnosis,
    Item,
    Party,
    Procedure,
    Reference,
    Segment,
    SubmittedClaim,
)

ReadOne = Callable[[bytes], tuple[SetReader, list[Item]]]


@pytest.fixture
def claims_of(
    sample_of: Callable[[str], bytes], read_one: ReadOne
) -> Callable[[str], list[SubmittedClaim]]:
    def claims(name: str) -> list[SubmittedClaim]:
        one, items = read_one(sample_of(name))
        assert one.problems == []
        found = [item for item in items if isinstance(item, SubmittedClaim)]
        assert len(found) == len(items) == one.totals.claim_count
        assert sum(claim.charge_cents for claim in found) == one.totals.charge_cents
        return found

    return claims


def test_header(sample_of: Callable[[str], bytes], read_one: ReadOne) -> None:
    header = read_one(sample_of("837p"))[0].header
    assert isinstance(header, ClaimBatch)
    assert (header.purpose_code, header.batch_reference) == ("00", "BATCH1")
    assert (header.created_on, header.claim_or_encounter) == (date(2026, 3, 2), "CH")
    assert (header.submitter.last_name, header.submitter.identifier) == ("SAMPLE CLINIC", "SUB1")
    assert header.submitter.contacts == (Contact("IC", "EDI DESK", (("TE", "8005550103"),)),)
    assert (header.receiver.last_name, header.receiver.identifier) == ("SAMPLE CLEARING", "REC1")


def test_professional_claim(claims_of: Callable[[str], list[SubmittedClaim]]) -> None:
    claim = claims_of("837p")[0]
    assert claim.kind is SetKind.CLAIM_PROFESSIONAL
    assert (claim.patient_control_number, claim.charge_cents) == ("ACCT1", 15000)
    place = (claim.facility_code, claim.facility_qualifier, claim.frequency_code)
    assert place == ("11", "B", "1")
    assert claim.claim_elements[6:10] == ("Y", "A", "Y", "Y")
    assert claim.dates == (DatePeriod("431", date(2026, 2, 19), date(2026, 2, 19)),)
    assert (claim.prior_authorization, claim.original_reference) == ("AUTH7", "")
    assert claim.references == (Reference("EA", "CHART1"),)
    assert claim.notes == ("ADD*SAMPLE NOTE",)
    assert claim.diagnoses == (Diagnosis("ABK", "J069"), Diagnosis("ABF", "R05"))
    assert claim.referring_provider is not None
    assert claim.rendering_provider is not None
    assert claim.rendering_provider.taxonomy == "207Q00000X"
    # No date of the claim's own: its lines say from when to when.
    assert (claim.service_from_on, claim.service_through_on) == (
        date(2026, 2, 20),
        date(2026, 2, 21),
    )


def test_parties_above_a_claim(claims_of: Callable[[str], list[SubmittedClaim]]) -> None:
    first, second = claims_of("837p")
    billing = first.billing_provider
    assert (billing.identifier, billing.taxonomy) == ("1999999919", "207Q00000X")
    assert (billing.address_1, billing.city, billing.state) == ("12 CLINIC ROAD", "ANYTOWN", "NY")
    assert billing.references == (Reference("EI", "999999993"),)
    assert first.pay_to_provider is not None
    assert first.pay_to_provider.address_1 == "PO BOX 7"
    subscriber = first.subscriber
    assert (subscriber.sequence, subscriber.relationship) == ("P", "18")
    assert (subscriber.group_number, subscriber.filing_indicator) == ("GROUP9", "CI")
    assert subscriber.party == Party(
        *("IL", True, "DOE", "JANE", "Q"),
        id_qualifier="MI",
        identifier="M0001",
        address_1="5 HOME STREET",
        city="ANYTOWN",
        state="NY",
        postal_code="10001",
        birth_on=date(1980, 2, 29),
        sex="F",
    )
    assert first.payer.identifier == "99999"
    assert (first.patient, first.treated) == (None, subscriber.party)
    # The second stands under another subscriber and patient, and the same billing provider.
    assert second.billing_provider is billing
    assert (second.subscriber.sequence, second.subscriber.insurance_type) == ("S", "47")
    assert (second.subscriber.group_name, second.payer.identifier) == ("PLAN NAME", "88888")
    assert second.patient is not None
    assert (second.treated.first_name, second.patient_relationship) == ("RITA", "19")
    assert second.treated.birth_on == date(2015, 3, 1)


def test_professional_lines(claims_of: Callable[[str], list[SubmittedClaim]]) -> None:
    first, second = claims_of("837p")[0].lines
    assert (first.line_number, first.procedure) == (1, Procedure("HC", "99213", ("25",)))
    assert (first.charge_cents, first.unit_basis, first.units) == (10000, "UN", Decimal(1))
    assert (first.diagnosis_pointers, first.line_control_number) == ((1, 2), "L1")
    assert first.service_from_on == first.service_through_on == date(2026, 2, 20)
    assert (second.place_of_service, second.emergency) == ("11", "Y")
    assert (second.service_from_on, second.service_through_on) == (
        date(2026, 2, 20),
        date(2026, 2, 21),
    )
    assert (second.drug_code, second.drug_quantity, second.drug_unit) == (
        *("99999999901", Decimal(2)),
        "ML",
    )
    assert [party.last_name for party in second.providers] == ["ORDERER"]


def test_other_payer(claims_of: Callable[[str], list[SubmittedClaim]]) -> None:
    claim = claims_of("837p")[1]
    assert (claim.frequency_code, claim.original_reference) == ("7", "ICN0000")
    (other,) = claim.other_payers
    assert (other.sequence, other.group_number, other.filing_indicator) == ("P", "GROUP7", "CI")
    assert other.adjustments == (Adjustment("CO", "45", 5050),)
    assert (other.paid_cents, other.assignment) == (12000, ("", "", "Y", "", "", "Y"))
    assert other.subscriber is not None
    assert other.payer is not None
    assert (other.subscriber.first_name, other.payer.identifier) == ("ROBERT", "77777")
    assert (other.adjudicated_on, other.payer_claim_control_number) == (
        date(2026, 2, 25),
        "ICN7777",
    )
    (adjudication,) = claim.lines[0].other_adjudications
    assert (adjudication.payer_identifier, adjudication.paid_cents) == ("77777", 12000)
    assert (adjudication.procedure.code, adjudication.units) == ("99214", Decimal(1))
    assert adjudication.adjustments == (Adjustment("CO", "45", 5050), Adjustment("PR", "2", 3000))
    assert adjudication.adjudicated_on == date(2026, 2, 25)
    assert adjudication.remaining_liability_cents == 3000


def test_institutional_claim(claims_of: Callable[[str], list[SubmittedClaim]]) -> None:
    (claim,) = claims_of("837i")
    assert claim.kind is SetKind.CLAIM_INSTITUTIONAL
    assert (claim.facility_code, claim.facility_qualifier) == ("11", "A")
    assert (claim.service_from_on, claim.service_through_on) == (date(2026, 2, 1), date(2026, 2, 4))
    assert claim.dates[1:] == (
        DatePeriod("435", date(2026, 2, 1), date(2026, 2, 1), "202602011130"),
        DatePeriod("096", None, None, "1400"),
    )
    assert claim.institutional == ("1", "7", "01")
    assert claim.diagnoses == (
        Diagnosis("ABK", "I2510", present_on_admission="Y"),
        Diagnosis("ABJ", "I2510"),
    )
    assert claim.other_codes == (
        Diagnosis("BBR", "0210093", date_text="20260202"),
        Diagnosis("BE", "80", amount_text="3"),
    )
    assert claim.attending_provider is not None
    room, surgery = claim.lines
    assert (room.revenue_code, room.procedure, room.charge_cents) == ("0120", None, 300000)
    assert (room.unit_basis, room.units) == ("DA", Decimal(3))
    assert surgery.procedure == Procedure("HC", "33533")


def test_dental_claim(claims_of: Callable[[str], list[SubmittedClaim]]) -> None:
    (claim,) = claims_of("837d")
    assert claim.kind is SetKind.CLAIM_DENTAL
    assert claim.service_from_on == date(2026, 2, 20)
    cleaning, filling = claim.lines
    assert (cleaning.procedure, cleaning.charge_cents) == (Procedure("AD", "D0120"), 6000)
    assert (filling.oral_cavity, filling.units) == (("10", "20"), Decimal(1))
    assert filling.extra == (Segment(("TOO", "JP", "12", "L:O")),)
    assert filling.line_control_number == "D2"


# ---------------------------------------------------------------- faults

BODY = """
BHT*0019*00*BATCH1*20260302*1015*CH~
NM1*41*2*SAMPLE CLINIC*****46*SUB1~
NM1*40*2*SAMPLE CLEARING*****46*REC1~
HL*1**20*1~
NM1*85*2*SAMPLE CLINIC*****XX*1999999919~
HL*2*1*22*0~
SBR*P*18*******CI~
NM1*IL*1*DOE*JANE****MI*M0001~
DMG*D8*19800229*F~
NM1*PR*2*SAMPLE HEALTH PLAN*****PI*99999~
CLM*A*100***11:B:1*Y*A*Y*Y~
DTP*431*D8*20260219~
LX*1~
SV1*HC:1*100*UN*1***1~
DTP*472*D8*20260220~
SVD*77777*60*HC:1**1~
CAS*CO*45*40~
DTP*573*D8*20260225~
AMT*EAF*0~
CLM*B*50***11:B:1*Y*A*Y*Y~
LX*1~
SV1*HC:1*50*UN*1***1~
DTP*472*RD8*20260220-20260221~
"""
BAD = {
    "no account": ("CLM*A*100", "CLM**100", "missing_element", 14, "2300", "CLM01", "nothing"),
    "charge": ("CLM*A*100", "CLM*A*1OO", "bad_amount", 14, "2300", "CLM02", "1OO"),
    "no charge": ("CLM*A*100***11:B:1*Y*A*Y*Y", "CLM*A", "missing_element", 14, "2300", "CLM02", "nothing"),
    "onset": ("431*D8*20260219", "431*D8*20260229", "bad_date", 15, "2300", "DTP03", "20260229"),
    "line number": ("LX*1~\nSV1*HC:1*100", "LX*a~\nSV1*HC:1*100", "bad_number", 16, "2400", "LX01", "a"),
    "line charge": ("HC:1*100*UN", "HC:1*1.005*UN", "bad_amount", 17, "2400", "SV102", "1.005"),
    "units": ("100*UN*1*", "100*UN*1e1*", "bad_number", 17, "2400", "SV104", "1e1"),
    "line date": ("472*D8*20260220", "472*D8*20269920", "bad_date", 18, "2400", "DTP03", "20269920"),
    "line date kind": ("472*D8*", "472*D9*", "bad_date", 18, "2400", "DTP02", "D9"),
    "period": ("20260220-20260221", "20260220-20260231", "bad_date", 26, "2400", "DTP03", "20260231"),
    "half a period": ("20260220-20260221", "20260220", "bad_date", 26, "2400", "DTP03", "20260220"),
    "SVD": ("SVD*77777*60", "SVD*77777*6o", "bad_amount", 19, "2430", "SVD02", "6o"),
    "SVD CAS": ("45*40~", "45*4o~", "bad_amount", 20, "2430", "CAS03", "4o"),
    "paid on": ("573*D8*20260225", "573*D8*20260245", "bad_date", 21, "2430", "DTP03", "20260245"),
    "still owed": ("EAF*0", "EAF*o", "bad_amount", 22, "2430", "AMT02", "o"),
    "birth": ("19800229", "19810229", "bad_date", 12, "2010BA", "DMG02", "19810229"),
    "created": ("BATCH1*20260302", "BATCH1*20260399", "bad_date", 4, "header", "BHT04", "20260399"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_element_is_told_with_its_place(
    file_of: Callable[..., bytes], read_one: ReadOne, name: str
) -> None:
    old, new, *place = BAD[name]
    assert BODY.count(old) == 1, "the case itself is ambiguous"
    one, items = read_one(file_of("837", BODY.replace(old, new)))
    told = [p for p in one.problems if p.is_fatal]
    assert (told[0].code, told[0].segment_number, told[0].loop) == tuple(place[:3])
    assert (told[0].element, told[0].found) == tuple(place[3:])
    names = [item.patient_control_number for item in items if isinstance(item, SubmittedClaim)]
    number = told[0].segment_number
    assert names == [
        n for n, first, last in (("A", 14, 22), ("B", 23, 26)) if not first <= number <= last
    ]


def test_the_body_itself_is_sound(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    one, items = read_one(file_of("837", BODY))
    assert (one.problems, len(items)) == ([], 2)


NOTED = {
    "charge": ("CLM*A*100*", "CLM*A*101*", "unbalanced_charge", 14, "CLM02"),
    "level number": ("HL*2*1*22", "HL*3*1*22", "wrong_level_number", 9, "HL01"),
    "LX missing": ("DTP*472*D8*20260220~", "SV1*HC:2*0*UN*1~", "missing_line_header", 18, "SV1"),
    "city first": ("DMG*D8*19800229*F~", "N4*ANYTOWN*NY*10001~\nN3*5 HOME STREET~", "out_of_order", 13, "N3"),
    "second billing provider": ("HL*2*1*22*0~", "NM1*85*2*OTHER~\nHL*2*1*22*0~", "unexpected_segment", 9, ""),
    "second subscriber": ("DMG*D8*19800229*F~", "NM1*IL*1*ROE~", "unexpected_segment", 12, ""),
    "payer's own segment": ("LX*1~\nSV1*HC:1*50*", "ZZ9*X~\nLX*1~\nSV1*HC:1*50*", "unexpected_segment", 24, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTED)
def test_odd_claim_is_read_and_noted(
    file_of: Callable[..., bytes], read_one: ReadOne, name: str
) -> None:
    old, new, *place = NOTED[name]
    assert BODY.count(old) == 1, "the case itself is ambiguous"
    one, items = read_one(file_of("837", BODY.replace(old, new)))
    assert [(p.code, p.segment_number, p.element, p.is_fatal) for p in one.problems] == [
        (*place, False)
    ]
    assert len(items) == 2


def test_line_without_lx_keeps_its_money(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    body = BODY.replace("DTP*472*D8*20260220~", "SV1*HC:2*33*UN*1~").replace(
        "CLM*A*100", "CLM*A*133"
    )
    one, items = read_one(file_of("837", body))
    assert isinstance(items[0], SubmittedClaim)
    assert [(line.line_number, line.charge_cents) for line in items[0].lines] == [
        (1, 10000),
        (2, 3300),
    ]
    assert one.is_balanced


def test_line_outside_a_claim_is_a_fault(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    one, _ = read_one(file_of("837", BODY.replace("CLM*A*100***11:B:1*Y*A*Y*Y~\n", "")))
    assert ("line_outside_claim", 15) in [(p.code, p.segment_number) for p in one.problems]
    assert one.is_fatal


def test_pointer_that_is_none_is_kept(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    _, items = read_one(file_of("837", BODY.replace("HC:1*100*UN*1***1~", "HC:1*100*UN*1***1:A~")))
    assert isinstance(items[0], SubmittedClaim)
    line = items[0].lines[0]
    assert (line.diagnosis_pointers, line.service_elements[7]) == ((1,), "1:A")
