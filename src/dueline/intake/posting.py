"""One transaction set from reading to ledger: posted whole, known already, or quarantined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, cast

from django.db import DataError

from dueline.accounts import audit
from dueline.bulk import row_type, rows_in, update, writing_aside
from dueline.core.enums import PostingStatus, SetKind
from dueline.core.matching import patient_control_key
from dueline.core.x12 import SetReader
from dueline.core.x12.model import (
    ClaimBatch,
    ClaimPayment,
    ClaimStatus,
    GroupAcknowledgment,
    Item,
    Problem,
    RemittanceHeader,
    StatusBatch,
)
from dueline.intake.models import MatchProposal, SetProblem, WaitingAnswer
from dueline.intake.payments import PaymentFacts, paid_before, payment_of, payments_like
from dueline.ledger.models import Claim, SourceFile, TransactionSet
from dueline.ledger.posting import (
    NO_NUMBER,
    Directory,
    Posting,
    PostingRefused,
    Proposal,
    load_ahead,
    lock,
    post_acknowledgments,
    post_claims,
    post_remittance,
    post_statuses,
    post_suspense,
)
from dueline.sending.actions import Hearing
from dueline.status_requests.actions import Answers

_UNBALANCED = frozenset({"unbalanced_line", "unbalanced_claim", "unbalanced_remittance"})
OLD_GROUP = "CR"  # of version 4010: corrections
_CLAIM_KINDS = frozenset(
    {SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL, SetKind.CLAIM_DENTAL}
)
_ACKNOWLEDGMENTS = frozenset(
    {
        SetKind.IMPLEMENTATION_ACKNOWLEDGMENT,
        SetKind.FUNCTIONAL_ACKNOWLEDGMENT,
        SetKind.INTERCHANGE_ACKNOWLEDGMENT,
    }
)
SET_ROW = row_type(TransactionSet)
MOST_HELD = 1_000  # items of a set held before it is posted
MOST_PROBLEMS = 200  # of one set: a page that lists more helps nobody


@dataclass
class ReadSet:
    """A set as read: whole, or, a large one, begun, to be read on while it is posted."""

    reader: SetReader
    source_file: SourceFile
    held: list[Item]
    is_whole: bool

    def items(self) -> Iterable[Item]:
        return self.held if self.is_whole else chain(self.held, self.reader.items())


def read_ahead(reader: SetReader, source_file: SourceFile) -> ReadSet:
    """Read a set to its end, or as many items as may be held."""
    held = list(islice(reader.items(), MOST_HELD))
    is_whole = len(held) < MOST_HELD
    if is_whole:
        for _ in reader.items():
            pass
    return ReadSet(reader, source_file, held, is_whole)


@dataclass
class SetResult:
    """What became of a set, and the claims it touched."""

    row: Any  # of the table of transaction sets
    touched: set[int] = field(default_factory=set)

    @property
    def status(self) -> PostingStatus:
        return PostingStatus(self.row.status)


class NotPosted(Exception):
    """A large set is known already, or has a fault, as is seen at its end."""


# Why a set cannot be posted although it was read. What was posted with it is rolled back.
CANNOT_POST = (NotPosted, PostingRefused, DataError, OverflowError)


@dataclass(frozen=True)
class Release:
    """A person's word that a set which does not balance is to be posted all the same."""

    by: str
    reason: str


def needs_release(problem: Problem) -> bool:
    """Tell whether a set waits for a person's word: a sum that fails, or an adjustment that moves nothing."""
    is_unknown = problem.code == "unknown_group_code" and problem.found != OLD_GROUP
    return is_unknown or problem.code in _UNBALANCED


