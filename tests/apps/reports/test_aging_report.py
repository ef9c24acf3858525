"""The aging report: every open claim once, totals to the cent, each figure the sum of the claims behind it."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.accounts.models import AuditEvent, Practice, User
from dueline.core.aging import bucket, days_outstanding
from dueline.core.disarmed import RUNS, safe_text
from dueline.core.enums import AgingBasis, AgingBucket, PayerStatus
from dueline.ledger.models import Claim, Patient
from dueline.payers.models import Payer
from dueline.reports.exports import (
    aging_table,
    export_aging,
    export_claims,
    write_csv,
    write_xlsx,
)
from dueline.reports.queries import BASIS_FIELD, aging, aging_claim_ids, aging_claims, aging_on
from dueline.worklist.actions import refresh

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
AGES = [None, -2, 0, 1, 30, 31, 60, 61, 90, 91, 120, 121, 500]


@pytest.fixture
def practice(db):
    practice = Practice.objects.create(code="lakeside", name="Lakeside Multispecialty")
    patient = Patient.objects.create(
        practice=practice, identity_key="a", last_name="=SAMPLEWOOD", first_name="Ottoline"
    )
    payers = [
        Payer.objects.create(practice=practice, name=name) for name in ("Harborlight", "+Oak")
    ]
    for number, age in enumerate(AGES):
        since = None if age is None else MONDAY - timedelta(days=age)
        for payer in payers:
            Claim.objects.create(
                practice=practice,
                patient=patient,
                patient_control_number=f"@{number}-{payer.pk}",
                patient_control_key=f"@{number}-{payer.pk}",
                origin="submission",
                claim_type="P",
                payer=payer,
                service_from_on=since,
                first_submitted_on=None if since is None else since + timedelta(days=3),
                charge_cents=10_001,
                payer_balance_cents=-150 if number == 3 else 10_001 + number,
                payer_status=PayerStatus.PENDING,
                is_open=number != 5,
            )
    refresh(practice=practice, as_of=MONDAY)
    return practice


@pytest.mark.parametrize("basis", AgingBasis)
def test_totals_equal_the_open_balances_and_each_figure_its_claims(practice, basis):
    report = aging(practice, basis=basis, as_of=MONDAY)
    still_open = Claim.objects.filter(is_open=True)
    assert report.total.cents == sum(still_open.values_list("payer_balance_cents", flat=True))
    assert report.total.claims == len(still_open)
    for row in report.rows:
        for one in AgingBucket:
            behind = aging_claims(
                practice, basis=basis, as_of=MONDAY, payer=row.payer_id, bucket=one
            )
            assert row.cells[one].claims == len(behind)
            assert report.figure(row.payer_id, one) == row.cells[one]
            assert row.cells[one].cents == sum(c.payer_balance_cents for c in behind)
            for claim in behind:
                age = days_outstanding(getattr(claim, BASIS_FIELD[basis]), as_of=MONDAY)
                assert bucket(age) is one
        assert sum(cell.cents for cell in row.cells.values()) == row.total.cents
    assert sum(cell.cents for cell in report.totals.values()) == report.total.cents


def test_the_bases_differ_and_unknown_dates_are_shown_as_such(practice):
    by_service = aging(practice, basis=AgingBasis.SERVICE, as_of=MONDAY)
    by_submission = aging(practice, basis=AgingBasis.SUBMISSION, as_of=MONDAY)
    assert by_service.totals != by_submission.totals
    assert by_service.total == by_submission.total
    assert by_service.has_unknown
    assert by_service.totals[AgingBucket.UNKNOWN].claims == 2


@pytest.mark.parametrize("basis", AgingBasis)
@pytest.mark.parametrize("one", [None, *AgingBucket])
def test_the_claims_shown_are_those_of_the_figure_largest_first(practice, basis, one):
    report = aging(practice, basis=basis, as_of=MONDAY)
    for payer in (None, *(row.payer_id for row in report.rows)):
        which = {"basis": basis, "as_of": MONDAY, "payer": payer, "bucket": one}
        shown = list(aging_claim_ids(practice, **which))
        behind = aging_claims(practice, **which)
        assert sorted(shown) == sorted(claim.pk for claim in behind)
        cents = dict(behind.values_list("pk", "payer_balance_cents"))
        assert [cents[pk] for pk in shown] == sorted(cents.values(), reverse=True)
        assert report.figure(payer, one).claims == len(shown)
        assert report.figure(payer, one).cents == sum(cents.values())


def test_another_practice_is_not_in_the_report(practice):
    other = Practice.objects.create(code="summit", name="Summit")
    report = aging(other, basis=AgingBasis.SERVICE, as_of=MONDAY)
    assert report.rows == ()
    assert report.share(AgingBucket.DAYS_0_30) == 0


def test_the_report_takes_three_queries(practice, django_assert_num_queries):
    with django_assert_num_queries(3):
        aging(practice, basis=AgingBasis.SERVICE, as_of=MONDAY)


@given(st.text())
def test_exported_text_never_begins_a_formula(text):
    found = safe_text(text)
    assert not found.startswith(RUNS)
    assert found.endswith(text)


def test_csv_holds_the_figures_and_disarms_text(practice):
    report = aging(practice, basis=AgingBasis.SERVICE, as_of=MONDAY)
    rows = list(csv.reader(io.StringIO("".join(write_csv(aging_table(report))))))
    assert rows[0][0] == "Payer"
    assert {row[0] for row in rows[1:]} == {"Harborlight", "'+Oak", "All payers"}
    assert Decimal(rows[-1][-1]) == Decimal(report.total.cents) / 100
    assert sum(Decimal(row[-1]) for row in rows[1:-1]) == Decimal(rows[-1][-1])


def test_xlsx_holds_numbers_as_numbers_and_text_as_text(practice):
    user = User.objects.create(username="lead")
    table = export_claims(
        practice=practice,
        basis=AgingBasis.SERVICE,
        as_of=MONDAY,
        payer=None,
        bucket=AgingBucket.DAYS_0_30,
        by=user,
        now=NOW,
    )
    out = io.BytesIO()
    write_xlsx(table, out, title="Aging")
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == 8
    for row in rows:
        assert row[0].data_type == "s"
        assert row[0].value.startswith("'@")
        assert row[1].value == "'=SAMPLEWOOD, Ottoline"
        assert row[10].data_type == "n"
    event = AuditEvent.objects.get(action="export_aging_claims")
    assert event.detail == {
        "as_of": "2026-11-23",
        "basis": "service",
        "bucket": "0-30",
        "payer": None,
    }


def test_an_export_of_the_report_is_audited(practice):
    user = User.objects.create(username="lead")
    rows = export_aging(
        practice=practice, basis=AgingBasis.SUBMISSION, as_of=MONDAY, by=user, now=NOW
    )
    assert next(iter(rows))[0] == "Payer"
    assert AuditEvent.objects.filter(action="export_aging", username="lead").exists()


def test_a_past_day_shows_what_was_open_then(db, tmp_path):
    """Each month's end, recomputed from the entries alone, claim by claim; today's is the worklist's."""
    from dueline.accounts.actions import add_practice
    from dueline.intake.actions import intake_paths
    from dueline.ledger.models import Entry
    from dueline.sample import practice_plan, write_sample

    plan = practice_plan(code="lakeside", claim_count=120, seed=2, as_of=MONDAY)
    write_sample(plan, tmp_path)
    npis = [(party.identifier, "") for party in (plan.billing, plan.facility)]
    made = add_practice(code="lakeside", name="Lakeside", npis=npis, by="test", at=NOW)
    intake_paths(
        practice=made, paths=[tmp_path / "files"], by="test", as_of=MONDAY, clock=lambda: NOW
    )
    for day in (date(2026, 6, 30), date(2026, 10, 31), MONDAY):
        left: dict[int, int] = {}
        for entry in Entry.objects.exclude(claim=None):
            if entry.effective_on <= day:
                left[entry.claim_id] = left.get(entry.claim_id, 0) + entry.payer_effect_cents
        open_then = [cents for cents in left.values() if cents]
        report = aging_on(made, basis=AgingBasis.SERVICE, as_of=day)
        assert (report.total.claims, report.total.cents) == (len(open_then), sum(open_then))
        assert open_then
    assert report == aging(made, basis=AgingBasis.SERVICE, as_of=MONDAY)


