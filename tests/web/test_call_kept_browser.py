"""What is typed in the console is never lost, nor left behind: answers in flight, refusals, two tabs, sign-out."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dueline.accounts.models import Practice
from dueline.calls.models import Call, CallClaim
from dueline.worklist.models import WorklistItem

BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"
DRAFTS = """Object.entries(sessionStorage).filter(([key]) => key !== "htmx-current-path-for-history")
    .map(([key, value]) => key + value).join()"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(page: Page, lakeside: Practice) -> Page:
    """Begin a call about one claim, which has come to "cut off, and how"."""
    rows = WorklistItem.objects.filter(practice=lakeside, is_for_caller=True, level="L1")
    page.goto(f"/practices/lakeside/claims/{rows.order_by('-priority')[0].claim_id}/")
    page.keyboard.press("c")
    page.wait_for_url("**/calls/*/")
    page.keyboard.press("Alt+x")
    with page.expect_response(lambda answer: "/work/" in answer.url):
        page.keyboard.type("S29")
    expect(page.get_by_role("heading", name="S29")).to_be_visible()
    with page.expect_response(lambda answer: "/work/" in answer.url):
        page.keyboard.press("6")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_text("Say what happened and how long it took")).to_be_visible()
    expect(page.locator(BUSY)).to_have_count(0)
    return page


def leave(page: Page, field: str, text: str) -> None:
    """Type into a field and leave it; wait for the answer."""
    page.locator(field).fill(text)
    with page.expect_response(lambda answer: "/work/" in answer.url):
        page.locator(field).blur()


def facts() -> Any:
    return CallClaim.objects.get().talk["facts"]


def test_what_is_typed_while_an_answer_is_in_flight_stays(call: Page) -> None:
    leave(call, "#f-attempt", "Cut off")
    call.locator("[name=choice]").first.focus()
    with call.expect_response(lambda answer: "/work/" in answer.url):
        call.keyboard.press("1")
    slow = call.context.new_cdp_session(call)
    network = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", network)
    call.keyboard.press("Alt+ArrowDown")
    call.locator("#f-reference").focus()
    call.keyboard.type("HB-77120")
    expect(call.get_by_text("The questions are done.")).to_be_visible()
    expect(call.locator("#f-reference")).to_have_value("HB-77120")
    expect(call.locator("#c-lack")).not_to_contain_text("reference")
    assert Call.objects.get().reference_number == "HB-77120"


def test_refused_keeping_says_so_and_forgets_nothing(call: Page) -> None:
    """A new sign-in in another tab changes what the page must send along."""
    leave(call, "#f-attempt", "Cut off")
    cookie = next(one for one in call.context.cookies() if one["name"] == "csrftoken")
    call.context.add_cookies([{**cookie, "value": "x" * 32}])  # type: ignore[list-item]
    leave(call, "#f-attempt", "Cut off after 12 minutes")
    expect(call.get_by_role("alert")).to_contain_text("Not kept: your sign-in changed")
    assert facts()["attempt"] == "Cut off"
    with call.expect_response(lambda answer: "/work/" in answer.url):
        call.get_by_role("button", name="Reload the page").click()
    expect(call.locator("#f-attempt")).to_have_value("Cut off after 12 minutes")
    expect(call.locator("#c-lost")).to_be_hidden()
    assert facts()["attempt"] == "Cut off after 12 minutes"


def test_a_stale_tabs_blanks_take_nothing_away(call: Page) -> None:
    other = call.context.new_page()
    other.goto(call.url)
    leave(call, "#f-attempt", "Cut off after 12 minutes")
    leave(other, "#f-reference", "HB-1")
    with other.expect_response(lambda answer: "/work/" in answer.url):
        other.get_by_role("button", name="On hold").or_(
            other.get_by_role("button", name="Off hold")
        ).click()
    assert facts()["attempt"] == "Cut off after 12 minutes"
    assert Call.objects.get().reference_number == "HB-1"


def test_two_tabs_that_typed_the_same_fact_are_told(call: Page) -> None:
    other = call.context.new_page()
    other.goto(call.url)
    leave(call, "#f-attempt", "Cut off after 12 minutes")
    leave(other, "#f-attempt", "Cut off after 40 minutes")
    told = other.locator("#c-differs")
    expect(told).to_contain_text("another tab has “Cut off after 12 minutes”")
    assert facts()["attempt"] == "Cut off after 12 minutes"
    expect(other.locator("#f-attempt")).to_have_value("Cut off after 40 minutes")
    other.locator("#f-attempt").focus()
    leave(other, "#f-attempt", "Cut off after 40 minutes, truly")
    expect(told).to_be_hidden()
    assert facts()["attempt"] == "Cut off after 40 minutes, truly"


def test_sign_out_leaves_nothing_in_the_browser(call: Page) -> None:
    other = call.context.new_page()
    other.goto("/practices/lakeside/worklist/")
    call.context.set_offline(True)
    call.locator("#f-attempt").fill("Ottoline told me")
    assert "Ottoline" in call.evaluate(DRAFTS)
    call.context.set_offline(False)
    with other.expect_navigation(url="**/sign-in/**"):
        other.locator("summary.dl-me").click()
        other.get_by_role("button", name="Sign out").click()
    expect(call.get_by_label("User name")).to_be_visible()
    assert call.evaluate(DRAFTS) == ""
    call.go_back()
    expect(call.get_by_text("Say what happened")).to_have_count(0)


def test_an_ended_call_leaves_nothing_in_the_tab(call: Page) -> None:
    call.get_by_role("button", name="Off hold").click()
    expect(call.get_by_role("button", name="On hold")).to_be_visible()
    assert call.evaluate("sessionStorage.getItem('htmx-history-cache')") is None
    call.locator("#f-attempt").fill("Cut off")
    for field, text in (("#f-contact", "Dana M."), ("#f-reference", "HB-1")):
        leave(call, field, text)
    call.locator("#f-outcome").select_option("no_answer")
    expect(call.locator("#c-lack")).to_have_text("Everything is there.")
    call.keyboard.press("Control+Enter")
    call.wait_for_url("**/claims/*/")
    assert call.evaluate(DRAFTS) == ""
