"""Intake: what needs a decision stands first, each file says its type, and the keys lead through what is held."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from dueline.intake.actions import intake_paths
from dueline.intake.models import MatchProposal, SetProblem
from dueline.ledger.models import ClaimPayment, TransactionSet

ADDRESS = "/practices/lakeside/intake/"


@pytest.fixture
def waiting(lakeside: Any) -> Any:
    """One remittance held, and one payment of another that waits for its claim."""
    payments = ClaimPayment.objects.filter(practice=lakeside, claim__isnull=False)
    first, other = payments.order_by("remittance__transaction_set__source_file", "pk")[:2]
    held = (
        TransactionSet.objects.filter(practice=lakeside, kind="835")
        .exclude(source_file=first.remittance.transaction_set.source_file)
        .first()
    )
    assert held is not None
    TransactionSet.objects.filter(pk=held.pk).update(
        status="quarantined", difference_cents=2500, sent_on=date(2026, 11, 20)
    )
    SetProblem.objects.create(
        practice=lakeside,
        source_file=held.source_file,
        transaction_set=held,
        code="OUT_OF_BALANCE",
        message="The remittance is out of balance by 25.",
        segment_number=4,
        element="BPR02",
    )
    match = MatchProposal.objects.create(
        practice=lakeside, claim_payment=first, reason="The number is of no claim"
    )
    match.candidates.add(first.claim, other.claim)
    return held, match


@pytest.mark.django_db
def test_what_needs_a_decision_comes_before_the_files(waiting: Any) -> None:
    from dueline.accounts.models import User

    held, match = waiting
    client = Client()
    client.force_login(User.objects.get(username="ana"))
    page = client.get(ADDRESS).content.decode()
    assert page.index(f'id="set-{held.pk}"') < page.index(f'id="match-{match.pk}"')
    assert page.index(f'id="match-{match.pk}"') < page.index('id="files"')
    tabs = re.findall(r'<a href="\?show=\w*"[^>]*>([^<]+)</a>', page)
    assert tabs[1:] == ["Quarantined 1", "To decide 1", "Refused 0"]
    # A filter shows just the files that it counts, each with the type of its sets.
    for show, source in [
        ("quarantined", held.source_file),
        ("decide", match.claim_payment.remittance.transaction_set.source_file),
    ]:
        listed = client.get(f"{ADDRESS}?show={show}").content.decode()
        rows = listed.split('id="files"')[1].split("<tbody>")[1].split("</tbody>")[0]
        assert rows.count("<tr") == 1
        assert source.name in rows
        assert "<td>835</td>" in rows
    # Only roles that may take in files are offered the key for it.
    assert "choose files" not in page.split('class="dl-keys"')[1].split("</footer>")[0]


@pytest.mark.browser
def test_the_keys_lead_through_what_is_to_be_decided(page: Page, waiting: Any) -> None:
    held, match = waiting
    page.goto(ADDRESS)
    page.keyboard.press("q")
    expect(page.locator(f"#set-{held.pk}")).to_be_focused()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("a")
    expect(page.locator(f"#set-{held.pk} [data-ask]")).to_have_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "out of balance by $25.00" in text
    assert "11/20/2026" in text
    page.keyboard.press("q")
    expect(page.locator(f"#match-{match.pk}")).to_be_focused()
    page.goto(f"{ADDRESS}?show=decide")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#match-{match.pk}$"))
    # On a narrow page, too, the decisions are above the files.
    page.set_viewport_size({"width": 820, "height": 800})
    cards, files = page.locator(".i-decide").bounding_box(), page.locator("#files").bounding_box()
    assert cards is not None
    assert files is not None
    assert cards["y"] + cards["height"] <= files["y"]


@pytest.mark.browser
def test_the_reason_stands_below_the_chosen_row_of_a_narrow_list(page: Page, lakeside: Any) -> None:
    page.set_viewport_size({"width": 820, "height": 800})
    page.goto("/practices/lakeside/worklist/?queue=all&due=all")
    page.keyboard.press("j")
    row = page.locator("tr.sel")
    expect(page.locator("tr.sel + tr #why")).to_be_visible()
    expect(row.locator("td").last).to_be_in_viewport()  # the balance
    assert page.evaluate("document.documentElement.scrollWidth") <= 820
    inner = "all => all.every(chip => chip.scrollWidth <= chip.clientWidth + 1)"
    assert page.locator(".w-tbl .dl-chip.strong").evaluate_all(inner)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".w-cols > #why")).to_be_visible()
    assert page.locator(".w-tbl .dl-chip").evaluate_all(inner)


@pytest.mark.django_db
def test_a_fault_of_the_file_itself_stands_at_the_file(lakeside: Any) -> None:
    from dueline.accounts.models import User

    file = TransactionSet.objects.filter(practice=lakeside).latest("pk").source_file
    SetProblem.objects.create(
        practice=lakeside,
        source_file=file,
        code="wrong_set_count",
        message="GE01 is not the number of transaction sets: some may be missing.",
        segment_number=40,
        element="GE01",
        expected="1",
        found="2",
    )
    client = Client()
    client.force_login(User.objects.get(username="ana"))
    page = " ".join(client.get(ADDRESS).content.decode().split())
    assert page.count("ask its sender for it again. GE01:") == 1
    assert "Expected 1, found 2." in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "is_told"),
    [
        ("aging.csv", b"Claim #,Patient,Balance\nA1,DOE,9\n", True),
        ("aging.download", b"PK\x03\x04rest", True),
        ("scan.pdf", b"%PDF-1.7", False),
        ("files.zip", b"PK\x03\x04rest", False),
    ],
)
def test_a_spreadsheet_is_answered_with_where_it_is_taken_in(
    lakeside: Any, tmp_path: Path, name: str, content: bytes, is_told: bool
) -> None:
    from dueline.accounts.models import User

    path = tmp_path / name
    path.write_bytes(content)
    now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    intake_paths(practice=lakeside, paths=[path], by="tests", as_of=now.date(), clock=lambda: now)
    client = Client()
    client.force_login(User.objects.get(username="ana"))
    page = " ".join(client.get(ADDRESS).content.decode().split())
    link = '<a href="/practices/lakeside/sheets/">Spreadsheets</a>'
    assert (f"this is a spreadsheet. Take it in at {link}" in page) is is_told
