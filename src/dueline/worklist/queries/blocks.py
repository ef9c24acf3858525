"""What blocks calls and what holds claims back: for many claims at once, in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from dueline.accounts.models import Practice
from dueline.core.codes import adjustment_words, carcs
from dueline.core.enums import (
    CheckKey,
    ClaimOrigin,
    PayerStatus,
    PostingStatus,
    RequestOwner,
    RequestState,
)
from dueline.core.holds import OWNER_WORDS, Hold, OpenRequest
from dueline.core.readiness import (
    OF_ONE_WORD,
    PRACTICE_FACTS,
    Check,
    ReadinessFacts,
    blocking,
    checks,
    owner_of_denial,
)
from dueline.ledger.models import Claim, ClaimPayment, TransactionSet
from dueline.worklist.models import ReadinessOverride, Request
from dueline.worklist.queries.pricing import Pricing
from dueline.worklist.queries.rows import Row, claim_rows

_FIELDS = (
    "pk",
    "patient__first_name",
    "patient__last_name",
    "patient__birth_on",
    "member_id",
    "service_from_on",
    "charge_cents",
    "first_submitted_on",
    "payer__name",
    "payer_status",
    "payer_status_on",
    "accepted_on",
    "denial_group",
    "denial_carc",
    "payer_claim_control_number",
    "origin",
    "billing_provider__npi",
    "item__last_action_on",
)
_Settled = Mapping[int, set[tuple[CheckKey, date | None]]]


def facts_of(
    practice: Practice, claims: QuerySet[Claim], waiting: Mapping[int, str] | None = None
) -> dict[int, ReadinessFacts]:
    """Return by claim what is known of each, apart from the payer's hours and what is only advised."""
    npi = practice.npis.order_by("pk").values_list("npi", flat=True).first() or ""
    answers = waiting_answers(practice) if waiting is None else waiting
    settled = _settled(practice, claims)
    found = {}
    for values in claims.values_list(*_FIELDS):
        row = dict(zip(_FIELDS, values))
        names = row["patient__first_name"], row["patient__last_name"]
        code = row["denial_carc"]
        said_on = row["payer_status_on"]
        found[row["pk"]] = ReadinessFacts(
            practice_name=practice.name,
            tax_id=practice.tax_id,
            billing_npi=row["billing_provider__npi"] or npi,
            patient_name=" ".join(filter(None, names)) if row["patient__last_name"] else "",
            birth_on=row["patient__birth_on"],
            member_id=row["member_id"],
            service_on=row["service_from_on"],
            charge_cents=row["charge_cents"],
            first_submitted_on=row["first_submitted_on"],
            payer_name=row["payer__name"],
            payer_status=PayerStatus(row["payer_status"]),
            payer_status_on=said_on,
            accepted_on=row["accepted_on"],
            denial_carc=code,
            denial_words=adjustment_words(row["denial_group"], code) if code else "",
            last_action_on=row["item__last_action_on"],
            payer_claim_number=row["payer_claim_control_number"],
            is_from_remittance=row["origin"] == ClaimOrigin.REMITTANCE,
            waiting_answer=answers.get(row["pk"], ""),
            settled=_that_hold(settled.get(row["pk"], ()), said_on),
        )
    return found


def waiting_answers(practice: Practice) -> dict[int, str]:
    """Return by claim the kind of set that may answer it and waits for a person: "835", "277". Three queries."""
    undecided = ClaimPayment.objects.filter(
        practice=practice, claim__isnull=True, proposal__decided_at__isnull=True
    )
    found = {pk: "835" for pk in undecided.values_list("proposal__candidates", flat=True) if pk}
    held = TransactionSet.objects.filter(
        practice=practice, status=PostingStatus.QUARANTINED, waiting_answers__isnull=False
    )
    rows = held.values_list("waiting_answers__patient_control_key", "kind", "sent_on")
    by_key = {key: (kind, sent_on) for key, kind, sent_on in rows}
    claims = Claim.objects.filter(practice=practice, patient_control_key__in=list(by_key))
    fields = ("pk", "patient_control_key", "payer_status_on")
    for pk, key, said_on in claims.values_list(*fields):
        kind, sent_on = by_key[key]
        # What the payer has said since stands for it.
        if said_on is None or sent_on is None or sent_on >= said_on:
            found[pk] = kind
    return found


def _settled(practice: Practice, claims: QuerySet[Claim]) -> _Settled:
    """Return by claim the checks that a lead overrode or that were answered, with the word they were about."""
    found: dict[int, set[tuple[CheckKey, date | None]]] = defaultdict(set)
    overrides = ReadinessOverride.objects.filter(practice=practice, claim__in=claims)
    answers = Request.objects.filter(
        practice=practice,
        claim__in=claims,
        state=RequestState.ANSWERED,
        check_key__in=list(OF_ONE_WORD),
    )
    for rows in (overrides, answers):
        for claim_id, key, said_on in rows.values_list("claim_id", "check_key", "said_on"):
            found[claim_id].add((CheckKey(key), said_on))
    return found