def post_sets(
    *,
    directory: Directory,
    sets: Sequence[ReadSet],
    by: str,
    now: datetime,
    received_on: date,
    release: Release | None = None,
) -> list[SetResult]:
    """Post sets in the order given, within the surrounding transaction; return what became of each.

    Those known already and those with faults are recorded as such. Raises NotPosted or PostingRefused
    where a set turns out not to be postable only now: then the transaction must be rolled back.
    With `release` a set that is only out of balance is posted, its difference in suspense.
    """
    lock(directory.practice)
    run = _Run(directory, by, now, release, Posting(directory, received_on=received_on))
    run.paid = payments_like(directory.practice, (one.reader for one in sets if one.is_whole))
    known = _posted_before(directory, [one.reader.content_hash for one in sets if one.is_whole])
    postable = (
        one.held
        for one in sets
        if one.is_whole and one.reader.content_hash not in known and not _held(one.reader, release)
    )
    load_ahead(run.posting, chain.from_iterable(postable))
    with writing_aside():
        results = [_post_or_record(run, one, known) for one in sets]
        run.finish()
    if results:  # a refused request changes what is next for claims that no set names
        results[-1].touched.update(run.asked)
    return results


def _post_or_record(run: "_Run", one: ReadSet, known: dict[str, int]) -> SetResult:
    """Post a set unless it is among those known by content, to which it is added, or has faults."""
    if not one.is_whole:
        return _post(run, one)
    content_hash = one.reader.content_hash
    earlier = known.get(content_hash)
    if earlier is not None:
        return _record(run, one, PostingStatus.DUPLICATE, [], earlier)
    if _held(one.reader, run.release):
        return _record(run, one, PostingStatus.QUARANTINED, [], None)
    payment = payment_of(one.reader)
    if payment in run.paid and run.release is None:
        return _record(run, one, PostingStatus.QUARANTINED, [paid_before(one.reader)], None)
    result = _post(run, one)
    if payment is not None:
        run.paid.add(payment)
    known[content_hash] = result.row.id
    run.posting.end_set()
    return result


def record_refused(
    *, directory: Directory, one: ReadSet, error: Exception, by: str, now: datetime
) -> SetResult:
    """Record a set whose posting was rolled back, with the reason; within the surrounding transaction."""
    for _ in one.reader.items():
        pass
    run = _Run(directory, by, now, None, Posting(directory, received_on=now.date()))
    content_hash = one.reader.content_hash
    earlier = _posted_before(directory, [content_hash]).get(content_hash)
    if earlier is not None:
        result = _record(run, one, PostingStatus.DUPLICATE, [], earlier)
    else:
        result = _record(run, one, PostingStatus.QUARANTINED, _reasons(one, error), None)
    run.finish()
    return result


def _reasons(one: ReadSet, error: Exception) -> list[Problem]:
    """Return what the ledger, not the reader, has against a set."""
    if isinstance(error, PostingRefused):
        return [error.problem]
    if isinstance(error, NotPosted):
        return []
    message = "The set holds a value that the database does not take."
    return [Problem("value_not_stored", message, one.reader.segment_number, "ST")]


