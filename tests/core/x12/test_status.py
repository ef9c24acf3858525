"""The 276, 277 and 277CA: one item for each question or answer, at the level where it stands."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from dueline.core.x12 import SetReader
from dueline.core.x12.model import (
    Amount,
    ClaimStatus,
    Item,
    Procedure,
    Quantity,
    Status,
    StatusBatch,
    StatusCode,
)

ReadOne = Callable[[bytes], tuple[SetReader, list[Item]]]
Statuses = Callable[[str], tuple[StatusBatch, list[ClaimStatus]]]


@pytest.fixture
def statuses_of(sample_of: Callable[[str], bytes], read_one: ReadOne) -> Statuses:
    def statuses(name: str) -> tuple[StatusBatch, list[ClaimStatus]]:
        one, items = read_one(sample_of(name))
        assert one.problems == []
        assert isinstance(one.header, StatusBatch)
        found = [item for item in items if isinstance(item, ClaimStatus)]
        assert len(found) == len(items)
        return one.header, found

    return statuses


def test_question(statuses_of: Statuses) -> None:
    header, (item,) = statuses_of("276")
    assert (header.structure_code, header.purpose_code) == ("0010", "13")
    assert (header.batch_reference, header.created_on) == ("ASK1", date(2026, 4, 1))
    assert header.source.identifier == "99999"
    parties = (item.source, item.receiver, item.provider, item.subscriber)
    assert [party and party.entity for party in parties] == ["PR", "41", "1P", "IL"]
    assert item.subscriber is not None
    assert (item.subscriber.birth_on, item.subscriber.sex) == (date(1980, 2, 29), "F")
    assert (item.level, item.trace_type, item.trace_number) == ("claim", "1", "TRACE1")
    assert (item.payer_claim_control_number, item.patient_account) == ("ICN0001", "ACCT1")
    assert (item.charge_cents, item.statuses) == (15000, ())
    assert (item.service_from_on, item.service_through_on) == (
        date(2026, 2, 20),
        date(2026, 2, 21),
    )
    (line,) = item.lines
    assert (line.procedure, line.charge_cents, line.units) == (
        *(Procedure("HC", "99213"), 10000),
        Decimal(1),
    )
    assert (line.line_control_number, line.service_from_on) == ("L1", date(2026, 2, 20))


def test_answer(statuses_of: Statuses) -> None:
    header, (item,) = statuses_of("277")
    assert (header.purpose_code, header.source.contacts[0].name) == ("08", "DESK")
    assert item.subscriber is not None
    assert item.patient is not None
    assert (item.subscriber.first_name, item.patient.first_name) == ("RICHARD", "RITA")
    assert item.trace_number == "TRACE2"
    assert item.statuses == (
        Status(
            codes=(StatusCode("P1", "20", "PR"), StatusCode("R3", "287")),
            effective_on=date(2026, 4, 1),
            charge_cents=20050,
            paid_cents=0,
            trace_number="CHK9",
        ),
    )
    (line,) = item.lines
    assert (line.paid_cents, line.units) == (0, Decimal(1))
    assert line.statuses[0].codes == (StatusCode("P1", "20"),)


def test_acknowledgment(statuses_of: Statuses) -> None:
    header, (batch, accepted, rejected) = statuses_of("277ca")
    assert (header.structure_code, header.source.entity) == ("0085", "AY")
    assert header.source_trace == "SOURCE1"
    assert (header.received_on, header.processed_on) == (date(2026, 3, 2), date(2026, 3, 3))
    assert (batch.level, batch.trace_number) == ("receiver", "BATCH1")
    assert batch.statuses[0].codes == (StatusCode("A1", "19", "PR"),)
    assert batch.quantities == (Quantity("90", Decimal(1)), Quantity("AA", Decimal(1)))
    assert batch.amounts == (Amount("YU", 15000), Amount("YY", 20050))
    assert (accepted.level, accepted.trace_number) == ("claim", "ACCT1")
    assert accepted.statuses[0].action == "WQ"
    assert (accepted.payer_claim_control_number, accepted.clearinghouse_trace) == (
        "ICN0001",
        "CLEAR1",
    )
    assert (rejected.trace_number, rejected.payer_claim_control_number) == ("ACCT2", "")
    assert [status.codes[0].category for status in rejected.statuses] == ["A3", "A7"]
    assert rejected.statuses[0].message == "MEMBER NOT FOUND"
    assert rejected.statuses[1].codes[0].entity == "85"
    (line,) = rejected.lines
    assert (line.statuses[0].codes[0].status, line.line_control_number) == ("507", "L1")


def test_totals_count_claims_only(sample_of: Callable[[str], bytes], read_one: ReadOne) -> None:
    one, items = read_one(sample_of("277ca"))
    assert (len(items), one.totals.claim_count, one.totals.charge_cents) == (3, 2, 35050)
    assert one.totals.payment_cents is None


@pytest.mark.parametrize(
    ("level", "code"), [("receiver", "21"), ("provider", "19"), ("claim", "PT"), ("claim", "22")]
)
def test_status_without_a_trace_stands_at_its_level(
    file_of: Callable[..., bytes], read_one: ReadOne, level: str, code: str
) -> None:
    body = f"BHT*0085*08*A*20260303*0930*TH~\nHL*1**20*1~\nHL*2*1*{code}*0~\nSTC*A3:24*20260303*U~"
    _, (item,) = read_one(file_of("277", body, version="005010X214"))
    assert isinstance(item, ClaimStatus)
    assert (item.level, item.trace_number, item.statuses[0].action) == (level, "", "U")


def test_each_level_forgets_what_stood_below_its_like(
    file_of: Callable[..., bytes], read_one: ReadOne
) -> None:
    body = """
    BHT*0010*08*A*20260402*0930~
    HL*1**20*1~
    NM1*PR*2*PAYER~
    HL*2*1*21*1~
    NM1*41*2*RECEIVER~
    HL*3*2*19*1~
    NM1*1P*2*FIRST~
    HL*4*3*22*1~
    NM1*IL*1*ROE~
    HL*5*4*23~
    NM1*QC*1*CHILD~
    TRN*2*1~
    HL*6*3*22*0~
    NM1*IL*1*DOE~
    TRN*2*2~
    TRN*2*3~
    HL*7*2*19*1~
    NM1*1P*2*SECOND~
    HL*8*7*22*0~
    NM1*IL*1*MOE~
    TRN*2*4~
    """
    one, items = read_one(file_of("277", body))
    assert one.problems == []
    told = [
        tuple(
            party.last_name if party else ""
            for party in (item.receiver, item.provider, item.subscriber, item.patient)
        )
        for item in items
        if isinstance(item, ClaimStatus)
    ]
    assert told == [
        ("RECEIVER", "FIRST", "ROE", "CHILD"),
        ("RECEIVER", "FIRST", "DOE", ""),
        ("RECEIVER", "FIRST", "DOE", ""),
        ("RECEIVER", "SECOND", "MOE", ""),
    ]


BODY = """
BHT*0085*08*A*20260303*0930*TH~
HL*1**20*1~
NM1*PR*2*PAYER~
DTP*050*D8*20260302~
HL*2*1*PT~
NM1*QC*1*DOE~
TRN*2*ACCT1~
STC*A2:20:PR*20260303*WQ*150~
AMT*YU*150~
QTY*90*1~
DTP*472*D8*20260220~
SVC*HC:1*150*0****1~
STC*A2:20*20260303*WQ~
HL*3*1*PT~
NM1*QC*1*ROE~
TRN*2*ACCT2~
STC*A2:20:PR*20260303*WQ*150~
"""
BAD = {
    "created": ("A*20260303", "A*20263003", "bad_date", 4, "header", "BHT04", "20263003"),
    "received": ("050*D8*20260302", "050*D8*2026", "bad_date", 7, "2000A", "DTP03", "2026"),
    "trace": ("TRN*2*ACCT1", "TRN*2", "missing_element", 10, "2000D", "TRN02", "nothing"),
    "status date": ("20260303*WQ*150~\nAMT", "20260399*WQ*150~\nAMT", "bad_date", 11, "2000D", "STC02", "20260399"),
    "status charge": ("WQ*150~\nAMT", "WQ*15O~\nAMT", "bad_amount", 11, "2000D", "STC04", "15O"),
    "amount": ("YU*150", "YU*1e2", "bad_amount", 12, "2000D", "AMT02", "1e2"),
    "quantity": ("90*1~", "90*one~", "bad_number", 13, "2000D", "QTY02", "one"),
    "service": ("472*D8*20260220", "472*D8*20260230", "bad_date", 14, "2000D", "DTP03", "20260230"),
    "line charge": ("HC:1*150*0", "HC:1*--1*0", "bad_amount", 15, "2000D", "SVC02", "--1"),
    "line outside": ("TRN*2*ACCT1~\n", "SVC*HC:1*1~\nTRN*2*ACCT1~\n", "line_outside_claim", 10, "", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_element_is_told_with_its_place(
    file_of: Callable[..., bytes], read_one: ReadOne, name: str
) -> None:
    old, new, *place = BAD[name]
    assert BODY.count(old) == 1, "the case itself is ambiguous"
    one, items = read_one(file_of("277", BODY.replace(old, new), version="005010X214"))
    told = [p for p in one.problems if p.is_fatal]
    assert (told[0].code, told[0].segment_number, told[0].loop) == tuple(place[:3])
    assert (told[0].element, told[0].found) == tuple(place[3:])
    traces = [item.trace_number for item in items if isinstance(item, ClaimStatus)]
    assert traces[-1] == "ACCT2"
    assert ("ACCT1" in traces) is (told[0].segment_number < 10 or name == "line outside")
