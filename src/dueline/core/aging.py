"""Age in days and its bucket, and how close a deadline is. docs/reference/aging.md is made from this."""

from datetime import date

from dueline.core.enums import AgingBucket, Watch

# The last day of each bucket, youngest first; what is older falls in the last.
BUCKETS = (
    (30, AgingBucket.DAYS_0_30),
    (60, AgingBucket.DAYS_31_60),
    (90, AgingBucket.DAYS_61_90),
    (120, AgingBucket.DAYS_91_120),
)
CHASE_DAYS = 14  # chased from this many days before the deadline
ESCALATE_DAYS = 7  # escalated when fewer than this are left


def days_outstanding(since: date | None, *, as_of: date) -> int | None:
    """Return whole calendar days from `since` to `as_of`: 0 on the day itself, None where it is not known.

    A later day counts 0: an age is never negative, also where a past day is replayed.
    """
    return None if since is None else max(0, (as_of - since).days)


def bucket(days: int | None) -> AgingBucket:
    """Return the aging bucket of an age in days; UNKNOWN for None."""
    if days is None:
        return AgingBucket.UNKNOWN
    return next((b for last, b in BUCKETS if days <= last), AgingBucket.DAYS_121_UP)


def watch(deadline_on: date, *, as_of: date) -> Watch:
    """Return how close a deadline is: over 14 days, 14 to 7, under 7, past. On the day itself it can be met."""
    left = (deadline_on - as_of).days
    if left < 0:
        return Watch.LOST
    if left < ESCALATE_DAYS:
        return Watch.ESCALATED
    return Watch.CHASED if left <= CHASE_DAYS else Watch.WATCHED
