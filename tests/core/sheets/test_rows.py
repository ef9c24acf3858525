"""Which row holds the headings, what columns are proposed to be, and which rows are claims."""

from datetime import date
from decimal import Decimal

import pytest

from dueline.core.sheets.fields import Confidence, DateOrder, Field, NameOrder, ReportKind
from dueline.core.sheets.headings import header_row, heading_keys, letter, signature, stated_day
from dueline.core.sheets.mapping import Mapping, MappingError
from dueline.core.sheets.proposing import guess_kind, missing, propose
from dueline.core.sheets.reading import CellFault, Layout, RowReader, SheetRow
from dueline.core.sheets.templates import template_for, templates

HEAD = ["Claim #", "Patient Name", "Payer", "DOS", "Charge", "Ins Balance"]
ROW = ["A1", "DOE, JANE", "SAMPLE PLAN", date(2026, 10, 1), Decimal(150), Decimal(40)]
AS_OF = date(2026, 11, 20)


def reader(kind=ReportKind.AGING, head=HEAD, payer_above=False, **fields) -> RowReader:
    keys = heading_keys(head)
    columns = {i: one.field for i, one in enumerate(propose(head, [ROW], kind=kind)) if one.field}
    columns |= {keys.index(key): field for key, field in fields.items()}
    orders = dict.fromkeys(columns, DateOrder.MONTH_FIRST)
    return RowReader(Layout(kind, columns, keys, orders, NameOrder.LAST_FIRST, payer_above, AS_OF))


def test_headings_are_found_below_titles_and_a_merged_logo() -> None:
    rows = [["Lakeside Clinic"], ["Aging as of 11/20/2026", None, None], [None], HEAD, ROW]
    assert header_row(rows) == 3
    assert header_row([["a", "b", "c"], ["1", "2", "3"]]) == 0
    assert header_row([["one text"], [Decimal(1), Decimal(2)]]) is None


@pytest.mark.parametrize(
    ("title", "on"),
    [
        ("Insurance aging as of 11/20/2026", date(2026, 11, 20)),
        ("As of date: Nov 20, 2026 for all providers", date(2026, 11, 20)),
        ("as of 2026-11-20", date(2026, 11, 20)),
        ("Insurance aging", None),
        ("As of today", None),
    ],
)
def test_the_day_of_the_figures_is_read_from_a_title(title, on) -> None:
    assert stated_day([["Lakeside"], [None, title]]) == on


def test_equal_headings_get_keys_of_their_own() -> None:
    assert heading_keys(["Balance", "balance", None]) == ["BALANCE", "BALANCE (2)", "(C)"]
    assert letter(26) == "AA"
    assert signature(["A", "B"]) != signature(["AB"])


def test_columns_are_proposed_with_confidence_and_reason() -> None:
    found = propose([*HEAD, "Seen by", "0-30"], [[*ROW, "X"]] * 5, kind=ReportKind.AGING)
    fields = [Field.CLAIM_NUMBER, Field.PATIENT_NAME, Field.PAYER, Field.SERVICE_FROM]
    fields += [Field.CHARGE, Field.PAYER_BALANCE, None, None]
    assert [one.field for one in found] == fields
    assert found[4].confidence is Confidence.HIGH
    assert "5 of 5 values look like amounts" in found[4].reason
    assert "not known" in found[6].reason
    assert "column of its own" in found[7].reason


def test_a_heading_that_its_values_contradict_is_proposed_with_low_confidence() -> None:
    found = propose(["Claim #", "Charge"], [["A1", "n/d"]] * 4, kind=ReportKind.CLAIMS)
    assert (found[1].field, found[1].confidence) == (Field.CHARGE, Confidence.LOW)
    assert "only 0 of 4 values" in found[1].reason


def test_kind_is_guessed_from_headings() -> None:
    assert guess_kind(["Claim #", "Denial Code"]) is ReportKind.DENIALS
    assert guess_kind(["Claim #", "0-30", "31-60"]) is ReportKind.AGING
    assert guess_kind(["Claim #", "Charge"]) is ReportKind.CLAIMS
    assert missing(ReportKind.AGING, [Field.CLAIM_NUMBER]) == [
        "Open with the payer or Open with the payer, by age (added up)"
    ]


@pytest.mark.parametrize(
    "row",
    [
        [None] * 6,
        HEAD,
        ["Claim # (continued)", *HEAD[1:]],
        ["Total", None, None, None, Decimal(150), Decimal(40)],
        ["Grand Total:", None, None, None, None, Decimal(40)],
        [None, None, "SAMPLE PLAN Total", None, None, Decimal(40)],
        [None, None, None, None, Decimal(150), Decimal(40)],
        ["Page 2 of 9"],
    ],
)
def test_rows_that_are_about_no_claim_are_left_out(row) -> None:
    assert reader().read(9, row) is None


