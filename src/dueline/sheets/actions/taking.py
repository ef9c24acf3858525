"""Take a mapped sheet in: its rows in parts, each with its claims, entries and faults together, then its items.

A run that is killed leaves whole parts behind. Taking the sheet in again finds them as they are and goes on: rows
are known by their claims and compared with them, never counted twice.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from hashlib import blake2b

from django.db import transaction

from dueline.accounts import audit
from dueline.bulk import columns_of, insert, new_ids, row_type, rows_in, update
from dueline.core.enums import PostingStatus, SetKind
from dueline.core.sheets.fields import ReportKind
from dueline.core.sheets.mapping import Mapping
from dueline.core.sheets.reading import CellFault, RowReader, SheetRow
from dueline.denials.actions import refresh_denials
from dueline.ledger.models import TransactionSet
from dueline.ledger.posting import (
    Directory,
    PostedRow,
    Posting,
    RowOutcome,
    lock,
    post_denials,
    post_rows,
)
from dueline.sheets.actions.comparing import differences_of
from dueline.sheets.actions.receiving import check_mapping, path_of
from dueline.sheets.actions.telling_apart import single_rows
from dueline.sheets.actions.vanishing import propose_vanished
from dueline.sheets.books import open_book
from dueline.sheets.errors import SheetError
from dueline.sheets.models import (
    SheetDifference,
    SheetFault,
    SheetImport,
    SheetResolution,
    SheetSighting,
)
from dueline.sheets.queries.look import Look, layout_of, look, orders_in
from dueline.sheets.spool import Spool
from dueline.worklist.actions import refresh
from dueline.worklist.actions.counts import fold

ROWS_TOGETHER = 2_000  # read, posted and put on the worklist in one transaction: about a second
FOLD_AFTER = 20  # parts, after which the worklist's counts are added up
MOST_FAULTS = 10_000  # kept of a sheet: the rest has the same cause

_SIGHTING = row_type(SheetSighting)
_COUNTS = {
    RowOutcome.NEW: "new_count",
    RowOutcome.CHANGED: "changed_count",
    RowOutcome.SAME: "same_count",
    RowOutcome.COMPARED: "compared_count",
    RowOutcome.OLDER: "older_count",
}
_ZERO = {
    **dict.fromkeys(
        [*_COUNTS.values(), "row_count", "read_count", "claim_count", "faulty_count"], 0
    ),
    **dict.fromkeys(["difference_count", "resolution_count", "balance_cents"], 0),
    "stated_cents": None,
    "refusal": "",
    "finished_at": None,
    "transaction_set": None,
}


def take_in(
    *,
    sheet_import: SheetImport,
    by: str,
    as_of: date,
    clock: Callable[[], datetime],
    progressed: Callable[[int, int], None] | None = None,
) -> SheetImport:
    """Take a sheet in as it is mapped. What keeps all of it out is said on the import, never raised.

    `progressed` is told the rows read and how many there are.
    """
    # A run that was killed left claims without an item: which, nobody knows any more.
    is_resuming = SheetImport.objects.filter(
        practice=sheet_import.practice, state="reading"
    ).exists()
    _begin(sheet_import)
    spool: Spool | None = None
    try:
        mapping = Mapping.from_json(sheet_import.mapping)
        path = path_of(sheet_import)
        seen = look(path, sheet_import.sheet_name)
        check_mapping(mapping, seen)
        with closing(open_book(path)) as book:
            spool = Spool(book.rows(seen.sheet))
        reader = _reader(sheet_import, seen, mapping, spool)
        sheet_import.row_count = spool.count
        run = _Run(sheet_import, by, as_of, clock, reader)
        run.take(spool, seen, progressed)
        _end(run, is_resuming=is_resuming)
    except (SheetError, OSError, ValueError) as error:
        text = str(error) if not isinstance(error, OSError) else "The kept file cannot be read."
        sheet_import.state, sheet_import.refusal = "refused", text[:400]
        sheet_import.finished_at = clock()
        sheet_import.save()
    finally:
        if spool is not None:
            spool.close()
    return sheet_import


@transaction.atomic
def _begin(sheet_import: SheetImport) -> None:
    """Forget what an earlier run said of the sheet; what it posted stays, and is found as it is."""
    SheetFault.objects.filter(sheet_import=sheet_import).delete()
    SheetDifference.objects.filter(sheet_import=sheet_import).delete()
    for name, value in _ZERO.items():
        setattr(sheet_import, name, value)
    sheet_import.state = "reading"
    sheet_import.save()


def _reader(sheet_import: SheetImport, seen: Look, mapping: Mapping, spool: Spool) -> RowReader:
    """Return the reader of the rows: every date of a column decides how the column is read."""
    columns = mapping.columns(seen.keys)
    below = (row for number, row in spool.rows() if number > seen.heading_number)
    orders = orders_in(below, columns)  # type: ignore[arg-type]
    if mapping.date_order is None:
        for index, found in orders.items():
            if found.is_open:
                raise SheetError(_question(seen.keys[index], found.is_mixed))
    return RowReader(layout_of(mapping, seen.keys, orders, as_of=sheet_import.as_of))


def _question(heading: str, is_mixed: bool) -> str:
    why = (
        "some dates can only have the month first, others only the day"
        if is_mixed
        else "every date could have the month or the day first"
    )
    return f"Column “{heading}”: {why}. Say which, then take the sheet in again."


class _Run:
    """One sheet while it is taken in."""

    def __init__(
        self,
        sheet_import: SheetImport,
        by: str,
        as_of: date,
        clock: Callable[[], datetime],
        reader: RowReader,
    ) -> None:
        self.sheet_import = sheet_import
        self.practice = sheet_import.practice
        self.by = by
        self.as_of = as_of
        self.clock = clock
        self.reader = reader
        self.kind = ReportKind(sheet_import.kind)
        self.directory = Directory(self.practice)
        self.kept_faults = 0
        self.parts = 0

    def take(self, spool: Spool, seen: Look, progressed: Callable[[int, int], None] | None) -> None:
        rows: list[SheetRow] = []
        faults: list[CellFault] = []
        read = 0
        for number, cells in spool.rows():
            read += 1
            if number <= seen.heading_number:
                continue
            found = self.reader.read(number, cells)
            if isinstance(found, list):
                faults += found
            elif found is not None:
                rows.append(found)
            if len(rows) + len(faults) >= ROWS_TOGETHER:
                self._part(rows, faults, read)
                rows, faults = [], []
                if progressed:
                    progressed(read, spool.count)
        self._part(rows, faults, read)

    def _part(self, rows: list[SheetRow], faults: list[CellFault], read: int) -> None:
        """Post a part whole, then bring the worklist up to it.

        In transactions of their own: within one, SQLite looks for what refers to each new item among all rows.
        """
        with transaction.atomic():
            lock(self.practice)
            self._set()
            taken, repeated = single_rows(self.sheet_import, self.reader, rows)
            faults = faults + repeated
            posting = Posting(self.directory, received_on=self.as_of)
            posting.begin_set(self.sheet_import.transaction_set_id or 0)
            posted = post_rows(posting, taken, figures_on=self.sheet_import.as_of)
            news = {p.claim.id for p in posted if p.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)}
            if self.kind is ReportKind.DENIALS:
                told = post_denials(posting, posted)
                posted = [_with_denial(one, told) for one in posted]
                news |= told
            posting.flush()
            self._note(posted, faults, read)
            self._audit(posted)
        if news:
            refresh_denials(practice=self.practice, as_of=self.as_of, claim_ids=news)
            refresh(practice=self.practice, as_of=self.as_of, claim_ids=news)
            self.parts += 1
            if self.parts % FOLD_AFTER == 0:
                fold(self.practice)

    def _set(self) -> None:
        """Find or make the set that the sheet's entries belong to: one for each sheet of a file."""
        if self.sheet_import.transaction_set_id:
            return
        source_file = self.sheet_import.source_file
        assert source_file is not None
        facts = f"{source_file.sha256}|{self.sheet_import.sheet_name}|{self.kind}"
        self.sheet_import.transaction_set, _ = TransactionSet.objects.get_or_create(
            practice=self.practice,
            content_hash=blake2b(facts.encode(), digest_size=32).hexdigest(),
            status=PostingStatus.POSTED.value,
            defaults={
                "source_file": source_file,
                "kind": SetKind.SPREADSHEET.value,
                "segment_from": 1,
                "segment_through": self.sheet_import.row_count,
                "sent_on": self.sheet_import.as_of,
                "posted_at": self.clock(),
            },
        )

    # ------------------------------------------------------------ what is kept of a part

    def _note(self, posted: Sequence[PostedRow], faults: Sequence[CellFault], read: int) -> None:
        found = self.sheet_import
        for one in posted:
            name = _COUNTS[one.outcome]
            setattr(found, name, getattr(found, name) + 1)
            found.balance_cents += one.row.payer_balance_cents or 0
        found.claim_count += len(posted)
        found.faulty_count += len({fault.row_number for fault in faults})
        differences = [row for one in posted for row in differences_of(found, one)]
        found.difference_count += len(differences)
        found.read_count = read
        found.stated_cents = self.reader.stated_balance_cents
        SheetFault.objects.bulk_create(self._fault_rows(faults))
        SheetDifference.objects.bulk_create(differences)
        if self.kind is not ReportKind.DENIALS:
            self._see(posted)
        found.save()

    def _fault_rows(self, faults: Sequence[CellFault]) -> list[SheetFault]:
        kept = faults[: max(0, MOST_FAULTS - self.kept_faults)]
        self.kept_faults += len(kept)
        return [
            SheetFault(
                practice=self.practice,
                sheet_import=self.sheet_import,
                row_number=one.row_number,
                column=one.column[:4],
                heading=one.heading[:120],
                reason=one.reason[:200],
                expected=one.expected[:200],
                found=one.found[:120].replace("\x00", "�"),
            )
            for one in kept
        ]

    def _see(self, posted: Sequence[PostedRow]) -> None:
        """Note which sheet named the claims last, and that those proposed as resolved are named again."""
        claims = [one for one in posted if one.outcome is not RowOutcome.OLDER]
        ids = [one.claim.id for one in claims]
        self._write_sightings({one.claim.id: one.row.row_number for one in claims})
        known = [
            pk
            for (pk,) in rows_in(
                SheetResolution, ("id",), "claim_id", ids, also="state = 'proposed'"
            )
        ]
        SheetResolution.objects.filter(pk__in=known).update(
            state="named", decided_at=self.clock(), decided_by=self.by
        )

    def _write_sightings(self, numbers: dict[int, int]) -> None:
        columns = columns_of(SheetSighting)
        stored = {}
        for values in rows_in(
            SheetSighting, columns, "claim_id", numbers, also=f"kind = '{self.kind.value}'"
        ):
            row = _SIGHTING(*values)
            row.stored = values
            row.sheet_import_id, row.row_number = self.sheet_import.pk, numbers[row.claim_id]
            stored[row.claim_id] = row
        update(SheetSighting, stored.values())
        ids = new_ids(SheetSighting)
        practice, kind, sheet = self.practice.pk, self.kind.value, self.sheet_import.pk
        insert(
            SheetSighting,
            [
                (next(ids), practice, claim_id, kind, sheet, number)
                for claim_id, number in numbers.items()
                if claim_id not in stored
            ],
        )

    def _audit(self, posted: Sequence[PostedRow]) -> None:
        audit.record(
            practice=self.practice,
            by=self.by,
            action="take_in_sheet",
            at=self.clock(),
            object_kind="sheet_import",
            object_key=str(self.sheet_import.pk),
            detail={"claims": len(posted)},
        )


def _with_denial(one: PostedRow, told: set[int]) -> PostedRow:
    is_news = one.outcome is RowOutcome.SAME and one.claim.id in told
    return one._replace(outcome=RowOutcome.CHANGED) if is_news else one


def _end(run: _Run, *, is_resuming: bool) -> None:
    """Propose what vanished, and say that the sheet is taken in, together."""
    found = run.sheet_import
    with transaction.atomic():
        if is_resuming:
            refresh_denials(practice=run.practice, as_of=run.as_of)
            refresh(practice=run.practice, as_of=run.as_of)
        if run.kind is ReportKind.AGING:
            resolutions, differences = propose_vanished(found)
            found.resolution_count = resolutions
            found.difference_count += differences
        found.state, found.finished_at = "done", run.clock()
        found.save()
        TransactionSet.objects.filter(pk=found.transaction_set_id or 0).update(
            segment_through=found.row_count, claim_count=found.claim_count
        )
