"""The pages of checks: what a biller sees of a file with faults, of a bad one, and of a check turned off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dueline.accounts.actions import add_user
from dueline.core.claim_checks import checks
from dueline.core.enums import Role
from dueline.environment import home
from dueline.prevention.models import CheckRun
from tests.apps.prevention.conftest import AS_OF, NOW, clean_claims, file_of, practice
from tests.apps.prevention.test_check_file import FAULTS

__all__ = ["practice"]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def client_of(
    practice: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Callable[[Role], Client]:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: AS_OF)

    def sign_in(role: Role) -> Client:
        user = add_user(
            username=role.value, password=None, memberships={practice: role}, by="test", at=NOW
        )
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"web:{name}", kwargs={"practice": "lakeside", **kwargs})


def drop(client: Client, *files: tuple[str, bytes]) -> str:
    """Hand files in; return the page that follows."""
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post(url("check-files"), {"files": sent}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def result(client_of: Callable[[Role], Client]) -> tuple[Client, CheckRun]:
    """A file looked at: of three claims one will be refused, one may be."""
    client = client_of(Role.LEAD)
    one, two, three = clean_claims(3)
    claims = [FAULTS["member_id_missing"](one), FAULTS["modifier_twice"](two), three]
    drop(client, ("out.837", file_of(claims).encode()))
    return client, CheckRun.objects.get()


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_result_by_claim_names_place_and_correction(result: tuple[Client, CheckRun]) -> None:
    client, run = result
    page = page_of(client, url("check-run", pk=run.pk))
    assert page.count("Will be refused</span>") == 1
    for words in (
        "Member ID missing",
        "loop 2010BA, NM109",
        "the member ID as on the card",
        "Enter the member ID from the card or an eligibility answer.",
        "Modifier twice",
        "line 1",
        "No payer has answered a claim of the practice yet.",
    ):
        assert words in page, words
    assert "MED1" not in page, "no member ID"


def test_result_is_narrowed_and_grouped_by_check(result: tuple[Client, CheckRun]) -> None:
    client, run = result
    address = url("check-run", pk=run.pk)
    assert "Modifier twice</a>" not in page_of(client, f"{address}?grade=will_be_refused")
    assert "Member ID missing</a>" not in page_of(client, f"{address}?owner=coding")
    by_check = page_of(client, f"{address}?by=check")
    assert by_check.index("Member ID missing</a>") < by_check.index("Modifier twice</a>")
    assert "No claim fits" in page_of(client, f"{address}?check=sex_unknown")
    assert client.get(f"{address}?grade=nope").status_code == 400


def test_csv_has_a_row_for_each_warning_shown(result: tuple[Client, CheckRun]) -> None:
    client, run = result
    answer = client.get(url("check-export", pk=run.pk) + "?check=modifier_twice")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("Claim,Claim in file,Line,Payer,Grade,Check,Segment,Loop,Element")
    assert len(lines) == 2
    assert "May be refused,Modifier twice" in lines[1]


def test_check_turned_off_is_shown_with_its_reason(result: tuple[Client, CheckRun]) -> None:
    client, _ = result
    answer = client.post(
        url("check-switch", check="modifier_twice"),
        {"turn": "off", "reason": "Our payers take it."},
        follow=True,
    )
    page = answer.content.decode()
    assert "Our payers take it." in page
    assert f"{len(checks())} checks, 1 off" in page_of(client, url("check"))
    text = file_of([FAULTS["modifier_twice"](clean_claims(1)[0])])
    assert "Nothing found" in drop(client, ("again.837", text.encode()))


def test_turning_without_a_reason_is_refused_beside_the_field(
    result: tuple[Client, CheckRun],
) -> None:
    client, _ = result
    answer = client.post(url("check-switch", check="sex_unknown"), {"turn": "off", "reason": " "})
    assert answer.status_code == 422
    assert "A check is turned off or on with a reason. Say why." in answer.content.decode()
    missing = client.post(url("check-switch", check="nothing"), {"turn": "off", "reason": "x"})
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.837", b"", "Not looked at: The file is empty."),
        ("scan.pdf", b"%PDF-1.7", "Not looked at: This is a PDF, not X12."),
        ("x" * 300, b"\x00\xff" * 4000, "Not looked at: "),
        ("<b>x.837", b"ISA*" + b"*" * 9000, "&lt;b&gt;x.837"),
    ],
    ids=["empty", "PDF", "long name, bytes", "script, broken header"],
)
def test_bad_file_is_told_in_words(
    client_of: Callable[[Role], Client], name: str, content: bytes, said: str
) -> None:
    client = client_of(Role.BILLER)
    page = drop(client, (name, content))
    assert said in page
    assert "<b>x" not in page
    run = CheckRun.objects.get()
    assert "Not looked at" in page_of(client, url("check-run", pk=run.pk))


def test_nothing_of_a_file_stays_but_its_warnings(result: tuple[Client, CheckRun]) -> None:
    uploads = home() / "uploads"
    assert not uploads.exists() or not list(uploads.iterdir())


def test_busy_file_is_asked_for_until_it_is_read(
    client_of: Callable[[Role], Client], practice: Any
) -> None:
    client = client_of(Role.BILLER)
    run = CheckRun.objects.create(
        practice=practice, name="big.837", checked_at=NOW, checked_by="x", as_of=AS_OF,
        state="reading", size_bytes=100, read_bytes=40,
    )  # fmt: skip
    for address in (url("check"), url("check-run", pk=run.pk)):
        part = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "every 2s" in part
        assert '<progress max="100" value="40">' in part
        assert "<html" not in part
    CheckRun.objects.update(state="done")
    part = client.get(url("check"), headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in part
