"""Problem codes: each has a sentence, is given somewhere, and stands in the reference with its kind."""

import ast
import re
from pathlib import Path

import pytest

from dueline.core.x12.faults import FAULTS, MOST_LISTED, ProblemLog
from dueline.core.x12.places import place_of

PROJECT = Path(__file__).resolve().parents[3]
PAGE = PROJECT / "docs" / "reference" / "reading.md"
READERS = sorted((PROJECT / "src" / "dueline" / "core" / "x12").glob("*.py"))
ROW = re.compile(r"^\| `([a-z0-9_]+)` \| (fault|note) \|", re.MULTILINE)


def test_reference_names_every_code_and_its_kind() -> None:
    told = dict(ROW.findall(PAGE.read_text()))
    assert told == {code: "fault" if f.is_fatal else "note" for code, f in FAULTS.items()}


def test_every_code_is_given_somewhere() -> None:
    given = {
        node.value
        for path in READERS
        if path.name != "faults.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    by_others = {"not_readable", "more_problems"}  # by the command, and by the log itself
    assert set(FAULTS) - given == by_others


@pytest.mark.parametrize("code", FAULTS)
def test_sentence_is_one(code: str) -> None:
    sentence = FAULTS[code].sentence
    assert sentence.endswith(".")
    assert sentence[0].isupper()


def test_log_lists_the_first_of_each_kind_however_many_there_are() -> None:
    log = ProblemLog()
    for number in range(MOST_LISTED + 500):
        log.record("zero_adjustment", number=number)
    log.record("bad_amount", number=7)
    for number in range(50):
        log.record("bad_amount", number=number)
    assert len(log) == MOST_LISTED + 2
    assert log.has_fatal
    assert [(p.code, p.segment_number) for p in log if p.is_fatal] == [("bad_amount", 7)]
    assert [p.found for p in log if p.code == "more_problems"] == ["550"]


def test_log_quotes_little() -> None:
    log = ProblemLog()
    log.record("bad_amount", identifier="CLPX" * 50, found="9" * 10_000, expected="e" * 10_000)
    assert (len(log[0].found), len(log[0].expected), log[0].segment_identifier) == (80, 80, "CLP")


def test_log_knows_its_codes_only() -> None:
    with pytest.raises(KeyError):
        ProblemLog().record("odd")


@pytest.mark.parametrize(
    ("segment", "code", "text", "place"),
    [
        ("CLP*1*1*1*x", "bad_amount", "x", "CLP04"),
        ("CLP*x*1*x*1", "bad_amount", "x", "CLP03"),
        ("CLP*1*1", "bad_amount", "", "CLP03"),
        ("CAS*CO*45*1*1*45*x", "bad_amount", "x", "CAS06"),
        ("DTP*472*RD8*20260101-x", "bad_date", "x", "DTP03"),
        ("PLB*1*x*WO*1", "bad_date", "x", "PLB02"),
        ("ZZ1*1*x", "bad_amount", "x", "ZZ103"),
    ],
)
def test_place_of_a_bad_element(segment: str, code: str, text: str, place: str) -> None:
    assert place_of(segment.split("*"), code, text) == place
