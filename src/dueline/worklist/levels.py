"""Which queues a role takes claims from."""

from dueline.core.enums import Level, Role


def levels_of(role: Role | None) -> list[Level]:
    """Return the queues a role takes claims from, in order; none for those who do not work claims."""
    match role:
        case Role.L1_CALLER:
            return [Level.L1]
        case Role.L2_CALLER:
            return [Level.L2]
        case Role.LEAD | Role.ADMIN:
            return [Level.L2, Level.L1]
    return []
