"""Lists as files: what a spreadsheet would run is never live, and notes go out as systems take them in."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import RequestFactory

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.models import AuditEvent, Practice, User
from dueline.calls.actions import record_follow_up
from dueline.core.disarmed import RUNS, plain_text, safe_text
from dueline.core.enums import Channel, NextAction, Outcome, Role
from dueline.core.follow_up import FollowUpFacts
from dueline.ledger.models import Claim
from dueline.reports.call_sheet import export_call_sheet, pdf
from dueline.reports.exports import write_csv, write_xlsx
from dueline.reports.lists import ListError, ListName, export_list
from dueline.sheets.actions import receive_sheet, take_in

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture
def practice(db: None, tmp_path: Path) -> Practice:
    """Give a practice of two claims whose names and numbers a spreadsheet would run."""
    made = add_practice(code="lakeside", name="Lakeside", npis=[], by="t", at=NOW)
    path = tmp_path / "a.csv"
    rows = f'"{EVIL}","{EVIL}, @SUM(1)","+{EVIL}",90\nLKS2,"DOE, JANE",PLAN,80\n'
    path.write_text(f"Claim #,Patient,Payer,Ins Balance\n{rows}")
    kept = receive_sheet(practice=made, path=path, name="a.csv", by="t", as_of=AS_OF, now=NOW)
    take_in(sheet_import=kept, by="t", as_of=AS_OF, clock=lambda: NOW)
    return made


@pytest.fixture
def lead(practice: Practice) -> User:
    return add_user(
        username="lena", password=None, memberships={practice: Role.LEAD}, by="t", at=NOW
    )


def table(practice: Practice, lead: User, name: ListName, **query: str) -> list[list[object]]:
    facts = {"practice": practice, "by": lead, "as_of": AS_OF, "now": NOW}
    return list(export_list(name=name, query=query, **facts))


def test_a_hostile_cell_is_text_in_csv_and_xlsx(practice, lead) -> None:
    rows = table(practice, lead, ListName.WORKLIST, due="all")
    assert any(EVIL in str(cell) for row in rows for cell in row)
    text = "".join(write_csv(iter(rows)))
    assert f"'{EVIL}" in text
    for line in text.splitlines():
        assert not any(cell.strip('"').startswith(("=", "+", "@")) for cell in line.split(","))
    out = io.BytesIO()
    write_xlsx(iter(rows), out, title="Worklist")
    sheet = ZipFile(out).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert AuditEvent.objects.filter(action="export_list").count() == 1


@pytest.mark.parametrize("name", ListName)
def test_each_list_has_headings_and_rows_of_one_width(practice, lead, name) -> None:
    rows = table(practice, lead, name)
    assert len({len(row) for row in rows}) == 1


def test_what_is_disarmed_reads_back_as_it_was() -> None:
    for text in ("plain", "'quoted", *(f"{sign}1" for sign in RUNS)):
        assert plain_text(safe_text(text)) == text
        assert not safe_text(text).startswith(RUNS)


def test_a_charge_that_is_not_known_is_left_empty(practice, lead) -> None:
    rows = table(practice, lead, ListName.WORKLIST, due="all")
    at = rows[0].index("Charge")
    assert [row[at] for row in rows[1:]] == [None, None]


def test_notes_since_a_day_are_one_line_each_with_claim_user_and_time(practice, lead) -> None:
    claim = Claim.objects.get(patient_control_number="LKS2")
    facts = FollowUpFacts(
        occurred_at=NOW,
        channel=Channel.CALL,
        contact_name="Dana",
        reference_number="77",
        said="In process,\nno date",
        outcome=Outcome.IN_PROCESS,
        next_action=NextAction.CALL,
        next_due_on=date(2026, 11, 25),
    )
    record_follow_up(
        practice=practice,
        claim=claim,
        facts=facts,
        by=lead,
        as_of=AS_OF,
        now=NOW,
        request_key="one",
    )
    head, row = table(practice, lead, ListName.NOTES, since="2026-11-23")
    assert head[:5] == ["Patient control number", "Date", "Time", "User", "Note"]
    assert row[:4] == ["LKS2", AS_OF, "10:30", "lena"]
    assert "In process, no date" in str(row[4])
    assert "\n" not in str(row[4])
    assert len(table(practice, lead, ListName.NOTES, since="2026-11-24")) == 1
    with pytest.raises(ListError, match="expected a date"):
        table(practice, lead, ListName.NOTES, since="soon")


def test_the_call_sheet_takes_markup_as_text_and_long_lists(practice, lead) -> None:
    query = RequestFactory().get("/", {"due": "all"}).GET.dict()
    made = export_call_sheet(practice=practice, query=query, by=lead, as_of=AS_OF, now=NOW)
    assert made.startswith(b"%PDF-")
    long = "#panic() *x* " * 30
    names = "claim number patient born payer member service charge said next open deadline".split()
    rows = [{"rank": at, **dict.fromkeys(names, long)} for at in range(100)]
    told = {"practice": long, "day": "today", "order": "any", "note": "all", "rows": rows}
    assert pdf(told).startswith(b"%PDF-")
