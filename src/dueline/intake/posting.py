"""One transaction set from reading to ledger: posted whole, known already, or quarantined."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from django.db import transaction

from dueline.accounts import audit
from dueline.core.enums import PostingStatus, SetKind
from dueline.core.x12 import SetReader
from dueline.core.x12.model import (
    ClaimBatch,
    GroupAcknowledgment,
    Problem,
    RemittanceHeader,
    StatusBatch,
)
from dueline.intake.models import MatchProposal, SetProblem
from dueline.ledger.models import SourceFile, TransactionSet
from dueline.ledger.posting import (
    Directory,
    Posting,
    PostingRefused,
    Proposal,
    post_acknowledgments,
    post_claims,
    post_remittance,
    post_statuses,
    post_suspense,
)

_UNBALANCED = frozenset({"unbalanced_line", "unbalanced_claim", "unbalanced_remittance"})
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
MOST_PROBLEMS = 200  # of one set: a page that lists more helps nobody
_POSTED = [PostingStatus.POSTED.value, PostingStatus.RELEASED.value]


@dataclass
class SetResult:
    """What became of a set, and the claims it touched."""

    row: TransactionSet
    touched: set[int] = field(default_factory=set)

    @property
    def status(self) -> PostingStatus:
        return PostingStatus(self.row.status)


class _NotPosted(Exception):
    """Rolls the posting of a set back; carries why."""

    def __init__(self, status: PostingStatus, problems: list[Problem]) -> None:
        super().__init__(status)
        self.status = status
        self.problems = problems


def is_unbalanced(problem: Problem) -> bool:
    return problem.code in _UNBALANCED


def post_set(
    *,
    directory: Directory,
    source_file: SourceFile,
    reader: SetReader,
    by: str,
    now: datetime,
    received_on: date,
    release_reason: str = "",
) -> SetResult:
    """Post one set in one database transaction, or record why not.

    With `release_reason` a set that is only out of balance is posted all the same, its difference in suspense.
    """
    try:
        with transaction.atomic():
            result = _post(directory, source_file, reader, by, now, received_on, release_reason)
            audit.record(
                practice=directory.practice,
                by=by,
                action="release_set" if release_reason else "post_set",
                at=now,
                object_kind="transaction_set",
                object_key=str(result.row.pk),
                detail={"kind": reader.kind.value, "claims": reader.totals.claim_count},
            )
            return result
    except _NotPosted as outcome:
        directory.reload()
        for _ in reader.items():
            pass
        return _record_outcome(directory, source_file, reader, outcome, by, now)


def _post(
    directory: Directory,
    source_file: SourceFile,
    reader: SetReader,
    by: str,
    now: datetime,
    received_on: date,
    release_reason: str,
) -> SetResult:
    row = _set_row(directory, source_file, reader, PostingStatus.POSTED, now)
    row.content_hash = (
        f"reading {reader.segment_number}"  # known when it is read; unique until then
    )
    if release_reason:
        row.status = PostingStatus.RELEASED.value
        row.released_by, row.release_reason = by, release_reason[:500]
    row.save()
    posting = Posting(directory, row.pk, received_on=received_on)
    try:
        proposals = _post_items(posting, reader)
    except PostingRefused as refusal:
        raise _NotPosted(PostingStatus.QUARANTINED, [refusal.problem]) from None
    for _ in reader.items():
        pass
    earlier = _posted_before(directory, reader.content_hash, row.pk)
    if earlier is not None:
        raise _NotPosted(PostingStatus.DUPLICATE, [])
    held = [p for p in reader.problems if p.is_fatal or (is_unbalanced(p) and not release_reason)]
    if held:
        raise _NotPosted(PostingStatus.QUARANTINED, [])
    if release_reason and reader.totals.difference_cents:
        post_suspense(
            posting,
            amount_cents=reader.totals.difference_cents,
            segment_number=reader.segment_number,
            on=received_on,
        )
    _complete(row, reader)
    row.save()
    _keep_proposals(directory, proposals)
    keep_problems(directory, source_file, row, [*reader.problems, *posting.problems])
    return SetResult(row, posting.touched)


def _post_items(posting: Posting, reader: SetReader) -> list[Proposal]:
    kind, header, items = reader.kind, reader.header, reader.items()
    if kind in _CLAIM_KINDS:
        post_claims(posting, cast(ClaimBatch, header), items)  # type: ignore[arg-type]
    elif kind is SetKind.REMITTANCE:
        return post_remittance(posting, cast(RemittanceHeader, header), items)  # type: ignore[arg-type]
    elif kind in (SetKind.CLAIM_ACKNOWLEDGMENT, SetKind.STATUS_RESPONSE):
        post_statuses(posting, kind, cast(StatusBatch, header), items)  # type: ignore[arg-type]
    elif kind in _ACKNOWLEDGMENTS:
        group = header if isinstance(header, GroupAcknowledgment) else None
        post_acknowledgments(posting, group, items, on=reader.interchange.sent_on)  # type: ignore[arg-type]
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


def _posted_before(
    directory: Directory, content_hash: str, pk: int | None
) -> TransactionSet | None:
    known = TransactionSet.objects.filter(
        practice=directory.practice, content_hash=content_hash, status__in=_POSTED
    )
    # Unordered: ordering by id would make SQLite walk the table instead of the index of hashes.
    others = known if pk is None else known.exclude(pk=pk)
    return next(iter(others.order_by()[:1]), None)


def _record_outcome(
    directory: Directory,
    source_file: SourceFile,
    reader: SetReader,
    outcome: _NotPosted,
    by: str,
    now: datetime,
) -> SetResult:
    """Keep a set that did not post: known already, or in quarantine with its faults. Told once only."""
    with transaction.atomic():
        row = TransactionSet.objects.filter(
            source_file=source_file,
            segment_from=reader.segment_number,
            status=outcome.status.value,
            content_hash=reader.content_hash,
        ).first()
        if row is not None:
            return SetResult(row)
        row = _set_row(directory, source_file, reader, outcome.status, now)
        _complete(row, reader)
        if outcome.status is PostingStatus.DUPLICATE:
            row.duplicate_of = _posted_before(directory, reader.content_hash, None)
        row.save()
        keep_problems(directory, source_file, row, [*outcome.problems, *reader.problems])
        audit.record(
            practice=directory.practice,
            by=by,
            action=f"{outcome.status.value}_set",
            at=now,
            object_kind="transaction_set",
            object_key=str(row.pk),
            detail={"kind": reader.kind.value},
        )
    return SetResult(row)


def _set_row(
    directory: Directory,
    source_file: SourceFile,
    reader: SetReader,
    status: PostingStatus,
    now: datetime,
) -> TransactionSet:
    return TransactionSet(
        practice=directory.practice,
        source_file=source_file,
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
        posted_at=now,
    )


def _complete(row: TransactionSet, reader: SetReader) -> None:
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
    directory: Directory,
    source_file: SourceFile,
    row: TransactionSet | None,
    problems: Sequence[Problem],
) -> None:
    SetProblem.objects.bulk_create(
        SetProblem(
            practice=directory.practice,
            source_file=source_file,
            transaction_set=row,
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
    )
