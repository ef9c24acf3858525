"""Chromium for the browser tests, from the system; without it they are skipped, with a line that says so."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # payers are open
PASSWORD = "keyboard-alone-9"
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path),
    None,
)
# What Chromium would fetch for itself at start is refused where tests have no network, and slows them.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one headless Chromium for the whole run; a test opens its own context in it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install Debian's chromium")
    # Playwright keeps an event loop in this thread, on account of which Django would refuse the database.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


def taken_in(code: str, folder: Path) -> Any:
    """Return a sample practice with its files posted."""
    from dueline.accounts.actions import add_practice
    from dueline.core.enums import PayerType
    from dueline.intake.actions import intake_paths
    from dueline.payers.actions import add_payer, seed_default_rules
    from dueline.sample import practice_plan, write_sample
    from dueline.sample.payers import PAYERS

    plan = practice_plan(code=code, claim_count=150, seed=4, as_of=AS_OF)
    write_sample(plan, folder)
    npis = [(party.identifier, party.last_name) for party in (plan.billing, plan.facility)]
    tax_id = plan.billing.references[0].value
    practice = add_practice(code=code, name=plan.name, tax_id=tax_id, npis=npis, by="test", at=NOW)
    seed_default_rules(practice=practice)
    for payer in PAYERS:
        identifiers = [("PI", payer.identifier), ("TIN", f"1{payer.tax_id}")]
        add_payer(
            practice=practice,
            name=payer.name,
            payer_type=PayerType(payer.kind),
            identifiers=identifiers,
            source="test",
        )
    intake_paths(
        practice=practice, paths=[folder / "files"], by="test", as_of=AS_OF, clock=lambda: NOW
    )
    return practice


@pytest.fixture
def lakeside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    from dueline.accounts.actions import add_user
    from dueline.core.enums import Role

    practice = taken_in("lakeside", tmp_path / "lakeside")
    ana = add_user(
        username="ana",
        password=PASSWORD,
        memberships={practice: Role.L1_CALLER},
        by="test",
        at=NOW,
        is_checked=False,
    )
    _asked_for_today(practice, ana)
    return practice


def _asked_for_today(practice: Any, by: Any) -> None:
    """Let a call have claims enough: four small ones of the payer with the most that wait are due today."""
    from dueline.worklist.actions import move_due_date
    from dueline.worklist.models import WorklistItem

    waiting = WorklistItem.objects.filter(
        practice=practice, is_open=True, is_due=False, is_held=False, level="L1"
    )
    payers = Counter(waiting.values_list("payer_id", flat=True))
    payer = min(payers, key=lambda pk: (-payers[pk], pk))
    for item in waiting.filter(payer_id=payer).order_by("payer_balance_cents", "pk")[:4]:
        move_due_date(
            item=item, due_on=AS_OF, reason="Asked to look today", by=by, as_of=AS_OF, now=NOW
        )


@pytest.fixture
def page(browser: Browser, live_server: Any, lakeside: Any) -> Iterator[Page]:
    """Give a page on which ana has signed in by keyboard; console errors fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=live_server.url)
    found = context.new_page()
    faults: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    found.goto("/")
    found.keyboard.type("ana")
    found.keyboard.press("Tab")
    found.keyboard.type(PASSWORD)
    found.keyboard.press("Enter")
    expect(found.get_by_role("heading", name="Monday, November 23")).to_be_visible()
    yield found
    context.close()
    assert faults == []


def is_fault(said: ConsoleMessage) -> bool:
    """A page's own error; that an answer was a 404 or 422, or no network, is what some tests ask for."""
    asked_for = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    return said.type == "error" and not any(words in said.text for words in asked_for)
