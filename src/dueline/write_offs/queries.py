"""Reading write-offs, the limits, and the small balances that may be written off together."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from dueline.accounts.models import Practice
from dueline.appeals.models import Appeal
from dueline.core.appeals.states import OPEN as OPEN_APPEALS
from dueline.core.correction import OPEN_STATES as OPEN_CORRECTIONS
from dueline.core.enums import EntryKind
from dueline.core.write_offs import (
    OPEN_STATES,
    Decided,
    WriteOffKind,
    WriteOffState,
    effects,
    in_force,
)
from dueline.corrections.models import Correction
from dueline.ledger.models import Claim, Entry
from dueline.write_offs.models import WriteOff, WriteOffLimits

MOST_SMALL = 2_000  # in one batch
DECIDED = (WriteOffState.POSTED.value, WriteOffState.UNDONE.value)


def limits_of(practice: Practice) -> WriteOffLimits:
    """Return the practice's limits, or the usual ones."""
    return WriteOffLimits.objects.filter(practice=practice).first() or WriteOffLimits(
        practice=practice
    )


def write_offs_in(practice: Practice, *, state: str = "") -> QuerySet[WriteOff]:
    """Return the practice's requests, the latest first; of one state where it is named."""
    rows = WriteOff.objects.filter(practice=practice).select_related("claim__payer", "practice")
    return (rows.filter(state=state) if state else rows).order_by("-state_at", "-pk")


def write_off_for(practice: Practice, pk: int) -> WriteOff:
    """Return one of the practice's requests. Raises WriteOff.DoesNotExist."""
    rows = WriteOff.objects.select_related("claim__payer", "claim__patient", "practice")
    return rows.get(practice=practice, pk=pk)


def open_write_off(claim: Claim) -> WriteOff | None:
    """Return the request about a claim that is not decided yet."""
    states = [state.value for state in OPEN_STATES]
    return WriteOff.objects.filter(claim=claim, state__in=states).first()


def counts_by_state(practice: Practice) -> dict[str, tuple[int, int]]:
    """Return how many requests stand in each state, and their cents; every state named."""
    rows = WriteOff.objects.filter(practice=practice).values_list("state").order_by()
    found = {
        state: (count, cents)
        for state, count, cents in rows.annotate(Count("pk"), Sum("amount_cents"))
    }
    return {state.value: found.get(state.value, (0, 0)) for state in WriteOffState}


def small_balances(practice: Practice, *, as_of: date) -> QuerySet[Claim]:
    """Return the claims whose payer balance is small and old, and that no one works on: what may go in bulk."""
    limits = limits_of(practice)
    appeals = [state.value for state in OPEN_APPEALS]
    corrections = [state.value for state in OPEN_CORRECTIONS]
    waiting = [state.value for state in OPEN_STATES]
    own = {"claim": OuterRef("pk")}
    return (
        Claim.objects.filter(
            Q(practice=practice, is_open=True)
            & Q(payer_balance_cents__gt=0, payer_balance_cents__lte=limits.small_cents)
            & Q(service_from_on__lte=as_of - timedelta(days=limits.small_days))
            & Q(payer_balance_cents__lt=F("charge_cents"))  # something was answered
        )
        .exclude(Exists(Appeal.objects.filter(claim=OuterRef("pk"), state__in=appeals)))
        .exclude(Exists(Correction.objects.filter(**own, state__in=corrections)))
        .exclude(Exists(WriteOff.objects.filter(**own, state__in=waiting)))
        .select_related("payer")
        .order_by("pk")[:MOST_SMALL]
    )


def seal_of(claims: Iterable[Claim]) -> str:
    """Return what stands for a list of claims with their balances: the list that was shown is the one that is meant."""
    text = " ".join(f"{claim.pk}:{claim.payer_balance_cents}" for claim in claims)
    return hashlib.sha256(text.encode()).hexdigest()


def standing(practice: Practice, claim_ids: Sequence[int]) -> dict[int, list[tuple[WriteOff, int]]]:
    """Return by claim its decisions, in the order of posting, each with the cents that its entries hold now."""
    rows = WriteOff.objects.filter(practice=practice, claim__in=claim_ids, state__in=DECIDED)
    held = {
        (claim, set_id, segment): cents
        for claim, set_id, segment, cents in Entry.objects.filter(
            practice=practice,
            claim__in=claim_ids,
            kind__in=(EntryKind.WRITE_OFF.value, EntryKind.TRANSFER.value),
        )
        .values_list("claim", "transaction_set", "segment_number")
        .annotate(Sum("amount_cents"))
        .order_by()
    }
    found: dict[int, list[tuple[WriteOff, int]]] = defaultdict(list)
    for row in rows.order_by("transaction_set", "segment_number"):
        key = (row.claim_id, row.transaction_set_id, row.segment_number)
        found[row.claim_id].append((row, held.get(key, 0)))
    return found


def decisions_of(
    claim: Claim, decisions: Sequence[tuple[WriteOff, int]]
) -> list[tuple[WriteOff, int, int]]:
    """Return each decision with the cents that its entries hold, and those that they should hold."""
    payer, patient = claim.payer_balance_cents, claim.patient_balance_cents
    for row, there in decisions:
        moved = effects(WriteOffKind(row.kind), there)
        payer, patient = payer - moved[0], patient - moved[1]
    amounts = [
        Decided(
            WriteOffKind(row.kind), row.amount_cents if row.state == WriteOffState.POSTED else 0
        )
        for row, _ in decisions
    ]
    wanted = in_force(amounts, payer_cents=payer, patient_cents=patient)
    return [(row, there, cents) for (row, there), cents in zip(decisions, wanted)]
