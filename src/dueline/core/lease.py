"""How long a claim stays one person's: nobody else is given it meanwhile."""

from datetime import timedelta

LEASE = timedelta(minutes=30)
# A call's claims are held through holds and drops; nothing of it heard for so long, and they go back.
CALL_LEASE = timedelta(hours=2)
