"""From the Pareto to a measured fix, in a browser: payer, pattern, case, a fix dated three months back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dueline.cases.models import Case
from dueline.sample.adjudication import FIXED_DAYS

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
FIXED_ON = AS_OF - timedelta(days=FIXED_DAYS - 1)
PASSWORD = "keyboard-alone-9"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst(
    browser: Any, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Any:
    """Sign an analyst in to a practice of 2,500 claims, whose patterns were looked for."""
    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    from dueline.accounts.actions import add_practice, add_user
    from dueline.cases.actions import look_for_patterns
    from dueline.core.enums import Role
    from dueline.intake.actions import intake_paths
    from dueline.sample import practice_plan, write_sample

    plan = practice_plan(code="lakeside", claim_count=2500, seed=7, as_of=AS_OF)
    write_sample(plan, tmp_path)
    npis = [(party.identifier, "") for party in (plan.billing, plan.facility)]
    practice = add_practice(code="lakeside", name=plan.name, npis=npis, by="test", at=NOW)
    intake_paths(
        practice=practice, paths=[tmp_path / "files"], by="test", as_of=AS_OF, clock=lambda: NOW
    )
    look_for_patterns(practice=practice, by="test", as_of=AS_OF, now=NOW)
    add_user(
        username="noor",
        password=PASSWORD,
        memberships={practice: Role.ANALYST},
        by="test",
        at=NOW,
        is_checked=False,
    )
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[name=username]").fill("noor")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    yield page
    context.close()


def test_from_the_pareto_to_the_effect_of_a_fix(analyst: Page) -> None:
    page = analyst
    page.goto("/practices/lakeside/denials/?by=payer&period=all")
    page.get_by_role("link", name="Prairie Union Health").first.click()
    pattern = page.get_by_role("row", name="Prairie Union Health, modifier 25")
    expect(pattern).to_contain_text("CARC 97")
    pattern.get_by_role("link", name="Open a case").click()
    page.get_by_label("What is wrong, in a sentence").fill("A visit with modifier 25 is bundled")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Case 1: A visit with modifier 25")).to_be_visible()
    case = Case.objects.get()
    expect(page.get_by_role("heading", name=f"{case.claims.count()} claims")).to_be_visible()
    page.get_by_label("Suspected cause").fill("The template adds 25 to every visit")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Suspected cause: The template adds 25")).to_be_visible()
    page.get_by_label("Right from the day of service").fill(FIXED_ON.isoformat())
    page.get_by_role("button", name="It is fixed").click()
    expect(page.get_by_role("table", name="Share refused before and since the fix")).to_be_visible()
    case.refresh_from_db()
    measure = case.measures.get()
    own = page.get_by_role("row", name="This case, before")
    expect(own).to_contain_text(f"{measure.before_claims}")
    expect(page.get_by_text("Kept since:")).to_be_visible()
    said = {"worked": "It worked.", "too_early": "Too early to say."}[measure.verdict]
    expect(page.get_by_text(said)).to_be_visible()
    page.goto("/practices/lakeside/denials/patterns/")
    expect(page.get_by_role("link", name="Case 1")).to_be_visible()
    _check_fit(page)


def _check_fit(page: Page) -> None:
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("denials/patterns/", "denials/cases/", "denials/cases/1/", "denials/"):
            page.goto(f"/practices/lakeside/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
