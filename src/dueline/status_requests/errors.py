"""What can be refused about status requests."""


class StatusRequestRefused(Exception):
    """Status requests cannot be written or switched as asked; the message says what was expected and found."""
