"""Taking files in, releasing what is out of balance, deciding what a payment belongs to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.enums import PostingStatus
from dueline.core.x12 import FileReader
from dueline.core.x12.model import ClaimPayment as PaymentRead
from dueline.intake import storage
from dueline.intake.errors import IntakeError
from dueline.intake.models import MatchProposal, Receipt
from dueline.intake.posting import SetResult, keep_problems, post_set
from dueline.ledger.models import Claim, ClaimPayment, SourceFile, TransactionSet
from dueline.ledger.posting import Directory, Posting, post_decided
from dueline.worklist.actions import refresh

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
    """Takes files in, one after the other, with look-ups kept between them; ends with the worklist."""

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
        # A run that was killed left a file half read: what it touched is not known any more.
        self._is_resuming = SourceFile.objects.filter(practice=practice, is_complete=False).exists()

    def take(self, path: Path, name: str, progressed: Progressed | None = None) -> Receipt:
        """Take in one file. What cannot be read is said on its receipt, never raised."""
        receipt = Receipt(
            practice=self.practice, name=name[:255], received_at=self.clock(), received_by=self.by
        )
        return self.read(receipt, path, progressed)

    def read(self, receipt: Receipt, path: Path, progressed: Progressed | None = None) -> Receipt:
        """Read the file of a receipt and post its sets."""
        try:
            receipt.size_bytes = path.stat().st_size
            sha256 = storage.digest_of(path)
            kept = storage.keep(self.practice, path, sha256)
        except OSError as error:
            receipt.state = "refused"
            receipt.refusal = f"The file cannot be opened: {error.strerror}."
            return self._end(receipt)
        source_file, _ = SourceFile.objects.get_or_create(
            practice=self.practice,
            sha256=sha256,
            defaults={
                "name": receipt.name,
                "size_bytes": receipt.size_bytes,
                "received_at": receipt.received_at,
                "received_by": receipt.received_by,
            },
        )
        receipt.source_file = source_file
        if source_file.is_complete:
            receipt.is_known, receipt.state = True, "done"
            receipt.duplicate_count = source_file.transaction_sets.count()
            receipt.read_bytes = receipt.size_bytes
            return self._end(receipt)
        receipt.state = "reading"
        receipt.save()
        with kept.open("rb") as file:
            self._read_sets(receipt, source_file, FileReader(file, receipt.name), progressed)
        self._read.append(source_file)
        return self._end(receipt)

    def _read_sets(
        self,
        receipt: Receipt,
        source_file: SourceFile,
        reader: FileReader,
        progressed: Progressed | None,
    ) -> None:
        # What a run that was interrupted had posted of this very file need not be tried again.
        posted = set(
            source_file.transaction_sets.filter(
                status__in=[PostingStatus.POSTED.value, PostingStatus.RELEASED.value]
            ).values_list("segment_from", flat=True)
        )
        for found in reader.sets():
            if found.segment_number in posted:
                receipt.duplicate_count += 1
                continue
            result = post_set(
                directory=self.directory,
                source_file=source_file,
                reader=found,
                by=self.by,
                now=self.clock(),
                received_on=self.as_of,
            )
            self._count(receipt, result)
            receipt.read_bytes = reader.bytes_read
            if progressed:
                progressed(reader.bytes_read)
        if reader.problems:
            if not source_file.problems.filter(transaction_set=None).exists():
                keep_problems(self.directory, source_file, None, reader.problems)
            fatal = next((p for p in reader.problems if p.is_fatal), None)
            if fatal and not source_file.transaction_sets.exists():
                receipt.state, receipt.refusal = "refused", fatal.message[:300]
        elif not source_file.transaction_sets.exists():
            receipt.state, receipt.refusal = "refused", "The file holds no transaction set."

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

    def _end(self, receipt: Receipt) -> Receipt:
        if receipt.state == "reading":
            receipt.state = "done"
        receipt.finished_at = self.clock()
        receipt.save()
        audit.record(
            practice=self.practice,
            by=self.by,
            action="take_in_file",
            at=receipt.finished_at,
            object_kind="receipt",
            object_key=str(receipt.pk),
            detail={"posted": receipt.posted_count, "quarantined": receipt.quarantined_count},
        )
        self.summary.receipts.append(receipt)
        return receipt

    def finish(self) -> IntakeSummary:
        """Bring the worklist up to what was posted and mark the files complete, together."""
        if self._read or self._is_resuming:
            touched = None if self._is_resuming else self._touched
            with transaction.atomic():
                refresh(practice=self.practice, as_of=self.as_of, claim_ids=touched)
                for source_file in self._read:
                    source_file.is_complete = True
                    source_file.save(update_fields=["is_complete"])
        return self.summary


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
    for path in files_under(paths):
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
            result = post_set(
                directory=directory,
                source_file=source_file,
                reader=found,
                by=by,
                now=now,
                received_on=as_of,
                release_reason=reason.strip(),
            )
            if result.status is not PostingStatus.RELEASED:
                raise IntakeError(f"This set cannot be released: it is {result.status.value} now.")
            transaction_set.problems.update(transaction_set=result.row)
            transaction_set.delete()
            refresh(practice=practice, as_of=as_of, claim_ids=result.touched)
            return result.row
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
    held = MatchProposal.objects.select_for_update().get(pk=proposal.pk)
    if held.decided_at is not None:
        raise IntakeError("Another person has decided this meanwhile.")
    payment = held.claim_payment
    transaction_set = payment.remittance.transaction_set
    item = _payment_in_file(practice, payment)
    posting = Posting(Directory(practice), transaction_set.pk, received_on=as_of)
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
    refresh(practice=practice, as_of=as_of, claim_ids=posting.touched)
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
