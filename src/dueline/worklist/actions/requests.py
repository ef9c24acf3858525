"""Requests: asking someone about a claim, the answer that brings it back, and a lead's leave to call all the same."""

from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.enums import CheckKey, RequestOwner, RequestState
from dueline.core.given import given
from dueline.core.holds import CHECK_WORDS, OWNER_WORDS
from dueline.core.readiness import CLAIM_FACTS, FACTS, PRACTICE_FACTS, request_due_on
from dueline.ledger.actions import give_fact
from dueline.ledger.models import Claim
from dueline.worklist.actions.dates import check_day
from dueline.worklist.actions.refresh import refresh
from dueline.worklist.errors import ItemTaken, OverrideRefused, RequestRefused
from dueline.worklist.models import DailyPricing, ReadinessOverride, Request, WorklistItem
from dueline.worklist.queries.blocks import blocked_checks

MOST_QUESTION, MOST_ANSWER, MOST_REASON = 300, 500, 300


def ask_request(
    *,
    claim: Claim,
    owner: RequestOwner,
    question: str,
    by: User,
    as_of: date,
    now: datetime,
    check_key: CheckKey | None = None,
    due_on: date | None = None,
) -> Request:
    """Ask someone about a claim; the claim waits with it, and whoever holds it gives it back.

    Without `due_on`: in 3 business days, before the deadline. Raises RequestRefused (no question, asked
    already, nothing left open), DateRefused, ItemTaken while another caller works the claim.
    """
    check(by, claim.practice, Permission.ASK_REQUESTS)
    text = _text(question, "The question", MOST_QUESTION)
    with transaction.atomic():
        item = _item(claim)
        if item.leased_until and item.leased_until >= now and item.leased_by_id != by.pk:
            raise ItemTaken("Another caller is working on this claim.")
        if due_on is not None:
            check_day(item, due_on=due_on, as_of=as_of)
        _refuse_twice(claim, owner, check_key)
        request = Request.objects.create(
            practice=claim.practice,
            claim=claim,
            owner=owner,
            check_key=check_key or "",
            question=text,
            said_on=item.claim.payer_status_on,
            due_on=due_on or request_due_on(item.deadline_on, item.safe_on, as_of=as_of),
            asked_on=as_of,
            asked_at=now,
            asked_by=by.get_username(),
        )
        item.leased_by, item.leased_until = None, None
        item.save(update_fields=["leased_by", "leased_until"])
        _record(request, "ask_request", by, now)
        refresh(practice=claim.practice, as_of=as_of, claim_ids=[claim.pk], now=now)
    return request


def _item(claim: Claim) -> WorklistItem:
    """Return the claim's item, locked. Raises RequestRefused where nothing is left open."""
    items = WorklistItem.objects.select_for_update(of=("self",)).select_related("claim")
    item = items.filter(practice=claim.practice, claim=claim, is_open=True).first()
    if item is None:
        raise RequestRefused("Nothing is left open with the payer.")
    return item


def _refuse_twice(claim: Claim, owner: RequestOwner, key: CheckKey | None) -> None:
    known = Request.objects.filter(claim=claim, state=RequestState.OPEN)
    same = known.filter(check_key=key) if key else known.filter(check_key="", owner=owner)
    found = same.first()
    if found is not None:
        raise RequestRefused(
            f"This is asked already: of {OWNER_WORDS[RequestOwner(found.owner)]} "
            f"on {found.asked_on:%m/%d/%Y}, due {found.due_on:%m/%d/%Y}."
        )


def _text(text: str, what: str, most: int) -> str:
    found = " ".join(text.split())
    if not found:
        raise RequestRefused(f"{what} is empty. Say what is meant.")
    if len(found) > most:
        raise RequestRefused(f"{what} is longer than {most} characters. Say it shorter.")
    if not found.isprintable():
        raise RequestRefused(f"{what} holds signs that cannot be printed. Type it anew.")
    return found


def answer_request(
    *, request: Request, answer: str, by: User, as_of: date, now: datetime, fact: str = ""
) -> Request:
    """Answer a request; its claim is ready and due today, unless something else holds it.

    Where a fact was asked for, `fact` sets it on the claim or the practice; without it the claim, still
    blocked, is the lead's. Raises RequestRefused; GivenError, with what is expected of the fact.
    """
    check(by, request.practice, Permission.ANSWER_REQUESTS)
    key = CheckKey(request.check_key) if request.check_key else None
    with transaction.atomic():
        held = _open_one(request)
        touched = [held.claim_id] if held.claim_id else []
        if fact.strip():
            touched += _give(held, key, fact, by, as_of, now)
        elif key in PRACTICE_FACTS:
            raise RequestRefused(f"Give the {CHECK_WORDS[key]}: every call needs it.")
        text = answer if answer.strip() or not fact.strip() else f"Given: {_words(key)}."
        held.answer = _text(text, "The answer", MOST_ANSWER)
        _close(held, RequestState.ANSWERED, by, now)
        _record(held, "answer_request", by, now)
        _refresh(held.practice, touched, as_of, now)
    return held


