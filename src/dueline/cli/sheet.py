"""`dueline sheet`: take in a spreadsheet of a practice-management system."""

from pathlib import Path
from typing import Annotated

import typer

from dueline.cli.startup import (
    JsonOption,
    PracticeOption,
    day_or_today,
    fail,
    operator,
    practice_or_fail,
    print_json,
    progress,
    ready,
)

app = typer.Typer(add_completion=False)
MOST_SHOWN = 10
_COUNTS = (
    *("row_count", "claim_count", "new_count", "changed_count", "same_count", "compared_count"),
    *("older_count", "faulty_count", "difference_count", "resolution_count"),
)


@app.command()
def sheet(
    path: Annotated[Path, typer.Argument(help="A CSV or XLSX file.")],
    practice: PracticeOption,
    mapping: Annotated[
        str,
        typer.Option("--mapping", help="A mapping saved by this name; else as it is suggested."),
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="aging, claims or denials; else as the headings tell.")
    ] = "",
    name: Annotated[
        str, typer.Option("--sheet", help="The sheet of a workbook; else the first with headings.")
    ] = "",
    date_order: Annotated[
        str, typer.Option("--date-order", help="mdy or dmy, where the dates do not tell.")
    ] = "",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The day of the sheet's figures; else as its title says, else today.",
        ),
    ] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Only show how its columns would be read.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take in a spreadsheet. Rows in error are listed while the rest go in; the same one changes nothing."""
    ready()
    from dueline.sheets.errors import SheetError

    owner = practice_or_fail(practice)
    if not path.is_file():
        fail(f"no such file: {path}")
    try:
        if look:
            _look(owner, path, name, kind, json)
            return
        done = _take(owner, path, name, mapping, kind, date_order, as_of)
    except SheetError as error:
        fail(str(error))
    _print(done, json)
    if done.state == "refused" or done.faulty_count:
        raise typer.Exit(1)


def _kind_or_fail(text: str):
    from dueline.core.sheets.fields import ReportKind

    if text and text not in {*ReportKind}:
        fail(f"--kind: expected {', '.join(ReportKind)}, found {text!r}")
    return ReportKind(text) if text else None


def _look(owner, path: Path, name: str, kind: str, as_json: bool) -> None:
    from dueline.core.sheets.fields import FIELD_NAMES
    from dueline.sheets.queries import look, suggest

    seen = look(path, name)
    suggestion = suggest(owner, seen, _kind_or_fail(kind))
    fields = suggestion.mapping.fields
    proposals = seen.proposals(suggestion.mapping.kind)
    rows = [
        {
            "heading": key,
            "field": fields[key].value if key in fields else None,
            "confidence": proposal.confidence.value,
            "reason": proposal.reason,
        }
        for key, proposal in zip(seen.keys, proposals)
    ]
    found = {
        "sheet": seen.sheet,
        "heading_row": seen.heading_number,
        "kind": suggestion.mapping.kind.value,
        "mapping": suggestion.saved.name if suggestion.saved else None,
        "template": suggestion.template.system if suggestion.template else None,
        "columns": rows,
    }
    if as_json:
        print_json(found)
        return
    print(f"{seen.sheet}: headings in row {seen.heading_number}; {found['kind']}.")
    for row, key in zip(rows, seen.keys):
        what = FIELD_NAMES[fields[key]] if key in fields else "left out"
        print(f"  {key}: {what} ({row['confidence']}). {row['reason']}")


def _take(
    owner, path: Path, name: str, mapping: str, kind: str, date_order: str, as_of: str | None
):
    from dueline import clock
    from dueline.sheets.actions import receive_sheet, take_in

    day = day_or_today(as_of)
    made = receive_sheet(
        practice=owner,
        path=path,
        name=path.name,
        by=operator(),
        as_of=day,
        now=clock.now(),
        kind=_kind_or_fail(kind),
        takes_stated=as_of is None,
    )
    _choose(made, name, mapping, date_order)
    with progress(f"Taking in {path.name}", 100) as shown:
        return take_in(
            sheet_import=made,
            by=operator(),
            as_of=clock.today(),
            clock=clock.now,
            progressed=lambda read, count: shown.update(read * 100 // max(count, 1)),
        )


def _choose(made, name: str, mapping: str, date_order: str) -> None:
    """Change what was suggested to what the options say."""
    from dataclasses import replace

    from dueline import clock
    from dueline.core.sheets.fields import DateOrder
    from dueline.core.sheets.mapping import Mapping
    from dueline.sheets.actions import map_sheet
    from dueline.sheets.queries import mappings_of

    if date_order and date_order not in {*DateOrder}:
        fail(f"--date-order: expected {' or '.join(DateOrder)}, found {date_order!r}")
    if not (name or mapping or date_order):
        return
    chosen = Mapping.from_json(made.mapping)
    if mapping:
        saved = {one.name: one for one in mappings_of(made.practice)}
        if mapping not in saved:
            fail(f"--mapping: no mapping {mapping!r}; there are: {', '.join(saved) or 'none yet'}")
        chosen = Mapping.from_json(saved[mapping].mapping)
    if date_order:
        chosen = replace(chosen, date_order=DateOrder(date_order))
    updated = map_sheet(
        sheet_import=made,
        sheet=name or made.sheet_name,
        mapping=chosen,
        as_of=made.as_of,
        by=operator(),
        now=clock.now(),
        save_as=mapping,
    )
    made.mapping, made.kind = updated.mapping, updated.kind
    made.sheet_name, made.mapping_name = updated.sheet_name, updated.mapping_name


def _print(done, as_json: bool) -> None:
    from dueline.core.money import dollar_words, dollars
    from dueline.sheets.queries import faults_of

    faults = faults_of(done)
    if as_json:
        print_json(
            {
                "file": done.name,
                "sheet": done.sheet_name,
                "kind": done.kind,
                "as_of": done.as_of,
                "state": done.state,
                "refusal": done.refusal,
                **{count: getattr(done, count) for count in _COUNTS},
                "balance": dollars(done.balance_cents),
                "stated": None if done.stated_cents is None else dollars(done.stated_cents),
                "faults": [
                    {
                        "row": fault.row_number,
                        "column": fault.column,
                        "heading": fault.heading,
                        "reason": fault.reason,
                        "expected": fault.expected,
                        "found": fault.found,
                    }
                    for fault in faults
                ],
            }
        )
        return
    if done.state == "refused":
        print(f"{done.name}: not taken in. {done.refusal}")
        return
    print(
        f"{done.name}: {done.claim_count:,} claims: {done.new_count:,} new, "
        f"{done.changed_count:,} changed, {done.same_count:,} as they were, "
        f"{done.compared_count:,} known from X12 and compared; {done.faulty_count:,} rows in error."
    )
    print(f"Figures of {done.as_of:%B} {done.as_of.day}, {done.as_of.year}.")
    print(f"Open with payers in the rows taken: {dollar_words(done.balance_cents)}.")
    if done.unexplained_cents:
        print(f"The sheet's own total differs from that by {dollar_words(done.unexplained_cents)}.")
    if done.difference_count:
        print(f"{done.difference_count:,} differences from what X12 files say.")
    if done.resolution_count:
        print(f"{done.resolution_count:,} claims are not named any more: confirm on the page.")
    for fault in faults[:MOST_SHOWN]:
        place = f"{done.sheet_name}, row {fault.row_number}"
        place += f", column {fault.column}" if fault.column else ""
        print(
            f"  {place}: {fault.reason} Expected {fault.expected}. Found {fault.found or 'nothing'}."
        )
