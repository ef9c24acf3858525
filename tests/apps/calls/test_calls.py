"""A call about several claims: one reference, each its own outcome; kept as typed, recorded together, once."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dueline.accounts.errors import NotAllowed
from dueline.calls import actions
from dueline.calls.errors import CallOver, CallRefused, Unfinished
from dueline.core.enums import Role
from dueline.worklist.errors import ItemTaken

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


def part(call: Any, position: int) -> Any:
    from dueline.calls.queries import parts_of

    return parts_of(call).get(position=position)


def talk(call: Any, position: int) -> Any:
    from dueline.calls.queries import talk_of

    return talk_of(part(call, position), as_of=AS_OF)


def no_one(call: Any, by: Any, position: int, way: str = "again", **facts: str) -> None:
    """Answer scenario S29 to its end: the payer could not be reached."""
    one = part(call, position)
    actions.switch(one, by=by, now=NOW, scenario="S29")
    actions.keep(one, by=by, now=NOW, facts={"attempt": f"cut off at {position} minutes", **facts})
    actions.answer(one, by=by, now=NOW, step="S29.obstacle", choice="cut_off")
    actions.answer(one, by=by, now=NOW, step="S29.attempt", choice=way)


def told(call: Any, by: Any) -> None:
    actions.keep_contact(call, by=by, now=NOW, contact_name="Dana M.", reference_number="HB-77120")


def test_three_claims_are_recorded_in_one_go(call: Any, caller: Any, claims: list[Any]) -> None:
    from dueline.accounts.models import AuditEvent
    from dueline.calls.models import FollowUp
    from dueline.calls.queries import note_of
    from dueline.worklist.models import WorklistItem

    for position, way in ((1, "again"), (2, "electronic"), (3, "fax")):
        no_one(call, caller, position, way, send_to="800-555-0143")
    told(call, caller)
    recorded = actions.finish(call, by=caller, as_of=AS_OF, now=later(minutes=12))
    assert [row.claim_id for row in recorded] == [claim.pk for claim in claims]
    assert {row.reference_number for row in recorded} == {"HB-77120"}
    assert [row.facts["attempt"] for row in recorded] == [
        f"cut off at {n} minutes" for n in (1, 2, 3)
    ]
    assert ["send_to" in row.facts for row in recorded] == [False, False, True]
    due = WorklistItem.objects.filter(claim__in=claims).order_by("claim_id")
    assert [item.due_on for item in due] == [date(2026, 11, 24)] * 2 + [date(2026, 12, 1)]
    assert [item.next_action for item in due] == ["call", "check_portal", "await_answer"]
    assert len({note_of(row) for row in FollowUp.objects.all()}) == 3
    call.refresh_from_db()
    assert (call.state, call.hold_seconds, call.held_since) == ("ended", 720, None)
    names = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert [name for name in names if "call" in name] == ["start_call", "finish_call"]
    assert list(names).count("record_follow_up") == 3


def test_finishing_twice_records_once(call: Any, caller: Any) -> None:
    for position in (1, 2, 3):
        no_one(call, caller, position)
    told(call, caller)
    first = actions.finish(call, by=caller, as_of=AS_OF, now=NOW)
    again = actions.finish(call, by=caller, as_of=AS_OF, now=later(seconds=1))
    assert [row.pk for row in again] == [row.pk for row in first]


def test_call_is_recorded_whole_or_not_at_all(call: Any, caller: Any) -> None:
    from dueline.calls.models import FollowUp

    for position in (1, 2):
        no_one(call, caller, position)
    told(call, caller)
    with pytest.raises(Unfinished) as refused:
        actions.finish(call, by=caller, as_of=AS_OF, now=NOW)
    assert set(refused.value.problems) == {3}
    assert "outcome" in [problem.field for problem in refused.value.problems[3]]
    assert not FollowUp.objects.exists()
    assert talk(call, 1).facts["attempt"] == "cut off at 1 minutes"


def test_no_reference_needs_a_reason(call: Any, caller: Any) -> None:
    for position in (1, 2, 3):
        no_one(call, caller, position)
    actions.keep_contact(call, by=caller, now=NOW, contact_name="Dana M.")
    with pytest.raises(Unfinished) as refused:
        actions.finish(call, by=caller, as_of=AS_OF, now=NOW)
    assert [p.field for p in refused.value.problems[1]] == ["reference_number"]
    actions.keep_contact(call, by=caller, now=NOW, no_reference_reason="The line gives none")
    assert len(actions.finish(call, by=caller, as_of=AS_OF, now=NOW)) == 3


def test_what_is_known_needs_no_typing(practice: Any, caller: Any, make_claim: Any) -> None:
    claim = make_claim(
        payer_status="denied", denial_group="CO", denial_carc="197", denied_on=date(2026, 11, 9)
    )
    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    found = talk(call, 1)
    assert found.position.script.key == "S07"
    assert (found.facts["carc"], found.facts["denied_on"]) == ("CO-197", "2026-11-09")
    assert found.told() == {}  # until it is asked


def test_wrong_facts_are_kept_and_refused_with_the_reason(call: Any, caller: Any) -> None:
    one = part(call, 1)
    actions.keep(
        one, by=caller, now=NOW, facts={"paid_on": "2026-12-01", "amount": "12,x", "no_such": "1"}
    )
    found = talk(call, 1)
    assert found.typed == {"paid_on": "2026-12-01", "amount": "12,x"}
    assert found.facts == {}
    assert found.wrong["paid_on"].expected == "a day not after 2026-11-23"
    actions.keep(one, by=caller, now=NOW, facts={"amount": ""})
    assert "amount" not in talk(call, 1).typed


def test_changed_proposal_needs_a_reason(practice: Any, caller: Any, claim: Any) -> None:
    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    no_one(call, caller, 1)
    told(call, caller)
    one = part(call, 1)
    assert talk(call, 1).next_due_on == "2026-11-24"
    actions.keep(one, by=caller, now=NOW, chosen={"next_due_on": "2026-11-25"})
    with pytest.raises(Unfinished) as refused:
        actions.finish(call, by=caller, as_of=AS_OF, now=NOW)
    assert [p.field for p in refused.value.problems[1]] == ["next_due_reason"]
    actions.keep(one, by=caller, now=NOW, chosen={"next_due_reason": "They open late tomorrow"})
    row = actions.finish(call, by=caller, as_of=AS_OF, now=NOW)[0]
    assert (row.next_due_on, row.next_due_reason) == (date(2026, 11, 25), "They open late tomorrow")


def test_outcome_may_be_chosen_without_the_script(practice: Any, caller: Any, claim: Any) -> None:
    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    one = part(call, 1)
    actions.keep(
        one,
        by=caller,
        now=NOW,
        chosen={"outcome": "payment_promised"},
        facts={"promised_on": "2026-12-04"},
        words="Dana called back herself.",
    )
    told(call, caller)
    row = actions.finish(call, by=caller, as_of=AS_OF, now=NOW)[0]
    assert row.outcome == "payment_promised"
    assert row.facts == {"promised_on": "2026-12-04"}
    assert row.said.endswith("Dana called back herself.")
    assert row.next_due_on == date(2026, 12, 7)


def test_read_back_is_told_in_the_note(practice: Any, caller: Any, claim: Any) -> None:
    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    one = part(call, 1)
    actions.switch(one, by=caller, now=NOW, scenario="S29")
    facts = {
        "other_payer": "Prairie Union",
        "other_payer_phone": "800-555-0111",
        "attempt": "sent on",
    }
    actions.keep(one, by=caller, now=NOW, facts=facts, confirmed={"S29.delegate": True})
    actions.answer(one, by=caller, now=NOW, step="S29.obstacle", choice="elsewhere")
    actions.answer(one, by=caller, now=NOW, step="S29.delegate")
    told(call, caller)
    row = actions.finish(call, by=caller, as_of=AS_OF, now=NOW)[0]
    assert "Obstacle: Handled elsewhere." in row.said
    assert "Read back and confirmed: Handled by." in row.said


def test_answer_can_be_changed_and_scenario_switched(call: Any, caller: Any) -> None:
    no_one(call, caller, 1)
    one = part(call, 1)
    actions.reopen(one, by=caller, now=NOW, step="S29.obstacle")
    assert talk(call, 1).position.key == "S29.obstacle"
    assert part(call, 1).talk["pending"] == {"S29.obstacle": "cut_off"}
    actions.answer(one, by=caller, now=NOW, step="S29.obstacle", choice="cut_off")
    assert talk(call, 1).ending is not None
    actions.switch(one, by=caller, now=NOW, scenario="S30")
    found = talk(call, 1).position
    assert [done.key for done in found.done] == ["S29.obstacle", "S29.attempt"]
    assert found.script.key == "S30"


def test_hold_drop_and_resumption_are_timed(call: Any, caller: Any) -> None:
    from dueline.web.views.call_page import hold_seconds, talk_seconds

    actions.set_hold(call, by=caller, is_held=False, now=later(minutes=11))
    actions.set_hold(call, by=caller, is_held=False, now=later(minutes=12))
    actions.drop(call, by=caller, now=later(minutes=15))
    actions.drop(call, by=caller, now=later(minutes=16))
    call.refresh_from_db()
    assert talk_seconds(call, later(minutes=40)) == 4 * 60
    actions.resume(call, by=caller, now=later(minutes=25))
    call.refresh_from_db()
    assert (call.state, call.drops, call.dropped_seconds) == ("open", 1, 600)
    assert hold_seconds(call, later(minutes=27)) == 13 * 60
    assert talk_seconds(call, later(minutes=27)) == 4 * 60


@pytest.mark.parametrize(
    "make",
    [
        lambda claims: [],
        lambda claims: [*claims, claims[0]],
    ],
    ids=["none", "more than the payer takes"],
)
def test_call_that_cannot_be_is_refused(
    practice: Any, caller: Any, claims: list[Any], make: Any
) -> None:
    from dueline.calls.models import Call

    with pytest.raises(CallRefused):
        actions.start_call(practice=practice, claims=make(claims), by=caller, as_of=AS_OF, now=NOW)
    assert not Call.objects.exists()


def test_one_call_is_about_one_payer(practice: Any, caller: Any, claims: list[Any]) -> None:
    from dueline.payers.models import Payer

    claims[1].payer = Payer.objects.create(practice=practice, name="Other", payer_type="medicaid")
    claims[1].save()
    with pytest.raises(CallRefused, match="one payer"):
        actions.start_call(practice=practice, claims=claims, by=caller, as_of=AS_OF, now=NOW)
    call = actions.start_call(practice=practice, claims=claims[:1], by=caller, as_of=AS_OF, now=NOW)
    with pytest.raises(CallRefused, match="one payer"):
        actions.add_claim(call, claims[1], by=caller, as_of=AS_OF, now=NOW)
    assert actions.add_claim(call, claims[2], by=caller, as_of=AS_OF, now=NOW).position == 2
    assert actions.add_claim(call, claims[2], by=caller, as_of=AS_OF, now=NOW).position == 2


def test_claim_without_anything_open_is_not_called_about(
    practice: Any, caller: Any, claim: Any
) -> None:
    from dueline.worklist.models import WorklistItem

    WorklistItem.objects.update(is_open=False)
    with pytest.raises(CallRefused, match="Nothing is left open"):
        actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)


def test_caller_has_one_call_at_a_time(
    call: Any, practice: Any, caller: Any, claims: list[Any], make_claim: Any
) -> None:
    again = actions.start_call(
        practice=practice, claims=[claims[0]], by=caller, as_of=AS_OF, now=NOW
    )
    assert again.pk == call.pk
    with pytest.raises(CallRefused, match="call open"):
        actions.start_call(
            practice=practice, claims=[make_claim("LKS-9")], by=caller, as_of=AS_OF, now=NOW
        )


def test_two_callers_never_call_about_one_claim(
    call: Any, practice: Any, claims: list[Any], make_user: Any
) -> None:
    other = make_user(Role.L2_CALLER)
    with pytest.raises(ItemTaken):
        actions.start_call(practice=practice, claims=[claims[1]], by=other, as_of=AS_OF, now=NOW)


def test_call_is_its_callers_own(call: Any, make_user: Any) -> None:
    from dueline.calls.models import Call

    with pytest.raises(Call.DoesNotExist):
        actions.keep(part(call, 1), by=make_user(Role.LEAD), now=NOW, facts={"attempt": "x"})


def test_role_that_does_not_call_is_refused(practice: Any, claim: Any, make_user: Any) -> None:
    with pytest.raises(NotAllowed):
        actions.start_call(
            practice=practice, claims=[claim], by=make_user(Role.AUDITOR), as_of=AS_OF, now=NOW
        )


def test_call_ends_only_when_nothing_said_is_lost(
    call: Any, caller: Any, claims: list[Any]
) -> None:
    from dueline.worklist.models import WorklistItem

    no_one(call, caller, 2)
    with pytest.raises(CallRefused, match="One claim has answers"):
        actions.end_call(call, by=caller, now=NOW)
    actions.remove_claim(part(call, 2), by=caller, now=NOW)
    actions.end_call(call, by=caller, now=NOW)
    held = WorklistItem.objects.filter(claim__in=claims, leased_by__isnull=False)
    assert not held.exists()
    with pytest.raises(CallOver):
        actions.keep(part(call, 1), by=caller, now=NOW, facts={"attempt": "x"})


def test_call_without_claims_ends(practice: Any, caller: Any, claim: Any) -> None:
    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    actions.remove_claim(part(call, 1), by=caller, now=NOW)
    call.refresh_from_db()
    assert call.state == "ended"


def test_claims_ready_for_the_same_payer_fit_in(
    practice: Any, caller: Any, claims: list[Any], make_user: Any
) -> None:
    from dueline.calls.queries import ready_beside
    from dueline.worklist.actions import take
    from dueline.worklist.models import WorklistItem

    call = actions.start_call(practice=practice, claims=claims[:1], by=caller, as_of=AS_OF, now=NOW)
    assert {item.claim_id for item in ready_beside(call, caller, now=NOW)} == {
        c.pk for c in claims[1:]
    }
    other = make_user(Role.L2_CALLER)
    take(item=WorklistItem.objects.get(claim=claims[1]), user=other, now=NOW)
    assert [item.claim_id for item in ready_beside(call, caller, now=NOW)] == [claims[2].pk]


@pytest.mark.parametrize(
    ("step", "choice"),
    [
        ("S29.obstacle", "nothing"),
        ("S29.none", ""),
        ("S99.obstacle", "hold"),
        ("", ""),
    ],
)
def test_answer_to_no_question_is_refused(call: Any, caller: Any, step: str, choice: str) -> None:
    with pytest.raises(CallRefused):
        actions.answer(part(call, 1), by=caller, now=NOW, step=step, choice=choice)
    with pytest.raises(CallRefused):
        actions.switch(part(call, 1), by=caller, now=NOW, scenario=step)


def test_claim_that_is_not_ready_is_not_called_about(
    practice: Any, caller: Any, make_claim: Any
) -> None:
    from dueline.calls.models import Call

    claim = make_claim("LKS-7", member_id="")
    with pytest.raises(CallRefused, match=r"LKS-7 cannot be called.*member"):
        actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    assert not Call.objects.exists()


def test_payer_that_is_closed_is_not_called(practice: Any, caller: Any, claim: Any) -> None:
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    with pytest.raises(CallRefused, match="closed"):
        actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=night)


def test_outcome_that_calls_for_another_asks_them(practice: Any, caller: Any, claim: Any) -> None:
    from dueline.worklist.models import Request, WorklistItem

    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    no_one(call, caller, 1, "with_patient")
    told(call, caller)
    row = actions.finish(call, by=caller, as_of=AS_OF, now=NOW)[0]
    asked = Request.objects.get(claim=claim)
    assert (asked.owner, asked.due_on) == ("front_desk", row.next_due_on)
    assert asked.question.startswith(
        "Payer cannot be reached or will not talk. The patient is asked"
    )
    assert WorklistItem.objects.get(claim=claim).work_status == "with_billing"


def test_claim_without_member_id_is_asked_about_answered_and_called(
    practice: Any, caller: Any, make_claim: Any, make_user: Any
) -> None:
    from dueline.worklist.actions import answer_request, take_next
    from dueline.worklist.models import Request, WorklistItem

    claim = make_claim("LKS-7", member_id="")
    assert take_next(practice=practice, user=caller, as_of=AS_OF, now=NOW) is None
    asked = Request.objects.get(claim=claim, check_key="member_id")
    assert WorklistItem.objects.get(claim=claim).work_status == "with_billing"
    biller = make_user(Role.BILLER)
    answer_request(request=asked, answer="", fact="HLX0082", by=biller, as_of=AS_OF, now=NOW)
    found = take_next(practice=practice, user=caller, as_of=AS_OF, now=NOW)
    assert found is not None
    assert found.claim_id == claim.pk
    claim.refresh_from_db()
    call = actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    assert part(call, 1).claim.member_id == "HLX0082"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 6, 13, 30, tzinfo=UTC), True),  # 8:30 in New York, before the change
        (datetime(2026, 3, 6, 12, 30, tzinfo=UTC), False),
        (datetime(2026, 3, 9, 12, 30, tzinfo=UTC), True),  # 8:30 the Monday after it
        (datetime(2026, 10, 30, 12, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 2, 12, 30, tzinfo=UTC), False),  # 7:30: the clocks went back
        (datetime(2026, 11, 2, 13, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 15, 0, tzinfo=UTC), False),  # Thanksgiving
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), False),  # Saturday
    ],
)
def test_payers_claims_are_called_while_it_is_open(
    practice: Any, caller: Any, claim: Any, moment: datetime, is_open: bool
) -> None:
    claim.payer.time_zone = "America/New_York"
    claim.payer.save()
    refusal = nullcontext() if is_open else pytest.raises(CallRefused, match="closed")
    with refusal:
        actions.start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=moment)


def test_what_was_sent_before_and_arrives_late_changes_nothing(call: Any, caller: Any) -> None:
    def keep(one: Any, text: str, turn: int) -> Any:
        return actions.keep(one, by=caller, now=NOW, facts={"attempt": text}, turn=turn)

    one = part(call, 1)
    assert keep(one, "cut off twice", 12) == {}
    assert keep(one, "cut off", 11) is None
    assert talk(call, 1).typed["attempt"] == "cut off twice"
    assert keep(part(call, 2), "busy", 11) == {}


def test_what_another_tab_changed_meanwhile_stands_and_is_told(call: Any, caller: Any) -> None:
    """Each change says what it was based on: a fact, a choice, own words, and who was spoken to."""

    def keep(was: str, now: str) -> Any:
        return actions.keep(
            part(call, 1),
            by=caller,
            now=NOW,
            facts={"attempt": now},
            chosen={"next_due_reason": now},
            words=now,
            was=dict.fromkeys(("attempt", "next_due_reason", "words"), was),
        ) | actions.keep_contact(
            call, by=caller, now=NOW, contact_name=now, was={"contact_name": was}
        )

    names = {"attempt", "next_due_reason", "words", "contact_name"}
    assert keep("", "one tab") == {}
    assert keep("", "the other") == dict.fromkeys(names, "one tab")
    assert keep("", "") == dict.fromkeys(names, "one tab")  # an empty field takes nothing away
    assert talk(call, 1).typed["attempt"] == "one tab"
    assert keep("one tab", "the other") == {}
    assert keep("one tab", "the other") == {}  # sent twice
    assert part(call, 1).words == "the other"
    assert keep("the other", "") == {}
    assert "attempt" not in talk(call, 1).typed
