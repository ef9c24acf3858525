"""What can keep a file or a decision from being taken."""


class IntakeError(Exception):
    """A file cannot be taken or a set not be released; the message says what was expected and found."""
