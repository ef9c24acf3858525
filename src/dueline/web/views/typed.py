"""What people type, as forms and addresses bring it."""

from django.http import HttpRequest


def typed(request: HttpRequest, name: str) -> str:
    """Return a field of a form, trimmed, without the null characters that PostgreSQL cannot keep."""
    return (request.POST.get(name) or "").replace("\x00", "").strip()


def row_number(text: str) -> int | None:
    """Return the number of a row; None for what can be none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else None