def _that_hold(
    settled: Iterable[tuple[CheckKey, date | None]], said_on: date | None
) -> frozenset[CheckKey]:
    """Return the keys settled for good, or for the payer's word that stands."""
    return frozenset(key for key, on in settled if key not in OF_ONE_WORD or on == said_on)


# ---------------------------------------------------------------- many claims


_NO_CALL = [code for code in carcs() if owner_of_denial(code) is not None]
_REFUSED = [PayerStatus.DENIED, PayerStatus.PARTLY_DENIED]


def _suspects(practice: Practice, waiting: Mapping[int, str]) -> Q:
    """Return the condition of the claims for which a blocking check may not hold."""
    found = (
        Q(patient__isnull=True)
        | Q(patient__last_name="")
        | Q(patient__birth_on__isnull=True)
        | Q(member_id="")
        | Q(service_from_on__isnull=True)
        | Q(charge_cents__lte=0)
        | Q(first_submitted_on__isnull=True)
        | Q(payer_status=PayerStatus.REJECTED)
        | Q(payer_status__in=_REFUSED, denial_carc__in=_NO_CALL)
        | Q(pk__in=list(waiting))
    )
    if not practice.npis.exists():
        found |= Q(billing_provider__isnull=True) | Q(billing_provider__npi="")
    return found


def blocked_checks(
    practice: Practice, claims: QuerySet[Claim], *, as_of: date
) -> dict[int, list[Check]]:
    """Return by claim the blocking checks of its own; claims without any are left out. A few queries."""
    waiting = waiting_answers(practice)
    some = claims.filter(_suspects(practice, waiting), payer_balance_cents__gt=0)
    found = {}
    for pk, facts in facts_of(practice, some.order_by(), waiting).items():
        own = [c for c in blocking(checks(facts, as_of=as_of)) if c.key not in PRACTICE_FACTS]
        if own:
            found[pk] = own
    return found


def holds_of(
    practice: Practice, claims: QuerySet[Claim], blocked: Mapping[int, list[Check]]
) -> dict[int, Hold]:
    """Return by claim what holds it; claims that nothing holds are left out. One query."""
    open_requests: dict[int, list[OpenRequest]] = defaultdict(list)
    asked: dict[int, set[CheckKey]] = defaultdict(set)
    answered: dict[int, str] = {}
    rows = Request.objects.filter(practice=practice, claim__in=claims.order_by())
    said = dict(rows.values_list("claim_id", "claim__payer_status_on"))
    for row in rows.order_by("due_on", "id"):
        pk = row.claim_id
        assert pk is not None
        if row.state == RequestState.OPEN:
            open_requests[pk].append(_open(row))
            continue
        key = CheckKey(row.check_key) if row.check_key else None
        if key is not None and (key not in OF_ONE_WORD or row.said_on == said[pk]):
            asked[pk].add(key)
        if row.state == RequestState.ANSWERED and row.answered_at is not None:
            day = row.answered_at.date()
            answered[pk] = f"{OWNER_WORDS[RequestOwner(row.owner)]} on {day:%b} {day.day}"
    return {
        pk: Hold(
            blocked=tuple(check.key for check in blocked.get(pk, ())),
            asked=frozenset(asked.get(pk, ())),
            open=tuple(open_requests.get(pk, ())),
            answered=answered.get(pk, ""),
        )
        for pk in {*blocked, *said}
    }


def _open(row: Request) -> OpenRequest:
    return OpenRequest(
        key=row.check_key,
        owner=RequestOwner(row.owner),
        asked_on=row.asked_on,
        due_on=row.due_on,
        is_escalated=row.escalated_on is not None,
    )


def held_rows(rules: Pricing, claims: QuerySet[Claim]) -> Iterator[Row]:
    """Yield the claims with their items, each with what holds it. Shape: order of the query."""
    blocked = blocked_checks(rules.practice, claims, as_of=rules.as_of)
    yield from claim_rows(claims, holds_of(rules.practice, claims, blocked))


def kept_rows(rules: Pricing, claims: QuerySet[Claim]) -> dict[int, Row]:
    """Return by claim what `held_rows` does where the items are stored for the day: only held ones are looked up."""
    rows = {row.claim_id: row for row in claim_rows(claims)}
    held = [pk for pk, row in rows.items() if row.item is not None and row.item.is_held]
    if held:
        some = Claim.objects.filter(practice=rules.practice, pk__in=held)
        rows |= {row.claim_id: row for row in held_rows(rules, some)}
    return rows
