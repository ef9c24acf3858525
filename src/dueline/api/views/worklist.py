"""The worklist: its rows, the next claim, holding a claim and giving it back."""

from typing import Annotated, Any

from ninja import Query, Status

from dueline import clock
from dueline.api.access import ApiRequest, write_of
from dueline.api.actions.once import once
from dueline.api.errors import BadInput, Conflict
from dueline.api.queries.cursor import Place, page_of
from dueline.api.routes import Routes
from dueline.api.schemas.basic import (
    Cursor,
    IdempotencyKey,
    Identifier,
    Limit,
    PracticeCode,
)
from dueline.api.schemas.worklist import (
    Lease,
    Next,
    Released,
    Worklist,
    item_out,
    item_row,
)
from dueline.api.views.claims import claim_or_404, item_of, viewed
from dueline.calls.queries import is_in_call
from dueline.core.enums import (
    AgingBucket,
    DueCause,
    Holder,
    Means,
    NextAction,
    Order,
    PayerStatus,
    Watch,
    WorkStatus,
)
from dueline.core.scopes import Scope
from dueline.worklist.actions import ensure_priced, release, take, take_next
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import (
    FilterError,
    ItemFilters,
    explain_each,
    items,
    pricing_for,
    usual_filters,
)

routes = Routes("Worklist")
_PRIORITY = (Place("urgency", True), Place("priority", True), Place("pk"))
# As worklist.queries.ORDERS has them.
PLACES: dict[Order, tuple[Place, ...]] = {
    Order.PRIORITY: _PRIORITY,
    Order.DEADLINE: (Place("deadline_on", may_be_null=True), *_PRIORITY),
    Order.OLDEST: (Place("service_on", may_be_null=True), Place("pk")),
    Order.LARGEST: (Place("payer_balance_cents", True), Place("pk")),
    Order.PAYER: (Place("payer_name"), Place("payer_id"), *_PRIORITY),
}
_DUE = r"^(now|all|[0-9]{4}-[0-9]{2}-[0-9]{2})$"


@routes.read("worklist", Scope.READ_WORKLIST, Worklist)
def list_worklist(
    request: ApiRequest,
    practice: PracticeCode,
    order: Order = Order.PRIORITY,
    queue: Annotated[str | None, Query(pattern="^(all|mine|L1|L2)$")] = None,
    due: Annotated[str | None, Query(pattern=_DUE, description="now, all, or a day.")] = None,
    holder: Holder | None = None,
    payer: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    next_action: NextAction | None = None,
    means: Means | None = None,
    payer_status: PayerStatus | None = None,
    work_status: WorkStatus | None = None,
    watch: Watch | None = None,
    bucket: AgingBucket | None = None,
    cause: DueCause | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """List the worklist in an order.

    Without a queue, the list that the role of the token's user works.
    """
    caller, as_of, now = request.auth, clock.today(), clock.now()
    given = {
        "queue": queue, "due": due, "holder": holder, "payer": payer, "next_action": next_action,
        "means": means, "payer_status": payer_status, "work_status": work_status, "watch": watch,
        "bucket": bucket, "cause": cause,
    }  # fmt: skip
    asked = {name: str(value) for name, value in given.items() if value is not None}
    try:
        filters = ItemFilters.from_query(asked, usual_filters(caller.role))
    except FilterError as refused:
        raise BadInput("due", str(refused)) from None
    ensure_priced(practice=caller.practice, as_of=as_of, now=now)
    found = items(caller.practice, order=order, filters=filters, as_of=as_of, user=caller.user)
    key = {"list": "worklist", "practice": caller.practice.pk, "of": filters.query(), "by": order}
    page = page_of(found, PLACES[order], asked=key, cursor=cursor, limit=limit)
    rules = pricing_for(caller.practice, as_of=as_of)
    viewed(request, "view_worklist", [item.claim_id for item in page.rows])
    rows = [
        item_row(item, price.sentence, now=now)
        for item, price in zip(page.rows, explain_each(page.rows, rules=rules))
    ]
    return Worklist(items=rows, next_cursor=page.next_cursor)


@routes.write("worklist/next", Scope.WORK_CLAIMS, Next)
def take_next_claim(
    request: ApiRequest, practice: PracticeCode, idempotency_key: IdempotencyKey
) -> Any:
    """Be given the next claim, and hold it for 30 minutes.

    The claim whose waiting costs most, of the queue that the role works; two callers never get the same.
    """
    caller, as_of, now = request.auth, clock.today(), clock.now()
    ensure_priced(practice=caller.practice, as_of=as_of, now=now)

    def act() -> tuple[int, Any]:
        item = take_next(practice=caller.practice, user=caller.user, as_of=as_of, now=now)
        found = Next(item=item_out(item, now=now) if item else None)
        return 200, found.model_dump(mode="json")

    return Status(*once(write_of(request, idempotency_key), act, now=now))


@routes.write("claims/{claim}/lease", Scope.WORK_CLAIMS, Lease)
def lease_claim(
    request: ApiRequest,
    practice: PracticeCode,
    claim: Identifier,
    idempotency_key: IdempotencyKey,
) -> Any:
    """Hold a claim for 30 minutes; of one's own, for 30 minutes from now."""
    item, now = _open_item(request, claim), clock.now()

    def act() -> tuple[int, Any]:
        held = take(item=item, user=request.auth.user, now=now)
        assert held.leased_until is not None
        found = Lease(claim=held.claim_id, held_until=held.leased_until)
        return 200, found.model_dump(mode="json")

    return Status(*once(write_of(request, idempotency_key), act, now=now))


@routes.write("claims/{claim}/release", Scope.WORK_CLAIMS, Released)
def release_claim(
    request: ApiRequest,
    practice: PracticeCode,
    claim: Identifier,
    idempotency_key: IdempotencyKey,
) -> Any:
    """Give a claim back to its list."""
    item, now = _open_item(request, claim), clock.now()
    if is_in_call(request.auth.user, item.claim):
        raise Conflict("This claim is in your call. Take it out of the call there.")

    def act() -> tuple[int, Any]:
        release(item=item, user=request.auth.user, now=now)
        return 200, Released(claim=item.claim_id).model_dump(mode="json")

    return Status(*once(write_of(request, idempotency_key), act, now=now))


def _open_item(request: ApiRequest, claim: int) -> WorklistItem:
    item = item_of(claim_or_404(request.auth.practice, claim))
    if item is None:
        raise Conflict("Nothing of this claim is left open with the payer.")
    return item
