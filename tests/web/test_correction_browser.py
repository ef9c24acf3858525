"""A denied claim corrected in a browser: changed, asked for, approved by another person, written, downloaded."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dueline.core.enums import Role
from dueline.core.x12 import read_documents
from tests.apps.corrections.conftest import build
from tests.web.conftest import AS_OF, NOW, PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(browser: Any, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    folder = tmp_path / "in"
    folder.mkdir()
    made = build(folder)
    from dueline.accounts.actions import add_user

    for name in ("noor", "omar"):
        add_user(
            username=name,
            password=PASSWORD,
            memberships={made.practice: Role.BILLER},
            by="test",
            at=NOW,
            is_checked=False,
        )
    return made


def sign_in(browser: Any, live_server: Any, name: str) -> Page:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, accept_downloads=True
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    return page


def test_a_denied_claim_is_corrected_approved_by_another_written_and_downloaded(
    site: Any, browser: Any, live_server: Any
) -> None:
    page = sign_in(browser, live_server, "noor")
    page.goto(f"/practices/lakeside/claims/{site.claim('DEN1').pk}/")
    page.get_by_role("heading", name="SAMPLE").wait_for()
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Send it anew")).to_be_disabled()
    page.get_by_role("button", name="Replace it").click()
    page.get_by_label("Line 2: Modifiers").fill("RT 59")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("row", name="Line 2: Modifiers RT RT 59")).to_be_visible()
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="As X12").click()
    expect(page.get_by_role("row", name="SV1*HC:20610:RT:59*100")).to_contain_text("≠")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    expect(page.get_by_text("You made this correction.")).to_be_visible()
    page.context.close()

    page = sign_in(browser, live_server, "omar")
    page.goto("/practices/lakeside/corrections/")
    page.get_by_role("link", name="DEN1").click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Write the file").click()
    page.get_by_role("link", name="lakeside-corrected-claims-").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    (document,) = read_documents(download.value.path().read_bytes())
    assert document.items[0].original_reference == "ICNDEN1"
    page.context.close()
