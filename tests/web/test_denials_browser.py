"""The denials by keyboard: down the list, the panel follows, open one, its claim, and back."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/practices/lakeside/denials/work/?state=all"


def _go(page: Page, key: str, address: str) -> None:
    page.keyboard.press(key)
    page.wait_for_url(re.compile(address))


def test_keys_of_the_denials(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("g")
    _go(page, "d", r"/denials/$")
    page.get_by_role("link", name="Denials to work").press("Enter")
    page.wait_for_url(re.compile(r"/denials/work/$"))
    page.goto(LIST)
    rows = page.locator("[data-list] tbody tr")
    expect(rows.first).to_have_class(re.compile("sel"))
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class(re.compile("sel"))
    amount = rows.nth(1).locator("td").last.inner_text().split()[0]
    expect(page.locator("#why .n-head")).to_contain_text(f"${amount}")
    page.keyboard.press("c")  # no claim's row: nothing to call
    _go(page, "Enter", r"/denials/\d+/$")
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    _go(page, "o", r"/claims/\d+/$")
    expect(page.get_by_role("heading", name="Denials")).to_be_visible()
    page.go_back()
    _go(page, "Escape", r"/denials/work/$")


def test_the_address_holds_filter_and_order(page: Page) -> None:
    page.goto(LIST)
    page.locator("select[name=repeat]").select_option("first")
    page.wait_for_url(re.compile("repeat=first"))
    _go(page, "2", "order=amount")
    expect(page).to_have_url(re.compile("state=all&repeat=first&order=amount"))
    amounts = page.locator("[data-list] tbody tr td:last-child").all_inner_texts()
    cents = [round(float(text.split()[0].replace(",", "")) * 100) for text in amounts]
    assert cents == sorted(cents, reverse=True)


def test_from_a_cell_to_its_claims_and_back_by_keyboard(page: Page) -> None:
    page.goto("/practices/lakeside/denials/?period=all")
    page.keyboard.press("t")
    expect(page.get_by_role("cell", name="Answers still coming").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    cell = page.locator(".d-heat a:focus")
    expect(cell).to_have_count(1)
    claims = (cell.get_attribute("title") or "").split()[0]
    _go(page, "Enter", r"/denials/claims/\?")
    expect(page.locator(".dl-head")).to_contain_text(f"{claims} claim")
    _go(page, "j", r"/denials/claims/")
    _go(page, "Enter", r"/claims/\d+/$")
    page.go_back()
    _go(page, "Escape", r"/denials/\?")  # narrowed to these claims
