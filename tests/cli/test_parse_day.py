"""The day that --as-of names."""

from datetime import date

import pytest
import typer

from dueline.cli.startup import parse_day


@pytest.mark.parametrize("text", ["1996-01-01", "2026-11-23", "2099-12-31"])
def test_a_day_is_taken(text: str) -> None:
    assert parse_day(text) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("tomorrow", "a date such as", id="no date"),
        pytest.param("2026-02-30", "a date such as", id="no such day"),
        pytest.param("9999-12-31", "1996 to 2099", id="the last day there is"),
        pytest.param("0026-11-23", "1996 to 2099", id="a year of two figures"),
    ],
)
def test_what_is_no_day_that_can_be_meant_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(typer.BadParameter, match=words):
        parse_day(text)
