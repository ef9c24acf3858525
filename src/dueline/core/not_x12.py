"""What is handed in as X12 and is a spreadsheet: told by its first bytes, and by its name where those say nothing."""

from pathlib import PurePath

SPREADSHEET = "This is a spreadsheet: take it in at Spreadsheets."
_NAMES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
_ZIPPED, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # XLSX and ODS; XLS


def is_spreadsheet(name: str, head: bytes) -> bool:
    """Whether a file that holds no transaction set is a spreadsheet, by its name and its first bytes."""
    suffix = PurePath(name.lower()).suffix
    return suffix in _NAMES or (suffix != ".zip" and head.startswith((_ZIPPED, _OLD)))
