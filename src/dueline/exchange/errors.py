"""What can be refused or fail in the exchange of files."""


class ExchangeError(Exception):
    """A mailbox cannot be set up or used as asked; the message says what was expected and found."""


class Unreachable(Exception):
    """The place of a mailbox cannot be used now; the message says why, in words for whoever looks after it."""


class HostKeyChanged(Unreachable):
    """The server shows another key than the one that was accepted."""
