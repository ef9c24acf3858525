"""The page of the API is what the code says; `make docs` writes it anew."""

from pathlib import Path

from dueline.cli.api_reference import text

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/api.md"


def test_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == text()
