"""What a 999, TA1, 277CA or 277 that is taken in says of a file of ours."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dueline.core.enums import SetKind
from dueline.core.outgoing import OutgoingEvent as E
from dueline.core.outgoing import OutgoingState as S
from dueline.core.outgoing import batch_reference, claim_identifier
from dueline.core.x12 import write_interchange
from dueline.core.x12.model import (
    ClaimStatus,
    Document,
    Group,
    GroupAcknowledgment,
    Interchange,
    InterchangeAcknowledgment,
    Party,
    SetAcknowledgment,
    Status,
    StatusBatch,
    StatusCode,
)
from dueline.intake.actions import intake_paths
from dueline.intake.models import SetProblem
from dueline.sending.models import OutgoingAnswer, OutgoingClaim
from dueline.sending.verify import verify

from .conftest import AS_OF, NOW


@pytest.fixture
def take_in(practice: Any, tmp_path: Path) -> Callable[..., Any]:
    count = iter(range(1, 100))

    def take(*documents: Document, ta1: InterchangeAcknowledgment | None = None) -> Any:
        at = next(count)
        names = {"999": ("FA", "005010X231A1"), "277CA": ("HN", "005010X214")}
        code, version = names.get(documents[0].kind if documents else "", ("HN", "005010X212"))
        group = Group(code, "HL001", "1999936606", AS_OF, None, str(at), version)
        envelope = Interchange(
            sender_id="HL001", receiver_id="1999936606", sent_on=AS_OF, control_number=str(at)
        )
        text = write_interchange(
            [(group, documents)] if documents else [],
            envelope,
            acknowledgments=[ta1] if ta1 else [],
        )
        path = tmp_path / f"answer-{at}.x12"
        path.write_text("".join(text))
        summary = intake_paths(
            practice=practice, paths=[path], by="tests", as_of=AS_OF, clock=lambda: NOW
        )
        assert not summary.total("quarantined_count"), list(SetProblem.objects.values())
        return summary

    return take


def _999(number: int, results: dict[str, str], group: str = "A") -> Document:
    header = GroupAcknowledgment(
        "HR", str(number), "005010X212", group, len(results), len(results), 0
    )
    items = tuple(
        SetAcknowledgment("276", st02, "005010X212", (), result) for st02, result in results.items()
    )
    return Document(SetKind.IMPLEMENTATION_ACKNOWLEDGMENT, header, items, "005010X231A1")


def _277ca(number: int, verdicts: dict[str, str], batch: str = "A1") -> Document:
    """Return a 277CA of the first set: by claim's identifier the category, A2 accepted, A3 refused."""
    receiver = Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="1999936606")
    provider = Party(entity="85", last_name="LAKESIDE", id_qualifier="XX", identifier="1999936606")
    top = ClaimStatus(
        level="receiver",
        trace_number=batch_reference(number, "0001"),
        trace_type="2",
        receiver=receiver,
        statuses=(_status(batch),),
    )
    claims = tuple(
        ClaimStatus(
            trace_number=identifier,
            trace_type="2",
            receiver=receiver,
            provider=provider,
            subscriber=Party(entity="QC", is_person=True, last_name="QUILL"),
            statuses=(_status(category),),
        )
        for identifier, category in verdicts.items()
    )
    source = Party(entity="AY", last_name="CLEAR", id_qualifier="46", identifier="CLR")
    header = StatusBatch("0085", "08", "R1", AS_OF, None, source)
    return Document(SetKind.CLAIM_ACKNOWLEDGMENT, header, (top, *claims), "005010X214")


def _status(category: str) -> Status:
    action = "U" if category in ("A3", "A7") else "WQ"
    return Status((StatusCode(category, "19" if action == "WQ" else "21"),), AS_OF, action)


def test_a_999_that_accepts(practice, put, make_claims, take_in) -> None:
    row = put(make_claims(3))
    take_in(_999(row.number, {"0001": "A", "0002": "E"}))
    row.refresh_from_db()
    assert (row.state, row.rejected_count) == (S.ACCEPTED, 0)
    assert not SetProblem.objects.exists()  # that it is no 837 on file is no fault
    assert OutgoingAnswer.objects.get().event == E.ACCEPTED


