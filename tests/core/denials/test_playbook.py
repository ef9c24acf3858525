"""The playbook: whole, agreeing with the code lists and with readiness, turned by answers from our own data."""

from dataclasses import replace
from datetime import date

import pytest

from dueline.core.codes import carc, carcs, rarcs
from dueline.core.enums import DenialCategory, Level, RequestOwner, UsualFix
from dueline.core.playbook import (
    QUESTIONS,
    Advice,
    CaseFacts,
    Likeness,
    Outcomes,
    Question,
    advise,
    chance_of,
    look,
    shipped,
)
from dueline.core.readiness import owner_of_denial
from dueline.core.recovery import CHANCE_BY_DENIAL
from dueline.core.refusals import meaning_of
from dueline.core.scripts import shipped as shipped_scripts

BOOK = shipped()
NOTHING = CaseFacts("Harborlight")
REFUSING = [code for code, one in carcs().items() if one.is_denial in ("yes", "depends")]


def advice(code: str, *remarks: str, facts: CaseFacts = NOTHING) -> Advice:
    meaning = meaning_of(code)
    return advise(
        carc=code,
        rarcs=remarks,
        category=meaning.category,
        usual_fix=meaning.usual_fix,
        facts=facts,
    )


def test_every_category_has_a_play_and_every_question_is_asked() -> None:
    assert set(BOOK.by_category) == set(DenialCategory)
    assert set(QUESTIONS) == set(Question)
    assert {q for play in BOOK.plays for q in play.questions} == set(Question)


@pytest.mark.parametrize("play", BOOK.plays, ids=lambda play: play.key)
def test_a_play_is_whole(play) -> None:
    assert play.means.endswith(".")
    assert play.do.endswith(".")
    assert play.script in shipped_scripts()
    assert play.confidence in ("H", "M", "L")
    assert play.source
    assert {turn.question for turn in play.turns} <= set(play.questions)
    code, *remarks = play.key.split(" ")
    if code not in set(DenialCategory):
        assert carc(code).is_known
        assert [remark for remark in remarks if remark not in rarcs()] == []


@pytest.mark.parametrize("code", sorted(BOOK.by_carc))
def test_a_play_for_a_reason_agrees_with_the_list(code: str) -> None:
    play = BOOK.by_carc[code]
    assert play.way == carc(code).usual_fix
    owner = owner_of_denial(code)
    assert owner is None or play.who is owner


@pytest.mark.parametrize("code", [*REFUSING, "999"])
def test_every_reason_gets_advice_that_agrees_with_readiness(code: str) -> None:
    found = advice(code)
    owner = owner_of_denial(code)
    if owner is not None:
        assert not found.is_call
        assert found.who is owner
    assert found.is_call or found.no_call
    assert isinstance(found.who, Level | RequestOwner)


def test_the_narrowest_play_holds() -> None:
    assert advice("16").play.key == "16"
    assert advice("16", "N290").play.key.startswith("16 N290")
    assert advice("16", "N9999", "MA130").play.key == "16 MA130"
    assert advice("62").play.key == "authorization_referral"
    assert advice("ZZ9").play.key == "other"


