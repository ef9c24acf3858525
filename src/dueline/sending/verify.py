"""Proof that every outgoing file is there as it was written, with its claims, and no file without its row."""

from collections.abc import Iterator

from django.db.models import Count, Q

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.outgoing import OutgoingState
from dueline.sending import storage
from dueline.sending.models import OutgoingFile, OutgoingNumber

_RULE = "outgoing file"


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what is wrong with a practice's outgoing files; nothing when all stand as written."""
    known: set[int] = set()
    counted = OutgoingFile.objects.filter(practice=practice).annotate(
        claim_rows=Count("claims"),
        rejected_rows=Count("claims", filter=Q(claims__is_rejected=True)),
    )
    for row in counted.order_by("number").iterator():
        known.add(row.number)
        yield from _content(practice, row)
        counts = (row.claim_count, row.rejected_count)
        found = (row.claim_rows, row.rejected_rows)
        if counts != found:
            text = f"Claims and rejected claims: expected {counts}, found {found}."
            yield Breach(_RULE, f"file {row.number}", text)
    yield from _withdrawn(practice)
    number = OutgoingNumber.objects.filter(practice=practice).first()
    if known and (number is None or number.next_number <= max(known)):
        yield Breach(_RULE, practice.code, "A control number that was given would be given again.")
    for stray in sorted(storage.numbers_on_disk(practice) - known):
        yield Breach(_RULE, f"file {stray}", "It is on the disk without a row: it was cut short.")


def _withdrawn(practice: Practice) -> Iterator[Breach]:
    """Yield files that were called back and are sent all the same, or without a word by whom and why."""
    state = OutgoingState.WITHDRAWN.value
    rows = OutgoingFile.objects.filter(practice=practice, state=state)
    there = OutgoingFile.objects.filter(practice=practice).exclude(called_back_by="")
    for number in there.exclude(state=state).order_by("number").values_list("number", flat=True):
        text = "It was called back, and its receiver has it all the same: its claims may be there twice."
        yield Breach(_RULE, f"file {number}", text)
    wrong = rows.filter(Q(sent_at__isnull=False) | Q(called_back_by="") | Q(called_back_why=""))
    for number in wrong.order_by("number").values_list("number", flat=True):
        text = (
            "It is withdrawn: expected who called it back and why, and no day on which it was sent."
        )
        yield Breach(_RULE, f"file {number}", text)


def _content(practice: Practice, row: OutgoingFile) -> Iterator[Breach]:
    path = storage.path_of(practice, row.number)
    if not path.is_file():
        yield Breach(_RULE, f"file {row.number}", "Its content is gone.")
    elif storage.sha256_of(path) != row.sha256:
        yield Breach(_RULE, f"file {row.number}", "Its content was altered.")