def _words(key: CheckKey | None) -> str:
    return CHECK_WORDS[key] if key else ""


def _give(
    request: Request, key: CheckKey | None, fact: str, by: User, as_of: date, now: datetime
) -> list[int]:
    """Set the fact that was asked for; return the claims that have it now."""
    if key not in FACTS:
        raise RequestRefused("No fact was asked for here. Answer in words.")
    if key in CLAIM_FACTS and request.claim is not None:
        return give_fact(claim=request.claim, key=key, text=fact, by=by, as_of=as_of, now=now)
    practice = Practice.objects.select_for_update().get(pk=request.practice_id)
    value = str(given(key, fact, as_of=as_of))
    field = "name" if key is CheckKey.PRACTICE_NAME else "tax_id"
    setattr(practice, field, value)
    practice.save(update_fields=[field])
    # Every claim was blocked by it: all are priced anew when the list is next looked at.
    DailyPricing.objects.filter(practice=practice).update(priced_on=None)
    return []


def withdraw_request(
    *, request: Request, reason: str, by: User, as_of: date, now: datetime
) -> Request:
    """Take back a question that need not be answered; who asked may, and who may answer. Raises RequestRefused."""
    is_own = request.asked_by == by.get_username()
    check(by, request.practice, Permission.ASK_REQUESTS if is_own else Permission.ANSWER_REQUESTS)
    if request.claim_id is None:
        raise RequestRefused("Every call needs this. Give it once, and all claims are ready.")
    with transaction.atomic():
        held = _open_one(request)
        held.answer = _text(reason, "The reason", MOST_ANSWER)
        _close(held, RequestState.WITHDRAWN, by, now)
        _record(held, "withdraw_request", by, now)
        _refresh(held.practice, [request.claim_id], as_of, now)
    return held


def _open_one(request: Request) -> Request:
    """Return the request with its item, locked. Raises RequestRefused where it is no longer open."""
    if request.claim_id:
        list(WorklistItem.objects.select_for_update().filter(claim=request.claim_id))
    rows = Request.objects.select_for_update(of=("self",)).select_related("practice", "claim")
    held = rows.get(pk=request.pk, practice=request.practice)
    if held.state != RequestState.OPEN:
        by = f" by {held.answered_by}" if held.answered_by else ""
        raise RequestRefused(f"This request was {held.state}{by} meanwhile.")
    return held


def _close(request: Request, state: RequestState, by: User, now: datetime) -> None:
    request.state, request.answered_at, request.answered_by = state, now, by.get_username()
    request.save(update_fields=["state", "answer", "answered_at", "answered_by"])


def _record(request: Request, action: str, by: User, now: datetime) -> None:
    audit.record(
        practice=request.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="request",
        object_key=str(request.pk),
        detail={"claim": request.claim_id, "owner": request.owner, "check": request.check_key},
    )


def _refresh(practice: Practice, claim_ids: list[int], as_of: date, now: datetime) -> None:
    if claim_ids:
        refresh(practice=practice, as_of=as_of, claim_ids=claim_ids, now=now)


def override_readiness(
    *, claim: Claim, check_key: CheckKey, reason: str, by: User, as_of: date, now: datetime
) -> ReadinessOverride:
    """Allow the call of a claim that a check blocks; what was asked for it is no longer needed.

    Raises OverrideRefused where the check does not block this claim, or is not for a lead to decide:
    the payer's hours, and the practice's own facts.
    """
    check(by, claim.practice, Permission.OVERRIDE_READINESS)
    with transaction.atomic():
        item = _item(claim)
        one = Claim.objects.filter(practice=claim.practice, pk=claim.pk)
        found = blocked_checks(claim.practice, one, as_of=as_of).get(claim.pk, [])
        if check_key not in {block.key for block in found}:
            raise OverrideRefused(
                f"Nothing to allow: {CHECK_WORDS[check_key]} blocks no call here."
            )
        try:
            text = _text(reason, "The reason", MOST_REASON)
        except RequestRefused as refused:
            raise OverrideRefused(str(refused)) from None
        override = ReadinessOverride.objects.create(
            practice=claim.practice,
            claim=claim,
            check_key=check_key,
            said_on=item.claim.payer_status_on,
            reason=text,
            decided_at=now,
            decided_by=by.get_username(),
        )
        audit.record(
            practice=claim.practice,
            by=by.get_username(),
            action="override_readiness",
            at=now,
            object_kind="claim",
            object_key=str(claim.pk),
            detail={"check": check_key.value},
        )
        refresh(practice=claim.practice, as_of=as_of, claim_ids=[claim.pk], now=now)
    return override
