"""The 835: every loop into its field, every sum tested, every bad element named with its place."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.money import cents_text
from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.model import (
    Adjustment,
    Amount,
    ClaimPayment,
    Contact,
    Item,
    Party,
    Procedure,
    ProviderAdjustment,
    Quantity,
    Reference,
    RemittanceHeader,
    Segment,
)

ReadOne = Callable[[bytes], tuple[SetReader, list[Item]]]


@pytest.fixture
def read(sample_of: Callable[[str], bytes], read_one: ReadOne) -> tuple[SetReader, list[Item]]:
    return read_one(sample_of("835"))


def test_header(read: tuple[SetReader, list[Item]]) -> None:
    header = read[0].header
    assert isinstance(header, RemittanceHeader)
    assert (header.handling_code, header.payment_cents, header.credit_or_debit) == ("I", 43140, "C")
    assert (header.payment_method, header.paid_on) == ("ACH", date(2026, 3, 16))
    assert (header.payment_elements[5], header.payment_elements[8]) == ("CCP", "DA")
    assert (header.trace_number, header.payer_identifier) == ("EFT20260316", "1999999999")
    assert (header.trace_supplement, header.produced_on) == ("000001", date(2026, 3, 15))
    assert header.references == (Reference("EV", "PAYER1"),)
    assert header.payer == Party(
        *("PR", False, "SAMPLE HEALTH PLAN"),
        id_qualifier="XV",
        identifier="99999",
        address_1="1 PAYER WAY",
        address_2="FLOOR 2",
        city="ANYTOWN",
        state="NY",
        postal_code="100010001",
        references=(Reference("2U", "12345"),),
        contacts=(
            Contact("CX", "CLAIM DESK", (("TE", "8005550100"),)),
            Contact("BL", "EDI DESK", (("TE", "8005550101"), ("EM", "EDI@EXAMPLE.COM"))),
        ),
    )
    assert (header.payee.id_qualifier, header.payee.identifier) == ("XX", "1999999919")
    assert header.payee.references == (Reference("TJ", "999999993"),)
    assert header.provider_adjustments == (
        ProviderAdjustment("1999999919", date(2026, 12, 31), "WO", "ICN0000", -6000),
        ProviderAdjustment("1999999919", date(2026, 12, 31), "L6", "", 1000),
    )
    assert header.provider_adjustments[0].segment_number == 55


def test_totals(read: tuple[SetReader, list[Item]]) -> None:
    totals = read[0].totals
    assert (totals.claim_count, totals.charge_cents, totals.paid_cents) == (3, 15000, 38140)
    assert (totals.payment_cents, totals.provider_adjustment_cents) == (43140, -5000)
    assert (totals.difference_cents, read[0].is_balanced, read[0].is_fatal) == (0, True, False)


def test_paid_claim(read: tuple[SetReader, list[Item]]) -> None:
    claim = read[1][0]
    assert isinstance(claim, ClaimPayment)
    assert (claim.patient_control_number, claim.status_code) == ("ACCT1", "1")
    assert (claim.charge_cents, claim.paid_cents, claim.patient_responsibility_cents) == (
        *(15000, 8000),
        2000,
    )
    assert (claim.filing_indicator, claim.payer_claim_control_number) == ("12", "ICN0001")
    assert (claim.facility_code, claim.frequency_code, claim.header_number) == ("11", "1", "1")
    assert claim.adjustments == (Adjustment("OA", "100", 50), Adjustment("OA", "100", -50))
    assert claim.provider_summary == (Segment(("TS3", "1999999919", "11", "20261231", "2", "351")),)
    parties = (claim.patient, claim.subscriber, claim.corrected_patient, claim.rendering_provider)
    assert [party and (party.last_name, party.first_name) for party in parties] == [
        ("DOE", "JANE"),
        ("DOE", "JOHN"),
        ("DOE", "JAYNE"),
        ("HAND", "MARY"),
    ]
    assert claim.patient is not None
    assert (claim.patient.middle_name, claim.patient.identifier) == ("Q", "M0001")
    assert (claim.outpatient, claim.remark_codes) == (("", "", "MA01", "N130"), ("MA01", "N130"))
    assert claim.references == (Reference("1L", "GROUP9"),)
    assert (claim.service_from_on, claim.service_through_on) == (
        date(2026, 2, 20),
        date(2026, 2, 21),
    )
    assert claim.received_on == date(2026, 3, 1)
    assert claim.contacts == (Contact("CX", "", (("TE", "8005550102"),)),)
    assert claim.amounts == (Amount("AU", 10000),)
    assert claim.quantities == (Quantity("CA", Decimal(2)),)


def test_paid_line(read: tuple[SetReader, list[Item]]) -> None:
    claim = read[1][0]
    assert isinstance(claim, ClaimPayment)
    (line,) = claim.lines
    assert line.procedure == Procedure("HC", "99213", ("25",))
    assert (line.charge_cents, line.paid_cents) == (15000, 8000)
    assert (line.paid_units, line.original_units) == (Decimal(1), Decimal(2))
    assert line.service_from_on == line.service_through_on == date(2026, 2, 20)
    assert line.adjustments == (
        Adjustment("CO", "45", 5000),
        Adjustment("CO", "253", 0),
        Adjustment("PR", "2", 2000, Decimal(1)),
    )
    assert (line.allowed_cents, line.line_control_number) == (10000, "1")
    assert line.references == (Reference("G1", "AUTH7"),)
    assert (line.remark_codes, line.segment_number) == (("N130",), 33)


def test_reversal_and_correction(read: tuple[SetReader, list[Item]]) -> None:
    reversal, correction = read[1][1:]
    assert isinstance(reversal, ClaimPayment)
    assert isinstance(correction, ClaimPayment)
    assert (reversal.is_reversal, reversal.paid_cents, reversal.difference_cents) == (
        True,
        -10000,
        0,
    )
    line = reversal.lines[0]
    assert (line.service_from_on, line.service_through_on) == (date(2026, 1, 10), date(2026, 1, 12))
    assert (correction.status_code, correction.drg_code, correction.drg_weight) == (
        "19",
        "470",
        "1.25",
    )
    assert correction.crossover_payer is not None
    assert correction.crossover_payer.identifier == "88888"
    assert correction.remark_codes == ("MA18", "N1", "N2")
    assert correction.references == (Reference("F8", "ICN0000"),)
    assert correction.extra == (Segment(("ZZ1", "PAYER", "EXTRA")),)
    assert (correction.lines, correction.difference_cents) == ((), 0)


def test_six_triples_and_repeated_cas(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    triples = "*".join(f"{carc}*{carc}.01*{carc}" for carc in range(1, 7))
    body = f"BPR*H*0*C*NON~\nTRN*1*X~\nLX*1~\nCLP*A*1*42.12*0~\nCAS*CO*{triples}~\nCAS*CO*7*21.06~"
    one, (claim,) = read_one(file_of("835", body))
    assert isinstance(claim, ClaimPayment)
    assert claim.adjustments == (
        *(Adjustment("CO", str(n), n * 100 + 1, Decimal(n)) for n in range(1, 7)),
        Adjustment("CO", "7", 2106),
    )
    assert one.is_balanced


def test_debit_is_a_negative_payment(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    body = "BPR*I*5*D*ACH~\nTRN*1*X~\nLX*1~\nCLP*A*22*-5*-5~"
    one, _ = read_one(file_of("835", body))
    assert (one.totals.payment_cents, one.is_balanced) == (-500, True)
    assert [p.code for p in one.problems] == ["negative_payment"]


def test_payment_with_provider_adjustments_only(
    file_of: Callable[..., bytes], read_one: ReadOne
) -> None:
    one, items = read_one(file_of("835", "BPR*I*7.5*C*ACH~\nTRN*1*X~\nPLB*1*20261231*L6:R*-7.5~"))
    assert (items, one.is_balanced, one.problems) == ([], True, [])
    assert isinstance(one.header, RemittanceHeader)
    assert one.header.provider_adjustments[0].reference == "R"


def test_second_of_what_comes_once_is_kept(
    sample_of: Callable[[str], bytes], read_one: ReadOne
) -> None:
    """Segments that a payer says twice stay, as sent, and are noted."""
    text = sample_of("835").decode()
    doubled = {
        "TRN*1*": "header",
        "N1*PR*": "header",
        "N3*1 PAYER WAY": "payer",
        "MOA*": "claim",
        "NM1*QC*1*DOE": "claim",
    }
    for start in doubled:
        line = next(line for line in text.split("\n") if line.startswith(start))
        data = text.replace(line, f"{line}\n{line}", 1).replace("SE*54", "SE*55").encode()
        one, items = read_one(data)
        assert one.header is not None
        kept = repr((one.header, items))
        elements = tuple(line.rstrip("~").split("*"))
        assert f"elements={elements!r}" in kept, start
        assert not one.is_fatal


# ---------------------------------------------------------------- sums

HEAD = "BPR*I*{paid}*C*ACH~\nTRN*1*X*Y~\nLX*1~\n"
BALANCES = {
    "line": (
        "CLP*A*1*100*60**12*I~\nSVC*HC:1*100*60~\nCAS*CO*45*30~",
        "60",
        [("unbalanced_line", 8, "SVC03", "70", "60"), ("unbalanced_claim", 7, "CLP04", "70", "60")],
    ),
    "claim": (
        "CLP*A*1*100*60**12*I~\nCAS*CO*45*39.99~",
        "60",
        [("unbalanced_claim", 7, "CLP04", "60.01", "60")],
    ),
    "claim against line": (
        "CLP*A*1*100*60**12*I~\nSVC*HC:1*100*70~\nCAS*CO*45*30~",
        "60",
        [("unbalanced_claim", 7, "CLP04", "70", "60")],
    ),
    "remittance": (
        "CLP*A*1*100*60**12*I~\nCAS*CO*45*40~\nPLB*1*20261231*WO:1*10~",
        "60",
        [("unbalanced_remittance", 4, "BPR02", "50", "60")],
    ),
    "line charges": (
        "CLP*A*1*100*60**12*I~\nCAS*CO*45*10~\nSVC*HC:1*90*60~\nCAS*CO*45*30~",
        "60",
        [("line_charges_differ", 7, "CLP03", "90", "100")],
    ),
    "patient share": (
        "CLP*A*1*100*60*10*12*I~\nCAS*PR*1*40~",
        "60",
        [("patient_share_differs", 7, "CLP05", "40", "10")],
    ),
    "patient share absent": ("CLP*A*1*100*60**12*I~\nCAS*PR*1*40~", "60", []),
    "adjustment of nothing": (
        "CLP*A*1*100*100~\nCAS*CO*45*0~",
        "100",
        [("zero_adjustment", 8, "CAS", "an amount", "0")],
    ),
    "old group": (
        "CLP*A*1*100*60~\nCAS*CR*45*40~",
        "60",
        [("unknown_group_code", 8, "CAS01", "CO, OA, PI or PR", "CR")],
    ),
    "no lines, no adjustments": ("CLP*A*1*100*100~", "100", []),
    "denied": ("CLP*A*1*100*0~\nSVC*HC:1*100*0~\nCAS*CO*197*100~", "0", []),
}


@pytest.mark.parametrize("name", BALANCES)
def test_sums(file_of: Callable[..., bytes], read_one: ReadOne, name: str) -> None:
    body, paid, told = BALANCES[name]
    one, items = read_one(file_of("835", HEAD.format(paid=paid) + body))
    assert [
        (p.code, p.segment_number, p.element, p.expected, p.found) for p in one.problems
    ] == told
    assert not one.is_fatal
    assert one.is_balanced is not any(code.startswith("unbalanced") for code, *_ in told)
    assert len(items) == 1


def test_difference_is_what_the_payment_is_above_its_parts(
    file_of: Callable[..., bytes], read_one: ReadOne
) -> None:
    one, _ = read_one(file_of("835", HEAD.format(paid="61.5") + "CLP*A*1*60*60~"))
    assert one.totals.difference_cents == 150
    assert one.problems[0].message == "The remittance is out of balance by 1.5."


AMOUNTS = st.integers(0, 10**7)


@st.composite
def balanced_claims(draw: st.DrawFn) -> tuple[str, int]:
    """Return a claim that balances, and what it paid: line charges are paid or adjusted to the cent."""
    sign = draw(st.sampled_from([1, 1, 1, -1]))
    lines, charge, paid, share = [], 0, 0, 0
    for _ in range(draw(st.integers(0, 3))):
        line_paid, adjusted = draw(AMOUNTS), draw(st.lists(AMOUNTS.filter(bool), max_size=4))
        groups = draw(st.lists(st.sampled_from(["CO", "PR"]), min_size=4, max_size=4))
        pairs = list(zip(groups, adjusted, strict=False))
        line_charge = line_paid + sum(adjusted)
        amounts = f"{cents_text(sign * line_charge)}*{cents_text(sign * line_paid)}"
        lines.append(f"SVC*HC:99213*{amounts}~")
        lines += [f"CAS*{group}*1*{cents_text(sign * amount)}~" for group, amount in pairs]
        charge, paid = charge + line_charge, paid + line_paid
        share += sum(amount for group, amount in pairs if group == "PR")
    values = "*".join(cents_text(sign * amount) for amount in (charge, paid, share))
    status = "22" if sign < 0 else "1"
    return "\n".join([f"CLP*A*{status}*{values}~", *lines]), sign * paid


@given(st.lists(balanced_claims(), min_size=1, max_size=4), AMOUNTS, st.integers(-1, 1))
def test_what_balances_is_balanced_and_a_cent_off_is_told(
    file_of: Callable[..., bytes],
    read_one: ReadOne,
    claims: list[tuple[str, int]],
    taken: int,
    off: int,
) -> None:
    total = sum(paid for _, paid in claims) - taken + off
    flag = "D" if total < 0 else "C"
    head = f"BPR*I*{cents_text(abs(total))}*{flag}*ACH~\nTRN*1*X~\nLX*1~\n"
    body = (
        head + "\n".join(text for text, _ in claims) + f"\nPLB*1*20261231*WO*{cents_text(taken)}~"
    )
    one, items = read_one(file_of("835", body))
    assert len(items) == len(claims)
    assert one.totals.difference_cents == off
    codes = [p.code for p in one.problems if p.code != "negative_payment"]
    assert codes == ([] if not off else ["unbalanced_remittance"])


# ---------------------------------------------------------------- bad elements

BODY = """
BPR*I*60*C*ACH************20260316~
TRN*1*X*Y~
DTM*405*20260315~
LX*1~
CLP*A*1*100*60*40*12*I~
CAS*PR*1*40*1~
DTM*232*20260301~
AMT*AU*100~
QTY*CA*1~
CLP*B*1*100*0*0*12*I~
SVC*HC:1*100*0**1**1~
DTM*472*20260301~
CAS*CO*197*60*1*45*40~
AMT*B6*0~
LQ*HE*N1~
PLB*1*20261231*WO:1*0*L6*0~
"""
# What is put in place of what; then code, segment, loop, element, and what was found.
BAD = {
    "exponent": ("CLP*A*1*100", "CLP*A*1*1e2", "bad_amount", 8, "2100", "CLP03", "1e2"),
    "two signs": ("*100*60*40", "*100*--3*40", "bad_amount", 8, "2100", "CLP04", "--3"),
    "half a cent": ("*60*40*12", "*60*12.345*12", "bad_amount", 8, "2100", "CLP05", "12.345"),
    "fullwidth": ("A*1*100", "A*1*\uff11", "bad_amount", 8, "2100", "CLP03", "\uff11"),
    "same text before": ("CLP*A*1*100", "CLP*x*1*x", "bad_amount", 8, "2100", "CLP03", "x"),
    "no number": ("CLP*A*", "CLP**", "missing_element", 8, "2100", "CLP01", "nothing"),
    "no status": ("CLP*A*1*", "CLP*A**", "missing_element", 8, "2100", "CLP02", "nothing"),
    "no charge": ("CLP*A*1*100", "CLP*A*1*", "missing_element", 8, "2100", "CLP03", "nothing"),
    "CLP ends": ("CLP*A*1*100*60*40*12*I", "CLP*A*1", "missing_element", 8, "2100", "CLP03", "nothing"),
    "CLP only": ("CLP*A*1*100*60*40*12*I", "CLP", "missing_element", 8, "2100", "CLP01", "nothing"),
    "CAS group": ("CAS*PR*1", "CAS**1", "missing_element", 9, "2100", "CAS01", "nothing"),
    "CAS reason": ("CAS*PR*1*40", "CAS*PR**40", "missing_element", 9, "2100", "CAS02", "nothing"),
    "CAS amount": ("CAS*PR*1*40*1", "CAS*PR*1", "missing_element", 9, "2100", "CAS03", "nothing"),
    "CAS second amount": ("45*40", "45*4O", "bad_amount", 16, "2110", "CAS06", "4O"),
    "CAS second missing": ("*1*45*40", "*1*45", "missing_element", 16, "2110", "CAS06", "nothing"),
    "CAS count": ("60*1*45", "60*one*45", "bad_number", 16, "2110", "CAS04", "one"),
    "claim date": ("232*20260301", "232*20260231", "bad_date", 10, "2100", "DTM02", "20260231"),
    "claim date missing": ("DTM*232*20260301", "DTM*232", "missing_element", 10, "2100", "DTM02", "nothing"),
    "line date": ("472*20260301", "472*2026030", "bad_date", 15, "2110", "DTM02", "2026030"),
    "AMT": ("AMT*AU*100", "AMT*AU*1,0", "bad_amount", 11, "2100", "AMT02", "1,0"),
    "QTY": ("QTY*CA*1", "QTY*CA*1e3", "bad_number", 12, "2100", "QTY02", "1e3"),
    "SVC charge": ("HC:1*100*0", "HC:1*1OO*0", "bad_amount", 14, "2110", "SVC02", "1OO"),
    "SVC paid": ("HC:1*100*0**1", "HC:1*100", "missing_element", 14, "2110", "SVC03", "nothing"),
    "SVC units": ("0**1**1", "0**a**1", "bad_number", 14, "2110", "SVC05", "a"),
    "SVC sent units": ("0**1**1", "0**1**b", "bad_number", 14, "2110", "SVC07", "b"),
    "allowed": ("AMT*B6*0", "AMT*B6*.", "bad_amount", 17, "2110", "AMT02", "."),
    "BPR amount": ("BPR*I*60", "BPR*I*6o", "bad_amount", 4, "header", "BPR02", "6o"),
    "BPR date": ("20260316", "20261316", "bad_date", 4, "header", "BPR16", "20261316"),
    "produced": ("405*20260315", "405*00000000", "bad_date", 6, "header", "DTM02", "00000000"),
    "PLB amount": ("WO:1*0", "WO:1*o", "bad_amount", 19, "summary", "PLB04", "o"),
    "PLB second": ("L6*0", "L6", "missing_element", 19, "summary", "PLB06", "nothing"),
    "PLB date": ("1*20261231*W", "1*20261232*W", "bad_date", 19, "summary", "PLB02", "20261232"),
    "identifier": ("LQ*HE*N1", "lq!HE*N1", "bad_segment_identifier", 18, "2110", "", "lq!HE"),
    "line before claim": ("CLP*A*1*100*60*40*12*I", "SVC*HC:1*100*60", "line_outside_claim", 8, "", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_element_is_told_with_its_place(
    file_of: Callable[..., bytes], read_one: ReadOne, name: str
) -> None:
    old, new, *place = BAD[name]
    assert BODY.count(old) == 1, "the case itself is ambiguous"
    one, items = read_one(file_of("835", BODY.replace(old, new)))
    told = [p for p in one.problems if p.is_fatal]
    assert (told[0].code, told[0].segment_number, told[0].loop) == tuple(place[:3])
    assert (told[0].element, told[0].found) == tuple(place[3:])
    # A claim with a bad element is left out, the others are read; a fault outside claims costs none.
    in_claim = (
        told[0].segment_number < 19 and told[0].loop in ("2100", "2110") and "SVC" not in new[:3]
    )
    is_kept_whole = told[0].code == "bad_segment_identifier"
    names = [item.patient_control_number for item in items if isinstance(item, ClaimPayment)]
    broken = "A" if told[0].segment_number < 13 else "B"
    if name == "line before claim":
        assert names == ["B"]
    elif in_claim and not is_kept_whole:
        assert names == sorted({"A", "B"} - {broken})
    else:
        assert names == ["A", "B"]


def test_the_body_itself_is_sound(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    one, items = read_one(file_of("835", BODY))
    assert (one.problems, len(items)) == ([], 2)


@given(st.text(max_size=9).filter(lambda text: not set(text) & set("*~\n\r")))
def test_any_date_is_a_day_or_told(
    file_of: Callable[..., bytes], read_one: ReadOne, text: str
) -> None:
    body = f"BPR*H*0*C*NON~\nTRN*1*X~\nLX*1~\nCLP*A*1*0*0~\nDTM*232*{text}~"
    one, items = read_one(file_of("835", body))
    if items:
        assert isinstance(items[0], ClaimPayment)
        assert items[0].service_from_on == date(int(text[:4]), int(text[4:6]), int(text[6:]))
        assert text.isascii()
        assert len(text) == 8
    else:
        assert one.is_fatal
        assert one.problems[0].code in ("bad_date", "missing_element", "bad_character")


def test_claims_are_read_a_page_at_a_time(file_of: Callable[..., bytes]) -> None:
    """The first claims are there before the last are read: memory does not grow with the set."""
    body = "BPR*H*0*C*NON~\nTRN*1*X~\nLX*1~\n" + "CLP*A*1*0*0~\n" * 2000
    one = next(FileReader(file_of("835", body)).sets())
    next(iter(one.items()))
    assert one.totals.claim_count < 300
