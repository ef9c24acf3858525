"""The facts for analysis: what they count, that they follow every change, and that nothing breaks them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.models import Practice
from dueline.core.denial_attributes import Attribute
from dueline.core.denial_figures import Figure, Period, Shown
from dueline.core.enums import Role
from dueline.core.follow_up import FollowUpFacts
from dueline.denials import fact_store
from dueline.denials.actions import count_facts, record_follow_up, refresh_denials
from dueline.denials.models import FactChange, FactState
from dueline.denials.queries.analysis import (
    AnalysisFilters,
    Labels,
    TrendBasis,
    analysis,
    claims_behind,
    facts_state,
)
from dueline.denials.queries.analysis.facts import facts_of
from dueline.ledger.models import Claim
from tests.apps.denials.conftest import AS_OF, NOW

Act = Callable[..., Any]
ALL = AnalysisFilters(period=Period.ALL)
REFUSED = "CLP*LKS-1*1*150*0*0*12*ICN1*11*1 / SVC*HC:99214*150*0 / CAS*CO*197*150"
PAID = "CLP*LKS-1*1*150*90*0*12*ICN2*11*1 / SVC*HC:99214*150*90 / CAS*CO*45*60"


def counted(practice: Practice, filters: AnalysisFilters = ALL) -> tuple[int, int, int, int]:
    """Count what is to be counted; return claims answered and refused, dollars charged and refused."""
    count_facts(practice=practice, now=NOW)
    with analysis(practice, filters, as_of=AS_OF) as asked:
        total = asked.total()
    return (total.answered, total.refused, total.charge_cents // 100, total.refused_cents // 100)


def by(practice: Practice, attribute: Attribute) -> list[str]:
    """Say the values of an attribute, most dollars first: words, refused of answered, dollars."""
    count_facts(practice=practice, now=NOW)
    with analysis(practice, ALL, as_of=AS_OF) as asked:
        rows = asked.breakdown(attribute, asked.total()).rows
    labels = Labels(practice, [(attribute, row.value) for row in rows])
    return [
        f"{labels.of(attribute, row.value)}: {row.refused} of {row.answered}, {row.refused_cents // 100}"
        for row in rows
    ]


def figures(practice: Practice) -> dict[Figure, Any]:
    count_facts(practice=practice, now=NOW)
    with analysis(practice, ALL, as_of=AS_OF) as asked:
        return {one.figure: one for one in asked.key_figures(asked.total())}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([("2026-10-01", REFUSED)], (1, 1, 150, 150), id="refused"),
        pytest.param([("2026-10-01", PAID)], (1, 0, 150, 0), id="paid with a contract reduction"),
        pytest.param(
            [("2026-10-01", REFUSED), ("2026-11-02", PAID)],
            (1, 1, 150, 150),
            id="paid later: its first answer refused it all the same",
        ),
        pytest.param(
            [("2026-11-02", PAID), ("2026-10-01", REFUSED)],
            (1, 1, 150, 150),
            id="the earlier answer taken in later",
        ),
        pytest.param(
            [("2026-10-01", PAID.replace("CO*45*60", "PR*1*60"))],
            (1, 0, 150, 0),
            id="a deductible",
        ),
        pytest.param(
            [
                (
                    "2026-10-01",
                    "CLP*LKS-1*1*150*0*150*12*ICN1*11*1 / SVC*HC:99214*150*0 / CAS*PR*1*150",
                )
            ],
            (1, 0, 150, 0),
            id="all of it to the patient",
        ),
        pytest.param(
            [
                (
                    "2026-10-01",
                    "CLP*LKS-1*1*150*0*0*12*ICN1*11*1 / SVC*HC:99214*150*0 / CAS*OA*18*150",
                )
            ],
            (0, 0, 0, 0),
            id="only a duplicate: in no rate",
        ),
        pytest.param(
            [
                ("2026-10-01", REFUSED.replace("CO*197", "OA*18")),
                ("2026-11-02", REFUSED.replace("ICN1", "ICN2")),
            ],
            (1, 1, 150, 150),
            id="a duplicate, then refused: the refusal is the first answer",
        ),
        pytest.param(
            [("2026-10-01", REFUSED.replace("CO*197", "OA*133"))],
            (0, 0, 0, 0),
            id="under review: not answered yet",
        ),
        pytest.param(
            [("2026-10-01", REFUSED.replace("CO*197", "CO*ZZ9"))],
            (1, 1, 150, 150),
            id="a reason that is in no list",
        ),
        pytest.param(
            [
                (
                    "2026-10-01",
                    "CLP*LKS-1*1*150*90*0*12*ICN1*11*1 / SVC*HC:99214*100*90 / CAS*CO*45*10"
                    " / SVC*HC:93000*50*0 / CAS*CO*50*80**197*-30",
                )
            ],
            (1, 1, 150, 50),
            id="in part, with an amount below zero",
        ),
        pytest.param(
            [("2026-08-01", REFUSED)],
            (1, 1, 150, 150),
            id="answered before the service and the sending",
        ),
    ],
)
def test_what_is_counted(
    practice: Practice, submit: Act, remit: Act, files: Any, expected: Any
) -> None:
    submit("2026-09-03")
    for on, segments in files:
        remit(on, segments)
    assert counted(practice) == expected


def test_three_claims_say_too_little(practice: Practice, submit: Act, remit: Act) -> None:
    for number in ("LKS-1", "LKS-2", "LKS-3"):
        submit("2026-09-03", number)
    remit("2026-10-01", REFUSED, PAID.replace("LKS-1", "LKS-2").replace("ICN2", "ICN9"))
    share = figures(practice)[Figure.INITIAL_RATE].share
    assert (share.part, share.whole, share.is_enough) == (1, 2, False)
    with analysis(practice, ALL, as_of=AS_OF) as asked:
        month = asked.trend(TrendBasis.SERVICE).points[-3]
    assert (month.month, month.known, month.answered, month.refused) == ("2026-09", 3, 2, 1)
    assert not month.is_complete
    assert by(practice, Attribute.PAYER) == ["Harborlight: 1 of 2, 150"]


def test_each_attribute_tells_the_claim(practice: Practice, submit: Act, remit: Act) -> None:
    submit("2026-09-03", "LKS-1", ("99214:25", 100), ("93000", 50), authorization="A1")
    remit(
        "2026-10-05",
        "CLP*LKS-1*1*150*60*0*12*ICN1*11*1 / SVC*HC:99214:25*100*60 / CAS*CO*45*40"
        " / SVC*HC:93000*50*0 / CAS*CO*50*50 / LQ*HE*N115",
    )
    assert by(practice, Attribute.PROCEDURE) == ["93000: 1 of 1, 50", "99214: 0 of 1, 0"]
    assert by(practice, Attribute.MODIFIER) == ["Not known: 1 of 0, 50", "25: 0 of 1, 0"]
    assert by(practice, Attribute.CARC) == ["50 not medically necessary: 1 of 1, 50"]
    assert by(practice, Attribute.RARC)[0].startswith("N115 ")
    assert by(practice, Attribute.PLAN) == ["PPO: 1 of 1, 50"]
    assert by(practice, Attribute.CHAPTER) == ["Breathing: 1 of 1, 50"]
    assert by(practice, Attribute.PLACE) == ["11 office: 1 of 1, 50"]
    assert by(practice, Attribute.WEEKDAY) == ["Tuesday: 1 of 1, 50"]
    assert by(practice, Attribute.SERVICE_MONTH) == ["Sep 2026: 1 of 1, 50"]
    assert by(practice, Attribute.ANSWER_MONTH) == ["Oct 2026: 1 of 1, 50"]
    assert by(practice, Attribute.AGE) == ["45-64: 1 of 1, 50"]
    assert by(practice, Attribute.SEX) == ["Female: 1 of 1, 50"]
    assert by(practice, Attribute.LAG) == ["0-7 days: 1 of 1, 50"]
    assert by(practice, Attribute.AUTHORIZATION) == ["On the claim: 1 of 1, 50"]
    assert by(practice, Attribute.BILLING_PROVIDER) == ["LAKESIDE: 1 of 1, 50"]
    assert by(practice, Attribute.SUBMITTER) == ["LAKESIDE: 1 of 1, 50"]
    submit("2026-09-03", "LKS-2", facility="EAST CLINIC")
    remit("2026-10-06", PAID.replace("LKS-1", "LKS-2"))
    assert by(practice, Attribute.LOCATION) == ["LAKESIDE: 1 of 1, 50", "EAST CLINIC: 0 of 1, 0"]


def test_what_became_of_a_refusal(practice: Practice, submit: Act, remit: Act) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    submit("2026-10-11", frequency="7")
    told = figures(practice)
    assert (told[Figure.DAYS_TO_APPEAL].days, told[Figure.DAYS_TO_APPEAL].count) == (10, 1)
    assert (told[Figure.OVERTURN_RATE].share.part, told[Figure.OVERTURN_RATE].share.whole) == (0, 0)
    remit("2026-11-02", PAID)
    told = figures(practice)
    assert (told[Figure.OVERTURN_RATE].share.part, told[Figure.OVERTURN_RATE].share.whole) == (1, 1)
    assert (told[Figure.DAYS_TO_RESOLUTION].days, told[Figure.RECOVERED].cents) == (32, 9000)
    assert (told[Figure.DAYS_TO_APPEAL].days, told[Figure.WRITTEN_OFF].cents) == (10, 0)
    behind = claims_behind(practice, ALL, Shown.RECOVERED, as_of=AS_OF)
    assert (behind.count, behind.cents) == (1, 9000)


def test_a_follow_up_that_moves_a_denial_is_counted(
    practice: Practice, submit: Act, remit: Act
) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    assert counted(practice)[1] == 1
    assert not facts_state(practice).is_behind
    caller = add_user(
        username="ana", password=None, memberships={practice: Role.L2_CALLER}, by="test", at=NOW
    )
    facts = {
        "occurred_at": "2026-11-20T10:26:00-05:00",
        "channel": "call",
        "contact_name": "Dana M.",
        "reference_number": "7741-20C",
        "said": "The appeal is with the review unit.",
        "outcome": "appeal_received",
        "received_on": "2026-11-12",
        "no_expected_reason": "no day is given",
        "next_action": "await_answer",
        "next_due_on": "2026-12-14",
    }
    record_follow_up(
        practice=practice,
        claim=Claim.objects.get(),
        facts=FollowUpFacts.from_mapping(facts, as_of=AS_OF),
        by=caller,
        as_of=AS_OF,
        now=NOW,
        request_key="1",
    )
    assert facts_state(practice).is_behind
    told = figures(practice)[Figure.DAYS_TO_APPEAL]
    assert (told.days, told.count) == (50, 1)


def test_only_what_changed_is_counted_anew(
    practice: Practice, submit: Act, remit: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact_store, "PART_CLAIMS", 1)
    monkeypatch.setattr("dueline.denials.actions.facts.PART_CLAIMS", 1)
    for number in ("LKS-1", "LKS-2", "LKS-3"):
        submit("2026-09-03", number)
    assert count_facts(practice=practice, now=NOW).parts == 3
    remit("2026-10-01", REFUSED)
    assert count_facts(practice=practice, now=NOW, most_parts=0).left == 1
    assert count_facts(practice=practice, now=NOW).parts == 1
    assert count_facts(practice=practice, now=NOW).parts == 0
    assert counted(practice) == (1, 1, 150, 150)
    refresh_denials(practice=practice, as_of=AS_OF)
    assert count_facts(practice=practice, now=NOW).parts == 3
    assert counted(practice) == (1, 1, 150, 150)


@pytest.mark.parametrize("killed_at", ["write_part", "publish", "state"])
def test_killed_anywhere_it_counts_right_the_next_time(
    practice: Practice, submit: Act, remit: Act, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    submit("2026-09-03")
    assert counted(practice) == (0, 0, 0, 0)
    remit("2026-10-01", REFUSED)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if killed_at == "state":
            patch.setattr("dueline.denials.models.FactState.objects.update_or_create", killed)
        else:
            patch.setattr(f"dueline.denials.actions.facts.{killed_at}", killed)
        with pytest.raises(KeyboardInterrupt):
            count_facts(practice=practice, now=NOW)
    assert FactChange.objects.filter(practice=practice).exists()
    assert counted(practice) == (1, 1, 150, 150)


@pytest.mark.parametrize(
    "harm", ["no edition", "not JSON", "a file is gone", "of another database"]
)
def test_lost_or_foreign_files_are_made_anew(
    practice: Practice, submit: Act, remit: Act, harm: str
) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    assert counted(practice) == (1, 1, 150, 150)
    folder = fact_store.folder_of(practice)
    told = folder / "edition.json"
    if harm == "no edition":
        told.unlink()
    elif harm == "not JSON":
        told.write_text("{")
    elif harm == "a file is gone":
        next(folder.glob("refusals-*")).unlink()
    else:
        told.write_text(json.dumps({**json.loads(told.read_text()), "edition": "0" * 32}))
    assert counted(practice) == (1, 1, 150, 150)


def test_the_files_are_their_owners_alone(practice: Practice, submit: Act) -> None:
    submit("2026-09-03")
    count_facts(practice=practice, now=NOW)
    folder = fact_store.folder_of(practice)
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077] == []


def test_another_practice_counts_nothing_of_this_one(
    practice: Practice, submit: Act, remit: Act
) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    other = add_practice(code="summit", name="Summit", npis=[], by="test", at=NOW)
    assert counted(practice) == (1, 1, 150, 150)
    assert counted(other) == (0, 0, 0, 0)
    assert claims_behind(other, ALL, Shown.REFUSED, as_of=AS_OF).count == 0


def test_files_that_the_database_does_not_know_are_not_shown(
    practice: Practice, submit: Act, remit: Act
) -> None:
    """Left by another database, or by a practice that had the code before."""
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    assert counted(practice) == (1, 1, 150, 150)
    FactState.objects.update(edition="of another database")
    with facts_of(practice) as facts:
        assert facts.rows("SELECT COUNT(*) FROM claims") == [(0,)]
