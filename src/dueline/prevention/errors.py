"""What can be refused about checks."""


class SwitchRefused(Exception):
    """A check is not turned off or on; the message says why."""
