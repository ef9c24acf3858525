"""Makes the corrected claim of an original and what a person changed, and tells the changes in words.

Edits are texts by key: a field's name for the claim, "2.modifiers" for the second line of the original, and
"2.removed": "yes" for a line that is not billed any more.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from dueline.core.correction.fields import CLAIM_FIELDS, LINE_FIELDS, CorrectionError
from dueline.core.correction.states import CorrectionKind
from dueline.core.money import dollar_words
from dueline.core.x12.model import SubmittedClaim

REMOVED = "removed"
_KIND_WORDS = {"1": "1, original", "7": "7, replacement", "8": "8, void"}


@dataclass(frozen=True)
class Change:
    """One thing that differs: where ("" the claim, or "Line 2"), what, and both values in words."""

    place: str
    label: str
    before: str
    after: str


def corrected(
    original: SubmittedClaim, edits: Mapping[str, str], *, kind: CorrectionKind, payer_number: str
) -> SubmittedClaim:
    """Return the claim to be sent. The original is not touched; the charge is the sum of the lines.

    Raises CorrectionError for a value that cannot stand, an unknown field, or where nothing would be billed.
    """
    if kind is CorrectionKind.VOID and edits:
        raise CorrectionError("A void repeats the claim as it was: nothing is changed in it.")
    claim = _edited(original, edits)
    claim.lines = tuple(
        line for place, line in enumerate(claim.lines, 1) if not _is_removed(edits, place)
    )
    if not claim.lines:
        raise CorrectionError(
            "Lines: expected one at least. To take the whole claim back, void it."
        )
    for place, line in enumerate(claim.lines, 1):
        line.line_number = place
        _check_days(line.service_from_on, line.service_through_on, f"Line {place}")
    claim.frequency_code = kind.value
    claim.original_reference = payer_number if kind is not CorrectionKind.RESEND else ""
    claim.charge_cents = sum(line.charge_cents for line in claim.lines)
    _set_days(claim)
    return claim


def _is_removed(edits: Mapping[str, str], place: int) -> bool:
    return edits.get(f"{place}.{REMOVED}") == "yes"


def _edited(original: SubmittedClaim, edits: Mapping[str, str]) -> SubmittedClaim:
    """Return a copy with every edit, in the order of the fields; removed lines are still there."""
    claim = deepcopy(original)
    known = set()
    for field in CLAIM_FIELDS:
        known.add(field.name)
        if field.name in edits and original.kind in field.kinds:
            field.put(claim, edits[field.name])
    for place, line in enumerate(claim.lines, 1):
        known.add(f"{place}.{REMOVED}")
        for one in LINE_FIELDS:
            key = f"{place}.{one.name}"
            known.add(key)
            if key in edits and original.kind in one.kinds:
                try:
                    one.put(line, edits[key])
                except CorrectionError as error:
                    raise CorrectionError(f"Line {place}: {error}") from None
    if strange := sorted(edits.keys() - known):
        raise CorrectionError(f"{strange[0][:40]}: this never changes in a correction.")
    return claim


def _check_days(first: object, last: object, place: str) -> None:
    if first is not None and last is not None and last < first:  # type: ignore[operator]
        raise CorrectionError(f"{place}: expected a last day of service on or after the first.")


def _set_days(claim: SubmittedClaim) -> None:
    """Set the claim's days of service as the reader finds them."""
    stated = next((d for d in claim.dates if d.qualifier in ("472", "434")), None)
    if stated is not None:
        claim.service_from_on, claim.service_through_on = stated.start_on, stated.end_on
        _check_days(stated.start_on, stated.end_on, "Statement")
        return
    firsts = [line.service_from_on for line in claim.lines if line.service_from_on]
    lasts = [line.service_through_on for line in claim.lines if line.service_through_on]
    claim.service_from_on = claim.service_through_on = None
    if firsts and lasts:
        claim.service_from_on, claim.service_through_on = min(firsts), max(lasts)


def changes(
    original: SubmittedClaim, edits: Mapping[str, str], *, kind: CorrectionKind, payer_number: str
) -> list[Change]:
    """Return what differs, in words. Raises as `corrected`."""
    final = corrected(original, edits, kind=kind, payer_number=payer_number)
    return [*_of_sending(original, final), *_of_content(original, _edited(original, edits), edits)]


def _of_sending(original: SubmittedClaim, final: SubmittedClaim) -> Iterator[Change]:
    pairs = (
        ("Frequency", _kind(original.frequency_code), _kind(final.frequency_code)),
        ("Payer’s claim number", original.original_reference, final.original_reference),
        ("Claim charge", dollar_words(original.charge_cents), dollar_words(final.charge_cents)),
    )
    for label, before, after in pairs:
        if before != after:
            yield Change("", label, before, after)


def _kind(code: str) -> str:
    return _KIND_WORDS.get(code, code)


def _of_content(
    original: SubmittedClaim, edited: SubmittedClaim, edits: Mapping[str, str]
) -> Iterator[Change]:
    for field in CLAIM_FIELDS:
        before, after = field.get(original), field.get(edited)
        if before != after:
            yield Change("", field.label, before, after)
    for place, (was, now) in enumerate(zip(original.lines, edited.lines), 1):
        if _is_removed(edits, place):
            yield Change(f"Line {place}", "Line", "Billed", "Removed")
            continue
        for one in LINE_FIELDS:
            before, after = one.get(was), one.get(now)
            if before != after:
                yield Change(f"Line {place}", one.label, before, after)
