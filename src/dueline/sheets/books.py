"""Files of spreadsheets as rows of cells, read piece by piece: CSV in the forms there are, and XLSX.

What cannot be read, or is better not (macros, passwords), is refused with the reason.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from dueline.core.sheets.cells import Cell
from dueline.sheets.errors import SheetError
from dueline.sheets.text_files import TextBook
from dueline.sheets.xlsx_files import Workbook

MOST_UNPACKED = (
    2 << 30
)  # bytes of a workbook: what is packed smaller than this would fill memory or disk
MOST_STRINGS = 256 << 20  # bytes of its texts, which are held while it is read
NumberedRow = tuple[int, list[Cell]]  # as the spreadsheet counts, from 1

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PIECE = 1 << 20


class Book(Protocol):
    """A file of one or more sheets, open until it is closed."""

    sheets: list[str]

    def close(self) -> None: ...

    def rows(self, sheet: str) -> Iterator[NumberedRow]:
        """Yield the rows that are not blank. Raises SheetError where the file breaks off."""
        ...


def open_book(path: Path) -> Book:
    """Open a file by what it holds, whatever its name says. Raises SheetError, with the reason."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise SheetError("The file is empty. Expected a CSV or XLSX file.")
    if head.startswith(b"PK\x03\x04"):
        return _workbook(path)
    if head.startswith(_OLD):
        raise SheetError(_why_old(path))
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lowered.startswith(b"isa"):
        raise SheetError("This is an X12 file. Take it in on the page Intake.")
    if lowered.startswith(b"%pdf"):
        raise SheetError("This is a PDF. Expected CSV or XLSX: export the report in that form.")
    if lowered.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf")):
        raise SheetError(
            "This is a page or document that was named as a spreadsheet. Open it in a spreadsheet "
            "program and save it as XLSX or CSV."
        )
    return TextBook(path)


def _why_old(path: Path) -> str:
    """Return why a file of the old container is refused: a password, or the form before XLSX."""
    before = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if _ENCRYPTED in before + piece:
                return "The workbook has a password. Save it without one, then hand it in again."
            before = piece[-len(_ENCRYPTED) :]
    return (
        "This is a workbook of the old form (.xls). Save it as XLSX or CSV, then hand it in again."
    )


def _workbook(path: Path) -> Book:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {info.filename: info.file_size for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError):
        raise SheetError("The workbook is damaged or not whole. Save it anew.") from None
    if any(name.endswith("vbaProject.bin") for name in parts):
        raise SheetError(
            "The workbook holds macros (.xlsm). Save it as XLSX without them, then hand it in again."
        )
    if "xl/workbook.bin" in parts:
        raise SheetError("This is a binary workbook (.xlsb). Save it as XLSX or CSV.")
    if "xl/workbook.xml" not in parts:
        raise SheetError("This is a ZIP file, not a workbook. Expected CSV or XLSX.")
    if sum(parts.values()) > MOST_UNPACKED or parts.get("xl/sharedStrings.xml", 0) > MOST_STRINGS:
        raise SheetError(
            "The workbook is too large when unpacked. Split it, or save the sheet as CSV."
        )
    return Workbook(path)
