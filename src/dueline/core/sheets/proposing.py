"""What each column of a sheet is likely to be, by its heading and by what stands in it, with the reason."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dueline.core.sheets import cells as cell_readers
from dueline.core.sheets.cells import Cell, CellError, text_of
from dueline.core.sheets.dates import day
from dueline.core.sheets.fields import (
    FIELD_NAMES,
    NEEDED,
    WANTED,
    Confidence,
    DateOrder,
    Field,
    NameOrder,
    ReportKind,
    Want,
)
from dueline.core.sheets.headings import heading_key, synonyms

MOST_OF = 0.8  # of a column's values, for it to look like something
# Headings that stand for several things: what they are taken for is shown with less confidence.
_VAGUE = frozenset({"BALANCE", "TOTAL", "TOTAL BALANCE", "AMOUNT", "DATE", "NAME", "PLAN", "CLAIM"})
# By content alone only what hardly anything else looks like.
_BY_CONTENT = {Want.NPI: Field.BILLING_NPI, Want.REASON: Field.REASON_CODE}
_ORDER = (Want.NPI, Want.REASON, Want.DATE, Want.MONEY, Want.NAME)


@dataclass(frozen=True)
class Proposal:
    """What a column is proposed to be; `field` None: left out. `looks` is what its values look like."""

    field: Field | None
    confidence: Confidence
    reason: str
    looks: Want | None = None


class Content(NamedTuple):
    """The values of a column that were looked at, and what share of them reads as each kind."""

    filled: int
    shares: dict[Want, float]

    def looks(self) -> Want | None:
        return next((want for want in _ORDER if self.shares.get(want, 0) >= MOST_OF), None)


def content_of(values: Iterable[Cell]) -> Content:
    """Look at the values of a column; empty ones say nothing."""
    filled = [value for value in values if text_of(value)]
    if not filled:
        return Content(0, {})
    counted = {want: sum(map(fits, filled)) for want, fits in _FITS.items()}
    return Content(len(filled), {want: n / len(filled) for want, n in counted.items()})


def propose(
    headings: Sequence[Cell], rows: Sequence[Sequence[Cell]], *, kind: ReportKind
) -> list[Proposal]:
    """Return a proposal for each column, in order. No field but a bucket is proposed twice."""
    contents = [
        content_of(row[index] if index < len(row) else None for row in rows)
        for index in range(len(headings))
    ]
    found = [_by_heading(heading, seen) for heading, seen in zip(headings, contents)]
    _once(found)
    taken = {one.field for one in found}
    for index, seen in enumerate(contents):
        field = _BY_CONTENT.get(seen.looks() or Want.TEXT)
        wanted = field is not Field.REASON_CODE or kind is ReportKind.DENIALS
        if found[index].field is None and field and field not in taken and wanted:
            taken.add(field)
            reason = f"{_share(seen, WANTED[field])} {_LIKE[WANTED[field]]}."
            found[index] = Proposal(field, Confidence.LOW, reason, WANTED[field])
    return _without_buckets(found)


def guess_kind(headings: Sequence[Cell]) -> ReportKind:
    """Return the kind of report that the headings speak of: reasons of denial, balances, else claims."""
    known = synonyms()
    fields = {known.get(heading_key(heading)) for heading in headings}
    if Field.REASON_CODE in fields:
        return ReportKind.DENIALS
    is_aging = Field.BUCKET in fields or Field.PAYER_BALANCE in fields
    return ReportKind.AGING if is_aging else ReportKind.CLAIMS


def missing(kind: ReportKind, fields: Iterable[Field]) -> list[str]:
    """Return what a report of this kind still needs, each as words such as "Claim number"."""
    given = set(fields)
    return [
        " or ".join(FIELD_NAMES[field] for field in group)
        for group in NEEDED[kind]
        if not given & set(group)
    ]


def _by_heading(heading: Cell, seen: Content) -> Proposal:
    key = heading_key(heading)
    field = synonyms().get(key)
    looks = seen.looks()
    if field is None:
        return Proposal(None, Confidence.LOW, "The heading is not known.", looks)
    said = f"The heading “{text_of(heading)}” stands for {FIELD_NAMES[field].lower()}"
    if not seen.filled:
        return Proposal(field, Confidence.MEDIUM, f"{said}; the column is empty.", looks)
    want = WANTED[field]
    share = seen.shares.get(want, 1.0)
    if share < MOST_OF:
        reason = f"{said}, but only {_share(seen, want)} {_LIKE[want]}."
        return Proposal(field, Confidence.LOW, reason, looks)
    vague = key in _VAGUE
    reason = f"{said}{'' if want is Want.TEXT else f'; {_share(seen, want)} {_LIKE[want]}'}."
    if vague:
        reason += " It may mean something else too: look at the preview."
    return Proposal(field, Confidence.MEDIUM if vague else Confidence.HIGH, reason, looks)


_STRENGTH = {Confidence.HIGH: 2, Confidence.MEDIUM: 1, Confidence.LOW: 0}


def _once(found: list[Proposal]) -> None:
    """Leave each field to the column that fits it best, the first of equals."""
    best: dict[Field, int] = {}
    for index, one in enumerate(found):
        if one.field is None or one.field is Field.BUCKET:
            continue
        other = best.get(one.field)
        if other is None or _STRENGTH[one.confidence] > _STRENGTH[found[other].confidence]:
            best[one.field] = index
    for index, one in enumerate(found):
        if one.field not in (None, Field.BUCKET) and best[one.field] != index:
            reason = f"Another column is taken for {FIELD_NAMES[one.field].lower()}."
            found[index] = Proposal(None, Confidence.LOW, reason, one.looks)


def _without_buckets(found: list[Proposal]) -> list[Proposal]:
    """Leave the buckets out where a column holds their sum."""
    if not any(one.field is Field.PAYER_BALANCE for one in found):
        return found
    reason = "Part of the balance by age: the balance has a column of its own."
    return [
        Proposal(None, Confidence.HIGH, reason, one.looks) if one.field is Field.BUCKET else one
        for one in found
    ]


def _share(seen: Content, want: Want) -> str:
    return f"{round(seen.shares.get(want, 0) * seen.filled)} of {seen.filled} values"


_LIKE = {
    Want.TEXT: "hold text",
    Want.IDENTIFIER: "look like numbers that name something",
    Want.MONEY: "look like amounts",
    Want.DATE: "look like dates",
    Want.NAME: "look like names",
    Want.NPI: "are NPIs with the right check digit",
    Want.REASON: "look like reason codes",
}


def _reads(read: Callable[[Cell], object]) -> Callable[[Cell], bool]:
    def fits(value: Cell) -> bool:
        try:
            read(value)
        except CellError:
            return False
        return True

    return fits


def _is_identifier(value: Cell) -> bool:
    text = cell_readers.identifier(value)
    if len(text) > 38 or not any(c.isdigit() for c in text):
        raise CellError("a number")
    return True


def _is_day(value: Cell) -> bool:
    for order in DateOrder:
        try:
            return day(value, order, latest=date(2099, 12, 31)) is not None
        except CellError:
            continue
    raise CellError("a date")


def _is_name(value: Cell) -> bool:
    if any(c.isdigit() for c in text_of(value)):
        raise CellError("a name")
    return bool(cell_readers.person(value, NameOrder.LAST_FIRST))


_FITS: dict[Want, Callable[[Cell], bool]] = {
    Want.IDENTIFIER: _reads(_is_identifier),
    Want.MONEY: _reads(cell_readers.amount),
    Want.DATE: _reads(_is_day),
    Want.NAME: _reads(_is_name),
    Want.NPI: _reads(cell_readers.npi),
    Want.REASON: _reads(cell_readers.reasons),
}
