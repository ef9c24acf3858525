"""From the patterns of a practice to a case, its fix and the measured effect, where the truth is known."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent, Practice
from dueline.cases.actions import (
    CaseFacts,
    change_case,
    comment,
    look_for_patterns,
    open_case,
    reopen_case,
    see_case,
    set_fix,
    watch_case,
)
from dueline.cases.errors import CaseRefused
from dueline.cases.models import Case, CaseClaim, CaseMeasure, Pattern
from dueline.cases.queries.answered import answered
from dueline.cases.queries.reading import case_cents, current_patterns, with_news
from dueline.core.enums import CaseState, Role, RootCauseOwner
from dueline.denials.models import Denial
from dueline.intake.actions import intake_paths
from dueline.ledger.models import Claim
from dueline.payers.models import Payer
from dueline.sample import practice_plan, write_sample
from dueline.sample.adjudication import FIXED_DAYS

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PLAN = practice_plan(code="lakeside", claim_count=2500, seed=7, as_of=AS_OF)
FIXED_ON = AS_OF - timedelta(days=FIXED_DAYS - 1)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    import json

    folder = tmp_path_factory.mktemp("sample")
    write_sample(PLAN, folder)
    return folder / "files", json.loads((folder / "truth.json").read_text())["patterns"]


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, sample: tuple[Path, Any]
) -> Iterator[Practice]:
    """Take the sample in once for all tests; each takes back what it changed."""
    npis = [(party.identifier, "") for party in (PLAN.billing, PLAN.facility)]
    with django_db_blocker.unblock(), transaction.atomic():
        made = add_practice(code="lakeside", name="Lakeside", npis=npis, by="test", at=NOW)
        intake_paths(practice=made, paths=[sample[0]], by="test", as_of=AS_OF, clock=lambda: NOW)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def practice(built: Practice, db: None) -> Practice:
    return built


@pytest.fixture
def people(practice: Practice) -> dict[Role, Any]:
    return {
        role: add_user(
            username=role.value, password=None, memberships={practice: role}, by="test", at=NOW
        )
        for role in Role
    }


def look(practice: Practice, on: date = AS_OF) -> Any:
    return look_for_patterns(practice=practice, by="test", as_of=on, now=NOW)


def modifier_25(practice: Practice) -> Pattern:
    (found,) = [row for row in current_patterns(practice) if row.carc == "97"]
    return found


def opened(practice: Practice, by: Any) -> Case:
    pattern = modifier_25(practice)
    return open_case(
        practice=practice,
        by=by,
        statement="A visit with modifier 25 is bundled",
        carc=pattern.carc,
        conditions=[(name, value) for name, value in pattern.conditions],
        pattern=pattern,
        as_of=AS_OF,
        now=NOW,
    )


def test_what_was_planted_is_found_and_opened_as_a_case_with_its_claims(
    practice: Practice, sample: tuple[Path, Any], people: dict[Role, Any]
) -> None:
    run = look(practice)
    assert run.verdict == "found"
    pattern = modifier_25(practice)
    payer = Payer.objects.get(practice=practice, name__startswith="Prairie")
    assert sorted(pattern.conditions) == [["modifier", "25"], ["payer", str(payer.pk)]]
    case = opened(practice, people[Role.BILLER])
    numbers = set(
        Claim.objects.filter(pk__in=case.claims.values("claim")).values_list(
            "patient_control_number", flat=True
        )
    )
    truth = set(sample[1]["prairie_modifier_25"])
    assert len(numbers & truth) >= 0.9 * len(truth)
    assert len(numbers - truth) <= 0.1 * len(truth)
    assert not CaseClaim.objects.exclude(is_evidence=True).exists()
    # the dollars are those of the denials themselves, counted without the search
    rows = Denial.objects.filter(
        claim__patient_control_number__in=numbers, carc="97", is_duplicate=False
    )
    assert case_cents(case) == sum(row.amount_cents for row in rows) > 0
    assert case.owner == RootCauseOwner.CODING
    with pytest.raises(CaseRefused, match="Case 1 is about the same"):
        opened(practice, people[Role.BILLER])


def test_a_second_look_finds_the_same_and_keeps_it_once(practice: Practice) -> None:
    look(practice)
    before = {row.key: row.first_found_on for row in Pattern.objects.all()}
    later = AS_OF + timedelta(days=1)
    look(practice, later)
    rows = Pattern.objects.all()
    assert {row.key: row.first_found_on for row in rows} == before
    assert {row.last_found_on for row in rows if row.is_current} == {later}
    assert AuditEvent.objects.filter(action="look_for_patterns").count() == 2


def test_the_fix_is_measured_against_similar_claims(
    practice: Practice, people: dict[Role, Any]
) -> None:
    look(practice)
    case = opened(practice, people[Role.BILLER])
    set_fix(case=case, by=people[Role.BILLER], fixed_on=FIXED_ON, as_of=AS_OF, now=NOW)
    case.refresh_from_db()
    (measure,) = CaseMeasure.objects.all()
    assert measure.before_refused > 0.7 * measure.before_claims > 14
    assert measure.after_refused < 0.2 * measure.after_claims
    assert measure.others_before_claims >= 50
    assert measure.change < 0
    if measure.after_claims >= 20:
        assert (measure.verdict, case.state, case.closed_on) == ("worked", CaseState.WORKED, AS_OF)
        assert measure.kept_low_cents <= measure.kept_cents <= measure.kept_high_cents
        assert measure.kept_cents > 0
    else:
        assert (measure.verdict, case.state) == ("too_early", CaseState.MEASURING)


def test_a_fix_that_changed_nothing_did_not_work(
    practice: Practice, people: dict[Role, Any]
) -> None:
    """Said to be fixed at a time when the payer went on refusing."""
    look(practice)
    case = opened(practice, people[Role.LEAD])
    then = AS_OF - timedelta(days=FIXED_DAYS)
    set_fix(
        case=case,
        by=people[Role.LEAD],
        fixed_on=then - timedelta(days=90),
        as_of=then,
        now=NOW,
    )
    measure = CaseMeasure.objects.get()
    assert measure.verdict in ("not_worked", "too_early")
    assert measure.after_refused > 0.6 * measure.after_claims


def test_a_case_takes_in_what_is_refused_later_and_says_so(
    practice: Practice, people: dict[Role, Any]
) -> None:
    look(practice)
    case = opened(practice, people[Role.BILLER])
    gone = case.claims.order_by("pk")[:5].values_list("pk", flat=True)
    CaseClaim.objects.filter(pk__in=list(gone)).delete()  # as if answered tomorrow
    look(practice, AS_OF + timedelta(days=1))
    assert case.claims.filter(is_evidence=False).count() == 5
    assert case.notes.latest("pk").text == "5 claims were refused as this case says, and joined it."


def test_what_others_note_is_news_to_those_who_watch_until_they_look(
    practice: Practice, people: dict[Role, Any]
) -> None:
    look(practice)
    biller, analyst = people[Role.BILLER], people[Role.ANALYST]
    case = opened(practice, biller)
    assert not with_news(practice, biller), "their own case, just opened"
    watch_case(case=case, by=analyst, is_watching=True, now=NOW)
    assert not with_news(practice, analyst), "what was said before they watched"
    comment(case=case, by=analyst, text="I asked the front desk.", now=NOW)
    assert list(with_news(practice, biller)) == [case]
    assert not with_news(practice, analyst), "their own words"
    see_case(case=case, by=biller)
    assert not with_news(practice, biller)
    set_fix(case=case, by=analyst, fixed_on=FIXED_ON, as_of=AS_OF, now=NOW)
    assert list(with_news(practice, biller)) == [case]
    watch_case(case=case, by=biller, is_watching=False, now=NOW)
    assert not with_news(practice, biller)


def test_what_is_refused_and_what_leaves_a_trace(
    practice: Practice, people: dict[Role, Any]
) -> None:
    look(practice)
    case = opened(practice, people[Role.ANALYST])
    biller = people[Role.BILLER]
    facts = CaseFacts(
        "Visit bundled", RootCauseOwner.BILLING, assigned_to=biller, action="Split it"
    )
    change_case(case=case, by=biller, facts=facts, now=NOW)
    case.refresh_from_db()
    assert (case.owner, case.assigned_to, case.action) == ("billing", biller, "Split it")
    assert case.watchers.count() == 2  # who opened it, and whom it was given to
    assert "Starts with: billing" in case.notes.latest("pk").text
    trail = AuditEvent.objects.filter(object_kind="case").values_list("action", flat=True)
    assert list(trail) == ["open_case", "change_case"]
    stranger = add_user(username="x", password=None, memberships={}, by="test", at=NOW)
    refusals: list[tuple[Any, dict[str, Any], str]] = [
        (change_case, {"facts": CaseFacts(" ", RootCauseOwner.CODING)}, "expected words"),
        (change_case, {"facts": CaseFacts("x" * 301, RootCauseOwner.CODING)}, "at most 300"),
        (change_case, {"facts": CaseFacts("a\x1bb", RootCauseOwner.CODING)}, "Control characters"),
        (
            change_case,
            {"facts": CaseFacts("a", RootCauseOwner.CODING, assigned_to=stranger)},
            "works in this practice",
        ),
        (set_fix, {"fixed_on": AS_OF + timedelta(days=1), "as_of": AS_OF}, "or before"),
        (set_fix, {"fixed_on": date(2020, 1, 1), "as_of": AS_OF}, "last two years"),
        (reopen_case, {"reason": "again"}, "is open"),
        (comment, {"text": "  "}, "needs words"),
        (comment, {"text": "x" * 2001}, "at most 2,000"),
    ]
    notes = case.notes.count()
    for act, given, message in refusals:
        with pytest.raises(CaseRefused, match=message):
            act(case=case, by=biller, now=NOW, **given)
    for role in (Role.L1_CALLER, Role.AUDITOR, Role.QUALITY):
        with pytest.raises(NotAllowed):
            comment(case=case, by=people[role], text="Hello", now=NOW)
    assert case.notes.count() == notes


def test_three_claims_say_too_little(db: None) -> None:
    made = add_practice(code="hill", name="Hill", by="test", at=NOW)
    run = look(made)
    assert (run.verdict, run.lines, current_patterns(made)) == ("too_little", 0, [])
    assert "Too little to conclude" in run.why


def test_lines_refusals_and_dollars_are_those_of_the_denials(practice: Practice) -> None:
    """Every first-answer refusal stands in the table once per line it refuses, with all its dollars."""
    look(practice)
    found = answered(practice)
    table = found.table
    assert len(set(found.claims.tolist())) == len(
        set(Claim.objects.filter(claim_payments__isnull=False).values_list("pk", flat=True))
        & set(found.claims.tolist())
    )
    refused = {int(found.claims[line]) for line in table.refusals.lines}
    denied = set(
        Denial.objects.filter(practice=practice, is_duplicate=False).values_list(
            "claim_id", flat=True
        )
    )
    assert refused <= denied
    assert len(refused) > 0.9 * len(denied)
    first = {}
    for row in Denial.objects.filter(is_duplicate=False).order_by("denied_on", "pk"):
        payment = first.setdefault(row.claim_id, row.claim_payment_id)
        if payment == row.claim_payment_id:
            first[row.claim_id, "cents"] = first.get((row.claim_id, "cents"), 0) + row.amount_cents
    by_claim: dict[int, int] = {}
    for line, cents in zip(table.refusals.lines, table.refusals.cents, strict=True):
        claim = int(found.claims[line])
        by_claim[claim] = by_claim.get(claim, 0) + int(cents)
    differing = [pk for pk, cents in by_claim.items() if cents != first[pk, "cents"]]
    assert not differing


def test_the_demo_shows_a_case_whose_fix_is_measured(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dueline.cli.demo_case import open_demo_case

    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    for username, role in (("noor", Role.ANALYST), ("bea", Role.BILLER)):
        add_user(username=username, password=None, memberships={practice: role}, by="test", at=NOW)
    open_demo_case(practice, AS_OF)
    open_demo_case(practice, AS_OF)  # a demo that is begun again
    case = Case.objects.get()
    assert case.state in (CaseState.WORKED, CaseState.MEASURING)
    assert case.measures.get().change < 0


def test_a_look_whose_worker_died_does_not_keep_the_next_from_running(
    practice: Practice, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django_tasks_db.models import DBTaskResult

    from dueline.cases import tasks

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    assert tasks.ask_to_look(practice, "bea")
    assert not tasks.ask_to_look(practice, "bea"), "one is under way"
    DBTaskResult.objects.update(status="RUNNING", started_at=NOW - timedelta(minutes=59))
    assert tasks.is_looking(practice)
    DBTaskResult.objects.update(started_at=NOW - timedelta(minutes=61))
    assert tasks.ask_to_look(practice, "bea")
