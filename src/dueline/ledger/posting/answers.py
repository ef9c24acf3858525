"""Post what payers and clearinghouses say of claims before they pay: 999, TA1, 277CA and 277."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from dueline.bulk import rows_in
from dueline.core.codes import status_words
from dueline.core.enums import PayerStatus, PostingStatus, SetKind
from dueline.core.matching import patient_control_key
from dueline.core.status import Event, event_of_status_answer, next_status
from dueline.core.x12.model import (
    ClaimStatus,
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    SetAcknowledgment,
    Status,
    StatusBatch,
)
from dueline.ledger.models import ClaimEvent, PayerClaimNumber, Submission, TransactionSet
from dueline.ledger.posting.context import Posting, chunks
from dueline.ledger.posting.lookups import (
    NO_NUMBER,
    keep_number,
    load_claims,
    load_claims_by_id,
    load_numbers,
)
from dueline.ledger.posting.sanity import check_answer, check_answers, check_sent

_CLAIM_KINDS = [
    SetKind.CLAIM_PROFESSIONAL.value,
    SetKind.CLAIM_INSTITUTIONAL.value,
    SetKind.CLAIM_DENTAL.value,
]
_ACCEPTED = frozenset({"A", "E"})
_BY_PAYER = "\n"  # before a number that is the payer's: no key of ours begins so


def _add_event(
    posting: Posting,
    claim: Any,
    *,
    segment_number: int,
    happened_on: date,
    is_from_payer: bool,
    codes: tuple[str, str, str],
    text: str,
    number: str = "",
) -> None:
    posting.add_tuple(
        ClaimEvent,
        (
            posting.new_id(ClaimEvent),
            posting.practice_id,
            claim.id,
            posting.transaction_set_id,
            segment_number,
            happened_on,
            is_from_payer,
            codes[0][:3],
            codes[1][:8],
            codes[2][:3],
            claim.payer_status,
            text[:200],
            number[:50],
        ),
    )


def _move(claim: Any, event: Event, on: date, said: str) -> None:
    before = PayerStatus(claim.payer_status)
    after = next_status(before, event)
    if after is not before or event in (Event.PENDING, Event.NOT_ON_FILE):
        if claim.payer_status_on is None or on >= claim.payer_status_on:
            claim.payer_status = after.value
            claim.payer_status_on = on
            claim.payer_said = said[:120]


# ---------------------------------------------------------------- 277CA and 277


def post_statuses(
    posting: Posting, kind: SetKind, header: StatusBatch, items: Iterable[ClaimStatus]
) -> None:
    """Post the answers of one 277CA or 277. An answer that fits no claim is kept as a remark.

    Raises PostingRefused for days that cannot be.
    """
    check_answers(header, posting.received_on)
    is_from_payer = header.source.entity in ("PR", "")
    default_on = header.processed_on or header.created_on or posting.received_on
    for chunk in chunks(items):
        for item in chunk:
            check_answer(item, posting.received_on)
        answers = [item for item in chunk if item.level == "claim"]
        found = load_for_answers(posting, answers)
        for item in answers:
            claim = next((found[k] for k in keys_of(item) if k in found), None)
            if claim is None:
                message = "An answer names a claim that is not on file."
                posting.remark("claim_not_on_file", message, item.segment_number)
                continue
            for status in item.statuses:
                _post_status(posting, claim, item, status, is_from_payer, default_on)
            _keep_number(posting, claim, item)
            posting.change(claim)
        posting.end_chunk()
        for item in chunk:
            if item.level != "claim" and kind is SetKind.CLAIM_ACKNOWLEDGMENT:
                _post_batch_rejection(posting, item, is_from_payer, default_on)


def keys_of(item: ClaimStatus) -> list[str]:
    """Return the keys by which an answer names its claim, the surest first."""
    numbers = [item.trace_number, item.patient_account]
    if item.trace_type == "2" and item.patient_account:
        numbers.reverse()
    keys = [patient_control_key(number) for number in numbers if number not in NO_NUMBER]
    if item.payer_claim_control_number not in NO_NUMBER:
        keys.append(f"{_BY_PAYER}{item.payer_claim_control_number}")
    return keys


def load_for_answers(posting: Posting, items: Sequence[ClaimStatus]) -> dict[str, Any]:
    """Make known what is stored of the claims answered; return them by each key that finds them."""
    keys = {key for item in items for key in keys_of(item)}
    own = {key for key in keys if not key.startswith(_BY_PAYER)}
    claims = load_claims(posting, own)
    found = {key: claims[key] for key in own if key in claims}
    missing = [item for item in items if not any(key in found for key in keys_of(item))]
    found.update(_by_payer_number(posting, missing))
    load_numbers(posting, found.values())
    return found


def _by_payer_number(posting: Posting, items: Sequence[ClaimStatus]) -> dict[str, Any]:
    """Return the claims that the payer's number alone finds, one each."""
    numbers = {i.payer_claim_control_number for i in items} - NO_NUMBER
    if not numbers:
        return {}
    posting.flush()  # the number may have come just now
    columns = ("number", "claim_id")
    claim_ids: dict[str, set[int]] = {}
    for number, claim_id in rows_in(
        PayerClaimNumber, columns, "number", numbers, practice_id=posting.practice_id
    ):
        claim_ids.setdefault(number, set()).add(claim_id)
    sure = {number: next(iter(ids)) for number, ids in claim_ids.items() if len(ids) == 1}
    claims = load_claims_by_id(posting, sure.values())
    return {f"{_BY_PAYER}{number}": claims[pk] for number, pk in sure.items()}