def test_a_past_day_shows_the_payer_whose_turn_it_was(practice):
    """A claim that moved on to its second payer on Friday was the first one's on Thursday."""
    from dueline.ledger.models import Coverage, Entry, SourceFile, TransactionSet

    first, second = Payer.objects.filter(practice=practice).order_by("pk")
    claim = Claim.objects.filter(practice=practice).earliest("pk")
    thursday, friday = MONDAY - timedelta(days=4), MONDAY - timedelta(days=3)
    Claim.objects.filter(pk=claim.pk).update(payer=second, earlier_remitted_on=friday)
    for sequence, payer in (("P", first), ("S", second)):
        Coverage.objects.create(practice=practice, claim=claim, sequence=sequence, payer=payer)
    file = SourceFile.objects.create(
        practice=practice, sha256="a", name="a", size_bytes=1, received_at=NOW, received_by="t"
    )
    of = TransactionSet.objects.create(
        practice=practice,
        source_file=file,
        kind="835",
        status="posted",
        segment_from=1,
        segment_through=2,
        content_hash="a",
        posted_at=NOW,
    )
    for day, kind, cents in ((thursday, "charge", 10_000), (friday, "payment", -8_000)):
        Entry.objects.create(
            practice=practice,
            claim=claim,
            kind=kind,
            transaction_set=of,
            segment_number=1,
            effective_on=day,
            amount_cents=abs(cents),
            payer_effect_cents=cents,
            patient_effect_cents=0,
        )
    report = aging_on(practice, basis=AgingBasis.SERVICE, as_of=thursday)
    assert [(row.payer_id, row.total.cents) for row in report.rows] == [(first.pk, 10_000)]
