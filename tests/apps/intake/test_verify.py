"""`verify` names what a hand in the database could do, also where it covers its tracks."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dueline.accounts.actions import add_practice
from dueline.accounts.append_only import unprotected
from dueline.accounts.isolation import references, verify_isolation
from dueline.accounts.models import Practice
from dueline.intake.actions import intake_paths
from dueline.ledger.verify import verify
from dueline.payers.actions import seed_default_rules
from dueline.sample import practice_plan, write_sample
from dueline.worklist.queries import verify as verify_worklist

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PLAN = practice_plan(code="lakeside", claim_count=60, seed=9, as_of=AS_OF)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(PLAN, folder)
    return folder / "files"


@pytest.fixture
def practice(db: None, files: Path) -> Practice:
    npis = [(party.identifier, "") for party in (PLAN.billing, PLAN.facility)]
    made = add_practice(code="lakeside", name="Lakeside", npis=npis, by="test", at=NOW)
    seed_default_rules(practice=made)
    intake_paths(practice=made, paths=[files], by="test", as_of=AS_OF, clock=lambda: NOW)
    assert told(made) == set()
    return made


def told(practice: Practice) -> set[str]:
    found = [*verify(practice), *verify_worklist(practice, now=NOW), *verify_isolation(practice)]
    return {breach.rule for breach in found}


def _free(table: str) -> None:
    """Do what a hand in the database would do first."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_unalterable{on}")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0


ONE_PAID = "(SELECT MIN(id) FROM ledger_entry WHERE kind = 'payment' AND amount_cents > 0 AND claim_id IS NOT NULL)"
ONE_ITEM = "(SELECT MIN(id) FROM worklist_worklistitem WHERE is_open)"
COLUMNS = (
    "practice_id, claim_id, kind, transaction_set_id, segment_number, submission_id, claim_payment_id, "
    "line_payment_id, effective_on, group_code, carc, amount_cents, payer_effect_cents, patient_effect_cents"
)


def test_a_payment_posted_twice_is_found_also_where_the_balances_were_made_to_fit(
    practice: Practice,
) -> None:
    _run(
        "UPDATE ledger_claim SET paid_cents = paid_cents + (SELECT amount_cents FROM ledger_entry "
        f"WHERE id = {ONE_PAID}), payer_balance_cents = payer_balance_cents - (SELECT amount_cents "
        f"FROM ledger_entry WHERE id = {ONE_PAID}) "
        f"WHERE id = (SELECT claim_id FROM ledger_entry WHERE id = {ONE_PAID})"
    )
    _run(
        f"INSERT INTO ledger_entry ({COLUMNS}) SELECT {COLUMNS} FROM ledger_entry WHERE id = {ONE_PAID}"
    )
    found = told(practice)
    assert "payment entries" in found
    assert not found & {"claim balance", "claim paid"}


def test_what_an_entry_moves_is_found_where_it_was_changed(practice: Practice) -> None:
    _free("ledger_entry")
    assert unprotected() == ["ledger_entry"]
    _run(
        f"UPDATE ledger_entry SET payer_effect_cents = 5, patient_effect_cents = 7 WHERE id = {ONE_PAID}"
    )
    assert "entry" in told(practice)


def test_the_database_refuses_to_change_an_entry(practice: Practice) -> None:
    from django.db import DatabaseError, transaction

    assert unprotected() == []
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        _run(f"UPDATE ledger_entry SET amount_cents = 1 WHERE id = {ONE_PAID}")


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE ledger_submission SET charge_cents = charge_cents + 1", "whole sets"),
        (
            "UPDATE ledger_transactionset SET claim_count = claim_count + 1 WHERE kind = '837P'",
            "whole sets",
        ),
        (
            "UPDATE ledger_transactionset SET claim_count = claim_count + 1 WHERE kind = '835'",
            "whole sets",
        ),
        (
            "UPDATE ledger_claimpayment SET reverses_id = NULL, is_reversed = %s WHERE practice_id > 0",
            "reversal",
        ),
        (
            f"UPDATE worklist_worklistitem SET work_status = 'closed' WHERE id = {ONE_ITEM}",
            "worklist status",
        ),
        (
            f"UPDATE worklist_worklistitem SET work_status = 'lost' WHERE id = {ONE_ITEM}",
            "worklist status",
        ),
        (
            "UPDATE worklist_worklistitem SET is_due = %s, is_for_caller = %s WHERE due_on < priced_on AND is_open",
            "worklist due",
        ),
        (
            f"UPDATE worklist_worklistitem SET due_on = '2031-01-06' WHERE id = {ONE_ITEM}",
            "worklist due",
        ),
        (
            f"UPDATE worklist_worklistitem SET priced_on = '2026-11-20' WHERE id = {ONE_ITEM}",
            "worklist day",
        ),
    ],
)
def test_verify_names_it(practice: Practice, statement: str, rule: str) -> None:
    false = "FALSE" if connection.vendor == "postgresql" else "0"
    _run(statement.replace("%s", false))
    assert rule in told(practice)


def test_a_lease_without_end_is_found(practice: Practice, django_user_model: Any) -> None:
    from dueline.worklist.models import WorklistItem

    user = django_user_model.objects.create(username="lena")
    item = WorklistItem.objects.filter(is_open=True).first()
    assert item is not None
    item.leased_by, item.leased_until = user, NOW + timedelta(hours=1)
    item.save()
    assert told(practice) == set()
    item.leased_until = NOW + timedelta(days=9999)
    item.save()
    assert told(practice) == {"worklist lease"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("ledger_claim", "patient_id"),
        ("ledger_submission", "claim_id"),
        ("ledger_claimpayment", "claim_id"),
        ("denials_denial", "claim_id"),
    ],
)
def test_a_reference_into_another_practice_is_found(
    practice: Practice, table: str, column: str
) -> None:
    other = add_practice(code="summit", name="Summit", by="test", at=NOW)
    target = {"patient_id": "ledger_patient", "claim_id": "ledger_claim"}[column]
    _run(
        f"UPDATE {target} SET practice_id = {other.pk} "
        f"WHERE id = (SELECT MIN({column}) FROM {table} WHERE {column} IS NOT NULL)"
    )
    breaches = list(verify_isolation(practice))
    named = table.partition("_")[2]
    assert any(breach.where.replace(" ", "").startswith(named) for breach in breaches), breaches


def test_isolation_looks_at_every_reference_between_practices_tables() -> None:
    """At least one from each table that belongs to a practice and refers to another."""
    found = {f"{model.__name__}.{name}" for model, name in references()}
    assert {
        "Entry.claim",
        "WorklistItem.claim",
        "FollowUp.claim",
        "Denial.claim",
        "Claim.payer",
    } <= found
    assert len(found) > 40
