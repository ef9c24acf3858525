"""Keys of claims and persons: what is the same in the trade compares the same, and no two persons become one."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dueline.core.matching import (
    folded,
    loose_key,
    patient_control_key,
    patient_key,
    search_name,
)

BORN = date(1960, 2, 29)
# What systems put into CLM01, and letters as they stand in names.
NUMBERS = st.text("ABCXYZabcxyz0123456789-/._ ", max_size=24)
ASCII_NAMES = st.text("ABCDEabcde '-.,", max_size=24)
LATIN_NAMES = st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc"]), max_size=20)


# ---------------------------------------------------------------- claim numbers


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ABC123", "ABC123"),
        (" abc123 ", "ABC123"),
        ("abc-123\n", "ABC-123"),
        ("00123", "00123"),
        ("a b", "A B"),
        ("", ""),
        ("   ", ""),
    ],
    ids=["same", "case-spaces", "mark-kept", "zeros-kept", "inner-space", "empty", "blank"],
)
def test_patient_control_key(text: str, key: str) -> None:
    assert patient_control_key(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        # a suffix goes where at least four characters stand before it
        ("1234-01", "1234"),
        ("1234/1", "1234"),
        ("1234.A", "1234"),
        ("1234_AB1", "1234"),
        ("ABC1234 02", "ABC1234"),
        ("abc1234-p", "ABC1234"),
        ("123-01", "12301"),
        ("1234-ABCD", "1234ABCD"),
        ("1234-", "1234"),
        ("1234--1", "1234"),
        # only one suffix: the number before it may have marks of its own
        ("ABC-1234-01", "ABC1234"),
        ("ABC-1234-01-02", "ABC123401"),
        # leading zeros
        ("00012345", "12345"),
        ("0012345-01", "12345"),
        ("10200", "10200"),
        ("A00123", "A00123"),
        ("-00123", "123"),
        # nothing left
        ("0", ""),
        ("0000-01", ""),
        ("", ""),
        ("---", ""),
        # no letter is lost
        ("É1234", "É1234"),
        ("１２３４", "１２３４"),
    ],
)
def test_loose_key(text: str, key: str) -> None:
    assert loose_key(text) == key


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("ABC12345", "abc12345-01"),
        ("ABC12345", "ABC12345 1"),
        ("ABC12345", " 00ABC12345"),
        ("0098765", "98765"),
        ("98765", "0098765/A"),
    ],
)
def test_what_payers_and_vendors_add_does_not_part_a_number(ours: str, theirs: str) -> None:
    assert loose_key(ours) == loose_key(theirs) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("12345", "12346"), ("12345", "123450"), ("A12345", "B12345"), ("É1234", "Ü1234")],
    ids=["digit", "trailing-zero", "prefix", "letter-with-accent"],
)
def test_another_number_stays_another(one: str, other: str) -> None:
    assert loose_key(one) != loose_key(other)


@given(NUMBERS)
@example("0-0-0-0")
@example("0000 0001-000")
def test_number_keys_are_stable_and_blind_to_case(text: str) -> None:
    for key in (patient_control_key, loose_key):
        found = key(text)
        assert key(found) == found
        assert key(text.lower()) == key(text.upper()) == found
        assert key(f"  {text}\t") == found


@given(NUMBERS)
def test_loose_key_is_bare(text: str) -> None:
    assert re.fullmatch(r"([A-Z1-9][A-Z0-9]*)?", loose_key(text))


@given(st.from_regex(r"[A-Z1-9][A-Z0-9]{3,15}", fullmatch=True), st.integers(0, 4))
def test_loose_key_finds_a_bare_number_again(number: str, zeros: int) -> None:
    for suffix in ("", "-1", "/01", ".A", "_1AB", " 02"):
        assert loose_key("0" * zeros + number + suffix) == number


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Smith", "SMITH"),
        ("  smith ", "SMITH"),
        ("Smith-Jones", "SMITH JONES"),
        ("Smith  - Jones", "SMITH JONES"),
        ("St. John", "ST JOHN"),
        ("DE LA CRUZ", "DE LA CRUZ"),
        ("Doe, Jane", "DOE JANE"),
        ("Smith_Jones", "SMITH JONES"),
        ("Henry 3rd", "HENRY 3RD"),
        ("", ""),
        ("-.,'", ""),
        # accents
        ("Nuñez", "NUNEZ"),
        ("Müller", "MULLER"),
        ("Nun\u0303ez", "NUNEZ"),
        ("Nguyễn", "NGUYEN"),
        ("Straße", "STRASSE"),
        ("ﬁscher", "FISCHER"),
        # letters that are not a letter with an accent to Unicode
        ("Łukasz", "LUKASZ"),
        ("Østergård", "OSTERGARD"),
        ("Đặng", "DANG"),
        ("Ægir", "AEGIR"),
        ("Cœur", "COEUR"),
        ("Þórður", "THORDUR"),
        ("Yılmaz", "YILMAZ"),
        ("İpek", "IPEK"),
        # other scripts are kept
        ("李", "李"),
        ("Иванов", "ИВАНОВ"),
    ],
)
def test_folded(text: str, name: str) -> None:
    assert folded(text) == name


@pytest.mark.parametrize(
    "mark", ["'", "’", "‘", "`", "´", "ʻ", "ʼ", "′", "＇"], ids=lambda mark: f"U+{ord(mark):04X}"
)
def test_every_apostrophe_joins(mark: str) -> None:
    assert folded(f"O{mark}Brien") == folded("OBRIEN") == "OBRIEN"
    assert folded(f"d{mark}Angelo") == "DANGELO"


@given(st.text(max_size=30))
@example("ŉ")
@example("´")
@example("ΐ")
def test_folded_is_stable_for_any_text(text: str) -> None:
    name = folded(text)
    assert folded(name) == name
    assert name == " ".join(name.split())
    assert all(character.isalnum() or character == " " for character in name)


@given(LATIN_NAMES)
def test_folded_is_blind_to_case(text: str) -> None:
    assert folded(text.lower()) == folded(text.upper()) == folded(text)


@given(st.text("abcxyz 0123456789", max_size=20), st.sampled_from("\u0301\u0308\u0327\u030a"))
def test_accents_take_no_part(text: str, accent: str) -> None:
    assert folded("".join(letter + accent for letter in text)) == folded(text)


@pytest.mark.parametrize(
    ("last", "first", "name"),
    [
        ("O'Brien", "Seán", "OBRIEN SEAN"),
        ("Doe", "", "DOE"),
        ("", "Jane", "JANE"),
        ("", "", ""),
        ("Doe", "Jane M.", "DOE JANE M"),
    ],
    ids=["both", "last-only", "first-only", "neither", "initial-kept"],
)
def test_search_name(last: str, first: str, name: str) -> None:
    assert search_name(last, first) == name


@given(st.text(max_size=200), st.text(max_size=200))
@example("ß" * 80, "ß" * 40)
def test_search_name_fits_its_column(last: str, first: str) -> None:
    assert len(search_name(last, first)) <= 130


# ---------------------------------------------------------------- persons


def test_patient_key_is_what_it_was() -> None:
    """Keys are stored: a key that changes parts every patient from the claims already known."""
    assert patient_key("Doe", "Jane", BORN, "M1") == "001f9ace7548be8dd92dd97d3c52f117"
    assert patient_key("Doe", "Jane", None, "M1") == "3ebbd81ca321aa88818150bfdd855253"


@pytest.mark.parametrize(
    ("last", "first", "member"),
    [
        ("DOE", "JANE", "M1"),
        ("doe", "jane", "M1"),
        (" Doe ", " Jane ", "M1"),
        ("Doe", "Jane M", "M1"),
        ("Doe", "Jane Marie", "M1"),
        ("Doe", "Jane", "ANOTHER-PLAN"),
        ("Doe", "Jane", ""),
        ("Dóe", "Jané", "M1"),
        ("D'oe", "Jane", "M1"),
        ("D-oe", "Jane", "M1"),
    ],
    ids=[
        "same",
        "case",
        "spaces",
        "initial",
        "middle-name",
        "other-plan",
        "no-member-id",
        "accents",
        "apostrophe",
        "hyphen",
    ],
)
def test_one_person_by_name_and_birth_date(last: str, first: str, member: str) -> None:
    assert patient_key(last, first, BORN, member) == patient_key("DOE", "JANE", BORN, "M1")


@pytest.mark.parametrize(
    ("last", "first", "born"),
    [
        ("Doe", "John", BORN),
        ("Roe", "Jane", BORN),
        ("Doe", "Jane", date(1960, 3, 1)),
        ("Doe", "Jane", None),
        ("Jane", "Doe", BORN),
        ("DoeJane", "", BORN),
    ],
    ids=["first", "last", "birth", "birth-unknown", "swapped", "run-together"],
)
def test_another_person(last: str, first: str, born: date | None) -> None:
    assert patient_key(last, first, born, "M1") != patient_key("Doe", "Jane", BORN, "M1")


def test_without_a_birth_date_the_member_id_tells_persons_apart() -> None:
    assert patient_key("Doe", "Jane", None, "M1") != patient_key("Doe", "Jane", None, "M2")


@pytest.mark.parametrize("member", ["m 1-2", "M12", " M1.2 ", "M1 2"])
def test_a_member_id_is_compared_by_its_letters_and_digits(member: str) -> None:
    assert patient_key("Doe", "Jane", None, member) == patient_key("Doe", "Jane", None, "M12")


@pytest.mark.parametrize(
    ("one", "other"),
    [("李", "王"), ("Иванов", "Петров"), ("Øst", "St"), ("Łee", "Ee")],
    ids=["chinese", "cyrillic", "danish", "polish"],
)
def test_persons_do_not_become_one_by_letters_that_are_not_latin(one: str, other: str) -> None:
    assert patient_key(one, "A", BORN, "") != patient_key(other, "A", BORN, "")
    assert patient_key("Doe", one, BORN, "") != patient_key("Doe", other, BORN, "")


@given(ASCII_NAMES, ASCII_NAMES, st.none() | st.dates(), NUMBERS)
def test_patient_key_is_stable_and_blind_to_case(
    last: str, first: str, born: date | None, member: str
) -> None:
    key = patient_key(last, first, born, member)
    assert re.fullmatch(r"[0-9a-f]{32}", key)
    assert key == patient_key(last.upper(), first.lower(), born, member.lower())
    assert key == patient_key(folded(last), folded(first), born, folded(member))


@given(ASCII_NAMES, ASCII_NAMES, st.dates(), st.dates(), NUMBERS)
def test_patient_key_parts_by_birth_date_alone(
    last: str, first: str, one: date, other: date, member: str
) -> None:
    keys = {patient_key(last, first, born, member) for born in (one, other)}
    assert len(keys) == len({one, other})
    assert patient_key(last, first, one, member) == patient_key(last, first, one, "")
