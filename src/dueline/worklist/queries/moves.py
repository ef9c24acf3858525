"""Due dates that people moved: as entries of a claim's timeline, and how often they were put off."""

from zoneinfo import ZoneInfo

from dueline.ledger.models import Claim
from dueline.ledger.queries import TimelineEntry
from dueline.worklist.models import DueDateChange


def moves_of(claim: Claim) -> list[DueDateChange]:
    """Return the moves of a claim's due date, the latest first."""
    rows = DueDateChange.objects.filter(item__claim=claim, practice_id=claim.practice_id)
    return list(rows.order_by("-changed_at", "-pk"))


def times_put_off(moves: list[DueDateChange]) -> int:
    """Return how many of the moves were to a later day."""
    return sum(move.due_on > move.due_on_before for move in moves)


def move_entries(claim: Claim, moves: list[DueDateChange]) -> list[TimelineEntry]:
    """Return the moves as entries of the claim's timeline; days in the practice's time."""
    zone = ZoneInfo(claim.practice.time_zone)
    return [
        TimelineEntry(
            on=move.changed_at.astimezone(zone).date(),
            kind="Date",
            text=f"Moved from {move.due_on_before:%m/%d/%Y} to {move.due_on:%m/%d/%Y}: {move.reason}",
            source=move.changed_by,
        )
        for move in moves
    ]
