"""What payers did with the claims that were looked at: each warning confirmed, not confirmed, or still waiting."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.core.claim_checks import answer_outcome, checks
from dueline.core.claim_checks.measure import Refused, prevents
from dueline.core.enums import PayerStatus, WarningOutcome
from dueline.denials.models import Denial
from dueline.ledger.models import (
    Claim,
    ClaimEvent,
    ClaimPayment,
    Remittance,
    ServiceLine,
    Submission,
    TransactionSet,
)
from dueline.prevention.actions.saving import WAITING
from dueline.prevention.models import CheckedClaim, CheckRun, CheckWarning

BATCH = 2000  # claims measured together
_REVERSAL = "22"


class _Looked(NamedTuple):
    """A claim that was looked at and not answered since."""

    pk: int
    key: str
    as_of: date


class _Waiting(NamedTuple):
    """A warning that nothing has come of yet."""

    pk: int
    check_id: str
    line_number: int
    carc: str


@dataclass
class _Story:
    """What came of a claim since it was looked at."""

    sent_on: date | None = None
    answered_on: date | None = None
    refused: list[tuple[Refused, int]] = field(default_factory=list)  # with cents
    rejections: dict[str, date] = field(default_factory=dict)  # status code: day


def measure(*, practice: Practice, claim_ids: Iterable[int] | None = None) -> int:
    """Set what became of warnings, of the ledger's claims given or of all; return how many were settled.

    A claim counts once it was sent after the look and its payer has answered. Doing it again changes nothing.
    """
    waiting = CheckedClaim.objects.filter(
        practice=practice, is_latest=True, answered_on__isnull=True
    )
    if not waiting.exists():
        return 0
    days = dict(CheckRun.objects.filter(practice=practice).values_list("pk", "as_of"))
    settled = 0
    for keys in _keys(practice, claim_ids):
        columns = ("id", "patient_control_key", "run_id")
        rows = rows_in(
            CheckedClaim, columns, "patient_control_key", keys,
            practice_id=practice.pk, also=WAITING,
        )  # fmt: skip
        looked = [_Looked(pk, key, days[run_id]) for pk, key, run_id in rows]
        with transaction.atomic():
            settled += _settle(practice, looked)
    return settled


def _keys(practice: Practice, claim_ids: Iterable[int] | None) -> Iterator[list[str]]:
    """Yield the claim numbers to look for, in parts."""
    if claim_ids is None:
        found = CheckedClaim.objects.filter(
            practice=practice, is_latest=True, answered_on__isnull=True
        )
        keys = iter(sorted(set(found.values_list("patient_control_key", flat=True))))
        while part := list(islice(keys, BATCH)):
            yield part
        return
    ids = iter(sorted(set(claim_ids)))
    while some := list(islice(ids, BATCH)):
        yield [key for (key,) in rows_in(Claim, ("patient_control_key",), "id", some)]


def _settle(practice: Practice, looked: Sequence[_Looked]) -> int:
    if not looked:
        return 0
    stories = _stories(practice, looked)
    warnings: dict[int, list[_Waiting]] = defaultdict(list)
    columns = ("claim_id", "id", "check_id", "line_number", "carc")
    for claim_id, *facts in rows_in(
        CheckWarning,
        columns,
        "claim_id",
        [one.pk for one in looked],
        also=f"outcome = '{WarningOutcome.WAITING.value}'",
    ):
        warnings[claim_id].append(_Waiting(*facts))
    became: dict[tuple[str, date], list[int]] = defaultdict(list)
    answered: dict[tuple[date, str, bool], list[int]] = defaultdict(list)
    for one in looked:
        story = stories.get(one.key)
        if story is not None:
            for pk, outcome, on in _outcomes(story, warnings[one.pk]):
                became[outcome.value, on].append(pk)
            if story.answered_on is not None:
                answered[story.answered_on, *_worst(story, warnings[one.pk])].append(one.pk)
    for (on, carc, was_warned), ids in answered.items():
        CheckedClaim.objects.filter(pk__in=ids).update(
            answered_on=on, refused_carc=carc, was_warned=was_warned
        )
    for (outcome_value, on), ids in became.items():
        CheckWarning.objects.filter(pk__in=ids).update(
            outcome=outcome_value, outcome_on=on, expected="", found=""
        )
    return sum(len(ids) for ids in became.values())


def _outcomes(
    story: _Story, warnings: Sequence[_Waiting]
) -> Iterator[tuple[int, WarningOutcome, date]]:
    """Yield what became of each warning; nothing for one whose claim still waits."""
    known = checks()
    refused = [one for one, _ in story.refused]
    for pk, check_id, line, carc in warnings:
        check = known.get(check_id)
        if check is None:
            continue
        rejected_on = min(
            (story.rejections[code] for code in check.statuses if code in story.rejections),
            default=None,
        )
        if rejected_on is not None:
            yield pk, WarningOutcome.CONFIRMED, rejected_on
        elif story.answered_on is not None:
            yield pk, answer_outcome(check, line, refused, carc), story.answered_on


def _worst(story: _Story, warned: Sequence[_Waiting]) -> tuple[str, bool]:
    """Return what a claim was refused for most ("": nothing), and whether it was warned of that."""
    if not story.refused:
        return "", False
    worst, _ = max(story.refused, key=lambda row: row[1])
    known = checks()
    is_warned = any(
        prevents(known[one.check_id], worst, one.carc) for one in warned if one.check_id in known
    )
    return worst.carc, is_warned


# ---------------------------------------------------------------- what the ledger tells


def _stories(practice: Practice, looked: Sequence[_Looked]) -> dict[str, _Story]:
    """Return by claim number what came since each was looked at. Eight queries for any number of claims."""
    since = {one.key: one.as_of for one in looked}
    claims = dict(
        rows_in(
            Claim,
            ("id", "patient_control_key"),
            "patient_control_key",
            since,
            practice_id=practice.pk,
        )
    )
    stories: dict[str, _Story] = {}
    for claim_id, on in rows_in(Submission, ("claim_id", "submitted_on"), "claim_id", claims):
        key = claims[claim_id]
        if on >= since[key]:
            story = stories.setdefault(key, _Story())
            story.sent_on = min(story.sent_on or on, on)
    sent = {pk: stories[key] for pk, key in claims.items() if key in stories}
    _read_rejections(sent)
    _read_answers(sent)
    return stories


def _read_rejections(sent: dict[int, _Story]) -> None:
    rejected = f"payer_status = '{PayerStatus.REJECTED.value}'"
    columns = ("claim_id", "status_code", "happened_on")
    for claim_id, code, on in rows_in(ClaimEvent, columns, "claim_id", sent, also=rejected):
        story = sent[claim_id]
        if story.sent_on is not None and on >= story.sent_on:
            story.rejections[code] = min(story.rejections.get(code, on), on)


def _read_answers(sent: dict[int, _Story]) -> None:
    """Read each claim's first answer after its sending, and what it refused."""
    columns = ("id", "claim_id", "remittance_id", "status_code")
    payments = rows_in(ClaimPayment, columns, "claim_id", sent)
    days = _days_of({row[2] for row in payments})
    first: dict[int, tuple[date, int]] = {}  # by claim
    for pk, claim_id, remittance_id, status in payments:
        story, on = sent[claim_id], days[remittance_id]
        if status == _REVERSAL or story.sent_on is None or on < story.sent_on:
            continue
        first[claim_id] = min(first.get(claim_id, (on, pk)), (on, pk))
    by_payment: dict[int, _Story] = {}
    for claim_id, (on, pk) in first.items():
        sent[claim_id].answered_on = on
        by_payment[pk] = sent[claim_id]
    names = ("claim_payment_id", "carc", "rarcs", "service_line_id", "amount_cents")
    refused = rows_in(Denial, names, "claim_payment_id", by_payment)
    numbers = dict(
        rows_in(ServiceLine, ("id", "line_number"), "id", {row[3] for row in refused if row[3]})
    )
    for payment_id, carc, rarcs, line_id, cents in refused:
        one = Refused(carc, tuple(rarcs.split()), numbers.get(line_id, 0))
        by_payment[payment_id].refused.append((one, cents))


def _days_of(remittance_ids: set[int]) -> dict[int, date]:
    """Return the day of each remittance: its payment's, else the day on which it was posted."""
    columns = ("id", "paid_on", "transaction_set_id")
    remittances = rows_in(Remittance, columns, "id", remittance_ids)
    undated = {set_id for _, paid_on, set_id in remittances if paid_on is None}
    posted = TransactionSet.objects.filter(pk__in=undated).values_list("pk", "posted_at")
    days = {pk: at.date() for pk, at in posted}
    return {pk: paid_on or days[set_id] for pk, paid_on, set_id in remittances}
