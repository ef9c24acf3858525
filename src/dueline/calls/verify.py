"""Proof that no follow-up was altered, removed or slipped in, and that each has the facts its outcome requires."""

from dueline.accounts.chains import hash_of, last_link
from dueline.accounts.models import Practice
from dueline.calls.actions.follow_ups import KIND, hashed
from dueline.calls.models import FollowUp
from dueline.core.enums import Outcome
from dueline.core.follow_up import REQUIRED


def verify_chain(practice: Practice) -> list[str]:
    """Return what is wrong with a practice's follow-ups, in words; nothing when they are whole."""
    breaches = []
    where = f"follow-ups of {practice.code}"
    sequence, previous = 0, ""
    rows = FollowUp.objects.filter(practice=practice).select_related("corrects")
    for row in rows.order_by("sequence").iterator(chunk_size=2000):
        sequence += 1
        if row.sequence != sequence:
            breaches.append(f"{where}: number {sequence} is missing")
            sequence = row.sequence
        payload = hashed(row, row.corrects.sequence if row.corrects else None)
        if row.previous_hash != previous or row.hash != hash_of(sequence, previous, payload):
            breaches.append(f"{where}: number {sequence} was altered")
        previous = row.hash
        lacking = [
            " or ".join(names)
            for names in REQUIRED[Outcome(row.outcome)]
            if not any(row.facts.get(name) for name in names)
        ]
        if lacking:
            breaches.append(f"{where}: number {sequence} lacks {', '.join(lacking)}")
    if last_link(KIND, practice.code) != (sequence, previous):
        breaches.append(f"{where}: the end is missing")
    return breaches
