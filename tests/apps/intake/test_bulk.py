"""Rows written by a thread while their maker goes on: read by the next query, refused with Django's error."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DataError, transaction

from dueline import bulk
from dueline.accounts.models import Practice
from dueline.bulk import insert, new_ids, rows_in, set_flag, writing_aside

TOO_LARGE = 1 << 70


@pytest.fixture
def ids(db: None) -> tuple[int, ...]:
    some = new_ids(Practice)
    return tuple(next(some) for _ in range(5))


def row(pk: object, code: str) -> tuple[object, ...]:
    now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    values = {"id": pk, "code": code, "name": code, "created_at": now}
    defaults = bulk.row_type(Practice)()
    return tuple(values.get(c, getattr(defaults, c)) for c in bulk.columns_of(Practice))


def codes(pks: tuple[int, ...]) -> list[str]:
    return sorted(code for (code,) in rows_in(Practice, ("code",), "id", pks))


@pytest.mark.parametrize("rows_a_statement", [1, 2, 1000])
def test_rows_written_aside_are_there_for_the_next_query(
    ids: tuple[int, ...], rows_a_statement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ROWS_A_STATEMENT", rows_a_statement)
    with transaction.atomic(), writing_aside():
        insert(Practice, [row(pk, f"p{pk}") for pk in ids[:3]])
        assert codes(ids) == sorted(f"p{pk}" for pk in ids[:3])
        insert(Practice, [row(pk, f"p{pk}") for pk in ids[3:]])
        assert Practice.objects.filter(pk__in=ids).count() == 5
    assert codes(ids) == sorted(f"p{pk}" for pk in ids)


def fail(ids: tuple[int, ...], refused: object, then: Callable[[], object]) -> None:
    with transaction.atomic(), writing_aside():
        insert(Practice, [row(ids[0], "first")])
        insert(Practice, [row(refused, "second")])
        then()


def raise_key_error() -> None:
    raise KeyError


def test_what_the_database_refuses_is_raised_at_the_end(ids: tuple[int, ...]) -> None:
    with pytest.raises((DataError, OverflowError)):
        fail(ids, TOO_LARGE, lambda: None)
    assert codes(ids) == []


def test_what_the_database_refuses_is_raised_by_the_next_query(ids: tuple[int, ...]) -> None:
    answers: list[object] = []
    with pytest.raises((DataError, OverflowError)):
        fail(ids, TOO_LARGE, lambda: answers.append(codes(ids)))
    assert (answers, codes(ids)) == ([], [])


def test_nothing_is_written_where_the_maker_of_the_rows_fails(ids: tuple[int, ...]) -> None:
    with pytest.raises(KeyError):
        fail(ids, ids[1], raise_key_error)
    assert codes(ids) == []
    insert(Practice, [row(ids[0], "again")])
    assert codes(ids) == ["again"]


def test_flag_is_set_of_the_rows_with_one_of_the_values(ids: tuple[int, ...]) -> None:
    from dueline.ledger.models import SourceFile

    insert(Practice, [row(ids[0], "first")])
    files = [
        SourceFile.objects.create(
            practice_id=ids[0],
            name=name,
            sha256=name,
            size_bytes=1,
            received_at="2026-11-23T10:00Z",
            received_by="test",
        ).pk
        for name in ("a", "b", "c")
    ]
    set_flag(SourceFile, "is_complete", True, column="id", values=files[:2])
    complete = SourceFile.objects.filter(is_complete=True).order_by("pk")
    assert list(complete.values_list("pk", flat=True)) == files[:2]
