"""Numbers of rows as addresses and forms bring them."""


def row_number(text: str) -> int | None:
    """Return the number of a row; None for what can be none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else None
