"""Text that goes into a spreadsheet: what it would take for a formula is disarmed, and read back as it was."""

# A spreadsheet takes text that begins so for a formula (OWASP, CSV injection); tab and return begin cells
# anew; some take the wide forms of the signs alike.
RUNS = (*"=+-@", *"\t\r\n", *"＝＋－＠")


def safe_text(value: str) -> str:
    """Return text that no spreadsheet runs: a leading apostrophe before what would be a formula."""
    return f"'{value}" if value.startswith(RUNS) else value


def plain_text(value: str) -> str:
    """Return what `safe_text` was given."""
    return value[1:] if value.startswith("'") and value[1:].startswith(RUNS) else value
