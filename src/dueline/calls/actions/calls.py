"""Calls: begun for claims of one payer, held, dropped and taken up again, and saved as one."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.calls.actions.follow_ups import record_follow_up
from dueline.calls.actions.talk import held_call, held_part
from dueline.calls.errors import CallRefused, Unfinished, Unseen
from dueline.calls.models import Call, CallClaim, FollowUp
from dueline.calls.queries.calls import call_of, claims_per_call, parts_of, phone_of
from dueline.calls.queries.others import others_of
from dueline.calls.queries.scripts import last_version
from dueline.calls.queries.talk import (
    Talk,
    follow_up_facts,
    known_facts,
    missing,
    suggestion_of,
    talk_of,
)
from dueline.core.enums import CallState
from dueline.core.readiness import blocking
from dueline.ledger.models import Claim
from dueline.worklist.actions import ask_request, hold, release, take
from dueline.worklist.errors import NotYours, RequestRefused
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import readiness_of

CONTACT = {
    "contact_name": 100,
    "no_contact_reason": 200,
    "reference_number": 80,
    "no_reference_reason": 200,
}


@transaction.atomic
def start_call(
    *, practice: Practice, claims: Sequence[Claim], by: User, as_of: date, now: datetime
) -> Call:
    """Begin a call about claims of one payer; each is held for the caller.

    A caller has one call at a time: where it is about the first of these claims, it is that call. Raises
    NotAllowed (role), CallRefused (several payers, too many, nothing open, not ready, another call), ItemTaken.
    """
    check(by, practice, Permission.RECORD_FOLLOW_UP)
    running = call_of(by)
    if running is not None:
        return _same_call(running, claims)
    if not claims:
        raise CallRefused("Choose a claim to call about.")
    payer = claims[0].payer
    if any(claim.payer_id != payer.pk or claim.practice_id != practice.pk for claim in claims):
        raise CallRefused("One call is about claims of one payer.")
    limit = claims_per_call(payer)
    if len(claims) > limit:
        raise CallRefused(f"{payer.name} takes {limit} claims a call; {len(claims)} were chosen.")
    call = Call.objects.create(
        practice=practice,
        payer=payer,
        caller=by,
        state=CallState.OPEN.value,
        phone=phone_of(payer),
        started_at=now,
        held_since=now,  # one waits first
        scripts_upto=last_version(practice),
    )
    for claim in claims:
        _add(call, claim, by, as_of, now)
    _audit(call, by, now, "start_call", claims=[claim.pk for claim in claims])
    return call


def _same_call(running: Call, claims: Sequence[Claim]) -> Call:
    about = {part.claim_id for part in parts_of(running)}
    if claims and claims[0].pk in about:
        return running
    raise CallRefused("You have a call open. End it, or go on with it.")


@transaction.atomic
def add_claim(call: Call, claim: Claim, *, by: User, as_of: date, now: datetime) -> CallClaim:
    """Take one more claim into a call, up to what the payer takes. Raises CallRefused, ItemTaken, CallOver."""
    held = held_call(call, by, now)
    parts = list(parts_of(held))
    known = next((part for part in parts if part.claim_id == claim.pk), None)
    if known is not None:
        return known
    if claim.payer_id != held.payer_id or claim.practice_id != held.practice_id:
        raise CallRefused("One call is about claims of one payer.")
    limit = claims_per_call(held.payer)
    if len(parts) >= limit:
        raise CallRefused(f"{held.payer.name} takes {limit} claims a call.")
    part = _add(held, claim, by, as_of, now)
    _audit(held, by, now, "add_claim_to_call", claims=[claim.pk])
    return part


def _add(call: Call, claim: Claim, by: User, as_of: date, now: datetime) -> CallClaim:
    item = WorklistItem.objects.filter(claim=claim, is_open=True).first()
    if item is None:
        raise CallRefused("Nothing is left open with the payer for this claim.")
    blocks = blocking(readiness_of(claim, as_of=as_of, now=now))
    if blocks:
        sentences = " ".join(one.sentence for one in blocks)
        raise CallRefused(f"Claim {claim.patient_control_number} cannot be called: {sentences}")
    take(item=item, user=by, now=now)
    hold(claim_ids=[claim.pk], user=by, now=now)
    last = parts_of(call).last()
    return CallClaim.objects.create(
        call=call,
        claim=claim,
        position=last.position + 1 if last else 1,  # one taken out leaves its place empty
        talk={
            "scenarios": [suggestion_of(claim, item).scenario],
            "facts": known_facts(claim),
            "seen": others_of(claim, by, now=now).mark,
        },
        request_key=uuid.uuid4().hex,
    )


@transaction.atomic
def remove_claim(part: CallClaim, *, by: User, now: datetime) -> None:
    """Take a claim out of a call, with what was typed about it; it goes back to its list.

    A call without claims ends.
    """
    held = held_part(part, by, now)
    _give_back(held, by, now)
    _audit(held.call, by, now, "remove_claim_from_call", claims=[held.claim_id])
    held.delete()
    if not parts_of(held.call).exists():
        _end(held.call, by, now, "end_call")


def _give_back(part: CallClaim, by: User, now: datetime) -> None:
    item = WorklistItem.objects.filter(claim_id=part.claim_id, leased_by=by).first()
    if item is not None:
        with suppress(NotYours):  # it went to another this moment
            release(item=item, user=by, now=now)


@transaction.atomic
def keep_contact(
    call: Call, *, by: User, now: datetime, was: Mapping[str, str] | None = None, **said: str
) -> dict[str, str]:
    """Keep who was spoken to and the call's reference, or why there is none, as typed; `was` as for `keep`.

    Not audited: a draft.
    """
    held = held_call(call, by, now)
    differs: dict[str, str] = {}
    for name, value in said.items():
        if name not in CONTACT:
            continue
        text, kept = _line(value, CONTACT[name]), getattr(held, name)
        if was and name in was and kept not in (_line(was[name], CONTACT[name]), text):
            differs[name] = kept
        else:
            setattr(held, name, text)
    held.save(update_fields=list(CONTACT))
    return differs


def _line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]


@transaction.atomic
def set_hold(call: Call, *, by: User, is_held: bool, now: datetime) -> Call:
    """Note that the payer put the caller on hold, or took up again."""
    held = held_call(call, by, now)
    if is_held and held.held_since is None:
        held.held_since = now
    elif not is_held:
        _stop_hold(held, now)
    held.save(update_fields=["held_since", "hold_seconds"])
    return held


def _stop_hold(call: Call, now: datetime) -> None:
    if call.held_since is not None:
        call.hold_seconds += _seconds(call.held_since, now)
        call.held_since = None


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds()))


@transaction.atomic
def drop(call: Call, *, by: User, now: datetime) -> Call:
    """Note that the line was cut. Everything typed stays; the clocks stop."""
    held = held_call(call, by, now)
    if held.state == CallState.OPEN:
        _stop_hold(held, now)
        held.state, held.dropped_at, held.drops = CallState.DROPPED.value, now, held.drops + 1
        held.save()
        _audit(held, by, now, "drop_call")
    return held


@transaction.atomic
def resume(call: Call, *, by: User, now: datetime) -> Call:
    """Take a dropped call up again: one waits first."""
    held = held_call(call, by, now)
    if held.state == CallState.DROPPED and held.dropped_at is not None:
        held.dropped_seconds += _seconds(held.dropped_at, now)
        held.state, held.dropped_at, held.held_since = CallState.OPEN.value, None, now
        held.save()
        _audit(held, by, now, "resume_call")
    return held


@transaction.atomic
def finish(call: Call, *, by: User, as_of: date, now: datetime) -> list[FollowUp]:
    """Record every claim of the call, all or none, and end it. The same call finished twice records once.

    Raises Unfinished (what is missing, by claim), Unseen (what another did with a claim meanwhile), FollowUpError,
    KeyUsed, NotAllowed.
    """
    again: Call = Call.objects.select_for_update().get(pk=call.pk, caller=by)
    parts = list(parts_of(again))
    if again.state == CallState.ENDED:
        return [part.follow_up for part in parts if part.follow_up]
    talks = [talk_of(part, as_of=as_of) for part in parts]
    lacking = {talk.part.position: found for talk in talks if (found := missing(talk, again))}
    if lacking:
        raise Unfinished(lacking)
    _check_seen(parts, by, now)
    recorded = []
    for talk in talks:
        part = talk.part
        part.follow_up = record_follow_up(
            practice=again.practice,
            claim=part.claim,
            facts=follow_up_facts(talk, again),
            by=by,
            as_of=as_of,
            now=now,
            request_key=part.request_key,
            seen=part.talk.get("seen"),
        )
        part.save(update_fields=["follow_up"])
        _ask(talk, part.follow_up, by, as_of, now)
        recorded.append(part.follow_up)
    _end(again, by, now, "finish_call")
    return recorded


def _check_seen(parts: Sequence[CallClaim], by: User, now: datetime) -> None:
    for part in parts:
        news = others_of(part.claim, by, now=now).since(part.talk.get("seen"))
        if news:
            words = f"Claim {part.claim.patient_control_number} is not saved yet: {news}"
            raise Unseen(words, position=part.position)


def _ask(talk: Talk, row: FollowUp, by: User, as_of: date, now: datetime) -> None:
    """Ask whom of ours the outcome calls for, once; the claim waits with them until the next date."""
    if talk.owner is None or talk.ending is None or row.next_due_on is None:
        return
    with suppress(RequestRefused):  # asked already, or settled by now
        ask_request(
            claim=row.claim,
            owner=talk.owner,
            question=f"{talk.position.script.title}. {talk.ending.says}",
            by=by,
            as_of=as_of,
            now=now,
            due_on=None if row.next_due_reason else row.next_due_on,
        )


@transaction.atomic
def end_call(call: Call, *, by: User, now: datetime) -> Call:
    """End a call that nothing was said in; its claims go back. Raises CallRefused while answers are not saved."""
    held = held_call(call, by, now)
    typed = [part for part in parts_of(held) if part.talk.get("answers")]
    if typed:
        count = "One claim has" if len(typed) == 1 else f"{len(typed)} claims have"
        raise CallRefused(
            f"{count} answers that are not saved. Save them, or take the claim out of the call."
        )
    for part in parts_of(held):
        _give_back(part, by, now)
    _end(held, by, now, "end_call")
    return held


def _end(call: Call, by: User, now: datetime, action: str) -> None:
    _stop_hold(call, now)
    if call.dropped_at is not None:
        call.dropped_seconds += _seconds(call.dropped_at, now)
    call.state, call.ended_at, call.dropped_at = CallState.ENDED.value, now, None
    call.save()
    _audit(call, by, now, action, hold_seconds=call.hold_seconds)


def _audit(call: Call, by: User, now: datetime, action: str, **detail: Any) -> None:
    audit.record(
        practice=call.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="call",
        object_key=str(call.pk),
        detail=detail,
    )
