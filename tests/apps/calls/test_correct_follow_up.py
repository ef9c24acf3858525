"""Corrections are new follow-ups that point at the old; the chain shows every tampering."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
TABLE = "calls_followup"
DROP = {
    "sqlite": f"DROP TRIGGER {TABLE}_unalterable",
    "postgresql": f"DROP TRIGGER {TABLE}_unalterable ON {TABLE}",
}


@pytest.fixture
def correct(caller: Any, make_facts: Any) -> Callable[..., Any]:
    from dueline.calls.actions import correct_follow_up

    def act(row: Any, key: str, **changes: Any) -> Any:
        return correct_follow_up(
            follow_up=row,
            facts=make_facts(**changes),
            by=caller,
            as_of=AS_OF,
            now=NOW,
            request_key=key,
        )

    return act


def test_correction_is_a_new_entry_and_moves_the_claim(
    record: Any, correct: Any, claim: Any
) -> None:
    from dueline.calls.queries import follow_up_for, follow_ups_of
    from dueline.calls.verify import verify_chain

    old = record(claim)
    new = correct(old, "k2", promised_on="2026-12-09", next_due_on="2026-12-10")
    assert [row.sequence for row in follow_ups_of(claim)] == [2, 1]
    assert new.corrects == old
    assert follow_up_for(claim.practice, 1).facts == {"promised_on": "2026-12-04"}
    claim.item.refresh_from_db()
    assert claim.item.due_on == date(2026, 12, 10)
    assert verify_chain(claim.practice) == []


def test_correction_of_an_earlier_follow_up_does_not_move_the_claim(
    record: Any, correct: Any, claim: Any
) -> None:
    first = record(claim)
    record(claim, key="k2", next_due_on="2026-12-14")
    correct(first, "k3", next_due_on="2026-12-01")
    claim.item.refresh_from_db()
    assert claim.item.due_on == date(2026, 12, 14)


def test_follow_up_is_corrected_once(record: Any, correct: Any, claim: Any) -> None:
    from dueline.calls.errors import CorrectionRefused

    row = record(claim)
    corrected = correct(row, "k2", said="First.")
    with pytest.raises(CorrectionRefused):
        correct(row, "k3", said="Second.")
    correct(corrected, "k4", said="Third.")
    assert correct(row, "k2", said="First.") == corrected


@pytest.fixture
def chain(record: Any, claim: Any) -> Any:
    for number in range(1, 5):
        record(claim, key=f"k{number}", said=f"Words {number}.")
    return claim.practice


TAMPERINGS = {
    "words": ("UPDATE {t} SET said='Other' WHERE sequence=2", "number 2 was altered"),
    "facts": ("UPDATE {t} SET facts='{{}}' WHERE sequence=3", "number 3 was altered"),
    "date": ("UPDATE {t} SET next_due_on='2027-01-04' WHERE sequence=1", "number 1 was altered"),
    "time": (
        "UPDATE {t} SET occurred_at='2026-11-20 10:00:00' WHERE sequence=4",
        "number 4 was altered",
    ),
    "removed": ("DELETE FROM {t} WHERE sequence=2", "number 2 is missing"),
    "last removed": ("DELETE FROM {t} WHERE sequence=4", "the end is missing"),
}


def test_untouched_chain_is_clean(chain: Any) -> None:
    from dueline.calls.verify import verify_chain

    assert verify_chain(chain) == []


@pytest.mark.parametrize(("statement", "breach"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_verify_chain_names_tampering(chain: Any, statement: str, breach: str) -> None:
    from django.db import connection

    from dueline.calls.verify import verify_chain

    with connection.cursor() as cursor:
        cursor.execute(DROP[connection.vendor])
        cursor.execute(statement.format(t=TABLE))
    assert f"follow-ups of lakeside: {breach}" in verify_chain(chain)


def test_follow_up_cannot_be_changed(chain: Any) -> None:
    from django.db import DatabaseError, connection, transaction

    from dueline.accounts.errors import AppendOnlyError
    from dueline.calls.models import FollowUp

    row = FollowUp.objects.get(sequence=2)
    for tamper in (row.save, row.delete, FollowUp.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            tamper()
    with pytest.raises(AppendOnlyError):
        FollowUp.objects.update(said="Other")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET said = 'Other'")
    assert FollowUp.objects.count() == 4
