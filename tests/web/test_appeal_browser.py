"""From a denial to its packet, in a browser: a missing fact blocks it, typed and enclosed it goes out."""

import io
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.apps.appeals.conftest import (
    AS_OF,
    NOW,
    a_picture,
    denial,
    letterhead,
    people,
    practice,
    remit,
    submit,
    take_in,
)

__all__ = ["denial", "letterhead", "people", "practice", "remit", "submit", "take_in"]
PASSWORD = "a long word of passage"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(
    browser: Any,
    live_server: Any,
    monkeypatch: pytest.MonkeyPatch,
    people: Any,
    letterhead: Any,
    denial: Any,
) -> Any:
    """Sign the lead in at the page of the one denial there is."""
    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    people.lead.set_password(PASSWORD)
    people.lead.save()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[name=username]").fill("lena")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    page.goto(f"/practices/lakeside/denials/{denial.pk}/")
    yield page
    context.close()


def _say(page: Page, name: str, value: str) -> None:
    page.get_by_label(name, exact=True).fill(value)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Typed by lena").first).to_be_visible()


def test_from_a_denial_to_its_packet(lead: Page) -> None:
    page = lead
    page.keyboard.press("e")
    expect(page.get_by_text("Appeal, level 1")).to_be_visible()
    page.get_by_role("button", name="Write the appeal").press("Enter")
    ask = page.get_by_role("button", name="Ask for approval")
    expect(ask).to_be_disabled()
    missing = page.locator("#blanks")
    expect(missing).to_contain_text("Authorization number")
    _say(page, "Authorization number", "A-77")
    _say(page, "What was authorized, and for which dates", "One visit on August 3, 2026")
    _say(page, "Rendering provider", "Quinn Example, MD")
    expect(page.locator("#letter")).to_contain_text("authorized under number A-77")
    page.get_by_label("How", exact=True).select_option("mail")
    page.get_by_label("Address, fax number or portal").fill("Appeals\nPO Box 1\nTown, OH 44444")
    page.get_by_role("button", name="Save").last.click()
    expect(missing).to_have_text("Missing before it can be sent: Authorization approval.")
    _enclose(page, "approval.pdf", b"PK\x03\x04 not a PDF")
    expect(page.get_by_role("alert")).to_contain_text("a ZIP archive")
    _enclose(page, "scan.tif", a_picture("TIFF", "1", 2))
    expect(missing).to_have_count(0)
    page.locator("summary", has_text="Change letter").click()
    wording = page.get_by_label("Wording")
    wording.fill(wording.input_value() + "\n\nPlease #eval(read) {nothing}.")
    expect(page.get_by_role("alert")).to_contain_text("{nothing} is no fact")
    wording.fill("We were authorized under {authorization_number}. #eval(1)")
    expect(page.locator("#letter")).to_contain_text("#eval(1)")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("button", name="Ask for approval").press("Enter")
    expect(page.locator("#state")).to_have_text("Awaiting approval")
    packet = page.request.get(page.url + "packet/")
    assert packet.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(packet.body())) as pdf:
        assert len(pdf.pages) == 5
    page.get_by_role("button", name="Approve").press("Enter")
    page.get_by_label("Sent on").fill(AS_OF.isoformat())
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.locator("#state")).to_have_text("Sent")
    _check_fit(page)


def _enclose(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("File PDF, TIFF, JPEG or PNG").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Add", exact=True).click()


def _check_fit(page: Page) -> None:
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("appeals/1/", "appeals/", "letters/", "letters/duplicate/"):
            page.goto(f"/practices/lakeside/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
