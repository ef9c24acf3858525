"""Denials in a list: filters that stand for an address, orders, and one denial by its number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Q, QuerySet, Value, When

from dueline.accounts.models import Practice
from dueline.core.aging import CHASE_DAYS, ESCALATE_DAYS
from dueline.core.denial_states import LIVE
from dueline.core.enums import DenialCategory, DenialState, Level, RootCauseOwner, Watch
from dueline.denials.models import Denial

ALL, ACTIVE = "all", "live"
_JOINED = ("claim", "claim__patient", "payer", "service_line")


class DenialOrder(StrEnum):
    DEADLINE = "deadline"  # of the appeal, nearest first; then what is lost, then those without one
    AMOUNT = "amount"
    NEWEST = "newest"
    OLDEST = "oldest"


_ORDERS: dict[DenialOrder, tuple[str, ...]] = {
    DenialOrder.DEADLINE: ("place", "appeal_due_on", "-amount_cents", "pk"),
    DenialOrder.AMOUNT: ("-amount_cents", "pk"),
    DenialOrder.NEWEST: ("-denied_on", "-pk"),
    DenialOrder.OLDEST: ("denied_on", "pk"),
}


class DenialFilterError(ValueError):
    """A filter in an address that does not exist; the message names it and what is expected."""


@dataclass(frozen=True)
class DenialFilters:
    """Each field narrows the list; its default does not, but `state`: open ones, "live", "all" or one state.

    `repeat`: "first" or "repeat". Duplicates stand under their own category.
    """

    state: str = DenialState.OPEN.value
    payer: int | None = None
    category: DenialCategory | None = None
    owner: RootCauseOwner | None = None
    level: Level | None = None
    repeat: str = ""
    watch: Watch | None = None
    carc: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "DenialFilters":
        """Read a query string's mapping; other keys are left alone. Raises DenialFilterError."""
        values: dict[str, Any] = {}
        for name, read in _READERS.items():
            text = query.get(name, "")
            if not text:
                continue
            try:
                values[name] = read(text)
            except ValueError as error:
                raise DenialFilterError(
                    f"The address asks for {name} “{text[:40]}”. {error}"
                ) from None
        return cls(**values)

    def query(self) -> str:
        """Return the query string of this filter, without what is at its default."""
        pairs = [
            (field.name, str(getattr(self, field.name)))
            for field in fields(self)
            if getattr(self, field.name) != field.default
        ]
        return urlencode(pairs)

    def condition(self, *, as_of: date) -> Q:
        """Return the condition on denials that this filter means."""
        found = Q()
        if self.state == ACTIVE:
            found &= Q(state__in=[state.value for state in LIVE])
        elif self.state != ALL:
            found &= Q(state=self.state)
        for name in ("payer", "category", "owner", "level"):
            value = getattr(self, name)
            if value is not None:
                found &= Q(**{name: value})
        if self.carc:
            found &= Q(carc=self.carc)
        if self.repeat:
            found &= Q(repeats__isnull=self.repeat == "first")
        if self.watch is not None:
            found &= _watched(self.watch, as_of)
        return found


def _watched(watch: Watch, as_of: date) -> Q:
    """Return `core.aging.watch` as a condition on the appeal's last day; a test holds the two equal."""
    chased, watched = as_of + timedelta(days=ESCALATE_DAYS), as_of + timedelta(days=CHASE_DAYS)
    match watch:
        case Watch.LOST:
            return Q(appeal_due_on__lt=as_of)
        case Watch.ESCALATED:
            return Q(appeal_due_on__gte=as_of, appeal_due_on__lt=chased)
        case Watch.CHASED:
            return Q(appeal_due_on__gte=chased, appeal_due_on__lte=watched)
        case Watch.WATCHED:
            return Q(appeal_due_on__gt=watched)


def _state(text: str) -> str:
    if text in (ALL, ACTIVE, *DenialState):
        return text
    raise ValueError(f"Expected live, all or one of: {', '.join(DenialState)}.")


def _payer(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise ValueError("Expected a payer's number.")


def _repeat(text: str) -> str:
    if text in ("first", "repeat"):
        return text
    raise ValueError("Expected first or repeat.")


def _carc(text: str) -> str:
    if len(text) <= 8 and text.isascii() and text.isalnum():
        return text.upper()
    raise ValueError("Expected a reason code such as 197.")


def _member(enum: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        try:
            return enum(text)
        except ValueError:
            raise ValueError(f"Expected one of: {', '.join(enum)}.") from None

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "state": _state,
    "payer": _payer,
    "category": _member(DenialCategory),
    "owner": _member(RootCauseOwner),
    "level": _member(Level),
    "repeat": _repeat,
    "watch": _member(Watch),
    "carc": _carc,
}


def denials(
    practice: Practice,
    *,
    filters: DenialFilters,
    as_of: date,
    order: DenialOrder = DenialOrder.DEADLINE,
) -> QuerySet[Denial]:
    """Return a practice's denials that fit, with claim, patient, payer and line, in an order.

    Of many, take a page of ids (`values_list("pk")`) and then `denials_by_id`: ids are sorted in the index.
    """
    found = Denial.objects.filter(filters.condition(as_of=as_of), practice=practice)
    if order is DenialOrder.DEADLINE:
        to_come = When(appeal_due_on__gte=as_of, then=Value(0))
        lost = When(appeal_due_on__lt=as_of, then=Value(1))
        found = found.annotate(place=Case(to_come, lost, default=Value(2)))
    return found.select_related(*_JOINED).order_by(*_ORDERS[order])


def denials_by_id(practice: Practice, ids: Sequence[int]) -> list[Denial]:
    """Return these denials of the practice in the order of their ids given, with all that a list shows."""
    rows = Denial.objects.filter(practice=practice).select_related(*_JOINED).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def denial_for(practice: Practice, pk: int) -> Denial:
    """Return one denial of the practice. Raises Denial.DoesNotExist for any other."""
    joined = (*_JOINED, "claim_payment", "repeats", "practice", "line_payment")
    return Denial.objects.filter(practice=practice).select_related(*joined).get(pk=pk)


def denials_of(claim_id: int) -> QuerySet[Denial]:
    """Return a claim's denials, the latest first."""
    joined = (*_JOINED, "claim_payment", "repeats", "line_payment")
    return (
        Denial.objects.filter(claim=claim_id).select_related(*joined).order_by("-denied_on", "pk")
    )
