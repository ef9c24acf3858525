"""The call console in a real browser, by keyboard: three claims in one call, also with the network cut."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from dueline.accounts.models import Practice
from dueline.calls.models import Call, CallClaim, FollowUp
from dueline.calls.queries import note_of
from dueline.worklist.models import WorklistItem

BUSY = "[data-keeping], .htmx-request, .htmx-swapping, .htmx-settling"
EXPECTED = date(2026, 12, 9)  # by which the payer expects to decide
pytestmark = pytest.mark.django_db(transaction=True)
WAYS = {
    1: ("1", "Portal"),
    2: ("4", "Calling again"),
    3: ("2", "Fax"),
}  # keys of S29's last question


@pytest.fixture
def call(page: Page, lakeside: Practice) -> Page:
    """Begin a call with b about three claims of one payer."""
    rows = WorklistItem.objects.filter(practice=lakeside, is_for_caller=True, level="L1")
    payer = Counter(rows.values_list("payer_id", flat=True)).most_common(1)[0][0]
    first = rows.filter(payer_id=payer).order_by("-urgency", "-priority", "pk").first()
    assert first is not None
    first.payer.claims_per_call = 3
    first.payer.save()
    first.payer.contacts.update(claims_per_call=3)
    page.goto(f"/practices/lakeside/claims/{first.claim_id}/")
    page.keyboard.press("b")
    page.wait_for_url("**/calls/*/")
    expect(page.get_by_text("3 of 3 allowed, one reference")).to_be_visible()
    return page


def _press(page: Page, key: str) -> None:
    """Press a key that sends something, and wait for the answer."""
    with page.expect_response(lambda answer: "/work/" in answer.url):
        page.keyboard.press(key)
    expect(page.locator(BUSY)).to_have_count(0)


def _switch(page: Page) -> None:
    page.keyboard.press("Alt+x")
    expect(page.locator("#f-scenario")).to_be_focused()
    with page.expect_response(lambda answer: "/work/" in answer.url):
        page.keyboard.type("S29")
    expect(page.get_by_role("heading", name="S29")).to_be_visible()


def _talk(page: Page, claim: int) -> None:
    """Answer scenario S29 by keyboard: cut off, and what is done next."""
    _switch(page)
    _press(page, "6")
    _press(page, "Alt+ArrowDown")
    expect(page.get_by_text("Say what happened and how long it took")).to_be_visible()
    page.locator("#f-attempt").focus()
    page.keyboard.type(f"Cut off after {claim} minutes")
    page.locator("[name=choice]").first.focus()
    _press(page, WAYS[claim][0])
    if claim == 3:
        expect(page.locator("#f-send_to")).to_be_focused()
        page.keyboard.type("800-555-0143")
    _press(page, "Alt+ArrowDown")
    expect(page.get_by_text("The questions are done.")).to_be_visible()


def _go_to(page: Page, claim: int) -> None:
    page.keyboard.press("Alt+]")
    expect(page.locator(f"[data-tab='{claim}']")).to_have_attribute("aria-current", "true")
    expect(page.locator(BUSY)).to_have_count(0)


def _say_who(page: Page) -> None:
    page.locator("#f-contact").focus()
    page.keyboard.type("Dana M.")
    page.keyboard.press("Tab")
    page.keyboard.type("HB-77120")
    with page.expect_response(lambda answer: "/work/" in answer.url):
        page.keyboard.press("Tab")


def _type(page: Page, field: str, text: str) -> None:
    page.locator(field).focus()
    page.keyboard.type(text)


def _slowly(page: Page, route: Route, milliseconds: int) -> None:
    page.wait_for_timeout(milliseconds)
    route.continue_()


def _in_process(page: Page) -> None:
    """Answer scenario S02 by keyboard: received, in time, nothing needed, expected on December 9."""
    page.keyboard.press("Alt+x")
    expect(page.locator("#f-scenario")).to_be_focused()
    if not page.get_by_role("heading", name="S02").is_visible():
        with page.expect_response(lambda answer: "/work/" in answer.url):
            page.keyboard.type("S02")
    expect(page.get_by_role("heading", name="S02")).to_be_visible()
    _type(page, "#f-received_on", "11202026")
    _press(page, "Alt+ArrowDown")
    for _ in ("not over", "nothing needed"):
        _press(page, "1")
        _press(page, "Alt+ArrowDown")
    _type(page, "#f-expected_on", "12092026")
    _press(page, "Alt+ArrowDown")
    _press(page, "1")
    _press(page, "Alt+ArrowDown")
    expect(page.get_by_text("The questions are done.")).to_be_visible()
    expect(page.get_by_text(" to go:")).to_have_count(0)


def _recorded() -> list[Any]:
    return list(FollowUp.objects.order_by("sequence"))


def _check_three_recorded() -> None:
    """One reference number, three notes, three due dates, each as the rule proposes it for what was told."""
    rows = _recorded()
    assert len(rows) == 3
    assert {row.reference_number for row in rows} == {"HB-77120"}
    assert [row.next_action for row in rows] == ["call", "await_answer", "await_answer"]
    dates = [row.next_due_on for row in rows]
    assert dates == [date(2026, 11, 24), date(2026, 12, 1), EXPECTED]
    assert {row.next_due_reason for row in rows} == {""}  # nobody chose them
    notes = {note_of(row) for row in rows}
    assert len(notes) == 3
    assert all("HB-77120" in note for note in notes)
    assert Call.objects.get().state == "ended"


def test_three_claims_in_one_call_by_keyboard(call: Page) -> None:
    _press(call, "Alt+h")
    expect(call.get_by_role("button", name="On hold")).to_be_visible()
    _talk(call, 2)
    _say_who(call)
    call.keyboard.press("Control+Enter")
    expect(call.locator("[data-tab='2']")).to_have_attribute("aria-current", "true")
    _talk(call, 3)
    _go_to(call, 3)
    _in_process(call)
    assert _recorded() == []
    call.keyboard.press("Control+Enter")
    call.wait_for_url("**/claims/*/")  # the next claim
    _check_three_recorded()


def test_save_while_facts_are_still_on_their_way(call: Page) -> None:
    """On a slow line the last facts, and the wish to save, wait for one another; the next claim comes all the same."""
    for claim in (1, 2, 3):
        _talk(call, claim)
        if claim < 3:
            _go_to(call, claim + 1)
    call.route("**/work/", lambda route: _slowly(call, route, 300))
    call.route("**/claims/*/", lambda route: _slowly(call, route, 1500))
    _type(call, "#f-contact", "Dana M.")
    call.keyboard.press("Tab")
    call.keyboard.type("HB-77120")
    call.keyboard.press("Tab")
    call.keyboard.press("Control+Enter")
    call.wait_for_url("**/claims/*/")
    assert {row.reference_number for row in _recorded()} == {"HB-77120"}
    assert len(_recorded()) == 3


def test_three_claims_in_one_call_through_a_cut_of_the_network(call: Page) -> None:
    """The network goes in the middle of the second claim, and comes back: the call goes on as if it had not."""
    _talk(call, 2)
    _go_to(call, 2)
    _switch(call)
    _press(call, "6")
    _press(call, "Alt+ArrowDown")
    call.context.set_offline(True)
    expect(call.get_by_text("Answers and saving wait.")).to_be_visible()
    expect(call.get_by_role("button", name="Save, next claim")).to_be_disabled()
    _type(call, "#f-attempt", "Cut off after 3 minutes")
    call.locator("[name=choice]").first.focus()
    call.keyboard.press("2")
    expect(call.locator("#f-send_to")).to_be_focused()
    call.keyboard.type("800-555-0143")
    call.keyboard.press("Alt+ArrowDown")
    expect(call.get_by_text("Your answer goes out by itself")).to_be_visible()
    _type(call, "#f-contact", "Dana M.")
    _type(call, "#f-reference", "HB-77120")
    call.keyboard.press("Control+Enter")
    assert CallClaim.objects.get(position=2).talk["answers"] == {"S29.obstacle": "cut_off"}
    call.context.set_offline(False)
    expect(call.get_by_text("The questions are done.")).to_be_visible()
    expect(call.get_by_text("Not connected")).to_be_hidden()
    expect(call.get_by_role("button", name="Save, next claim")).to_be_enabled()
    _go_to(call, 3)
    _in_process(call)
    call.keyboard.press("Control+Enter")
    call.wait_for_url("**/claims/*/")
    _check_three_recorded()


def test_three_due_dates_may_differ_by_choice(call: Page) -> None:
    """Another date than the proposed one is chosen with a reason."""
    for claim in (1, 2, 3):
        _talk(call, claim)
        if claim == 2:
            _type(call, "#f-next_due_on", "11252026")
            _type(call, "#f-next_due_reason", "They open late tomorrow")
        if claim < 3:
            _go_to(call, claim + 1)
    _say_who(call)
    call.keyboard.press("Control+Enter")
    call.wait_for_url("**/claims/*/")
    assert [row.next_due_reason for row in _recorded()] == ["", "They open late tomorrow", ""]


def test_nothing_typed_is_lost_when_the_network_is_cut(call: Page) -> None:
    _switch(call)
    _press(call, "6")
    _press(call, "Alt+ArrowDown")
    call.context.set_offline(True)
    call.locator("#f-attempt").focus()
    call.keyboard.type("Held 40 minutes, then cut off")
    call.keyboard.press("Tab")
    call.locator("#f-contact").focus()
    call.keyboard.type("Dana M.")
    call.keyboard.press("Tab")
    expect(call.get_by_text("What you type is kept here.")).to_be_visible()
    assert CallClaim.objects.get(position=1).talk["facts"].get("attempt") is None
    call.context.set_offline(False)
    expect(call.get_by_text("What you type is kept here.")).to_be_hidden(timeout=8000)
    assert CallClaim.objects.get(position=1).talk["facts"]["attempt"].startswith("Held 40")
    assert Call.objects.get().contact_name == "Dana M."


def test_reload_while_cut_off_brings_back_what_was_typed(call: Page) -> None:
    _switch(call)
    _press(call, "6")
    _press(call, "Alt+ArrowDown")
    call.context.set_offline(True)
    call.locator("#f-attempt").focus()
    call.keyboard.type("Held 40 minutes")
    call.wait_for_timeout(100)
    call.context.set_offline(False)
    with call.expect_response(lambda answer: "/work/" in answer.url):
        call.reload()
    expect(call.locator("#f-attempt")).to_have_value("Held 40 minutes")
    assert CallClaim.objects.get(position=1).talk["facts"]["attempt"] == "Held 40 minutes"


def test_two_tabs_record_once(call: Page) -> None:
    for claim in (1, 2, 3):
        _talk(call, claim)
        if claim < 3:
            _go_to(call, claim + 1)
    _say_who(call)
    other = call.context.new_page()
    other.goto(call.url)
    call.keyboard.press("Control+Enter")
    call.wait_for_url("**/claims/*/")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_role("heading", name="ended")).to_be_visible()
    assert len(_recorded()) == 3


@pytest.mark.parametrize("width", [1280, 820])
def test_console_fits(call: Page, width: int) -> None:
    call.set_viewport_size({"width": width, "height": 800})
    call.reload()
    assert call.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1280:
        assert call.evaluate("document.documentElement.scrollHeight") <= 800
