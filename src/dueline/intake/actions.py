"""Taking files in, releasing what is out of balance, deciding what a payment belongs to."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.bulk import count_anew, rows_in
from dueline.core.collector import collector_held_off
from dueline.core.enums import PostingStatus
from dueline.core.not_x12 import SPREADSHEET, is_spreadsheet
from dueline.core.x12 import FileReader
from dueline.core.x12.model import ClaimPayment as PaymentRead
from dueline.corrections.actions import settle_corrections
from dueline.denials.actions import refresh_denials
from dueline.intake.errors import IntakeError
from dueline.intake.models import MatchProposal, Receipt
from dueline.intake.posting import (
    CANNOT_POST,
    ReadSet,
    Release,
    SetResult,
    keep_problems,
    post_sets,
    read_ahead,
    record_refused,
)
from dueline.ledger import storage
from dueline.ledger.models import Claim, ClaimPayment, SourceFile, TransactionSet
from dueline.ledger.posting import TABLES, Directory, Posting, lock, post_decided
from dueline.prevention.actions import measure
from dueline.underpayments.actions import find_underpayments
from dueline.worklist.actions import refresh
from dueline.write_offs.actions import settle as settle_write_offs

MOST_ITEMS = 5_000  # that wait to be posted in one transaction: a fraction of a second
FILES_AHEAD = 20  # kept and looked up at once: the small ones are held, below 1 MB each
MANY_CLAIMS = 1_000  # touched in a run: the database's counts of its rows are out of date

Progressed = Callable[[int], None]


@dataclass
class IntakeSummary:
    """What a run took in. Amounts in cents; `held_cents` waits in quarantine."""

    receipts: list[Receipt] = field(default_factory=list)
    new_payers: list[str] = field(default_factory=list)
    refused_paths: list[tuple[str, str]] = field(default_factory=list)  # (name, reason)

    def total(self, name: str) -> int:
        """Return the sum of a count or amount over the receipts."""
        return sum(getattr(receipt, name) for receipt in self.receipts)


def files_under(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and those in the folders named, each folder in the order of names."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            found += sorted(inside)
        else:
            found.append(path)
    return found


class IntakeRun:
    """Takes files in, one after the other, with look-ups kept between them; ends with the worklist.

    Sets are read ahead and posted many in one database transaction: whole sets only. Where one of
    them turns out not to be postable, each is posted in a transaction of its own.
    """

    def __init__(
        self, *, practice: Practice, by: str, as_of: date, clock: Callable[[], datetime]
    ) -> None:
        self.practice = practice
        self.by = by
        self.as_of = as_of
        self.clock = clock
        self.directory = Directory(practice)
        self.summary = IntakeSummary(new_payers=self.directory.payers.added)
        self._touched: set[int] = set()
        self._read: list[SourceFile] = []
        self._waiting: list[tuple[Receipt, ReadSet]] = []
        self._waiting_items = 0
        self._files: dict[str, SourceFile] = {}  # with sets that wait, by content
        self._kept: dict[Path, storage.Kept] = {}  # of the files that come next
        self._new: set[str] = set()  # contents not known when it was looked ahead
        self._ended: list[Receipt] = []  # whose sets are posted or wait
        # A run that was killed left a file half read: what it touched is not known any more.
        self._is_resuming = SourceFile.objects.filter(practice=practice, is_complete=False).exists()

    def take(self, path: Path, name: str, progressed: Progressed | None = None) -> Receipt:
        """Take in one file. What cannot be read is said on its receipt, never raised."""
        receipt = Receipt(
            practice=self.practice, name=name[:255], received_at=self.clock(), received_by=self.by
        )
        return self.read(receipt, path, progressed)

    def read(self, receipt: Receipt, path: Path, progressed: Progressed | None = None) -> Receipt:
        """Read the file of a receipt. Its sets are posted by the end of the run, many at once."""
        self.summary.receipts.append(receipt)
        if receipt.pk:
            receipt.state = "reading"
            receipt.save(update_fields=["state"])
        try:
            kept = self._kept.pop(path, None) or storage.keep(self.practice, path)
            receipt.size_bytes = kept.size_bytes
        except OSError as error:
            receipt.state = "refused"
            receipt.refusal = f"The file cannot be opened: {error.strerror}."
            self._ended.append(receipt)
            return receipt
        source_file = self._source_file(receipt, kept.sha256)
        receipt.source_file = source_file
        if source_file.is_complete:
            receipt.is_known, receipt.state = True, "done"
            receipt.duplicate_count = source_file.transaction_sets.count()
            receipt.read_bytes = receipt.size_bytes
        else:
            receipt.state = "reading"
            with kept.open() as file:
                self._read_sets(receipt, source_file, FileReader(file, receipt.name), progressed)
            if receipt.state == "refused":
                with kept.open() as file:
                    if is_spreadsheet(receipt.name, file.read(8)):
                        receipt.refusal = SPREADSHEET
            self._read.append(source_file)
        self._ended.append(receipt)
        return receipt

    def look_ahead(self, paths: Iterable[Path]) -> None:
        """Keep the next files and see, with one query, which of them are new. What fails is tried again."""
        for path in paths:
            with suppress(OSError):
                self._kept[path] = storage.keep(self.practice, path)
        hashes = {kept.sha256 for kept in self._kept.values()} - self._files.keys()
        known = rows_in(SourceFile, ("sha256",), "sha256", hashes, practice_id=self.practice.pk)
        self._new = hashes - {sha256 for (sha256,) in known}

    def _source_file(self, receipt: Receipt, sha256: str) -> SourceFile:
        """Return the file known by this content, or a new one, which is stored when its sets are."""
        if sha256 in self._files:
            self._post()
        if sha256 in self._new:
            self._new.remove(sha256)
        else:
            found = SourceFile.objects.filter(practice=self.practice, sha256=sha256).first()
            if found is not None:
                return found
        return SourceFile(
            practice=self.practice,
            sha256=sha256,
            name=receipt.name,
            size_bytes=receipt.size_bytes,
            received_at=receipt.received_at,
            received_by=receipt.received_by,
        )

    def _read_sets(
        self,
        receipt: Receipt,
        source_file: SourceFile,
        reader: FileReader,
        progressed: Progressed | None,
    ) -> None:
        self._files[source_file.sha256] = source_file
        posted = self._posted_of(source_file)
        count = 0
        for found in reader.sets():
            count += 1
            if found.segment_number in posted:
                receipt.duplicate_count += 1
                continue
            self._wait(receipt, read_ahead(found, source_file))
            receipt.read_bytes = reader.bytes_read
            if progressed:
                progressed(reader.bytes_read)
        if reader.problems:
            self._post()
            if not source_file.problems.filter(transaction_set=None).exists():
                keep_problems(self.directory, source_file, reader.problems)
        if not count:
            fatal = next((p for p in reader.problems if p.is_fatal), None)
            refusal = fatal.message if fatal else "The file holds no transaction set."
            receipt.state, receipt.refusal = "refused", refusal[:300]

    def _posted_of(self, source_file: SourceFile) -> set[int]:
        """Return the places of what an interrupted run had posted of this file: not tried again."""
        if source_file.pk is None:
            return set()
        posted = [PostingStatus.POSTED.value, PostingStatus.RELEASED.value]
        sets = source_file.transaction_sets.filter(status__in=posted)
        return set(sets.values_list("segment_from", flat=True))

    def _wait(self, receipt: Receipt, one: ReadSet) -> None:
        """Let a set wait for others to be posted with it; a large one is posted at once, alone."""
        if not one.is_whole:
            self._post()
        self._waiting.append((receipt, one))
        self._waiting_items += 1 + len(one.held)
        if not one.is_whole or self._waiting_items >= MOST_ITEMS:
            self._post()

    def _post(self) -> None:
        """Post what waits together; where that cannot be, each set in a transaction of its own."""
        waiting, self._waiting, self._waiting_items = self._waiting, [], 0
        if waiting:
            self._store_files()
            for (receipt, _), result in zip(waiting, self._results([one for _, one in waiting])):
                self._count(receipt, result)
        self._end_receipts()

    def _results(self, sets: Sequence[ReadSet]) -> list[SetResult]:
        if len(sets) > 1:
            try:
                return self._post_sets(sets)
            except CANNOT_POST:
                self.directory.reload()
        return [self._post_alone(one) for one in sets]

    def _store_files(self) -> None:
        """Store the files that are new; another run may have stored one meanwhile."""
        new = {sha256: file for sha256, file in self._files.items() if file.pk is None}
        self._files = {}
        if not new:
            return
        SourceFile.objects.bulk_create(new.values(), ignore_conflicts=True)
        for sha256, pk in rows_in(
            SourceFile, ("sha256", "id"), "sha256", new, practice_id=self.practice.pk
        ):
            new[sha256].pk = pk

    def _post_sets(self, sets: Sequence[ReadSet]) -> list[SetResult]:
        with transaction.atomic():
            return post_sets(
                directory=self.directory,
                sets=sets,
                by=self.by,
                now=self.clock(),
                received_on=self.as_of,
            )

    def _post_alone(self, one: ReadSet) -> SetResult:
        """Post one set, or record why not."""
        try:
            return self._post_sets([one])[0]
        except CANNOT_POST as error:
            self.directory.reload()
            with transaction.atomic():
                return record_refused(
                    directory=self.directory, one=one, error=error, by=self.by, now=self.clock()
                )

    def _count(self, receipt: Receipt, result: SetResult) -> None:
        self._touched |= result.touched
        row = result.row
        if result.status is PostingStatus.DUPLICATE:
            receipt.duplicate_count += 1
        elif result.status is PostingStatus.QUARANTINED:
            receipt.quarantined_count += 1
            receipt.held_cents += row.payment_cents or 0
        else:
            receipt.posted_count += 1
            receipt.claim_count += row.claim_count
            receipt.posted_cents += row.payment_cents or 0

    def _end_receipts(self) -> None:
        """Store the receipts of the files that have been read; all their sets are posted."""
        self._store_files()
        ended, self._ended = self._ended, []
        for receipt in ended:
            if receipt.state == "reading":
                receipt.state = "done"
            receipt.finished_at = self.clock()
        if not ended:
            return
        with transaction.atomic():
            for receipt in ended:
                if receipt.pk:
                    receipt.save()
            Receipt.objects.bulk_create([receipt for receipt in ended if not receipt.pk])
            audit.record_all(
                practice=self.practice, by=self.by, deeds=[_deed_of(receipt) for receipt in ended]
            )

    def finish(self) -> IntakeSummary:
        """Bring the worklist up to what was posted and mark the files complete, together."""
        self._post()
        if self._read or self._is_resuming:
            touched = None if self._is_resuming else self._touched
            if self._is_resuming or len(self._touched) >= MANY_CLAIMS:
                count_anew(TABLES)
            with transaction.atomic():
                _follow(self.practice, touched, as_of=self.as_of, now=self.clock())
                SourceFile.objects.filter(pk__in=[f.pk for f in self._read]).update(
                    is_complete=True
                )
        return self.summary


def _follow(
    practice: Practice, claim_ids: Iterable[int] | None, *, as_of: date, now: datetime
) -> None:
    """Let everything that rests on the ledger follow what was posted to these claims, or to any; worklist last."""
    settle_write_offs(practice=practice, as_of=as_of, claim_ids=claim_ids)
    refresh_denials(practice=practice, as_of=as_of, claim_ids=claim_ids)
    measure(practice=practice, claim_ids=claim_ids)
    find_underpayments(practice=practice, now=now, claim_ids=claim_ids)
    settle_corrections(practice=practice, now=now, claim_ids=claim_ids)
    refresh(practice=practice, as_of=as_of, claim_ids=claim_ids)


def _deed_of(receipt: Receipt) -> audit.Deed:
    assert receipt.finished_at is not None
    detail = {"posted": receipt.posted_count, "quarantined": receipt.quarantined_count}
    return audit.Deed("take_in_file", receipt.finished_at, "receipt", str(receipt.pk), detail)


def _further(progressed: Progressed, done: int) -> Progressed:
    """Return the same teller for one file among several: it adds what was read before."""
    return lambda read: progressed(done + read)


def intake_paths(
    *,
    practice: Practice,
    paths: Iterable[Path],
    by: str,
    as_of: date,
    clock: Callable[[], datetime],
    progressed: Progressed | None = None,
) -> IntakeSummary:
    """Take in files and folders, in the order of names. `progressed` is told the bytes read so far."""
    run = IntakeRun(practice=practice, by=by, as_of=as_of, clock=clock)
    done = 0
    found = files_under(paths)
    with collector_held_off():
        for place, path in enumerate(found):
            if not place % FILES_AHEAD:
                run.look_ahead(found[place : place + FILES_AHEAD])
            receipt = run.take(path, path.name, _further(progressed, done) if progressed else None)
            done += receipt.size_bytes
            if progressed:
                progressed(done)
        return run.finish()


def release_set(
    *,
    practice: Practice,
    transaction_set: TransactionSet,
    reason: str,
    by: str,
    as_of: date,
    now: datetime,
) -> TransactionSet:
    """Post a set that is held only for being out of balance; its difference stands in suspense.

    Raises IntakeError where there is no reason, another fault, or it has been posted meanwhile.
    """
    if not reason.strip():
        raise IntakeError("A release needs a reason. Expected why the payment is right as it is.")
    if transaction_set.status != PostingStatus.QUARANTINED.value:
        raise IntakeError("This set is not in quarantine.")
    source_file = transaction_set.source_file
    path = storage.path_of(practice, source_file.sha256)
    directory = Directory(practice)
    with transaction.atomic(), path.open("rb") as file:
        for found in FileReader(file, source_file.name).sets():
            if found.segment_number != transaction_set.segment_from:
                continue
            for_check = _faults_of(practice, source_file, found.segment_number)
            if for_check:
                raise IntakeError(f"This set cannot be released: {for_check}")
            (result,) = post_sets(
                directory=directory,
                sets=[read_ahead(found, source_file)],
                by=by,
                now=now,
                received_on=as_of,
                release=Release(by, reason.strip()),
            )
            if result.status is not PostingStatus.RELEASED:
                raise IntakeError(f"This set cannot be released: it is {result.status.value} now.")
            released = TransactionSet.objects.get(pk=result.row.id)
            transaction_set.problems.update(transaction_set=released)
            transaction_set.delete()
            _follow(practice, result.touched, as_of=as_of, now=now)
            return released
    raise IntakeError("The file no longer holds this set.")


def _faults_of(practice: Practice, source_file: SourceFile, segment_number: int) -> str:
    """Return the first fault, other than a sum, that a quarantined set has; "" for none."""
    held = source_file.problems.filter(
        transaction_set__segment_from=segment_number, is_fatal=True
    ).first()
    return held.message if held else ""


@transaction.atomic
def decide_match(
    *,
    practice: Practice,
    proposal: MatchProposal,
    claim: Claim | None,
    by: str,
    as_of: date,
    now: datetime,
) -> ClaimPayment:
    """Post a payment to the claim a person names; without a claim it becomes one known from remittance only.

    Raises IntakeError where another has decided meanwhile, or the file no longer holds the payment.
    """
    lock(practice)
    held = MatchProposal.objects.select_for_update().get(pk=proposal.pk)
    if held.decided_at is not None:
        raise IntakeError("Another person has decided this meanwhile.")
    payment = held.claim_payment
    transaction_set = payment.remittance.transaction_set
    item = _payment_in_file(practice, payment)
    posting = Posting(Directory(practice), received_on=as_of)
    touched = posting.begin_set(transaction_set.pk).touched
    post_decided(posting, payment, item, claim_id=claim.pk if claim else None)
    held.decided_at, held.decided_by = now, by
    held.save(update_fields=["decided_at", "decided_by"])
    audit.record(
        practice=practice,
        by=by,
        action="decide_match",
        at=now,
        object_kind="claim_payment",
        object_key=str(payment.pk),
        detail={"claim": claim.pk if claim else None},
    )
    _follow(practice, touched, as_of=as_of, now=now)
    payment.refresh_from_db()
    return payment


def _payment_in_file(practice: Practice, payment: ClaimPayment) -> PaymentRead:
    """Return the payment as its file says it. Raises IntakeError where the file is gone or changed."""
    transaction_set = payment.remittance.transaction_set
    source_file = transaction_set.source_file
    path = storage.path_of(practice, source_file.sha256)
    if path.exists():
        with path.open("rb") as file:
            for found in FileReader(file, source_file.name).sets():
                if found.segment_number != transaction_set.segment_from:
                    continue
                for item in found.items():
                    is_it = item.segment_number == payment.segment_number
                    if isinstance(item, PaymentRead) and is_it:
                        return item
    raise IntakeError("The file of this payment is no longer kept; take it in again.")