def _keep_number(posting: Posting, claim: Any, item: ClaimStatus) -> None:
    number = item.payer_claim_control_number[:50]
    if number in NO_NUMBER:
        return
    if not claim.payer_claim_control_number:
        claim.payer_claim_control_number = number
    keep_number(posting, claim, number, claim.payer_id)


def _post_status(
    posting: Posting,
    claim: Any,
    item: ClaimStatus,
    status: Status,
    is_from_payer: bool,
    default_on: date,
) -> None:
    if not status.codes:
        return
    on = status.effective_on or default_on
    first = status.codes[0]
    events = [event_of_status_answer(code.category, code.status) for code in status.codes]
    event = next((e for e in events if e is not None), None)
    if status.action == "U" and event is not Event.REJECTED:
        event = Event.REJECTED
    if event is Event.ACCEPTED and not is_from_payer:
        event = Event.RECEIVED  # a clearinghouse's acceptance is no proof that the payer has it
    words = "; ".join(status_words(code.category, code.status) for code in status.codes)
    if event is not None:
        _move(claim, event, on, words)
    if event is Event.ACCEPTED and (claim.accepted_on is None or on < claim.accepted_on):
        claim.accepted_on = on
    _add_event(
        posting,
        claim,
        segment_number=status.segment_number or item.segment_number,
        happened_on=on,
        is_from_payer=is_from_payer,
        codes=(first.category, first.status, first.entity),
        text=words,
        number=item.payer_claim_control_number,
    )


def _post_batch_rejection(
    posting: Posting, item: ClaimStatus, is_from_payer: bool, default_on: date
) -> None:
    """A batch or provider refused as a whole refuses every claim of it (005010X214, 2200B, 2200C)."""
    refused = next(
        (
            status
            for status in item.statuses
            if status.codes
            and event_of_status_answer(status.codes[0].category, status.codes[0].status)
            is Event.REJECTED
        ),
        None,
    )
    if refused is None or not item.trace_number:
        return
    posting.flush()  # the batch may have been posted just now
    submissions = Submission.objects.filter(
        practice_id=posting.practice_id, batch_reference=item.trace_number
    )
    words = "; ".join(status_words(code.category, code.status) for code in refused.codes)
    first = refused.codes[0]
    _reject_all(
        posting,
        submissions.values_list("claim_id", flat=True),
        event=Event.REJECTED,
        segment_number=refused.segment_number,
        on=refused.effective_on or default_on,
        is_from_payer=is_from_payer,
        codes=(first.category, first.status, first.entity),
        text=words,
    )


