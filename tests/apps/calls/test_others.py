"""A call keeps its claims through the longest hold, and no two people record a claim without knowing of each other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dueline.calls import actions
from dueline.calls.errors import Unseen
from dueline.core.enums import Role
from dueline.core.follow_up import FollowUpFacts

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


def later(**passed: int) -> datetime:
    return NOW + timedelta(**passed)


@pytest.fixture
def claims(make_claim: Callable[..., Any]) -> list[Any]:
    return [make_claim(f"LKS-{number}") for number in (1, 2, 3)]


@pytest.fixture
def call(practice: Any, caller: Any, claims: list[Any]) -> Any:
    return actions.start_call(practice=practice, claims=claims, by=caller, as_of=AS_OF, now=NOW)


@pytest.fixture
def bo(practice: Any) -> Any:
    from dueline.accounts.actions import add_user

    roles = {practice: Role.L1_CALLER}
    return add_user(username="bo", password=None, memberships=roles, by="tests", at=NOW)


def part(call: Any, position: int) -> Any:
    from dueline.calls.queries import parts_of

    return parts_of(call).get(position=position)


def complete(call: Any, by: Any, now: datetime) -> None:
    """Say of every claim that the line was cut."""
    from dueline.calls.queries import parts_of

    for one in parts_of(call):
        chosen = {"outcome": "no_answer"}
        actions.keep(one, by=by, now=now, chosen=chosen, facts={"attempt": "cut"}, words="Cut.")
    actions.keep_contact(call, by=by, now=now, contact_name="Dana M.", reference_number="HB-1")


def taken_by(who: Any, practice: Any, now: datetime) -> list[int]:
    from dueline.worklist.actions import take_next

    found = iter(lambda: take_next(practice=practice, user=who, as_of=AS_OF, now=now), None)
    return [item.claim_id for item in found]


@pytest.mark.parametrize("minutes", [31, 45, 119])
def test_claims_of_an_open_call_are_never_given_out(
    call: Any, practice: Any, bo: Any, minutes: int
) -> None:
    assert taken_by(bo, practice, later(minutes=minutes)) == []


def test_a_call_left_alone_for_two_hours_gives_its_claims_back(
    call: Any, practice: Any, bo: Any, claims: list[Any]
) -> None:
    assert len(taken_by(bo, practice, later(minutes=121))) == 3


@pytest.mark.parametrize(
    "deed",
    [
        lambda call, by, at: actions.stay(call, by=by, now=at),
        lambda call, by, at: actions.set_hold(call, by=by, is_held=False, now=at),
        lambda call, by, at: actions.drop(call, by=by, now=at),
        lambda call, by, at: actions.keep(part(call, 2), by=by, now=at, words="On hold."),
        lambda call, by, at: actions.switch(part(call, 2), by=by, now=at, scenario="S29"),
        lambda call, by, at: actions.keep_contact(call, by=by, now=at, contact_name="Dana M."),
    ],
    ids=["sign of life", "hold", "drop", "typing", "scenario", "contact"],
)
def test_every_deed_keeps_all_claims_of_the_call(
    call: Any, practice: Any, caller: Any, bo: Any, deed: Any
) -> None:
    deed(call, caller, later(minutes=100))
    assert taken_by(bo, practice, later(minutes=200)) == []


def test_taking_a_claim_of_ones_call_again_does_not_shorten_its_time(
    call: Any, practice: Any, caller: Any, bo: Any, claims: list[Any]
) -> None:
    from dueline.worklist.actions import extend, take
    from dueline.worklist.models import WorklistItem

    item = WorklistItem.objects.get(claim=claims[0])
    take(item=item, user=caller, now=later(minutes=1))
    assert extend(item=item, user=caller, now=later(minutes=2)) == later(hours=2)
    assert taken_by(bo, practice, later(minutes=90)) == []


@pytest.fixture
def lost(call: Any, practice: Any, bo: Any) -> Any:
    """Let another caller take all claims after three hours of silence."""
    taken_by(bo, practice, later(hours=3))
    return call


def test_a_call_that_lost_its_claims_still_keeps_what_is_typed(lost: Any, caller: Any) -> None:
    complete(lost, caller, later(hours=3))
    assert part(lost, 1).words == "Cut."


def test_a_call_that_lost_its_claims_can_be_dropped_emptied_and_ended(
    lost: Any, caller: Any, bo: Any, claims: list[Any]
) -> None:
    from dueline.worklist.models import WorklistItem

    at = later(hours=3)
    assert actions.drop(lost, by=caller, now=at).state == "dropped"
    actions.remove_claim(part(lost, 2), by=caller, now=at)
    assert actions.end_call(lost, by=caller, now=at).state == "ended"
    holders = WorklistItem.objects.filter(claim__in=claims).values_list("leased_by", flat=True)
    assert set(holders) == {bo.pk}


def test_a_claim_that_nobody_took_meanwhile_is_held_again(
    call: Any, practice: Any, caller: Any, bo: Any
) -> None:
    actions.stay(call, by=caller, now=later(hours=3))
    assert taken_by(bo, practice, later(hours=4)) == []


def test_call_is_not_saved_over_anothers_work_unseen(lost: Any, caller: Any) -> None:
    from dueline.calls.models import FollowUp

    at = later(hours=3)
    complete(lost, caller, at)
    with pytest.raises(Unseen, match=r"LKS-1 is not saved yet: bo is working") as refused:
        actions.finish(lost, by=caller, as_of=AS_OF, now=at)
    assert refused.value.position == 1
    assert not FollowUp.objects.exists()
    for position in (1, 2, 3):
        actions.see_others(part(lost, position), by=caller, now=at)
    assert len(actions.finish(lost, by=caller, as_of=AS_OF, now=at)) == 3


def test_call_is_not_saved_over_anothers_contact_unseen(
    lost: Any, caller: Any, bo: Any, claims: list[Any], record: Any
) -> None:
    record(claims[1], by=bo)  # which gives the claim back, too
    at = later(hours=3)
    complete(lost, caller, at)
    for position in (1, 3):
        actions.remove_claim(part(lost, position), by=caller, now=at)
    words = r"bo recorded a contact about it on Nov 23, 10:42 am ET: payment promised"
    with pytest.raises(Unseen, match=words):
        actions.finish(lost, by=caller, as_of=AS_OF, now=at)
    actions.see_others(part(lost, 2), by=caller, now=at)
    assert len(actions.finish(lost, by=caller, as_of=AS_OF, now=at)) == 1


def test_contact_is_not_recorded_while_another_calls_about_the_claim(
    call: Any, practice: Any, bo: Any, claims: list[Any], make_facts: Callable[..., FollowUpFacts]
) -> None:
    from dueline.calls.queries import others_of

    def record(seen: str | None) -> Any:
        return actions.record_follow_up(
            practice=practice,
            claim=claims[0],
            facts=make_facts(),
            by=bo,
            as_of=AS_OF,
            now=NOW,
            request_key="k",
            seen=seen,
        )

    for seen in (None, "0.0", "<x>"):
        with pytest.raises(Unseen, match="l1_caller is working on this claim"):
            record(seen)
    seen = others_of(claims[0], bo, now=NOW).mark
    assert record(seen).recorded_by == bo


def test_a_form_opened_before_anothers_contact_says_so(
    practice: Any, claim: Any, caller: Any, bo: Any, record: Any, make_facts: Any
) -> None:
    from dueline.calls.queries import others_of

    seen = others_of(claim, bo, now=NOW).mark
    record(claim)
    with pytest.raises(Unseen, match="l1_caller recorded a contact"):
        actions.record_follow_up(
            practice=practice,
            claim=claim,
            facts=make_facts(),
            by=bo,
            as_of=AS_OF,
            now=NOW,
            request_key="k2",
            seen=seen,
        )


def test_a_claim_taken_out_leaves_room_for_another(
    call: Any, caller: Any, claims: list[Any]
) -> None:
    actions.remove_claim(part(call, 1), by=caller, now=NOW)
    again = actions.add_claim(call, claims[0], by=caller, as_of=AS_OF, now=NOW)
    assert again.position == 4
