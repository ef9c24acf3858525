"""Telephone numbers as a telephone dials them."""


def dialed(phone: str) -> str:
    """Return a number as a telephone dials it; an extension follows after a pause."""
    number, _, extension = phone.partition("x")
    plus = "+" if number.strip().startswith("+") else ""
    digits = "".join(c for c in number if c.isdigit())
    more = "".join(c for c in extension if c.isdigit())
    return plus + digits + (f",{more}" if more else "")
