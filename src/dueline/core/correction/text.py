"""A claim's X12 before and after, side by side, with the segments that differ marked."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from dueline.core.x12 import write_document
from dueline.core.x12.model import ClaimBatch, Document, SubmittedClaim


@dataclass(frozen=True)
class Row:
    """A segment of the original beside that of the corrected claim; "" where one has none."""

    before: str
    after: str
    is_changed: bool


def segments_of(claim: SubmittedClaim) -> list[str]:
    """Return a claim's segments, from its first hierarchical level on, without terminators.

    Raises UnwritableValue for a value that holds a delimiter.
    """
    document = Document(claim.kind, ClaimBatch(), (claim,), "", "0001")
    texts = list(write_document(document))
    return texts[next(at for at, text in enumerate(texts) if text.startswith("HL*")) : -1]


def rows_of(original: SubmittedClaim, corrected: SubmittedClaim) -> list[Row]:
    """Return both claims segment by segment, as they are written. Raises as `segments_of`."""
    before, after = segments_of(original), segments_of(corrected)
    rows: list[Row] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        pairs = zip_longest(before[a:b], after[c:d], fillvalue="")
        rows += [Row(one, other, kind != "equal") for one, other in pairs]
    return rows
