"""What can go wrong with people and practices."""


class AccountsError(Exception):
    """A practice or user cannot be as asked; the message says what was expected and found."""


class NotAllowed(AccountsError):
    """The user's role does not permit it; the message is the reason shown beside a disabled button."""


class AppendOnlyError(Exception):
    """Something tried to change or delete a record that is only ever added to."""
