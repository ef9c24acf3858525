"""Follow-ups: those of a claim, recording one, correcting one."""

from typing import Any

from ninja import Status

from dueline import clock
from dueline.api.access import ApiRequest, write_of
from dueline.api.actions.once import once
from dueline.api.errors import NotThere
from dueline.api.queries.cursor import Place, page_of
from dueline.api.routes import JSON, Routes
from dueline.api.schemas.basic import (
    Cursor,
    IdempotencyKey,
    Identifier,
    Limit,
    PracticeCode,
)
from dueline.api.schemas.follow_ups import FollowUpIn, FollowUpOut, FollowUpPage, follow_up_out
from dueline.api.views.claims import claim_or_404, viewed
from dueline.calls.models import FollowUp
from dueline.calls.queries import follow_up_for, follow_ups_of
from dueline.core.follow_up import FollowUpFacts
from dueline.core.scopes import Scope
from dueline.denials.actions import correct_follow_up, record_follow_up

routes = Routes("Follow-ups")


@routes.read("claims/{claim}/follow-ups", Scope.READ_FOLLOW_UPS, FollowUpPage)
def list_follow_ups(
    request: ApiRequest,
    practice: PracticeCode,
    claim: Identifier,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """List a claim's follow-ups, the latest first."""
    found = claim_or_404(request.auth.practice, claim)
    key = {"list": "follow-ups", "claim": found.pk}
    places = (Place("sequence", True),)
    page = page_of(follow_ups_of(found), places, asked=key, cursor=cursor, limit=limit)
    viewed(request, "view_follow_ups", [found.pk])
    rows = [follow_up_out(row) for row in page.rows]
    return FollowUpPage(follow_ups=rows, next_cursor=page.next_cursor)


@routes.write(
    "claims/{claim}/follow-ups", Scope.RECORD_FOLLOW_UPS, FollowUpOut, status=201, takes=JSON
)
def record(
    request: ApiRequest,
    practice: PracticeCode,
    claim: Identifier,
    given: FollowUpIn,
    idempotency_key: IdempotencyKey,
) -> Any:
    """Record a follow-up, and put the claim where it says.

    Every fact that the outcome requires must be there; the next date must be a business day within what
    the nearest deadline allows, or have a reason.
    """
    caller, as_of, now = request.auth, clock.today(), clock.now()
    found = claim_or_404(caller.practice, claim)
    facts = FollowUpFacts.from_mapping(given.model_dump(), as_of=as_of)
    write = write_of(request, idempotency_key)

    def act() -> tuple[int, Any]:
        row = record_follow_up(
            practice=caller.practice,
            claim=found,
            facts=facts,
            by=caller.user,
            as_of=as_of,
            now=now,
            request_key=write.request_key,
        )
        return 201, follow_up_out(row).model_dump(mode="json")

    return Status(*once(write, act, now=now))


@routes.write(
    "follow-ups/{number}/correction",
    Scope.RECORD_FOLLOW_UPS,
    FollowUpOut,
    status=201,
    takes=JSON,
)
def correct(
    request: ApiRequest,
    practice: PracticeCode,
    number: Identifier,
    given: FollowUpIn,
    idempotency_key: IdempotencyKey,
) -> Any:
    """Record what a follow-up should have said; the old one stays."""
    caller, as_of, now = request.auth, clock.today(), clock.now()
    try:
        wrong = follow_up_for(caller.practice, number)
    except FollowUp.DoesNotExist:
        raise NotThere("There is no such follow-up in this practice.") from None
    facts = FollowUpFacts.from_mapping(given.model_dump(), as_of=as_of)
    write = write_of(request, idempotency_key)

    def act() -> tuple[int, Any]:
        row = correct_follow_up(
            follow_up=wrong,
            facts=facts,
            by=caller.user,
            as_of=as_of,
            now=now,
            request_key=write.request_key,
        )
        return 201, follow_up_out(row).model_dump(mode="json")

    return Status(*once(write, act, now=now))
