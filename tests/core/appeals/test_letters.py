"""Letters: what is shipped, facts and blanks, text that means harm, the page in step."""

from pathlib import Path

import pytest

from dueline.cli.letter_reference import reference
from dueline.core.appeals.facts import ALWAYS, FACTS, Value
from dueline.core.appeals.letters import (
    LetterError,
    as_text,
    fill,
    fitting,
    parse,
    printable,
    shipped,
    split,
)
from dueline.core.enums import DenialCategory

KINDS = """authorization timely_filing medical_necessity bundling coordination_of_benefits eligibility duplicate
records_sent underpayment prompt_pay_interest experimental out_of_network level_of_care refund_dispute"""
VALUES = {name: Value(f"<{name}>", "test") for name in FACTS}


@pytest.mark.parametrize("key", KINDS.split())
def test_every_kind_of_dispute_has_a_letter(key):
    template = shipped()[key]
    letter = fill(template.subject, template.paragraphs, VALUES)
    assert letter.blanks == ()
    assert template.needs
    assert parse(as_text(template)) == template


def test_every_category_finds_letters_the_reason_first():
    found = fitting(shipped().values(), carc="29", category=DenialCategory.TIMELY_FILING)
    assert found[0].key == "timely_filing"
    assert len(found) == len(shipped())


def test_a_fact_not_on_file_is_a_visible_blank():
    values = {name: Value("x", "test") for name in ALWAYS}
    letter = fill("About", ["Number {authorization_number}."], values)
    assert letter.blanks == ("authorization_number",)
    assert [(p.text, p.is_blank) for p in letter.paragraphs[0]] == [
        ("Number ", False), ("Authorization number", True), (".", False),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ALWAYS)
def test_every_letter_needs_who_what_and_where(name):
    assert name in fill("About", ["Words."], {}).blanks


def test_text_of_a_fact_is_never_read_as_a_fact():
    letter = fill(
        "About", ["{clinical_reason}"], VALUES | {"clinical_reason": Value("{member_id}", "x")}
    )
    assert letter.paragraphs[0][0].text == "{member_id}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expected fields"),
        ("a: [", "no YAML at line"),
        ("{key: x1, title: T, subject: S, paragraphs: [A], evil: 1}", "Unknown field “evil”"),
        ("{key: X, title: T, subject: S, paragraphs: [A]}", "key: expected"),
        ("{key: x1, title: T, subject: S, paragraphs: []}", "at least one"),
        ("{key: x1, title: T, subject: S, paragraphs: ['{nothing_known}']}", "{nothing_known} is no fact"),
        ("{key: x1, title: T, subject: S, paragraphs: ['{}']}", "{} is no fact"),
        ("{key: x1, title: T, subject: S, paragraphs: [[A]]}", "expected a list"),
        ("{key: x1, title: T, subject: S, paragraphs: [A], categories: [pets]}", "found “pets”"),
        ("!!python/object/apply:os.system [ls]", "no YAML"),
        ("x" * 20_001, "20,001 characters"),
        ("[" * 900, "no YAML"),
    ],
)  # fmt: skip
def test_fault_in_a_letter_is_named(text, reason):
    with pytest.raises(LetterError, match=reason.replace("{", r"\{").replace("}", r"\}")):
        parse(text)


def test_marks_that_reverse_or_hide_text_are_taken_out():
    assert printable("abc\u202ecba\u200b\x00\x07d") == "abccbad"
    assert printable("שלום") == "שלום"


def test_paragraphs_are_parted_by_empty_lines():
    assert split("One\nline.\n\n\n #eval(1) $x$ \n") == ("One line.", "#eval(1) $x$")
    with pytest.raises(LetterError, match="20,000 at most"):
        split("x " * 20_000)


def test_the_reference_is_made_from_the_letters():
    page = (Path(__file__).resolve().parents[3] / "docs/reference/letters.md").read_text()
    assert page == reference()
