"""A caller's shift in a real browser, by keyboard alone: five claims worked, and off the list until due."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dueline.accounts.models import Practice
from dueline.calls.models import FollowUp
from dueline.worklist.models import WorklistItem
from tests.web.conftest import AS_OF, taken_in

pytestmark = pytest.mark.django_db(transaction=True)


def _record(page: Page) -> None:
    """Fill the form in the order of its fields, without touching the mouse."""
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("p")  # portal
    page.locator("#f-no_reference_reason").focus()
    page.keyboard.type("The portal gives none")
    page.keyboard.press("Tab")
    page.keyboard.type("In process since last week.")
    page.keyboard.press("Tab")
    with page.expect_response(lambda answer: "follow-ups/fields" in answer.url):
        page.keyboard.type("In pro")
    page.locator("#f-no_expected_reason").focus()
    page.keyboard.type("The portal shows no day")


def test_three_claims_by_keyboard_alone_leave_the_list_until_due(
    page: Page, lakeside: Practice
) -> None:
    worked: list[int] = []
    page.keyboard.press("n")
    for _ in range(3):
        page.wait_for_url("**/claims/*/")
        claim = int(page.url.rstrip("/").split("/")[-1])
        assert claim not in worked
        worked.append(claim)
        _record(page)
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    kept = FollowUp.objects.filter(practice=lakeside).order_by("sequence")
    assert [row.claim_id for row in kept] == worked
    items = WorklistItem.objects.filter(claim__in=worked)
    assert [item.is_due for item in items] == [False] * 3
    assert all(item.due_on > AS_OF for item in items)
    page.goto("/practices/lakeside/worklist/")
    shown = page.locator("[data-list] tbody tr a").evaluate_all(
        "links => links.map(a => Number(new URL(a.href).pathname.split('/').at(-2)))"
    )
    assert shown
    assert not set(worked) & set(shown)


def test_list_moves_and_opens_by_keyboard(page: Page) -> None:
    page.goto("/practices/lakeside/worklist/")
    rows = page.locator("[data-list] tbody tr")
    second = rows.nth(1).locator("a").get_attribute("href")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")


def test_claims_beside_this_one_are_those_of_the_list_it_was_opened_from(page: Page) -> None:
    page.goto("/practices/lakeside/worklist/?due=all&order=largest")
    links = page.locator("[data-list] tbody tr a")
    listed = [_claim_of(links.nth(at).get_attribute("href") or "") for at in range(3)]
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/**")
    assert _claim_of(page.url) == listed[0]
    assert page.locator('[data-key="["]').count() == 0  # nothing comes before the first
    for expected, key in ((listed[1], "]"), (listed[2], "]"), (listed[1], "[")):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert _claim_of(page.url) == expected
    with page.expect_navigation():
        page.keyboard.press("Escape")
    assert "due=all" in page.url
    assert "order=largest" in page.url


def _claim_of(address: str) -> int:
    return int(address.partition("?")[0].rstrip("/").split("/")[-1])


def test_date_is_moved_with_a_reason_and_refused_without(page: Page, lakeside: Practice) -> None:
    page.goto("/practices/lakeside/worklist/?due=all&order=largest")
    page.keyboard.press("m")
    page.wait_for_url("**/claims/**move=1")
    claim = _claim_of(page.url)
    expect(page.get_by_role("dialog", name="Move the date")).to_be_visible()
    page.locator("#m-due_on").fill("2026-11-26")  # Thanksgiving
    page.locator("#m-reason").fill("The payer closes its books on that day")
    # The answer to a refused form is a 422, which the browser notes as an error of its own.
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text(
        "11/26/2026 is a weekend or a federal holiday"
    )
    expect(page.locator("#m-reason")).to_have_value("The payer closes its books on that day")
    page.locator("#m-due_on").fill("2026-11-30")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    item = WorklistItem.objects.get(claim_id=claim)
    assert item.due_on == date(2026, 11, 30)
    change = item.due_date_changes.get()
    assert (change.changed_by, change.reason) == ("ana", "The payer closes its books on that day")


def test_page_that_is_not_there_says_so_and_leads_back(page: Page) -> None:
    page.goto("/practices/lakeside/claims/999999/")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    page.get_by_role("link", name="Back to Today").click()
    expect(page.get_by_role("heading", name="Monday, November 23")).to_be_visible()


def test_what_was_typed_stays_and_each_fault_stands_beside_its_field(page: Page) -> None:
    page.keyboard.press("n")
    page.wait_for_url("**/claims/*/")
    page.keyboard.press("r")
    page.locator("#f-said").fill("Only this")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("What you typed is kept")
    expect(page.locator("#f-said")).to_have_value("Only this")
    fault = page.locator("#f-contact_name + .dl-error")
    expect(fault).to_have_text(
        "Needed: the name of the person spoken to. Give it, or say in “Why none” why there is none."
    )
    expect(page.locator("#f-outcome + .dl-error")).to_have_text("Choose one.")
    # Each fault once, and in words: the list on top names the fields and leads to them.
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("link")).to_have_text(
        ["Person spoken to", "Call reference", "Outcome", "Next action"]
    )
    expect(alert).not_to_contain_text("Needed")
    expect(page.locator("#f-contact_name")).to_be_focused()
    assert not re.search(r"\b[a-z]+_[a-z]+\b", page.get_by_role("dialog").inner_text())


def test_another_practices_claim_is_not_found(page: Page, tmp_path: Path) -> None:
    summit = taken_in("summit", tmp_path / "summit")
    theirs = WorklistItem.objects.filter(practice=summit).values_list("claim_id", flat=True)[0]
    for address in (f"/practices/summit/claims/{theirs}/", f"/practices/lakeside/claims/{theirs}/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404


@pytest.mark.parametrize("path", ["today", "worklist", "aging", "intake"])
@pytest.mark.parametrize("width", [1280, 820])
def test_pages_fit_their_window(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/practices/lakeside/{path}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
