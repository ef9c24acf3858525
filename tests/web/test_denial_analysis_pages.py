"""The denials page on a sample practice: its figures lead to exactly their claims, its downloads are whole and safe."""

import csv
import html
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import AS_OF, NOW, taken_in

pytestmark = pytest.mark.slow
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/practices/lakeside/denials/"
LINK = re.compile(r'<a[^>]* href="(/practices/lakeside/denials/claims/\?[^"]*)"[^>]*>(.*?)</a>')
COUNT = re.compile(r"<b>(\d+)</b> claim")


@pytest.fixture
def client(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Sign an analyst in to a sample practice, one payer of which has a name that a spreadsheet would run."""
    from dueline.accounts.actions import add_user
    from dueline.core.enums import Role
    from dueline.payers.models import Payer

    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    practice = taken_in("lakeside", tmp_path)
    Payer.objects.filter(practice=practice, name__startswith="Harborlight").update(
        name='=HYPERLINK("http://example.org")'
    )
    noor = add_user(
        username="noor", password=None, memberships={practice: Role.ANALYST}, by="test", at=NOW
    )
    found = Client()
    found.force_login(noor, backend=BACKEND)
    return found


def text(client: Client, address: str) -> str:
    answer = client.get(html.unescape(address))
    assert answer.status_code == 200, address
    return answer.content.decode()


def claims(client: Client, address: str) -> int:
    """Return how many claims a list says it has; so many rows are on its pages."""
    said = COUNT.search(text(client, address))
    assert said
    count, rows, number = int(said[1]), 0, 1
    while rows < count:
        shown = text(client, f"{address}&amp;page={number}").count('class="cut w-name"')
        assert shown
        rows, number = rows + shown, number + 1
    assert rows == count
    return count


def test_every_figure_leads_to_exactly_its_claims(client: Client) -> None:
    pages = (
        f"{PAGE}?period=all&by=payer&measure=claims&rows=payer&columns=category",
        f"{PAGE}?period=12m&category=authorization_referral",
    )
    followed: set[str] = set()
    for page in pages:
        for address, words in LINK.findall(text(client, page)):
            number = re.match(
                r"(?:median of )?([\d,]+)(?: claim| of \d+ (?:claims|decided)|$)", words
            )
            if number is None or address in followed or len(followed) > 60:
                continue
            followed.add(address)
            assert claims(client, address) == int(number[1].replace(",", "")), (address, words)
    assert len(followed) > 25


def test_narrowing_says_so_and_can_be_taken_back(client: Client) -> None:
    shown = text(client, f"{PAGE}?period=all&procedure=99214&sex=-")
    assert "Procedure: 99214" in shown
    assert "Sex: Not known" in shown
    assert 'href="?sex=-&amp;period=all' in shown


def test_few_claims_are_said_to_say_too_little(client: Client) -> None:
    shown = text(client, f"{PAGE}?period=3m&diagnosis=ZZZ")
    assert "Fewer than 30 claims: too little to conclude" in shown
    assert "0 of 0 claims answered" in shown


def test_what_there_is_not_is_said_not_guessed(client: Client) -> None:
    answer = client.get(f"{PAGE}?by=moon")
    assert answer.status_code == 400
    assert "by: expected one of payer" in answer.content.decode()
    assert client.get(f"{PAGE}claims/?show=moon").status_code == 404
    assert client.get(f"{PAGE}export/moon/csv/").status_code == 404
    assert client.get(f"{PAGE}export/trend/pdf/").status_code == 404
    assert client.get(f"{PAGE}export/claims/png/").status_code == 404


def download(client: Client, address: str) -> bytes:
    answer: Any = client.get(f"{PAGE}{address}")
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_each_chart_is_a_table_and_a_picture(client: Client) -> None:
    asked = "?period=all&by=payer"
    for chart in ("figures", "breakdown", "trend", "heat", "cohorts"):
        table = download(client, f"export/{chart}/csv/{asked}").decode()
        rows = list(csv.reader(io.StringIO(table)))
        assert len(rows) > 2
        assert len({len(row) for row in rows}) == 1
        assert [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell] == []
        book = zipfile.ZipFile(io.BytesIO(download(client, f"export/{chart}/xlsx/{asked}")))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert sheet.count("<row ") == len(rows)
        picture = download(client, f"export/{chart}/png/{asked}")
        assert picture.startswith(b"\x89PNG")
        assert int.from_bytes(picture[16:20], "big") > 1500  # pixels: twice a screen's


def test_the_sheet_is_one_page(client: Client) -> None:
    sheet = download(client, "sheet/?period=all&rows=rendering_provider&columns=carc")
    assert sheet.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1


def test_the_claims_download_as_many_as_are_shown(client: Client) -> None:
    table = download(client, "export/claims/csv/?period=all&show=refused").decode()
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) - 1 == claims(client, f"{PAGE}claims/?period=all&amp;show=refused")


def test_sixteen_statements_whatever_the_number_of_claims(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page asks the facts a fixed number of times; queries of the database are counted for every page."""
    from dueline.denials.queries.analysis.facts import Facts

    asked: list[str] = []
    ask = Facts.rows

    def counted(self: Facts, sql: str, parameters: Any = ()) -> Any:
        asked.append(sql)
        return ask(self, sql, parameters)

    monkeypatch.setattr(Facts, "rows", counted)
    text(client, PAGE)
    assert len(asked) <= 16
