"""Files in the forms that systems write, and those that are refused with the reason."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from dueline.sheets import spool
from dueline.sheets.books import open_book
from dueline.sheets.errors import SheetError
from dueline.sheets.spool import Spool


def read(path: Path) -> list[tuple[int, list[object]]]:
    book = open_book(path)
    try:
        return [(number, list(cells)) for number, cells in book.rows(book.sheets[0])]
    finally:
        book.close()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le"])
def test_text_in_any_usual_delimiter_and_encoding(tmp_path, delimiter, encoding) -> None:
    path = tmp_path / "a"
    rows = [["Claim", "Name", "Balance"], ["1", f'"DOÉ{delimiter} JANE"', "1.50"], ["2", "x", "2"]]
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert read(path)[1] == (2, ["1", f"DOÉ{delimiter} JANE", "1.50"])


def test_text_with_a_title_blank_lines_and_a_line_that_names_the_delimiter(tmp_path) -> None:
    path = tmp_path / "a"
    path.write_text('sep=;\nAging\n\nClaim;"two\nlines"\n1;2\n')
    assert read(path) == [(2, ["Aging"]), (4, ["Claim", "two\nlines"]), (5, ["1", "2"])]


def test_a_quote_that_is_never_closed_is_said_and_not_swallowed(tmp_path) -> None:
    path = tmp_path / "a"
    path.write_text("a,b\n1,2\n" + '3,"' + "x\n" * 100_000)
    with pytest.raises(SheetError, match="After row 2: a quote is opened"):
        read(path)


def test_workbook_keeps_exact_numbers_dates_and_places(tmp_path) -> None:
    path = tmp_path / "a"
    book = Workbook()
    sheet = book.active
    sheet.append(["Claim", None, "Amount", "On", "Yes"])
    sheet.append([])
    sheet.append(["00123", None, 0.1, date(2026, 1, 5), True])
    sheet["C4"] = "=SUM(C3:C3)"
    sheet["H4"] = "far"
    sheet.merge_cells("A6:D6")
    hidden = book.create_sheet("Hidden", 0)
    hidden.sheet_state = "hidden"
    book.save(path)
    found = open_book(path)
    assert found.sheets == ["Sheet", "Hidden"]
    found.close()
    assert read(path) == [
        (1, ["Claim", None, "Amount", "On", "Yes"]),
        (3, ["00123", None, Decimal("0.1"), date(2026, 1, 5), "TRUE"]),
        (4, [None] * 7 + ["far"]),
    ]


def _zip(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")


def _bomb(path: Path) -> None:
    _zip(path, "xl/workbook.xml")
    data = path.read_bytes()
    name = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: name + 24] + b"\xf0\xff\xff\xff" + data[name + 28 :])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)), "old form"),
        (
            lambda p: p.write_bytes(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                + bytes((1 << 20) - 20)
                + "EncryptedPackage".encode("utf-16-le")
            ),
            "has a password",
        ),
        (lambda p: _zip(p, "xl/workbook.xml", "xl/vbaProject.bin"), "holds macros"),
        (lambda p: _zip(p, "xl/workbook.bin"), "binary workbook"),
        (lambda p: _zip(p, "readme.txt"), "not a workbook"),
        (lambda p: _zip(p, "xl/workbook.xml"), "damaged"),
        (_bomb, "too large when unpacked"),
        (lambda p: p.write_bytes(b"PK\x03\x04 cut off"), "damaged"),
        (lambda p: p.write_bytes(b"<html><table>"), "page or document"),
        (lambda p: p.write_bytes(b"%PDF-1.7"), "PDF"),
        (lambda p: p.write_bytes(b"ISA*00*"), "X12 file"),
        (lambda p: p.write_bytes(b"  \n"), "empty"),
        (lambda p: p.write_bytes(b"one column\nonly\n"), "no columns"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_reason(tmp_path, make, reason) -> None:
    path = tmp_path / "a"
    make(path)
    with pytest.raises(SheetError, match=reason):
        read(path)


def test_a_workbook_whose_parts_name_entities_is_refused(tmp_path) -> None:
    path = tmp_path / "a"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "bb">]><workbook>&b;</workbook>'
        )
    with pytest.raises(SheetError, match="damaged"):
        open_book(path)


def test_more_rows_than_can_be_are_refused_and_not_half_read(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(spool, "MOST_ROWS", 10)
    rows = ((number, ["x"]) for number in range(2_000_000))
    with pytest.raises(SheetError, match="more than 10 rows"):
        Spool(rows)
