"""What can keep a spreadsheet from being taken."""


class SheetError(Exception):
    """A spreadsheet cannot be taken in, or not as asked; the message says what was expected and found."""
