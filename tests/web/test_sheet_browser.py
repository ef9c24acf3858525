"""An aging workbook mapped, taken in, and taken in again a week later, in a browser."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from dueline.ledger.models import Claim

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PASSWORD = "keyboard-alone-9"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def biller(
    browser: Any, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Any:
    """Sign a biller in to an empty practice; what is handed in is read at once."""
    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    from dueline.accounts.actions import add_practice, add_user
    from dueline.core.enums import Role

    practice = add_practice(code="lakeside", name="Lakeside", npis=[], by="test", at=NOW)
    add_user(
        username="bea",
        password=PASSWORD,
        memberships={practice: Role.BILLER},
        by="test",
        at=NOW,
        is_checked=False,
    )
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("[name=username]", "bea")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    yield page
    context.close()


def workbook(path: Path, day: str, *rows: list[object]) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "Aging"
    sheet.append(["Lakeside Family Medicine"])
    sheet.merge_cells("A1:F1")
    sheet.append([f"Insurance aging as of {day}"])
    sheet.append([])
    sheet.append(["Reference", "Patient Name", "Insurance", "DOS", "Charges", "Ins Balance"])
    for row in rows:
        sheet.append(row)
    sheet.append(["Grand Total", None, None, None, None, sum(float(str(r[5])) for r in rows)])
    book.save(path)
    return path


def drop(page: Page, path: Path) -> None:
    page.goto("/practices/lakeside/sheets/")
    page.set_input_files("#sheet-file", path)
    page.wait_for_url("**/sheets/*/")


def test_an_aging_workbook_is_mapped_and_taken_in_twice(biller: Page, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [f"LKS{at}", "DOE, JANE Q", "SAMPLE PLAN", date(2026, 10, at), 100.1, 40.05]
        for at in (1, 2, 3)
    ]
    drop(biller, workbook(tmp_path / "first.xlsx", "11/16/2026", *rows))
    expect(biller.locator("#map-error")).to_contain_text("No column is chosen for: Claim number")
    biller.locator("#field-0").select_option("claim_number")
    preview = biller.locator("#preview tbody tr")
    expect(preview.first).to_contain_text("LKS1")
    expect(preview.first).to_contain_text("DOE, JANE Q")
    expect(preview.nth(3)).to_contain_text("Left out")
    expect(biller.locator("#map-error")).to_have_count(0)
    biller.fill("#save_as", "Weekly aging")
    expect(biller.locator("#as_of")).to_have_value("2026-11-16")
    biller.get_by_role("button", name="Take it in").click()
    expect(biller.locator("#state")).to_contain_text("3 new")
    expect(biller.locator("#state")).to_contain_text("it agrees")
    assert {c.payer_balance_cents for c in Claim.objects.all()} == {4005}

    rows[0][5] = 15.05
    drop(biller, workbook(tmp_path / "second.xlsx", "11/23/2026", *rows[:2]))
    expect(biller.locator("#map header")).to_contain_text("Weekly aging")
    biller.get_by_role("button", name="Take it in").click()
    expect(biller.locator("#state")).to_contain_text("0 new, 1 changed, 1 as they were")
    gone = biller.locator("#vanished")
    expect(gone).to_contain_text("LKS3")
    gone.locator("[name=resolution]").check()
    gone.locator("[name=reason]").fill("Paid, in the system since Friday")
    gone.get_by_role("button", name="Close the chosen").click()
    expect(biller.locator("#vanished")).to_have_count(0)
    balances = Claim.objects.order_by("patient_control_number").values_list("payer_balance_cents")
    assert [cents for (cents,) in balances] == [1505, 4005, 0]
