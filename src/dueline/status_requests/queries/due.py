"""Which of a practice's claims are asked about on a day, and why the others are not. No query per claim."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max, Q

from dueline.accounts.models import Practice
from dueline.core.enums import ClaimType, NextAction, PayerStatus, PayerType, WorkStatus
from dueline.core.payer_rules import suits
from dueline.core.status_question import Asked, what_is_missing
from dueline.core.status_requests import (
    WAITING_FOR_ANSWER,
    Due,
    NotAsked,
    RequestRule,
    RequestState,
    request_rule,
    why_not,
)
from dueline.ledger.models import Claim
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book
from dueline.sending.queries import payer_identifiers
from dueline.status_requests.models import StatusRequest

_ASKED = (
    "pk",
    "patient_control_number",
    "payer_claim_control_number",
    "member_id",
    "subscriber_name",
    "patient__last_name",
    "patient__first_name",
    "patient__birth_on",
    "patient__sex",
    "billing_provider__npi",
    "billing_provider__name",
    "claim_type",
    "facility_code",
    "frequency_code",
    "charge_cents",
    "service_from_on",
    "service_through_on",
)
_DECIDING = (
    "payer",
    "group_number",
    "payer_status",
    "payer_balance_cents",
    "item__due_on",
    "item__next_action",
    "item__work_status",
    "item__leased_until",
    "item__promised_on",
    "item__has_set_date",
    "item__asked_on",
)


@dataclass
class DueTonight:
    """The claims to ask about, by payer and in the order of a file; and how many due ones are not, and why."""

    by_payer: dict[int, list[Asked]] = field(default_factory=dict)
    left_out: dict[int, Counter[NotAsked]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.by_payer.values()))


def due_tonight(practice: Practice, *, as_of: date, now: datetime) -> DueTonight:
    """Return which claims whose answer is due are asked about on `as_of`."""
    claims = _waiting(practice, as_of)
    asked = _asked_before(practice, claims)
    rule_for = _rules(practice, as_of)
    payers = list(Payer.objects.filter(practice=practice).values_list("pk", flat=True))
    known = payer_identifiers(practice, payers)
    found = DueTonight()
    for about, payer_id, group, due in _rows(claims, asked, known, now):
        rule = rule_for(payer_id, about.claim_type, group)
        reason = why_not(due, rule, as_of=as_of) or what_is_missing(about)
        if reason is None:
            found.by_payer.setdefault(payer_id, []).append(about)
        else:
            found.left_out.setdefault(payer_id, Counter())[reason] += 1
    return found


def _waiting(practice: Practice, as_of: date) -> Q:
    return Q(
        practice=practice,
        is_open=True,
        payer_balance_cents__gt=0,
        payer_status__in=[status.value for status in WAITING_FOR_ANSWER],
        item__is_open=True,
        item__due_on__lte=as_of,
    )


def _asked_before(practice: Practice, claims: Q) -> dict[int, tuple[date, bool]]:
    """Return when each of the claims was last asked about, and whether that request is out."""
    rows = StatusRequest.objects.filter(
        practice=practice, claim__in=Claim.objects.filter(claims).order_by().values("pk")
    ).exclude(state=RequestState.RECALLED.value)
    out = Max("asked_on", filter=Q(state=RequestState.OUT.value))
    found = rows.order_by().values_list("claim").annotate(last_on=Max("asked_on"), out_on=out)
    return {claim_id: (last, is_out is not None) for claim_id, last, is_out in found}


def _rules(practice: Practice, as_of: date) -> Callable[[int, str, str], RequestRule]:
    """Return what gives the rule of a payer for a kind of claim and a group number, each looked up once."""
    book = rule_book(practice, as_of=as_of)
    kept: dict[tuple[int, str, int | None], RequestRule] = {}

    def rule_for(payer_id: int, claim_type: str, group_number: str) -> RequestRule:
        plan = book.plan_of(payer_id, group_number) if group_number else None
        key = payer_id, claim_type, plan
        if key not in kept:
            payer_type = book.payers[payer_id].payer_type
            clocks = book.clocks_for(book.coverage(payer_id, PayerType(payer_type), as_of, plan))
            fitting = [rule for rule in clocks if suits(rule, ClaimType(claim_type))]
            kept[key] = request_rule(fitting, PayerType(payer_type), as_of=as_of)
        return kept[key]

    return rule_for


def _rows(
    claims: Q,
    asked: dict[int, tuple[date, bool]],
    known_payers: dict[int, tuple[str, str]],
    now: datetime,
) -> Iterator[tuple[Asked, int, str, Due]]:
    rows = Claim.objects.filter(claims).order_by("payer", "billing_provider", "member_id", "pk")
    columns = rows.values_list(*_ASKED, *_DECIDING)
    for values in columns.iterator(chunk_size=5000):
        about = Asked._make(values[: len(_ASKED)])
        payer_id, group, status, balance, due_on, action, work, leased, promised, is_set, waits = (
            values[len(_ASKED) :]
        )
        last_on, is_out = asked.get(about.claim_id, (None, False))
        due = Due(
            payer_status=PayerStatus(status),
            payer_balance_cents=balance,
            due_on=due_on,
            next_action=NextAction(action),
            work_status=WorkStatus(work),
            is_leased=leased is not None and leased > now,
            is_promised=promised is not None,
            has_set_date=is_set,
            is_unanswered=waits is not None,
            is_out=is_out,
            last_asked_on=last_on,
            has_payer_id=payer_id in known_payers,
        )
        yield about, payer_id, group, due
