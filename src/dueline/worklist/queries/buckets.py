"""`core.aging.bucket` as a condition in SQL; a test holds the two equal on the same days."""

from datetime import date, timedelta

from django.db.models import Q

from dueline.core.aging import BUCKETS
from dueline.core.enums import AgingBucket


def bucket_range(field: str, bucket: AgingBucket, *, as_of: date) -> Q:
    """Return the condition that the date in `field` puts a claim into `bucket` on `as_of`."""
    if bucket is AgingBucket.UNKNOWN:
        return Q(**{f"{field}__isnull": True})
    younger = -1  # last age, in days, of the bucket before
    for last, one in BUCKETS:
        if one is bucket:
            found = Q(**{f"{field}__gte": as_of - timedelta(days=last)})
            # A day after `as_of` counts as day 0.
            if younger >= 0:
                found &= Q(**{f"{field}__lt": as_of - timedelta(days=younger)})
            return found
        younger = last
    return Q(**{f"{field}__lt": as_of - timedelta(days=younger)})
