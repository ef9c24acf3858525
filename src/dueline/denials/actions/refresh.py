"""Keeps one denial for each refusal in the ledger, with where it stands. Working it out again changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from dueline.accounts.models import Practice
from dueline.bulk import columns_of, insert, new_ids, row_type, rows_in, tuple_of, update
from dueline.core.denial_course import Standing
from dueline.denials.actions.facts import mark_changed
from dueline.denials.models import Denial
from dueline.denials.queries.deadlines import AppealDeadlines, appeal_deadlines, dated_claims
from dueline.denials.queries.meanings import Meanings
from dueline.denials.queries.story import BATCH, refused_claims, stories
from dueline.ledger.models import Claim
from dueline.ledger.posting import lock

_ROW = row_type(Denial)
_AS_TUPLE = tuple_of(Denial)
_RARCS = 60  # characters kept of the remarks, whole codes only
_Key = tuple[int, int | None, str, str]


@dataclass(frozen=True)
class DenialsRefreshed:
    """Counts of denials: new, changed, no longer so by the ledger."""

    opened: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "DenialsRefreshed") -> "DenialsRefreshed":
        return DenialsRefreshed(
            self.opened + other.opened, self.changed + other.changed, self.removed + other.removed
        )


def refresh_denials(
    *,
    practice: Practice,
    as_of: date,
    claim_ids: Iterable[int] | None = None,
    is_held: bool = False,
) -> DenialsRefreshed:
    """Make the denials of the claims given, or of all of the practice, what the ledger says they are.

    Appeal deadlines are by the rules known on `as_of`. What a denial says of its reason stays as the
    practice saw it when the denial was opened. Call it before the worklist's refresh where both run in one
    transaction: claims are held first, then items, as a follow-up does. `is_held`: the caller holds the claims.
    """
    done = DenialsRefreshed()
    shared: _Shared | None = None
    for part in _parts(practice, claim_ids):
        with transaction.atomic():
            if not is_held:  # by what was taken in, also claims that nobody refused changed
                mark_changed(practice, part)
            refused = refused_claims(practice, part)
            if not refused:
                continue
            shared = shared or _Shared(practice, as_of)
            if not is_held:
                hold(practice, refused)
            written = _write(practice, refused, shared)
            if is_held and written != DenialsRefreshed():
                mark_changed(practice, refused)
            done += written
    return done


class _Shared:
    """What all denials of a run share."""

    def __init__(self, practice: Practice, as_of: date) -> None:
        self.meanings = Meanings(practice)
        self.deadlines: AppealDeadlines = appeal_deadlines(practice, as_of=as_of)


def _parts(practice: Practice, claim_ids: Iterable[int] | None) -> Iterator[list[int]]:
    """Yield the ids of claims in parts of bounded size."""
    if claim_ids is not None:
        ids = sorted(set(claim_ids))
        yield from (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
        return
    claims, last = Claim.objects.filter(practice=practice).order_by("pk"), 0
    while part := list(claims.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield part
        last = part[-1]


def hold(practice: Practice, claim_ids: Sequence[int]) -> None:
    """Hold the claims until the transaction ends, so that nobody else makes the same denials meanwhile.

    The practice first, then its claims in order, as posting does; a follow-up holds its one claim alone,
    so that none waits for another in a ring. SQLite has one writer.
    """
    if connection.vendor == "postgresql":
        lock(practice)
        held = Claim.objects.filter(pk__in=claim_ids).order_by("pk")
        list(held.select_for_update(no_key=True).values_list("pk", flat=True))


def _write(practice: Practice, claim_ids: Sequence[int], shared: _Shared) -> DenialsRefreshed:
    stored = _stored(claim_ids)
    claims = dated_claims(claim_ids)
    ids = new_ids(Denial)
    new: list[Any] = []
    changed: list[Any] = []
    for claim_id, told in stories(claim_ids):
        rows: dict[int, Any] = {}  # by standing
        for one in told:
            row = stored.pop(_key(one), None)
            if row is None:
                row = _opened(practice, claim_id, one, shared.meanings, next(ids))
                new.append(row)
            else:
                changed.append(row)
            rows[id(one)] = row
            _tell(row, one, rows.get(id(one.repeats)))
            row.appeal_due_on = shared.deadlines.due_on(
                claims[claim_id],
                payer_id=one.answer.payer_id,
                denied_on=one.answer.on,
                status_code=one.answer.status_code,
            )
    insert(Denial, [_AS_TUPLE(row) for row in new])
    differing = [row for row in changed if _AS_TUPLE(row) != row.stored]
    update(Denial, differing)
    _remove([row.id for row in stored.values()])
    return DenialsRefreshed(len(new), len(differing), len(stored))


def _stored(claim_ids: Sequence[int]) -> dict[_Key, Any]:
    found: dict[_Key, Any] = {}
    for values in rows_in(Denial, columns_of(Denial), "claim_id", claim_ids):
        row = _ROW(*values)
        row.stored = values
        found[row.claim_payment_id, row.line_payment_id, row.group_code, row.carc] = row
    return found


def _key(one: Standing) -> _Key:
    line = one.line.line_payment_id if one.line else None
    return one.answer.claim_payment_id, line, one.refusal.group_code, one.refusal.carc


def _opened(practice: Practice, claim_id: int, one: Standing, meanings: Meanings, pk: int) -> Any:
    meaning = meanings.of(one.refusal.carc)
    return _ROW(
        id=pk,
        practice_id=practice.pk,
        claim_id=claim_id,
        claim_payment_id=one.answer.claim_payment_id,
        line_payment_id=one.line.line_payment_id if one.line else None,
        group_code=one.refusal.group_code,
        carc=one.refusal.carc,
        category=meaning.category.value,
        owner=meaning.owner.value,
        preventable=meaning.preventable.value,
        usual_fix=meaning.usual_fix.value,
        level=meaning.level.value,
    )


def _tell(row: Any, one: Standing, repeated: Any) -> None:
    """Let a row say what the ledger says of the refusal, and where it stands."""
    refusal = one.refusal
    row.payer_id = one.answer.payer_id
    row.service_line_id = one.line.service_line_id if one.line else None
    row.rarcs = whole_codes(refusal.rarcs)
    row.amount_cents = refusal.amount_cents
    row.is_full, row.is_duplicate = refusal.is_full, refusal.is_duplicate
    row.denied_on = one.answer.on
    row.repeats_id = repeated.id if repeated is not None else None
    row.state, row.state_on = one.state.value, one.state_on
    row.contested_on = one.contested_on
    row.recovered_cents = one.recovered_cents


def whole_codes(codes: Iterable[str]) -> str:
    """Return the remark codes as they are kept: as many whole ones as fit."""
    kept = ""
    for code in dict.fromkeys(codes):
        longer = f"{kept} {code}".strip()
        if len(longer) > _RARCS:
            break
        kept = longer
    return kept


def _remove(ids: Sequence[int]) -> None:
    """Take away what the ledger no longer says: a code's rule was changed."""
    if ids:
        Denial.objects.filter(repeats__in=ids).update(repeats=None)
        Denial.objects.filter(pk__in=ids).delete()