@dataclass
class _Run:
    """What the sets of one transaction share."""

    directory: Directory
    by: str
    now: datetime
    release: Release | None
    posting: Posting
    paid: set[PaymentFacts | None] = field(default_factory=set)  # posted, like those of these sets
    deeds: list[audit.Deed] = field(default_factory=list)
    proposals: list[list[Proposal]] = field(default_factory=list)
    waiting: list[WaitingAnswer] = field(default_factory=list)
    problems: list[SetProblem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hearing = Hearing(self.directory.practice)
        self.answers = Answers(self.directory.practice)

    def keep_problems(self, one: ReadSet, set_id: int, problems: Sequence[Problem]) -> None:
        self.problems += _problem_rows(self.directory, one.source_file, set_id, problems)

    def finish(self) -> None:
        """Write what waits: the ledger's rows, then what refers to them, and the audit events."""
        self.posting.flush()
        SetProblem.objects.bulk_create(self.problems)
        WaitingAnswer.objects.bulk_create(self.waiting)
        self.hearing.settle(now=self.now)
        self.asked = self.answers.settle(as_of=self.posting.received_on)
        for proposals in self.proposals:
            _keep_proposals(self.directory, proposals)
        audit.record_all(practice=self.directory.practice, by=self.by, deeds=self.deeds)

    def note(self, action: str, one: ReadSet, pk: int) -> None:
        detail = {"kind": one.reader.kind.value, "claims": one.reader.totals.claim_count}
        self.deeds.append(audit.Deed(action, self.now, "transaction_set", str(pk), detail))


def _held(reader: SetReader, release: Release | None) -> bool:
    return any(p.is_fatal or (needs_release(p) and release is None) for p in reader.problems)


def _post(run: _Run, one: ReadSet) -> SetResult:
    reader, posting, release = one.reader, run.posting, run.release
    row = _set_row(run, one, PostingStatus.POSTED)
    if release:
        row.status = PostingStatus.RELEASED.value
        row.released_by, row.release_reason = release.by, release.reason[:500]
    of_set = posting.begin_set(row.id)
    if one.is_whole:
        _complete(row, reader)
    else:  # known when it is read; unique until then
        row.content_hash = f"reading {reader.segment_number}"
    posting.add(TransactionSet, row)  # before what refers to it
    if reader.kind in _CLAIM_KINDS:
        posting.known.sets[row.group_control_number, row.control_number] = row.id
    proposals = _post_items(run, one, row.id)
    if not one.is_whole:
        _finish_large(run, one, row)
    difference = reader.totals.difference_cents
    if release and difference:
        post_suspense(
            posting,
            amount_cents=difference,
            segment_number=reader.segment_number,
            on=posting.received_on,
        )
    if proposals:
        run.proposals.append(proposals)
    run.keep_problems(one, row.id, [*reader.problems, *of_set.problems])
    run.note("release_set" if release else "post_set", one, row.id)
    return SetResult(row, of_set.touched)


def _finish_large(run: _Run, one: ReadSet, row: Any) -> None:
    """See what is known of a large set only at its end. Raises NotPosted."""
    reader = one.reader
    for _ in reader.items():
        pass
    if _posted_before(run.directory, [reader.content_hash]):
        raise NotPosted("known already")
    if _held(reader, run.release):
        raise NotPosted("has a fault")
    if run.release is None and payments_like(
        run.directory.practice, [reader], but=run.posting.transaction_set_id
    ):
        raise PostingRefused(paid_before(reader))
    run.posting.flush()
    _complete(row, reader)
    update(TransactionSet, [row])


def _post_items(run: _Run, one: ReadSet, set_id: int) -> list[Proposal]:
    posting, hearing, reader = run.posting, run.hearing, one.reader
    kind, header, items = reader.kind, reader.header, one.items()
    if kind in _CLAIM_KINDS:
        post_claims(posting, cast(ClaimBatch, header), items)  # type: ignore[arg-type]
    elif kind is SetKind.REMITTANCE:
        return post_remittance(posting, cast(RemittanceHeader, header), items)  # type: ignore[arg-type]
    elif kind in (SetKind.CLAIM_ACKNOWLEDGMENT, SetKind.STATUS_RESPONSE):
        heard = hearing.statuses(set_id, kind, items)  # type: ignore[arg-type]
        if kind is SetKind.STATUS_RESPONSE:
            heard = run.answers.statuses(set_id, heard, posting)
        else:
            run.answers.heed_acknowledgments()
        post_statuses(posting, kind, cast(StatusBatch, header), heard)
    elif kind in _ACKNOWLEDGMENTS:
        group = header if isinstance(header, GroupAcknowledgment) else None
        run.answers.heed_acknowledgments()
        told = hearing.acknowledgments(set_id, group, items)  # type: ignore[arg-type]
        on = reader.interchange.sent_on
        post_acknowledgments(posting, group, told, on=on, is_ours=hearing.is_ours)
    else:
        raise PostingRefused(
            Problem(
                "unknown_set",
                "Dueline does not take in this kind of transaction set.",
                reader.segment_number,
                "ST",
                "",
                "ST01",
                "837, 835, 277 or 999",
                reader.identifier,
            )
        )
    return []


def _posted_before(directory: Directory, hashes: Sequence[str]) -> dict[str, int]:
    """Return the posted sets with these contents: content hash to id."""
    found = rows_in(
        TransactionSet,
        ("content_hash", "id"),
        "content_hash",
        hashes,
        practice_id=directory.practice.pk,
        also="status IN ('posted', 'released')",
    )
    return dict(found)


def _record(
    run: _Run,
    one: ReadSet,
    status: PostingStatus,
    problems: list[Problem],
    duplicate_of: int | None,
) -> SetResult:
    """Keep a set that did not post: known already, or in quarantine with its faults. Told once only."""
    reader = one.reader
    told = TransactionSet.objects.filter(
        source_file=one.source_file,
        segment_from=reader.segment_number,
        status=status.value,
        content_hash=reader.content_hash,
    ).first()
    if told is not None:
        return SetResult(told)
    row = _set_row(run, one, status)
    _complete(row, reader)
    if status is PostingStatus.DUPLICATE:
        row.duplicate_of_id = duplicate_of
    run.posting.add(TransactionSet, row)
    run.keep_problems(one, row.id, [*problems, *reader.problems])
    run.note(f"{status.value}_set", one, row.id)
    is_ours = not any(problem.code == "other_practice" for problem in problems)
    is_held = status is PostingStatus.QUARANTINED and is_ours
    return SetResult(row, _waits(run, one, row.id) if is_held else set())


def _waits(run: _Run, one: ReadSet, set_id: int) -> set[int]:
    """Note the claims that a set in quarantine answers, as far as it was read; return those that are known."""
    practice = run.directory.practice
    keys = {patient_control_key(_number(item)) for item in one.held} - NO_NUMBER
    run.waiting += [
        WaitingAnswer(practice=practice, transaction_set_id=set_id, patient_control_key=key[:38])
        for key in sorted(keys)
    ]
    known = rows_in(Claim, ("id",), "patient_control_key", keys, practice_id=practice.pk)
    return {pk for (pk,) in known}


def _number(item: Item) -> str:
    """Return the claim number that an answer names; "" for what answers no claim."""
    if isinstance(item, ClaimPayment):
        return item.patient_control_number
    return item.patient_account if isinstance(item, ClaimStatus) else ""


def _set_row(run: _Run, one: ReadSet, status: PostingStatus) -> Any:
    reader = one.reader
    return SET_ROW(
        id=run.posting.new_id(TransactionSet),
        practice_id=run.directory.practice.pk,
        source_file_id=one.source_file.pk,
        kind=reader.kind.value,
        status=status.value,
        version=reader.version[:16],
        interchange_control_number=reader.interchange.control_number[:16],
        group_control_number=(reader.group.control_number if reader.group else "")[:16],
        control_number=reader.control_number[:16],
        segment_from=reader.segment_number,
        segment_through=reader.last_segment_number,
        content_hash=reader.content_hash,
        sent_on=(reader.group.sent_on if reader.group else None) or reader.interchange.sent_on,
        posted_at=run.now,
    )


def _complete(row: Any, reader: SetReader) -> None:
    """Take over what is known only when a set has been read to its end."""
    totals = reader.totals
    row.kind = reader.kind.value
    row.segment_through = reader.last_segment_number
    row.content_hash = reader.content_hash
    row.claim_count = totals.claim_count
    row.charge_cents = totals.charge_cents
    row.paid_cents = totals.paid_cents
    row.payment_cents = totals.payment_cents
    row.difference_cents = totals.difference_cents


def _keep_proposals(directory: Directory, proposals: Sequence[Proposal]) -> None:
    for proposal in proposals:
        kept = MatchProposal.objects.create(
            practice=directory.practice,
            claim_payment_id=proposal.claim_payment_id,
            reason=proposal.reason[:200],
        )
        kept.candidates.set(proposal.candidates)


def keep_problems(
    directory: Directory, source_file: SourceFile, problems: Sequence[Problem]
) -> None:
    """Keep the faults of a file that belong to no set."""
    SetProblem.objects.bulk_create(_problem_rows(directory, source_file, None, problems))


def _problem_rows(
    directory: Directory,
    source_file: SourceFile,
    set_id: int | None,
    problems: Sequence[Problem],
) -> list[SetProblem]:
    return [
        SetProblem(
            practice=directory.practice,
            source_file_id=source_file.pk,
            transaction_set_id=set_id,
            code=problem.code[:40],
            message=problem.message[:300],
            segment_number=problem.segment_number,
            segment_identifier=problem.segment_identifier[:8].replace("\x00", "\ufffd"),
            loop=problem.loop[:8],
            element=problem.element[:12],
            expected=problem.expected[:200],
            found=problem.found[:200].replace("\x00", "\ufffd"),  # PostgreSQL takes no NUL
            is_fatal=problem.is_fatal,
        )
        for problem in problems[:MOST_PROBLEMS]
    ]