def _reject_all(
    posting: Posting,
    claim_ids: Iterable[int],
    *,
    event: Event | None,
    segment_number: int,
    on: date,
    is_from_payer: bool,
    codes: tuple[str, str, str],
    text: str,
) -> None:
    """Say the same of many claims; `event` None changes no status."""
    for some in chunks(sorted(set(claim_ids))):
        claims = load_claims_by_id(posting, some)
        for pk in some:
            claim = claims[pk]
            if event is not None:
                _move(claim, event, on, text)
            _add_event(
                posting,
                claim,
                segment_number=segment_number,
                happened_on=on,
                is_from_payer=is_from_payer,
                codes=codes,
                text=text,
            )
            posting.change(claim)
        posting.end_chunk()


# ---------------------------------------------------------------- 999, 997 and TA1


def post_acknowledgments(
    posting: Posting,
    header: GroupAcknowledgment | None,
    items: Iterable[SetAcknowledgment | InterchangeAcknowledgment],
    *,
    on: date | None,
    is_ours: Callable[[str], bool],
) -> None:
    """Post what a receiver's syntax check said of our 837 sets. Raises PostingRefused for a day that cannot be.

    `is_ours` tells of a control number whether Dueline has written such a file: one of other sets than 837s
    is not on file here, which is no fault.
    """
    check_sent(on, posting.received_on)
    day = on or posting.received_on
    for item in items:
        if isinstance(item, InterchangeAcknowledgment):
            what, verdict, number = "Interchange", item.result, item.control_number
            claim_ids = _claims_of_interchange(posting, item.control_number)
        else:
            what, verdict = "File", item.result
            number = header.group_control_number if header else ""
            claim_ids = _claims_of_set(posting, number, item.set_control_number)
        if claim_ids is None:
            if not is_ours(number):
                message = "It answers a set that is not on file."
                posting.remark("set_not_on_file", message, item.segment_number)
            continue
        is_accepted = verdict in _ACCEPTED
        _reject_all(
            posting,
            claim_ids,
            event=None if is_accepted else Event.ACKNOWLEDGED_999_REJECTED,
            segment_number=item.segment_number,
            on=day,
            is_from_payer=False,
            codes=(verdict, "", ""),
            text=f"{what} accepted"
            if is_accepted
            else f"{what} rejected: every claim must be resent",
        )


def _claims_of_interchange(posting: Posting, control_number: str) -> list[int] | None:
    """Return the claims submitted in an interchange; None where it is not on file."""
    posting.flush()  # it may have been posted just now
    ids = _answered(posting, interchange_control_number=control_number)
    return _submitted(ids) if ids else None


def _claims_of_set(posting: Posting, group: str, number: str) -> list[int] | None:
    """Return the claims submitted in the latest set of these control numbers; None where there is none."""
    known = posting.known
    pk = known.sets.get((group, number))
    if pk is not None:
        return known.submitted.get(pk, [])
    ids = _answered(posting, group_control_number=group, control_number=number)[:1]
    return _submitted(ids) if ids else None


def _answered(posting: Posting, **numbers: str) -> list[int]:
    """Return the ids of our posted 837 sets with these numbers, the latest first."""
    found = TransactionSet.objects.filter(
        practice_id=posting.practice_id,
        kind__in=_CLAIM_KINDS,
        status__in=[PostingStatus.POSTED.value, PostingStatus.RELEASED.value],
        **numbers,
    )
    return list(found.order_by("-id").values_list("id", flat=True))


def _submitted(set_ids: list[int]) -> list[int]:
    found = rows_in(Submission, ("claim_id",), "transaction_set_id", set_ids)
    return [claim_id for (claim_id,) in found]
