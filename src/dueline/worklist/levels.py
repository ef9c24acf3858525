"""Which queues a role takes claims from."""

from dueline.core.enums import Level, Role

# They answer for every claim, whoever has it.
LEADS = frozenset({Role.LEAD, Role.ADMIN})


def levels_of(role: Role | None) -> list[Level]:
    """Return the queues a role takes claims from, in order; none for those who do not work claims."""
    if role in LEADS:
        return [Level.L2, Level.L1]
    match role:
        case Role.L1_CALLER:
            return [Level.L1]
        case Role.L2_CALLER:
            return [Level.L2]
    return []
