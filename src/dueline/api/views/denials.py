"""Denials: a list, one with what is to be done, and the figures."""

from typing import Annotated, Any

from ninja import Query

from dueline import clock
from dueline.accounts import audit
from dueline.api.access import ApiRequest, day_asked
from dueline.api.errors import NotThere
from dueline.api.queries.cursor import Place, page_of
from dueline.api.routes import Routes
from dueline.api.schemas.basic import AsOf, Cursor, Identifier, Limit, PracticeCode
from dueline.api.schemas.denials import (
    DenialOut,
    DenialPage,
    Figures,
    bar,
    denial_out,
    denial_row,
    figure_out,
)
from dueline.api.views.claims import viewed
from dueline.core.denial_attributes import Attribute
from dueline.core.denial_figures import Period
from dueline.core.enums import DenialCategory, DenialState, Level, RootCauseOwner, Watch
from dueline.core.scopes import Scope
from dueline.denials.models import Denial
from dueline.denials.queries import (
    DenialFilters,
    DenialOrder,
    card_of,
    denial_for,
    denials,
)
from dueline.denials.queries.analysis import AnalysisFilters, Labels, analysis
from dueline.denials.tasks import keep_up
from dueline.ledger.queries import claim_for

routes = Routes("Denials")
_STATE = f"^({'|'.join(('live', 'all', *DenialState))})$"
_AMOUNT = (Place("amount_cents", True), Place("pk"))
# As denials.queries.lists has them; "place": deadlines to come, then those lost, then none.
PLACES: dict[DenialOrder, tuple[Place, ...]] = {
    DenialOrder.DEADLINE: (Place("place"), Place("appeal_due_on", may_be_null=True), *_AMOUNT),
    DenialOrder.AMOUNT: _AMOUNT,
    DenialOrder.NEWEST: (Place("denied_on", True), Place("pk", True)),
    DenialOrder.OLDEST: (Place("denied_on"), Place("pk")),
}


@routes.read("denials", Scope.READ_DENIALS, DenialPage)
def list_denials(
    request: ApiRequest,
    practice: PracticeCode,
    order: DenialOrder = DenialOrder.DEADLINE,
    state: Annotated[str, Query(pattern=_STATE)] = "open",
    payer: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    category: DenialCategory | None = None,
    owner: RootCauseOwner | None = None,
    level: Level | None = None,
    repeat: Annotated[str | None, Query(pattern="^(first|repeat)$")] = None,
    watch: Watch | None = None,
    carc: Annotated[str | None, Query(pattern="^[A-Z0-9]{1,8}$")] = None,
    as_of: AsOf = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """List what payers refused.

    State: one state, live (open or waiting), or all.
    """
    owned, day = request.auth.practice, day_asked(request, as_of)
    given = {
        "state": state, "payer": payer, "category": category, "owner": owner, "level": level,
        "repeat": repeat, "watch": watch, "carc": carc,
    }  # fmt: skip
    asked = {name: str(value) for name, value in given.items() if value is not None}
    filters = DenialFilters.from_query(asked)
    found = denials(owned, filters=filters, as_of=day, order=order)
    key = {"list": "denials", "practice": owned.pk, "of": filters.query(), "by": order, "on": day}
    page = page_of(found, PLACES[order], asked=key, cursor=cursor, limit=limit)
    viewed(request, "view_denials", [row.claim_id for row in page.rows])
    rows = [denial_row(row) for row in page.rows]
    return DenialPage(denials=rows, next_cursor=page.next_cursor)


@routes.read("denials/figures", Scope.READ_DENIALS, Figures)
def denial_figures(
    request: ApiRequest,
    practice: PracticeCode,
    period: Period = Period.QUARTER,
    by: Attribute = Attribute.CATEGORY,
    as_of: AsOf = None,
) -> Any:
    """Say the key figures of denials, broken down by an attribute.

    Counted by the first answers of a period; each figure brings its definition.
    """
    owned, day = request.auth.practice, day_asked(request, as_of)
    is_current = keep_up(practice=owned, now=clock.now())
    with analysis(owned, AnalysisFilters(period=period), as_of=day) as question:
        total = question.total()
        figures = question.key_figures(total)
        rows = question.breakdown(by, total).rows
    labels = Labels(owned, ((by, row.value) for row in rows))
    return Figures(
        as_of=day,
        is_current=is_current,
        figures=[figure_out(one) for one in figures],
        by=by,
        breakdown=[bar(row, labels.of(by, row.value)) for row in rows],
        total=bar(total, ""),
    )


@routes.read("denials/{denial}", Scope.READ_DENIALS, DenialOut)
def get_denial(
    request: ApiRequest, practice: PracticeCode, denial: Identifier, as_of: AsOf = None
) -> Any:
    """Show one denial with what the playbook says, and what our own data answers."""
    caller, day = request.auth, day_asked(request, as_of)
    try:
        found = denial_for(caller.practice, denial)
    except Denial.DoesNotExist:
        raise NotThere("There is no such denial in this practice.") from None
    audit.record(
        practice=caller.practice,
        by=caller.username,
        action="view_denial",
        at=clock.now(),
        object_kind="denial",
        object_key=str(found.pk),
    )
    return denial_out(card_of(found, claim_for(caller.practice, found.claim_id), as_of=day))
