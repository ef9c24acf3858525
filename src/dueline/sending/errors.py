"""What can be refused about files to be sent."""


class SendingError(Exception):
    """A file cannot be written, found or sent as asked; the message says what was expected and found."""
