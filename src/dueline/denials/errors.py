"""What the app refuses, in words for the person who asked."""


class DenialsError(Exception):
    """Base of what denials refuse."""


class MeaningRefused(DenialsError):
    """A code's meaning may not be changed so; the message says what was expected."""