@pytest.mark.parametrize(
    ("code", "facts", "way", "words"),
    [
        pytest.param(
            "197", {}, UsualFix.RECONSIDERATION, "Find the authorization", id="none known"
        ),
        pytest.param(
            "197",
            {"authorization": "PA77"},
            UsualFix.RECONSIDERATION,
            "The number was on the claim",
            id="authorization on the claim",
        ),
        pytest.param(
            "197",
            {"authorization_elsewhere": "PA77"},
            UsualFix.CORRECTED_CLAIM,
            "Another claim of this patient",
            id="authorization on another claim",
        ),
        pytest.param(
            "29",
            {"first_submitted_on": date(2026, 9, 2), "filing_due_on": date(2026, 9, 1)},
            UsualFix.WRITE_OFF,
            "too late",
            id="filed a day late",
        ),
        pytest.param(
            "29",
            {
                "first_submitted_on": date(2026, 9, 1),
                "filing_due_on": date(2026, 9, 1),
                "accepted_on": date(2026, 9, 1),
            },
            UsualFix.RECONSIDERATION,
            "the acceptance is on file",
            id="accepted on the last day",
        ),
        pytest.param(
            "29",
            {"first_submitted_on": date(2026, 9, 1)},
            UsualFix.RECONSIDERATION,
            "Compare the payer's limit",
            id="the limit is not known",
        ),
        pytest.param(
            "18",
            {"earlier_on": date(2026, 9, 1), "earlier_paid_cents": 100},
            UsualFix.NONE,
            "The first answer paid",
            id="duplicate of what was paid",
        ),
        pytest.param(
            "27",
            {"other_coverages": ("Prairie Union",)},
            UsualFix.BILL_OTHER_PAYER,
            "Another coverage is on file",
            id="another coverage",
        ),
    ],
)
def test_an_answer_turns_the_play(
    code: str, facts: dict[str, object], way: UsualFix, words: str
) -> None:
    found = advice(code, facts=replace(NOTHING, **facts))
    assert found.way is way
    assert words in found.do


@pytest.mark.parametrize(
    ("question", "facts", "answer", "words"),
    [
        ("filed_in_time", {}, "", "Not known"),
        ("proof_of_filing", {}, "no", "No acceptance"),
        ("paid_before", {}, "", "claim as a whole"),
        ("paid_before", {"procedure": "99214"}, "", "has not answered"),
        ("paid_before", {"procedure": "99214", "refused_count": 3}, "no", "3 of 3"),
        (
            "paid_before",
            {
                "procedure": "99214",
                "paid_count": 14,
                "refused_count": 1,
                "median_paid_cents": 61_240,
                "last_paid_on": date(2026, 10, 2),
            },
            "yes",
            "It paid 14 of 15 lines of 99214, half of them $612.40 or more, last on 10/02/2026.",
        ),
        ("duplicate_of", {"alike": (Likeness("L2", 0, "denied"),)}, "unpaid", "L2: denied."),
        ("duplicate_of", {"alike": (Likeness("L2", 5_000, "paid"),)}, "paid", "$50.00"),
        ("answered_before", {"earlier_on": date(2026, 9, 1)}, "yes", "nothing paid"),
        (
            "answered_before",
            {"earlier_on": date(2026, 9, 1), "earlier_refused": "CO-197 no authorization"},
            "refused",
            "Refused CO-197",
        ),
        ("provider_identifiers", {"billing_npi": "1"}, "no", "Rendering is not"),
        ("member_identifiers", {"member_id": "M1"}, "no", "name, birth date"),
        ("same_day_services", {}, "no", "Nothing else"),
        ("modifiers", {"procedure": "20610"}, "no", "without any"),
        ("records_sent", {"sent_since": ((date(2026, 9, 1), "Appeal"),)}, "yes", "09/01/2026"),
    ],
)
def test_what_our_own_data_answers(
    question: str, facts: dict[str, object], answer: str, words: str
) -> None:
    (found,) = look([Question(question)], replace(NOTHING, **facts))
    assert found.answer == answer
    assert words in found.words
    assert found.asks.endswith("?")


def test_the_chance_is_the_prior_until_there_are_outcomes_of_our_own() -> None:
    kind = DenialCategory.AUTHORIZATION
    prior = CHANCE_BY_DENIAL[kind.value]
    few = chance_of(kind, Outcomes(4, 4))
    assert few.basis_points == prior
    assert "too few of our own to learn from (4 decided)" in few.basis
    many = chance_of(kind, Outcomes(90, 100))
    assert prior < many.basis_points < 9000
    assert "90 of 100 such denials recovered here" in many.basis
    own = chance_of(kind, Outcomes(90, 100, 0, 40))
    assert own.basis_points < many.basis_points
    assert "0 of 40 by this payer for this reason" in own.basis
    assert 0 <= chance_of(kind, Outcomes(0, 10**6, 0, 10**6)).basis_points <= 10
