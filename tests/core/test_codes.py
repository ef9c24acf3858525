"""The shipped code lists: every row is whole, the codes of the field are known, and no code is ever refused."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core import codes
from dueline.core.codes import NOT_LISTED, Carc, Rarc, StatusMeaning
from dueline.core.enums import Level
from dueline.core.recovery import CHANCE_BY_DENIAL
from dueline.core.schedule import ACTION_OF_FIX
from dueline.core.status import Event, event_of_status_answer

DATA = files("dueline.core.codes") / "data"
CARC_OWNERS = frozenset(
    "billing clinical coding contracting credentialing front_desk patient payer".split()
)
RESULT_NOT_STATED = frozenset({"F0", "F3", "F3N", "F4"})


def raw(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def listed() -> Iterator[tuple[str, Carc | Rarc | StatusMeaning]]:
    for name, table in (
        ("carc", codes.carcs()),
        ("rarc", codes.rarcs()),
        ("category", codes.statuses("category")),
        ("status", codes.statuses("status")),
    ):
        for code, meaning in table.items():
            yield f"{name}-{code}", meaning


LISTED = [pytest.param(meaning, id=name) for name, meaning in listed()]
CARCS = [pytest.param(one, id=code) for code, one in codes.carcs().items()]
RARCS = [pytest.param(one, id=code) for code, one in codes.rarcs().items()]
STATUSES = [
    pytest.param(one, id=f"{kind}-{code}")
    for kind in ("category", "status")
    for code, one in codes.statuses(kind).items()
]
SHORT = [
    pytest.param(row, id=f"{row['list']}-{row['code']}-{number}")
    for number, row in enumerate(raw("lists.csv"))
]


@pytest.mark.parametrize("meaning", LISTED)
def test_listed_code_has_words_source_and_date(meaning: Carc | Rarc | StatusMeaning) -> None:
    assert meaning.is_known
    for text in (meaning.summary, meaning.short, meaning.source):
        assert text == text.strip() != ""
        assert "  " not in text
    assert meaning.summary[0].isupper() or meaning.summary[0].isdigit()
    assert len(meaning.summary) <= 80
    assert len(meaning.short) <= 40, "does not fit in a row"
    assert not meaning.short.endswith((".", ",", ";", ":"))
    assert NOT_LISTED not in (meaning.summary, meaning.short)
    assert "own wording" in meaning.source.lower()
    assert date(2026, 1, 1) <= date.fromisoformat(meaning.checked_on)
    assert meaning.confidence in {"H", "M", "L"}


@pytest.mark.parametrize("meaning", CARCS)
def test_carc_columns_are_of_the_words_that_rules_read(meaning: Carc) -> None:
    assert re.fullmatch(r"[1-9][0-9]{0,2}|[ABDPWY][1-9]?[0-9]", meaning.code)
    assert meaning.category in CHANCE_BY_DENIAL
    assert meaning.is_denial in {"yes", "no", "depends"}
    assert meaning.stays_open in {"yes", "if_next_payer", "no"}
    assert meaning.usual_groups
    assert set(meaning.usual_groups) <= {"CO", "PR", "OA", "PI"}
    assert len(set(meaning.usual_groups)) == len(meaning.usual_groups)
    assert meaning.owner in CARC_OWNERS
    assert meaning.usual_fix in ACTION_OF_FIX
    assert meaning.level in Level
    assert meaning.preventable in {"yes", "sometimes", "no"}
    assert re.fullmatch(r"S[0-9]{2}", meaning.scenario)
    assert meaning.frequency in {"top", "other"}
    assert meaning.status in {"active", "retired"}


@pytest.mark.parametrize("meaning", RARCS)
def test_rarc_columns_are_of_the_words_that_rules_read(meaning: Rarc) -> None:
    assert re.fullmatch(r"M[1-9][0-9]{0,2}|MA[0-9]{2,3}|N[1-9][0-9]{0,2}", meaning.code)
    assert meaning.category in CHANCE_BY_DENIAL
    assert meaning.usual_fix in ACTION_OF_FIX


@pytest.mark.parametrize("meaning", STATUSES)
def test_status_columns_are_of_the_words_that_rules_read(meaning: StatusMeaning) -> None:
    assert meaning.group != "unknown"
    assert meaning.outcome not in {"", "unknown"}
    assert meaning.next_action == meaning.next_action.strip() != ""
    assert 0 <= meaning.follow_up_business_days <= 30
    assert meaning.level in Level
    assert meaning.status in {"active", "retired"}


@pytest.mark.parametrize("row", SHORT)
def test_short_list_row_is_whole(row: dict[str, str]) -> None:
    assert row["source"]
    assert row["code"] == row["code"].strip().upper() != ""
    assert row["summary"] == row["summary"].strip() != ""
    assert date.fromisoformat(row["checked_on"])


@pytest.mark.parametrize("name", ["carc.csv", "rarc.csv", "claim_status.csv", "lists.csv"])
def test_no_code_stands_twice_in_a_list(name: str) -> None:
    keys = [(row.get("list", ""), row["code"]) for row in raw(name)]
    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize("name", ["carc.csv", "rarc.csv", "claim_status.csv", "lists.csv"])
def test_every_row_has_as_many_fields_as_the_heading(name: str) -> None:
    lines = list(csv.reader((DATA / name).read_text(encoding="utf-8").splitlines()))
    assert {len(line) for line in lines} == {len(lines[0])}


@pytest.mark.parametrize("name", ["carc.csv", "rarc.csv", "claim_status.csv"])
def test_codes_are_written_as_they_are_looked_up(name: str) -> None:
    for row in raw(name):
        assert row["code"] == row["code"].strip().upper()


def test_carcs_of_one_wording_are_one_reason() -> None:
    """A caller who reads two codes with the same words would take them for the same."""
    kinds: dict[str, set[tuple[str, str]]] = {}
    for one in codes.carcs().values():
        kinds.setdefault(one.short, set()).add((one.category, one.is_denial))
    assert {words: found for words, found in kinds.items() if len(found) > 1} == {}


# Code, category, is_denial, usual fix: what anyone in the field would say of it.
MUST_KNOW_CARCS = [
    ("1", "patient_responsibility", "no", "bill_patient"),
    ("2", "patient_responsibility", "no", "bill_patient"),
    ("3", "patient_responsibility", "no", "bill_patient"),
    ("4", "coding_bundling", "yes", "corrected_claim"),
    ("11", "coding_bundling", "yes", "corrected_claim"),
    ("16", "missing_information", "yes", "corrected_claim"),
    ("18", "duplicate", "yes", "none"),
    ("22", "coordination_of_benefits", "yes", "bill_other_payer"),
    ("23", "coordination_of_benefits", "no", "none"),
    ("26", "registration_eligibility", "yes", "bill_other_payer"),
    ("27", "registration_eligibility", "yes", "bill_other_payer"),
    ("29", "timely_filing", "yes", "reconsideration"),
    ("31", "registration_eligibility", "yes", "corrected_claim"),
    ("45", "contractual_adjustment", "no", "write_off"),
    ("50", "medical_necessity", "yes", "appeal"),
    ("96", "non_covered_benefit", "yes", "call_payer"),
    ("97", "coding_bundling", "yes", "corrected_claim"),
    ("109", "coordination_of_benefits", "yes", "bill_other_payer"),
    ("119", "non_covered_benefit", "yes", "bill_other_payer"),
    ("197", "authorization_referral", "yes", "reconsideration"),
    ("204", "non_covered_benefit", "yes", "bill_patient"),
    ("252", "missing_information", "yes", "send_records"),
    ("253", "contractual_adjustment", "no", "write_off"),
    ("A1", "other", "yes", "call_payer"),
    ("B7", "provider_enrollment_contract", "yes", "call_payer"),
]


@pytest.mark.parametrize(
    ("code", "category", "is_denial", "fix"), MUST_KNOW_CARCS, ids=[c[0] for c in MUST_KNOW_CARCS]
)
def test_carc_of_every_day_is_known(code: str, category: str, is_denial: str, fix: str) -> None:
    meaning = codes.carc(code)
    assert meaning.is_known
    assert (meaning.category, meaning.is_denial, meaning.usual_fix) == (category, is_denial, fix)
    assert (meaning.status, meaning.confidence) == ("active", "H")


# Code, category, whether an alert: alerts refuse nothing.
MUST_KNOW_RARCS = [
    ("M15", "coding_bundling", False),
    ("M20", "coding_bundling", False),
    ("M25", "medical_necessity", False),
    ("M51", "coding_bundling", False),
    ("M76", "coding_bundling", False),
    ("M127", "missing_information", False),
    ("MA01", "other", True),
    ("MA04", "coordination_of_benefits", False),
    ("MA07", "coordination_of_benefits", True),
    ("MA13", "patient_responsibility", True),
    ("MA18", "coordination_of_benefits", True),
    ("MA27", "registration_eligibility", False),
    ("MA61", "registration_eligibility", False),
    ("MA130", "missing_information", False),
    ("N1", "other", True),
    ("N4", "coordination_of_benefits", False),
    ("N19", "coding_bundling", False),
    ("N30", "registration_eligibility", False),
    ("N95", "provider_enrollment_contract", False),
    ("N130", "non_covered_benefit", False),
    ("N265", "missing_information", False),
    ("N290", "missing_information", False),
    ("N362", "coding_bundling", False),
    ("N382", "registration_eligibility", False),
    ("N479", "coordination_of_benefits", False),
    ("N517", "missing_information", False),
    ("N706", "missing_information", False),
]


@pytest.mark.parametrize(
    ("code", "category", "is_alert"), MUST_KNOW_RARCS, ids=[r[0] for r in MUST_KNOW_RARCS]
)
def test_rarc_of_every_day_is_known(code: str, category: str, is_alert: bool) -> None:
    meaning = codes.rarc(code)
    assert meaning.is_known
    assert (meaning.category, meaning.is_alert) == (category, is_alert)


# Category by itself (with status 0, "cannot say more") and the event it stands for.
CATEGORIES: list[tuple[str, Event | None]] = [
    ("A0", Event.RECEIVED),
    ("A1", Event.RECEIVED),
    ("A2", Event.ACCEPTED),
    ("A3", Event.REJECTED),
    ("A4", Event.NOT_ON_FILE),
    ("A5", Event.ACCEPTED),
    ("A6", Event.REJECTED),
    ("A7", Event.REJECTED),
    ("A8", Event.REJECTED),
    ("P0", Event.PENDING),
    ("P1", Event.PENDING),
    ("P2", Event.PENDING),
    ("P3", Event.INFORMATION_REQUESTED),
    ("P4", Event.INFORMATION_REQUESTED),
    ("P5", Event.PENDING),
    ("F0", None),
    ("F1", Event.SAID_PAID),
    ("F2", Event.DENIED),
    ("F3", None),
    ("F3F", Event.FORWARDED),
    ("F3N", None),
    ("F4", None),
    ("F5", Event.DENIED),
    *((f"R{number}", Event.INFORMATION_REQUESTED) for number in (0, 1, *range(3, 18))),
    ("RQ", Event.INFORMATION_REQUESTED),
    *((f"E{number}", None) for number in range(5)),
    ("D0", Event.NOT_ON_FILE),
    ("X0", None),
    *((f"DR0{number}", None) for number in range(1, 9)),
]


@pytest.mark.parametrize(("code", "event"), CATEGORIES, ids=[c[0] for c in CATEGORIES])
def test_status_category_is_known_and_says_what_it_says(code: str, event: Event | None) -> None:
    assert codes.claim_status_category(code).is_known
    assert event_of_status_answer(code, "0") == event


def test_every_listed_category_is_judged_above() -> None:
    assert {code for code, _ in CATEGORIES} == set(codes.statuses("category"))


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("65", Event.SAID_PAID),
        ("585", Event.DENIED),
        ("98", Event.PATIENT_RESPONSIBLE),
        ("20", None),
        ("", None),
        ("9999", None),
    ],
    ids=["paid", "denied", "deductible", "accepted-is-no-decision", "none", "unknown"],
)
@pytest.mark.parametrize("category", sorted(RESULT_NOT_STATED))
def test_finalized_leaves_the_result_to_the_status(
    category: str, status: str, event: Event | None
) -> None:
    assert event_of_status_answer(category, status) == event


Lookup = Callable[[str], Carc | Rarc | StatusMeaning]
LOOKUPS: list[tuple[str, Lookup, str]] = [
    ("carc", codes.carc, "B7"),
    ("rarc", codes.rarc, "MA130"),
    ("category", codes.claim_status_category, "A2"),
    ("status", codes.claim_status, "20"),
]
ODD = [
    ("empty", ""),
    ("blank", "   "),
    ("newline", "\r\n"),
    ("nul", "\0"),
    ("huge", "9" * 100_000),
    ("accent", "É7"),
    ("sharp-s", "ß"),
    ("other-digits", "٤٥"),
    ("surrogate", "\ud800"),
    ("with-group", "CO-45"),
    ("decimal", "45.0"),
    ("negative", "-45"),
    ("star", "45*"),
    ("leading-zero", "045"),
    ("not-issued", "ZZ9"),
]


@pytest.mark.parametrize("odd", [o[1] for o in ODD], ids=[o[0] for o in ODD])
@pytest.mark.parametrize("lookup", [one[1] for one in LOOKUPS], ids=[one[0] for one in LOOKUPS])
def test_code_not_listed_is_said_to_be_unknown(lookup: Lookup, odd: str) -> None:
    meaning = lookup(odd)
    assert not meaning.is_known
    assert meaning.code == odd.strip().upper()
    assert meaning.summary == NOT_LISTED
    assert meaning.short == "code not in Dueline's list"
    assert meaning.source == ""


@pytest.mark.parametrize("dressed", ["{}", " {}", "{}\n", "\t{}  "], ids=["as-is", "l", "nl", "lr"])
@pytest.mark.parametrize(("lookup", "code"), [o[1:] for o in LOOKUPS], ids=[o[0] for o in LOOKUPS])
def test_case_and_spaces_around_a_code_do_not_matter(
    lookup: Lookup, code: str, dressed: str
) -> None:
    assert lookup(dressed.format(code)) == lookup(dressed.format(code.lower())) == lookup(code)
    assert lookup(code).is_known


@given(st.text(max_size=12))
def test_no_text_makes_a_lookup_fail(text: str) -> None:
    for _, lookup, _ in LOOKUPS:
        meaning = lookup(text)
        assert meaning.code == text.strip().upper()
        assert meaning == lookup(text.strip().upper())
        assert meaning.is_known == (meaning.source != "")


def test_unknown_carc_neither_denies_nor_closes_by_itself() -> None:
    meaning = codes.carc("999")
    assert (meaning.is_denial, meaning.usual_fix, meaning.level) == ("unknown", "call_payer", "L1")


def test_same_code_means_another_thing_in_another_list() -> None:
    assert codes.carc("A1").short != codes.claim_status_category("A1").short
    assert codes.carc("16").short != codes.claim_status("16").short


@pytest.mark.parametrize(
    ("group", "code", "words"),
    [
        ("CO", "197", "CO-197 no authorization"),
        ("PR", "1", "PR-1 deductible"),
        ("CO", "999", "CO-999 code not in Dueline's list"),
    ],
    ids=["known", "patient", "unknown"],
)
def test_adjustment_words(group: str, code: str, words: str) -> None:
    assert codes.adjustment_words(group, code) == words


@pytest.mark.parametrize(
    ("category", "status", "words"),
    [
        ("A2", "20", f"A2 accepted for adjudication; 20 {codes.claim_status('20').short}"),
        ("A2", "", "A2 accepted for adjudication"),
        ("", "20", f"20 {codes.claim_status('20').short}"),
        ("", "", ""),
        (
            "Z9",
            "9999",
            "Z9 code not in Dueline's list; 9999 code not in Dueline's list",
        ),
    ],
    ids=["both", "category-only", "status-only", "neither", "unknown"],
)
def test_status_words(category: str, status: str, words: str) -> None:
    assert codes.status_words(category, status) == words


# Every short list, its own function, and codes that must be in it.
SHORT_LISTS: list[tuple[str, Callable[[str], str], str]] = [
    ("group", codes.group_name, "CO PR OA PI"),
    ("clp_status", codes.clp_status, "1 2 3 4 19 20 21 22 23 25"),
    ("plb", codes.plb_reason, "50 72 90 AP CS FB IR J1 L6 LE WO"),
    ("filing_indicator", codes.filing_indicator, "12 13 14 15 16 BL CI HM MA MB MC VA WC ZZ"),
    ("place_of_service", codes.place_of_service, "02 10 11 12 19 20 21 22 23 24 31 32 81 99"),
    ("frequency", codes.frequency, "1 7 8"),
    ("payer_sequence", codes.payer_sequence, "P S T U"),
    ("entity", codes.entity, "1P 40 41 82 85 IL PR QC"),
    ("set_answer", codes.set_answer, "A E P R"),
    ("segment_error", codes.segment_error, "1 2 3 4 5 6 7 8"),
    ("element_error", codes.element_error, "1 2 3 4 5 6 7 8 9 10"),
    ("interchange_note", codes.interchange_note, "000 001 005 006 024 025"),
]
SHORT_IDS = [one[0] for one in SHORT_LISTS]


@pytest.mark.parametrize(("name", "lookup", "must"), SHORT_LISTS, ids=SHORT_IDS)
def test_short_list_knows_the_codes_of_every_day(
    name: str, lookup: Callable[[str], str], must: str
) -> None:
    for code in must.split():
        assert lookup(code) == lookup(f" {code.lower()} ") == codes.short_list(name)[code]
        assert lookup(code) != NOT_LISTED


@pytest.mark.parametrize("odd", [o[1] for o in ODD if o[0] != "with-group"])
@pytest.mark.parametrize("lookup", [one[1] for one in SHORT_LISTS], ids=SHORT_IDS)
def test_short_list_never_raises(lookup: Callable[[str], str], odd: str) -> None:
    assert lookup(odd) == NOT_LISTED


def test_every_short_list_has_a_function() -> None:
    assert set(codes.short_list_names()) == set(SHORT_IDS)


def test_name_of_group_says_who_bears_it() -> None:
    assert "provider" in codes.group_name("CO")
    assert "patient" in codes.group_name("PR")


def test_processed_is_not_said_to_be_paid() -> None:
    for code in ("1", "2", "3"):
        assert "paid" not in codes.clp_status(code).lower()