def test_a_999_that_refuses_one_set_then_all(practice, put, make_claims, take_in) -> None:
    row = put(make_claims(3))
    take_in(_999(row.number, {"0001": "R", "0002": "A"}, "P"))
    row.refresh_from_db()
    assert (row.state, row.rejected_count) == (S.PARTLY_REJECTED, 2)
    take_in(_999(row.number, {"0001": "R", "0002": "A"}, "P"))  # the same again
    take_in(_999(row.number, {"0002": "X"}, "R"))
    row.refresh_from_db()
    assert (row.state, row.rejected_count) == (S.REJECTED, 3)
    assert not list(verify(practice))


def test_a_999_without_sets_that_refuses_the_group(practice, put, make_claims, take_in) -> None:
    row = put(make_claims(3))
    take_in(_999(row.number, {}, "R"))
    row.refresh_from_db()
    assert (row.state, row.rejected_count) == (S.REJECTED, 3)


def test_a_ta1_says_that_it_arrived_or_is_refused(practice, put, make_claims, take_in) -> None:
    ids = make_claims(2)
    first, second = put(ids), put(ids)
    take_in(ta1=InterchangeAcknowledgment(str(first.number), AS_OF, None, "A", "000"))
    take_in(ta1=InterchangeAcknowledgment(str(second.number), AS_OF, None, "R", "025"))
    states = [(row.state, row.rejected_count) for row in _fresh(first, second)]
    assert states == [(S.SENT, 0), (S.REJECTED, 2)]


def _fresh(*rows: Any) -> list[Any]:
    for row in rows:
        row.refresh_from_db()
    return list(rows)


def test_a_277ca_refuses_some_claims_after_the_999(practice, put, make_claims, take_in) -> None:
    row = put(make_claims(3), per_set=3)
    take_in(_999(row.number, {"0001": "A"}))
    names = [claim_identifier(row.number, at) for at in (1, 2, 3)]
    take_in(_277ca(row.number, {names[0]: "A2", names[1]: "A3", names[2]: "A2", "OTHER": "A3"}))
    row.refresh_from_db()
    assert (row.state, row.rejected_count) == (S.PARTLY_REJECTED, 1)
    assert OutgoingClaim.objects.get(is_rejected=True).identifier == names[1]
    take_in(_277ca(row.number, {}, batch="A3"))
    row.refresh_from_db()
    assert (row.state, row.rejected_count) == (S.REJECTED, 3)
    assert not list(verify(practice))


def test_an_answer_to_another_practices_file_changes_nothing(
    practice, put, make_claims, take_in, db
) -> None:
    row = put(make_claims(1))
    take_in(_999(row.number + 1, {"0001": "R"}, "R"))
    take_in(_999(17, {"0001": "R"}, "R"))
    row.refresh_from_db()
    assert row.state == S.WRITTEN
    assert SetProblem.objects.filter(code="set_not_on_file", is_fatal=False).count() == 2


def test_a_277_with_one_of_our_traces_shows_that_the_file_was_accepted(
    practice, put, make_claims, take_in
) -> None:
    row = put(make_claims(1))
    receiver = Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="1999936606")
    answer = ClaimStatus(
        trace_number=claim_identifier(row.number, 1),
        trace_type="2",
        receiver=receiver,
        provider=Party(entity="1P", last_name="LAKESIDE", id_qualifier="XX", identifier="1"),
        subscriber=Party(entity="IL", is_person=True, last_name="QUILL"),
        statuses=(Status((StatusCode("P1", "20"),), AS_OF),),
    )
    source = Party(entity="PR", last_name="HARBORLIGHT", id_qualifier="PI", identifier="HL001")
    header = StatusBatch("0010", "08", "R1", AS_OF, None, source)
    take_in(Document(SetKind.STATUS_RESPONSE, header, (answer,), "005010X212"))
    row.refresh_from_db()
    assert row.state == S.ACCEPTED
