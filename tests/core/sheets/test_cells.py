"""Amounts, dates, names and codes in the forms in which spreadsheets hold them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.money import money
from dueline.core.sheets.cells import CellError, Name, amount, identifier, person, reasons, text_of
from dueline.core.sheets.dates import Orders, day
from dueline.core.sheets.fields import DateOrder, NameOrder

LATEST = date(2026, 12, 1)
FIRST, LAST = NameOrder.FIRST_LAST, NameOrder.LAST_FIRST


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("($1,234.50)", -123450),
        ("1,234.50-", -123450),
        ("-$5.00", -500),
        ("$-5", -500),
        ("−5.00", -500),
        ("5.00 CR", -500),
        ("CR 5", -500),
        ("5.00 DR", 500),
        ("$ 1,234.5", 123450),
        ("USD 12", 1200),
        ('="12.50"', 1250),
        ("-", 0),
        ("", None),
        (None, None),
        (Decimal("0.1") + Decimal("0.2"), 30),
        (Decimal("1234.5600000000001"), 123456),
    ],
)
def test_amount_as_written(cell, cents) -> None:
    assert amount(cell) == cents


@pytest.mark.parametrize(
    "cell",
    [
        *("12.345", "1.234,50", "--3", "1-2", "$", "twelve", "1,23.00", "1e5", "#REF!"),
        *(Decimal("0.005"), Decimal("NaN"), Decimal("1e30"), date(2026, 1, 5), "9" * 60),
    ],
)
def test_what_is_no_exact_amount_is_refused(cell) -> None:
    with pytest.raises(CellError, match="an amount"):
        amount(cell)


@given(st.integers(-(10**11), 10**11))
def test_every_amount_reads_back_from_each_form(cents: int) -> None:
    plain = money(abs(cents))
    forms = [f"({plain})", f"{plain}-", f"-${plain}", f"{plain} CR"] if cents < 0 else [f"${plain}"]
    assert {amount(form) for form in forms} == {cents}
    assert amount(Decimal(cents).scaleb(-2)) == cents


@pytest.mark.parametrize(
    "cell",
    [
        *("1/5/26", "01-05-2026", "1.5.2026", "2026-01-05", "20260105", "01052026", "Jan 5, 2026"),
        *("05-Jan-26", "January 5 2026", "1/5/2026 12:00:00 AM", "2026-01-05T00:00:00", "46027"),
        *(Decimal("46027"), Decimal("46027.75"), Decimal("20260105"), date(2026, 1, 5)),
    ],
)
def test_day_as_written(cell) -> None:
    assert day(cell, DateOrder.MONTH_FIRST, latest=LATEST) == date(2026, 1, 5)


def test_two_digits_of_a_year_are_the_last_such_year_that_has_been() -> None:
    assert day("3/4/58", DateOrder.MONTH_FIRST, latest=LATEST) == date(1958, 3, 4)
    assert day("12/01/26", DateOrder.MONTH_FIRST, latest=LATEST) == date(2026, 12, 1)
    assert day("12/02/26", DateOrder.MONTH_FIRST, latest=LATEST) == date(1926, 12, 2)


@pytest.mark.parametrize("cell", ["13/13/26", "2/30/2026", "soon", "1/5", "2026-13-01", "99999999"])
def test_what_is_no_day_is_refused(cell) -> None:
    with pytest.raises(CellError, match="a date"):
        day(cell, DateOrder.MONTH_FIRST, latest=LATEST)


def test_a_day_that_depends_on_the_order_is_never_guessed() -> None:
    with pytest.raises(CellError, match="month or the day"):
        day("1/5/26", None, latest=LATEST)
    assert day("5/5/26", None, latest=LATEST) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("cells", "order", "is_open"),
    [
        (["1/5/26", "13/5/26"], DateOrder.DAY_FIRST, False),
        (["1/5/26", "5/13/26"], DateOrder.MONTH_FIRST, False),
        (["1/5/26", "2/6/26"], None, True),
        (["13/5/26", "5/13/26"], None, True),
        (["2026-01-05", date(2026, 1, 5), "Jan 5, 2026", "5/5/26", None], None, False),
    ],
)
def test_the_whole_column_decides_the_order(cells, order, is_open) -> None:
    seen = Orders()
    for cell in cells:
        seen.see(cell)
    assert (seen.order, seen.is_open) == (order, is_open)


@given(st.dates(date(1930, 1, 1), LATEST), st.sampled_from(DateOrder))
def test_every_day_reads_back_in_the_order_it_was_written(on: date, order: DateOrder) -> None:
    form = "%m/%d/%Y" if order is DateOrder.MONTH_FIRST else "%d/%m/%Y"
    assert day(on.strftime(form), order, latest=LATEST) == on
    serial = Decimal((on - date(1899, 12, 30)).days)
    assert day(serial, None, latest=LATEST) == on
    assert on <= LATEST < LATEST + timedelta(days=1)


@pytest.mark.parametrize(
    ("cell", "order", "name"),
    [
        ("DOE, JANE Q", FIRST, Name("DOE", "JANE", "Q")),
        ("DOE,JANE", LAST, Name("DOE", "JANE")),
        ("VAN DER DOE, JANE", LAST, Name("VAN DER DOE", "JANE")),
        ("JANE Q DOE", FIRST, Name("DOE", "JANE", "Q")),
        ("DOE JANE", LAST, Name("DOE", "JANE")),
        ("DOE, JANE (12345)", LAST, Name("DOE", "JANE")),
        ("DOE", LAST, Name("DOE")),
    ],
)
def test_person_as_written(cell, order, name) -> None:
    assert person(cell, order) == name


def test_reasons_of_a_cell() -> None:
    assert reasons("CO-45, PR 1; 197") == [("CO", "45"), ("PR", "1"), ("PR", "197")]
    assert reasons("CO-197 no authorization") == [("CO", "197")]
    assert reasons("") == []
    with pytest.raises(CellError, match="reason code"):
        reasons("see notes")


def test_a_number_that_the_spreadsheet_has_cut_is_refused() -> None:
    assert identifier(Decimal("123456789012345")) == "123456789012345"
    for cell in (Decimal("1234567890123456"), "1.23457E+11"):
        with pytest.raises(CellError, match="cut its last digits"):
            identifier(cell)


def test_text_keeps_zeros_that_an_export_has_wrapped() -> None:
    assert text_of('="00123"') == "00123"
    assert text_of(Decimal("12.0")) == "12"
    assert text_of("  two   words ") == "two words"
