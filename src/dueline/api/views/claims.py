"""Claims: a list, one in full, and the search for one."""

from typing import Annotated, Any

from ninja import Query

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.api.access import ApiRequest, day_asked
from dueline.api.errors import NotThere
from dueline.api.queries.cursor import Place, page_of
from dueline.api.routes import Routes
from dueline.api.schemas.basic import AsOf, Cursor, Identifier, Limit, PracticeCode
from dueline.api.schemas.claims import (
    ClaimOut,
    ClaimPage,
    ClaimState,
    Found,
    SearchIn,
    claim_out,
    claim_row,
)
from dueline.calls.queries import contact_entries
from dueline.core.enums import PayerStatus
from dueline.core.scopes import Scope
from dueline.ledger.models import Claim
from dueline.ledger.queries import claim_for, claim_story, claims_of, search
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import clocks_of, move_entries, moves_of

routes = Routes("Claims")
# By an index that there is, and never seen: a cursor is sealed.
_BY_NUMBER = (Place("patient_control_key"),)


def claim_or_404(practice: Practice, pk: int) -> Claim:
    try:
        return claim_for(practice, pk)
    except Claim.DoesNotExist:
        raise NotThere("There is no such claim in this practice.") from None


def item_of(claim: Claim) -> WorklistItem | None:
    items = WorklistItem.objects.select_related("leased_by", "payer", "practice", "claim")
    return items.filter(claim=claim, is_open=True).first()


@routes.read("claims", Scope.READ_CLAIMS, ClaimPage)
def list_claims(
    request: ApiRequest,
    practice: PracticeCode,
    state: ClaimState = ClaimState.OPEN,
    payer: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    payer_status: PayerStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """List claims, by claim number."""
    caller = request.auth
    found = claims_of(caller.practice).select_related("payer").order_by("patient_control_key")
    asked: dict[str, Any] = {"payer": payer, "payer_status": payer_status}
    if state is not ClaimState.ALL:
        asked["is_open"] = state is ClaimState.OPEN
    asked = {name: value for name, value in asked.items() if value is not None}
    key = {"list": "claims", "practice": caller.practice.pk, **asked}
    page = page_of(found.filter(**asked), _BY_NUMBER, asked=key, cursor=cursor, limit=limit)
    viewed(request, "view_claims", [claim.pk for claim in page.rows])
    rows = [claim_row(claim) for claim in page.rows]
    return ClaimPage(claims=rows, next_cursor=page.next_cursor)


@routes.ask("claims/search", Scope.READ_CLAIMS, Found)
def search_claims(request: ApiRequest, practice: PracticeCode, given: SearchIn) -> Any:
    """Find claims by number, member ID or patient name.

    A POST, so that no patient's name or number stands in an address.
    """
    rows = search(request.auth.practice, given.text)
    viewed(request, "search", [claim.pk for claim in rows])
    return Found(claims=[claim_row(claim) for claim in rows])


@routes.read("claims/{claim}", Scope.READ_CLAIMS, ClaimOut)
def get_claim(
    request: ApiRequest, practice: PracticeCode, claim: Identifier, as_of: AsOf = None
) -> Any:
    """Show one claim: facts, money by line, deadlines, timeline."""
    caller, day, now = request.auth, day_asked(request, as_of), clock.now()
    found = claim_or_404(caller.practice, claim)
    story = claim_story(found)
    told = [*story.timeline, *contact_entries(found), *move_entries(found, moves_of(found))]
    item = item_of(found)
    until = item.leased_until if item else None
    is_held = bool(item and item.leased_by and until and until >= now)
    audit.record(
        practice=caller.practice,
        by=caller.username,
        action="view_claim",
        at=now,
        object_kind="claim",
        object_key=str(found.pk),
    )
    return claim_out(
        found,
        story,
        clocks=clocks_of(found, as_of=day).deadlines,
        timeline=sorted(told, key=lambda entry: entry.on, reverse=True),
        held_by=item.leased_by.get_username() if item and item.leased_by and is_held else None,
        held_until=until if is_held else None,
        as_of=day,
    )


def viewed(request: ApiRequest, action: str, claims: list[int]) -> None:
    """Leave in the trail which claims were shown."""
    caller = request.auth
    audit.record(
        practice=caller.practice,
        by=caller.username,
        action=action,
        at=clock.now(),
        detail={"claims": claims},
    )
