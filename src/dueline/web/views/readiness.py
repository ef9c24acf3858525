"""What the claim page says of a call: what blocks it, what was asked, and the forms to ask or to allow it."""

from datetime import date, datetime
from typing import Any

from dueline import clock
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest
from dueline.core.enums import CheckKey, Grade, RequestOwner, RequestState
from dueline.core.holds import CHECK_WORDS, OWNER_WORDS
from dueline.core.readiness import ASKED, PRACTICE_FACTS, Check, request_due_on
from dueline.ledger.models import Claim
from dueline.ledger.queries import TimelineEntry
from dueline.worklist.models import ReadinessOverride, Request, WorklistItem
from dueline.worklist.queries import overrides_of, readiness_of, requests_of
from dueline.worklist.queries.pricing import Pricing

DUELINE = "Dueline"


def readiness_context(
    request: PracticeRequest,
    claim: Claim,
    item: WorklistItem | None,
    *,
    rules: Pricing,
    now: datetime,
    ask: dict[str, str] | None,
    allow: dict[str, str] | None,
) -> tuple[dict[str, Any], list[TimelineEntry]]:
    """Return what the readiness box and the form to ask show, and what was asked as entries of the timeline."""
    asked = requests_of(claim)
    overrides = overrides_of(claim)
    context = {
        "is_item_open": item is not None,
        "checks": [
            _row(check, asked)
            for check in (
                readiness_of(claim, as_of=rules.as_of, now=now, rules=rules) if item else []
            )
        ],
        "questions": [r for r in asked if r.state == RequestState.OPEN and not r.check_key],
        "ask": {
            "values": ask or {},
            "is_open": bool(ask) or "ask" in request.GET,
            "owners": [(o.value, _sentence(words)) for o, words in OWNER_WORDS.items()],
            "due_on": request_due_on(
                item.deadline_on if item else None,
                item.safe_on if item else None,
                as_of=rules.as_of,
            ),
            "why_not": why_not(request.role, Permission.ASK_REQUESTS),
        },
        "allow": allow or {},
        "may_allow": not why_not(request.role, Permission.OVERRIDE_READINESS),
        "may_answer": not why_not(request.role, Permission.ANSWER_REQUESTS),
    }
    return context, [*_told(asked), *_allowed(overrides)]


def _row(check: Check, asked: list[Request]) -> dict[str, Any]:
    open_one = next(
        (r for r in asked if r.state == RequestState.OPEN and r.check_key == check.key), None
    )
    is_blocking = check.grade is Grade.BLOCKING
    is_of_practice = check.key in PRACTICE_FACTS
    return {
        "check": check,
        "is_blocking": is_blocking,
        "request": open_one,
        "can_ask": check.owner is not None and open_one is None and not is_of_practice,
        "can_allow": is_blocking and check.key in ASKED and not is_of_practice,
    }


def _sentence(words: str) -> str:
    """Return an owner as it stands alone: "Front desk"."""
    text = words.removeprefix("the ")
    return text[:1].upper() + text[1:]


def owner_name(owner: RequestOwner) -> str:
    return _sentence(OWNER_WORDS[owner])


def _on(moment: datetime) -> date:
    return moment.astimezone(clock.BUSINESS_ZONE).date()


def _told(asked: list[Request]) -> list[TimelineEntry]:
    """Return each request as an entry, and its answer as another."""
    found = []
    for row in asked:
        to = OWNER_WORDS[RequestOwner(row.owner)]
        text = f"Asked {to}: {row.question}"
        found.append(TimelineEntry(row.asked_on, "Asked", text, row.asked_by or DUELINE))
        if row.state != RequestState.OPEN and row.answered_at is not None:
            kind = "Answer" if row.state == RequestState.ANSWERED else "Ended"
            by = row.answered_by or DUELINE
            found.append(TimelineEntry(_on(row.answered_at), kind, row.answer, by))
    return found


def _allowed(overrides: list[ReadinessOverride]) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            _on(row.decided_at),
            "Allowed",
            f"Call allowed without: {CHECK_WORDS[CheckKey(row.check_key)]}. {row.reason}",
            row.decided_by,
        )
        for row in overrides
    ]
