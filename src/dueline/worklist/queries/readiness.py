"""Whether one claim can be called now: every check that does not hold, with whom to ask."""

from dataclasses import replace
from datetime import date, datetime

from dueline.core.enums import NextAction
from dueline.core.readiness import Check, checks
from dueline.core.schedule import UsualWait, interval_of, waiting_since
from dueline.ledger.models import Claim
from dueline.worklist.queries.blocks import facts_of
from dueline.worklist.queries.items import pricing_for
from dueline.worklist.queries.payers_open import next_opening
from dueline.worklist.queries.pricing import Pricing
from dueline.worklist.queries.rows import claim_rows

MOST_DUPLICATES = 3


def readiness_of(
    claim: Claim, *, as_of: date, now: datetime, rules: Pricing | None = None
) -> list[Check]:
    """Return what does not hold before a call about a claim, the blocking first; nothing: ready to call."""
    rules = rules or pricing_for(claim.practice, as_of=as_of)
    claims = Claim.objects.filter(practice=claim.practice, pk=claim.pk)
    facts = facts_of(claim.practice, claims)[claim.pk]
    row = next(claim_rows(claims))
    schedule_facts = rules.claim_facts(row)
    is_open, opens_at = next_opening(claim.payer, now=now)
    usual = schedule_facts.usual_wait or UsualWait(interval_of(schedule_facts).first_days, 0)
    whole = replace(
        facts,
        is_payer_open=is_open,
        opens_at=opens_at,
        waiting_since=waiting_since(schedule_facts),
        usual_wait=usual,
        duplicates=_duplicates(claim),
        next_action=NextAction(row.item.next_action) if row.item and row.item.is_open else None,
    )
    return checks(whole, as_of=as_of)


def _duplicates(claim: Claim) -> tuple[str, ...]:
    """Return the numbers of other claims of the same patient, day, charge and payer."""
    if claim.patient_id is None or claim.service_from_on is None:
        return ()
    others = Claim.objects.filter(
        practice_id=claim.practice_id,
        patient_id=claim.patient_id,
        payer_id=claim.payer_id,
        service_from_on=claim.service_from_on,
        charge_cents=claim.charge_cents,
    ).exclude(pk=claim.pk)
    return tuple(
        others.order_by("pk").values_list("patient_control_number", flat=True)[:MOST_DUPLICATES]
    )