def test_the_last_total_is_kept_to_be_compared() -> None:
    rows = reader()
    rows.read(8, ["Subtotal", None, None, None, None, Decimal(10)])
    rows.read(9, ["Grand total", None, None, None, None, Decimal(40)])
    assert rows.stated_balance_cents == 4000


def test_a_payer_whose_name_begins_with_total_is_no_total() -> None:
    found = reader().read(9, [None, "DOE, JANE", "TOTAL HEALTH PLAN", None, None, Decimal(4)])
    assert isinstance(found, list)
    assert found[0].reason == "The row has no claim number."


def test_a_payer_above_its_rows_holds_until_the_next() -> None:
    head = [one for one in HEAD if one != "Payer"]
    rows = reader(head=head, payer_above=True)
    row = [cell for cell in ROW if cell != "SAMPLE PLAN"]
    read = [
        rows.read(at, cells)
        for at, cells in enumerate(
            [["Payer: PLAN A"], row, ["PLAN A (continued)"], row, ["PLAN B"], row]
        )
    ]
    assert [one.payer for one in read if isinstance(one, SheetRow)] == [
        "PLAN A",
        "PLAN A",
        "PLAN B",
    ]


def test_buckets_are_added_up() -> None:
    head = ["Claim #", "Payer", "0-30", "31-60", "Over 120"]
    found = reader(head=head).read(2, ["A1", "P", "10.00", None, "(2.50)"])
    assert isinstance(found, SheetRow)
    assert found.payer_balance_cents == 750
    assert found.charge_cents is None


def test_a_row_in_error_names_cell_reason_and_what_was_expected() -> None:
    row = ["A1", "DOE, JANE", "SAMPLE PLAN", "2/30/2026", "free", Decimal(40)]
    assert reader().read(7, row) == [
        CellFault(
            7, "D", "DOS", "Service date cannot be read.", "a date such as 1/5/2026", "2/30/2026"
        ),
        CellFault(7, "E", "CHARGE", "Charge cannot be read.", "an amount such as 1,234.50", "free"),
    ]


@pytest.mark.parametrize(
    ("place", "cell", "reason"),
    [
        (0, None, "The row has no claim number."),
        (0, "9" * 39, "The claim number is too long."),
        (2, None, "No payer is named."),
        (3, date(2027, 1, 1), "Service date cannot be right."),
        (3, date(1980, 1, 1), "Service date cannot be right."),
        (4, Decimal(-1), "A claim charges less than nothing."),
        (5, None, "Open with the payer is not given."),
    ],
)
def test_what_a_row_cannot_be(place, cell, reason) -> None:
    row = list(ROW)
    row[place] = cell
    found = reader().read(7, row)
    assert isinstance(found, list)
    assert [fault.reason for fault in found] == [reason]


def test_a_denial_log_needs_a_known_code_and_its_day() -> None:
    head = ["Claim #", "Payer", "Denial Code", "Denial Date"]
    rows = reader(ReportKind.DENIALS, head)
    taken = rows.read(2, ["A1", "P", "CO-197", date(2026, 11, 2)])
    assert isinstance(taken, SheetRow)
    assert taken.reasons == (("CO", "197"),)
    for row, reason in (
        (["A1", "P", "CO-999", date(2026, 11, 2)], "The reason code is not a CARC."),
        (["A1", "P", "CO-197", None], "Denied on is not given."),
        (["A1", "P", None, date(2026, 11, 2)], "No reason is given."),
    ):
        found = rows.read(3, row)
        assert isinstance(found, list)
        assert [fault.reason for fault in found] == [reason]


def test_a_mapping_reads_back_and_a_strange_one_is_refused() -> None:
    made = Mapping(ReportKind.AGING, {"A": Field.CLAIM_NUMBER, "B": Field.BUCKET})
    assert Mapping.from_json(made.as_json()) == made
    assert made.fits(["B", "A", "C"])
    assert not made.fits(["A"])
    with pytest.raises(MappingError):
        Mapping.from_json({"kind": "aging", "fields": {"A": "shoe_size"}})


def test_each_template_is_whole_and_known_by_its_own_headings() -> None:
    assert len({one.system for one in templates()}) >= 6
    for one in templates():
        assert not missing(one.kind, one.fields.values())
        assert Field.PAYER in one.fields.values()
        assert template_for([*one.fields, "SOMETHING ELSE"]) == one
    assert template_for(["A", "B"]) is None
