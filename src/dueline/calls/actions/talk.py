"""What is typed during a call about one claim, kept at once.

It is the caller's own sheet until it is recorded, so it leaves no audit events; the follow-up does.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from dueline.accounts.models import User
from dueline.calls.errors import CallOver, CallRefused
from dueline.calls.models import Call, CallClaim
from dueline.calls.queries.others import others_of
from dueline.calls.queries.scripts import scripts_of
from dueline.calls.queries.talk import CHOSEN
from dueline.core.enums import CallState
from dueline.core.facts import FACTS
from dueline.worklist.actions import hold

_MOST_TYPED = 500


def held_call(call: Call, by: User, now: datetime) -> Call:
    """Return the caller's own call, held until the transaction ends, its claims held for longer.

    Raises CallOver once it has ended. A claim that another took after two hours of silence stays theirs.
    """
    held: Call = Call.objects.select_for_update().get(pk=call.pk, caller=by)
    if held.state == CallState.ENDED:
        raise CallOver("This call has ended. What was saved of it is on its claims.")
    parts = CallClaim.objects.filter(call=held, follow_up__isnull=True)
    hold(claim_ids=parts.values_list("claim_id", flat=True), user=by, now=now)
    return held


def held_part(part: CallClaim, by: User, now: datetime) -> CallClaim:
    """Return a part that is not recorded yet, held until the transaction ends."""
    held_call(part.call, by, now)
    held: CallClaim = CallClaim.objects.select_related("call__practice", "claim__payer").get(
        pk=part.pk
    )
    if held.follow_up_id is not None:
        raise CallOver("This claim's part of the call is recorded. A change is a correction of it.")
    return held


@transaction.atomic
def keep(
    part: CallClaim,
    *,
    by: User,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
    words: str | None = None,
    confirmed: Mapping[str, bool] | None = None,
    pending: Mapping[str, str] | None = None,
    turn: int = 0,
    was: Mapping[str, str] | None = None,
) -> dict[str, str] | None:
    """Keep what was typed, right or not: facts by name, what was chosen, own words, read-backs by step.

    An empty text takes a fact away. `pending`: the choice marked at a step and not given as an answer yet.
    `turn`: when it was sent, by the sender's count; what something sent later overtook on its way is left
    aside, and None returned. `was`: the value each was based on, by the same names; where another tab has
    changed it since, that stands, and is returned by name. Raises CallOver.
    """
    held = held_part(part, by, now)
    if turn and turn <= held.talk.get("turn", 0):
        return None
    if turn:
        held.talk["turn"] = turn
    differs: dict[str, str] = {}
    kept = held.talk.setdefault("facts", {})
    for name, value in _newer(kept, facts or {}, was or {}, differs).items():
        if name in FACTS and value:
            kept[name] = value
        else:
            kept.pop(name, None)
    for name, value in _newer(held.talk, chosen or {}, was or {}, differs).items():
        if name in CHOSEN:
            held.talk[name] = value
    if words is not None:
        given = {"words": " ".join(words.split())}
        newer = _newer({"words": held.words}, given, was or {}, differs, most=2000)
        held.words = newer.get("words", held.words)
    for step, is_confirmed in (confirmed or {}).items():
        rest = [one for one in held.talk.get("confirmed", []) if one != step]
        held.talk["confirmed"] = [*rest, step[:60]] if is_confirmed else rest
    for step, choice in (pending or {}).items():
        held.talk["pending"] = {step[:60]: choice[:60]}
    _save(held)
    return differs


@transaction.atomic
def stay(call: Call, *, by: User, now: datetime) -> None:
    """Note that the call goes on: its claims stay the caller's. Raises CallOver."""
    held_call(call, by, now)


@transaction.atomic
def see_others(part: CallClaim, *, by: User, now: datetime) -> CallClaim:
    """Note that the caller knows what others did with the claim meanwhile, and records it all the same."""
    held = held_part(part, by, now)
    held.talk["seen"] = others_of(held.claim, by, now=now).mark
    _save(held)
    return held


@transaction.atomic
def answer(part: CallClaim, *, by: User, now: datetime, step: str, choice: str = "") -> CallClaim:
    """Answer a step ("S07.denial") with a choice, "" where it has none. Facts are kept by `keep`."""
    held = held_part(part, by, now)
    scripts = scripts_of(held.call.practice, upto=held.call.scripts_upto)
    scenario, _, key = step.partition(".")
    found = scripts[scenario].steps.get(key) if scenario in scripts else None
    if found is not None and found.choices and not choice:
        raise CallRefused("Choose an answer first.")
    if found is None or (found.choices and found.choice(choice) is None):
        raise CallRefused("This answer is not one of the question's.")
    held.talk.setdefault("answers", {})[step] = choice if found.choices else ""
    _save(held)
    return held


@transaction.atomic
def reopen(part: CallClaim, *, by: User, now: datetime, step: str) -> CallClaim:
    """Ask a step again. What was answered after it stays, as far as it still fits."""
    held = held_part(part, by, now)
    choice = held.talk.get("answers", {}).pop(step, "")
    held.talk["pending"] = {step: choice}
    _save(held)
    return held


@transaction.atomic
def switch(part: CallClaim, *, by: User, now: datetime, scenario: str) -> CallClaim:
    """Go on with another scenario; what was answered before stays in the note."""
    held = held_part(part, by, now)
    if scenario not in scripts_of(held.call.practice, upto=held.call.scripts_upto):
        raise CallRefused("There is no such scenario.")
    answered = bool(held.talk.get("answers"))
    before = held.talk["scenarios"] if answered else []
    held.talk["scenarios"] = [*[one for one in before if one != scenario], scenario]
    _save(held)
    return held


def _newer(
    kept: Mapping[str, str],
    given: Mapping[str, str],
    was: Mapping[str, str],
    differs: dict[str, str],
    *,
    most: int = _MOST_TYPED,
) -> dict[str, str]:
    """Return what may replace what is kept; what was based on something else goes to `differs`."""
    newer = {}
    for name, value in given.items():
        text, now = value.strip()[:most], kept.get(name, "")
        if name in was and now not in (was[name].strip()[:most], text):
            differs[name] = now
        else:
            newer[name] = text
    return newer


def _save(held: CallClaim) -> None:
    held.save(update_fields=["talk", "words"])
