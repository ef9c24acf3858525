"""What can be refused about write-offs."""


class WriteOffRefused(Exception):
    """A balance cannot be given up or moved as asked; the message says what was expected and found."""
