"""What is written has right counts, control numbers and levels, and refuses what would break it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader, read_documents, write_document, write_interchange
from dueline.core.x12.model import (
    Adjustment,
    ClaimBatch,
    ClaimPayment,
    ClaimStatus,
    Contact,
    Delimiters,
    Document,
    Group,
    Interchange,
    InterchangeAcknowledgment,
    LinePayment,
    Party,
    Procedure,
    ProviderAdjustment,
    Reference,
    RemittanceHeader,
    Segment,
    ServiceLine,
    Status,
    StatusBatch,
    StatusCode,
    SubmittedClaim,
    Subscriber,
)
from dueline.core.x12.writers.parts import UnwritableValue

DAY = date(2026, 3, 16)
ENVELOPE = Interchange(
    sender_id="SENDER", receiver_id="RECEIVER", sent_on=DAY, sent_at=time(7, 5), control_number="42"
)
REMITTANCES = Group("HP", "SENDER", "RECEIVER", DAY, time(7, 5), "7", "005010X221A1")
PAYER = Party(entity="PR", last_name="SAMPLE HEALTH PLAN")
PAYEE = Party(entity="PE", last_name="SAMPLE CLINIC", id_qualifier="XX", identifier="1999999919")
HEADER = RemittanceHeader("I", 0, "C", "NON", DAY, "T1", "1999999999", payer=PAYER, payee=PAYEE)
LINE = LinePayment(Procedure("HC", "99213"), 15000, 8000, service_from_on=DAY)
CLAIM = ClaimPayment("ACCT1", "1", 15000, 8000, lines=(LINE,), header_number="1")


def remittance(*items: ClaimPayment, header: RemittanceHeader = HEADER) -> Document:
    return Document(SetKind.REMITTANCE, header, items, "005010X221A1")


def segments(document: Document, delimiters: Delimiters | None = None) -> list[str]:
    return list(write_document(document, delimiters))


def test_isa_has_its_fixed_106_characters_whatever_the_identifiers_lengths() -> None:
    for identifier in ("A", "EXACTLYFIFTEEN1", "LONGERTHANFIFTEENCHARACTERS"):
        envelope = replace(ENVELOPE, sender_id=identifier)
        text = "".join(write_interchange([], envelope, line_breaks=False))
        assert text.index("IEA") == 106
        assert text[105] == "~"


def test_counts_and_control_numbers_are_right_over_groups_and_sets() -> None:
    one, two = replace(REMITTANCES, control_number="8"), replace(REMITTANCES, control_number="9")
    sets = [replace(remittance(CLAIM), control_number=f"{n:04d}") for n in (1, 2, 3)]
    text = "".join(write_interchange([(one, sets[:2]), (two, sets[2:])], ENVELOPE))
    reader = FileReader(text.encode())
    read = []
    for found in reader.sets():
        items = list(found.items())
        read.append((found.control_number, found.group and found.group.control_number, len(items)))
        assert not found.is_fatal
    assert read == [("0001", "8", 1), ("0002", "8", 1), ("0003", "9", 1)]
    assert reader.problems == []
    tail = text.strip().split("\n")[-2:]
    assert tail == ["GE*1*9~", "IEA*2*000000042~"]
    assert text.count("GE*2*8~") == 1


def test_se_counts_every_segment_from_st_to_se() -> None:
    lines = segments(remittance(CLAIM, CLAIM))
    assert lines[-1] == f"SE*{len(lines)}*0001"


def test_an_835_has_no_st03_and_an_837_has() -> None:
    assert segments(remittance())[0] == "ST*835*0001"
    claims = Document(SetKind.CLAIM_PROFESSIONAL, ClaimBatch(), (), "005010X222A1")
    assert segments(claims)[0] == "ST*837*0001*005010X222A1"


@pytest.mark.parametrize(
    "kind", [SetKind.OTHER, SetKind.INTERCHANGE_ACKNOWLEDGMENT, SetKind.FUNCTIONAL_ACKNOWLEDGMENT]
)
def test_a_kind_that_is_not_written_is_refused_by_name(kind: SetKind) -> None:
    with pytest.raises(ValueError, match=kind.value):
        segments(Document(kind, None))


def test_items_are_taken_one_by_one_and_plb_is_read_after_them() -> None:
    taken: list[int] = []
    header = replace(HEADER)

    def items() -> Iterator[ClaimPayment]:
        for number in range(3):
            taken.append(number)
            yield CLAIM
        header.provider_adjustments = (ProviderAdjustment("1999999919", DAY, "WO", "X", 100),)

    pieces = write_document(Document(SetKind.REMITTANCE, header, items(), "005010X221A1"))  # type: ignore[arg-type]
    written = [next(pieces) for _ in range(7)]
    assert written[-1].startswith("CLP")
    assert taken == [0]
    assert list(pieces)[-2] == "PLB*1999999919*20260316*WO:X*1"


def test_a_seventh_adjustment_begins_a_new_cas_and_so_does_another_group() -> None:
    adjustments = tuple(Adjustment("CO", str(n), n * 100, Decimal(1)) for n in range(1, 8))
    claim = replace(CLAIM, adjustments=(*adjustments, Adjustment("PR", "1", 5)))
    found = [line for line in segments(remittance(claim)) if line.startswith("CAS")]
    assert [line.count("*") for line in found] == [19, 4, 3]
    assert found[2] == "CAS*PR*1*0.05"


def test_a_seventh_provider_adjustment_begins_a_new_plb() -> None:
    given = tuple(ProviderAdjustment("1", DAY, "WO", f"R{n}", n) for n in range(7))
    found = [
        line
        for line in segments(remittance(header=replace(HEADER, provider_adjustments=given)))
        if line.startswith("PLB")
    ]
    assert [line.count("*") for line in found] == [14, 4]


def test_other_delimiters_are_used_throughout() -> None:
    other = Delimiters("|", "^", ">", "'")
    text = "".join(
        write_interchange([(REMITTANCES, [remittance(CLAIM)])], replace(ENVELOPE, delimiters=other))
    )
    assert "~" not in text
    assert "SVC|HC>99213|150|80'" in text
    assert read_documents(text.encode())[0].items == (CLAIM,)


@pytest.mark.parametrize(
    ("claim", "element"),
    [
        pytest.param(replace(CLAIM, patient_control_number="A*1"), "CLP01", id="element separator"),
        pytest.param(replace(CLAIM, patient_control_number="A~1"), "CLP01", id="terminator"),
        pytest.param(replace(CLAIM, filing_indicator="1:2"), "CLP06", id="component separator"),
        pytest.param(
            replace(CLAIM, payer_claim_control_number="A\nB"), "CLP07", id="line feed in a value"
        ),
        pytest.param(
            replace(CLAIM, contacts=(Contact("CX", "DESK\r"),)), "PER02", id="carriage return"
        ),
        pytest.param(
            replace(CLAIM, references=(Reference("1L", "G:9"),)), "REF02", id="in a reference"
        ),
        pytest.param(
            replace(CLAIM, extra=(Segment(("ZZ1", "A~B")),)), "ZZ101", id="in a kept segment"
        ),
    ],
)
def test_a_value_with_a_delimiter_is_refused_by_its_place_not_its_content(
    claim: ClaimPayment, element: str
) -> None:
    with pytest.raises(UnwritableValue, match=f"^{element} holds a delimiter or a line break$"):
        segments(remittance(claim))


def test_a_component_with_the_component_separator_is_refused() -> None:
    line = replace(LINE, procedure=Procedure("HC", "99:213"))
    with pytest.raises(UnwritableValue, match="component"):
        segments(remittance(replace(CLAIM, lines=(line,))))


def test_an_interchange_acknowledgment_stands_alone() -> None:
    answer = InterchangeAcknowledgment("000000009", DAY, time(7, 5), "R", "025")
    text = "".join(write_interchange([], ENVELOPE, acknowledgments=[answer]))
    assert "TA1*000000009*260316*0705*R*025~" in text
    assert [list(one.items()) for one in FileReader(text.encode()).sets()] == [[answer]]


# ---------------------------------------------------------------- levels


def claim(
    account: str, subscriber: str, patient: str = "", billing: str = "CLINIC"
) -> SubmittedClaim:
    holder = Party(entity="IL", is_person=True, last_name=subscriber)
    return SubmittedClaim(
        patient_control_number=account,
        charge_cents=100,
        facility_code="11",
        billing_provider=Party(entity="85", last_name=billing),
        subscriber=Subscriber("P", "18", party=holder),
        payer=PAYER,
        patient=Party(entity="QC", is_person=True, last_name=patient) if patient else None,
        patient_relationship="19" if patient else "",
        lines=(ServiceLine(1, Procedure("HC", "99213"), 100, service_from_on=DAY),),
    )


@pytest.mark.parametrize(
    ("claims", "levels"),
    [
        pytest.param(
            [claim("1", "ONE"), claim("2", "ONE")],
            ["1**20*1", "2*1*22*0"],
            id="claims of one subscriber share the levels",
        ),
        pytest.param(
            [claim("1", "ONE"), claim("2", "TWO")],
            ["1**20*1", "2*1*22*0", "3*1*22*0"],
            id="another subscriber, the same billing provider",
        ),
        pytest.param(
            [claim("1", "ONE", "KID"), claim("2", "ONE", "KID"), claim("3", "ONE", "SIS")],
            ["1**20*1", "2*1*22*1", "3*2*23*0", "4*2*23*0"],
            id="two children of one subscriber",
        ),
        pytest.param(
            [claim("1", "ONE"), claim("2", "ONE", "KID"), claim("3", "ONE")],
            ["1**20*1", "2*1*22*0", "3*1*22*1", "4*3*23*0", "5*1*22*0"],
            id="a subscriber's own claim never stands under a level with children",
        ),
        pytest.param(
            [claim("1", "ONE"), claim("2", "ONE", billing="HOSPITAL")],
            ["1**20*1", "2*1*22*0", "3**20*1", "4*3*22*0"],
            id="another billing provider begins anew",
        ),
    ],
)
def test_levels_of_an_837(claims: list[SubmittedClaim], levels: list[str]) -> None:
    document = Document(SetKind.CLAIM_PROFESSIONAL, ClaimBatch(), tuple(claims), "005010X222A1")
    found = [line.removeprefix("HL*") for line in segments(document) if line.startswith("HL")]
    assert found == levels


RECEIVER = Party(entity="41", last_name="CLINIC", id_qualifier="46", identifier="C1")
PROVIDER = Party(entity="85", last_name="CLINIC", id_qualifier="XX", identifier="1999999919")
TAKEN = (Status((StatusCode("A2", "20"),), DAY, "WQ"),)


def answer(level: str, name: str = "", child: str = "") -> ClaimStatus:
    return ClaimStatus(
        level,
        "TRACE",
        "2",
        PAYER,
        RECEIVER,
        None if level == "receiver" else PROVIDER,
        Party(entity="QC", is_person=True, last_name=name) if name else None,
        Party(entity="QC", is_person=True, last_name=child) if child else None,
        TAKEN,
    )


@pytest.mark.parametrize(
    ("kind", "answers", "levels"),
    [
        pytest.param(
            SetKind.CLAIM_ACKNOWLEDGMENT,
            [
                answer("receiver"),
                answer("provider"),
                answer("claim", "ONE"),
                answer("claim", "TWO"),
            ],
            ["1**20*1", "2*1*21*1", "3*2*19*1", "4*3*PT*0", "5*3*PT*0"],
            id="277CA: each level answered once, patients under the provider",
        ),
        pytest.param(
            SetKind.CLAIM_ACKNOWLEDGMENT,
            [answer("receiver")],
            ["1**20*1", "2*1*21*0"],
            id="277CA: a batch refused whole has nothing under its receiver",
        ),
        pytest.param(
            SetKind.STATUS_RESPONSE,
            [answer("claim", "ONE"), answer("claim", "ONE", "KID"), answer("claim", "ONE", "SIS")],
            ["1**20*1", "2*1*21*1", "3*2*19*1", "4*3*22*0", "5*3*22*1", "6*5*23*0", "7*5*23*0"],
            id="277: dependents under their subscriber",
        ),
        pytest.param(
            SetKind.STATUS_RESPONSE,
            [answer("claim", "ONE"), replace(answer("claim", "TWO"), source=PAYEE)],
            ["1**20*1", "2*1*21*1", "3*2*19*1", "4*3*22*0"]
            + ["5**20*1", "6*5*21*1", "7*6*19*1", "8*7*22*0"],
            id="277: another payer begins anew",
        ),
        pytest.param(SetKind.STATUS_RESPONSE, [], ["1**20*0"], id="277 without answers"),
    ],
)
def test_levels_of_status_sets(
    kind: SetKind, answers: list[ClaimStatus], levels: list[str]
) -> None:
    header = StatusBatch("0085", "08", "B1", DAY, source=PAYER)
    document = Document(kind, header, tuple(answers), "005010X214")
    found = [line.removeprefix("HL*") for line in segments(document) if line.startswith("HL")]
    assert found == levels
