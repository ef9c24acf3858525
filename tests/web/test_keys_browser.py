"""The keys that the help names for every page, the list and a claim do something there."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/practices/lakeside/worklist/?due=all"


def _go(page: Page, key: str, address: str) -> None:
    page.keyboard.press(key)
    page.wait_for_url(re.compile(address))


def _first_claim(page: Page) -> None:
    page.goto(LIST)
    _go(page, "Enter", r"/claims/\d+/")


def test_keys_of_every_page(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.goto(LIST)
    for letter, address in (("a", "/aging/"), ("i", "/intake/"), ("w", "/worklist/"), ("t", "/")):
        page.keyboard.press("g")
        _go(page, letter, rf"{address}$")
    _go(page, "n", r"/claims/\d+/")
    _go(page, "Escape", r"/worklist/")


def test_keys_of_the_list(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dueline.web.views.worklist.PAGE", 3)
    page.goto(LIST)
    page.keyboard.press("f")
    expect(page.locator(".dl-filter select").first).to_be_focused()
    for number, order in enumerate(("priority", "deadline", "oldest", "largest", "payer"), start=1):
        page.goto(LIST)
        _go(page, str(number), rf"order={order}")
    page.goto(LIST)
    _go(page, "]", r"page=2")
    _go(page, "[", r"page=1")


def test_an_unknown_order_or_page_of_the_list_gets_one_there_is(page: Page) -> None:
    page.goto(LIST)
    first = page.locator("[data-list] tbody tr a").first
    listed = first.inner_text()
    for query in ("&order=nonsense", "&page=zero", "&order=&page="):
        answer = page.goto(LIST + query)
        assert answer is not None
        assert answer.status == 200
        expect(first).to_have_text(listed)
    for number in ("0", "-3", "99999999999999999999"):
        answer = page.goto(f"{LIST}&page={number}")
        assert answer is not None
        assert answer.status == 200
        expect(first).to_be_visible()


def test_keys_of_a_claim(page: Page) -> None:
    _first_claim(page)
    for key, name in (("r", "follow-up"), ("m", "Move the date"), ("q", "Ask")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=re.compile(name, re.I))).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("dialog :focus")).to_have_count(0)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("y")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied
    assert copied == page.locator("[data-copy]").first.get_attribute("data-copy")
