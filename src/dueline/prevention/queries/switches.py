"""Which checks are turned off in a practice, by whom and why."""

from dueline.accounts.models import Practice
from dueline.prevention.models import CheckSwitch


def switches(practice: Practice) -> dict[str, CheckSwitch]:
    """Return the latest turning of each check that was ever turned, by its id."""
    rows = CheckSwitch.objects.filter(practice=practice).order_by("pk")
    return {row.check_id: row for row in rows}


def turned_off(practice: Practice) -> frozenset[str]:
    """Return the ids of the checks that are off now."""
    return frozenset(key for key, row in switches(practice).items() if not row.is_on)
