"""The 277CA and 277 of invented payers: one set for each payer that has answered."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

from dueline.core.enums import SetKind
from dueline.core.x12.model import (
    Amount,
    ClaimStatus,
    Document,
    Party,
    Quantity,
    Status,
    StatusBatch,
    StatusCode,
)
from dueline.sample.life import Event
from dueline.sample.payers import BY_CODE
from dueline.sample.practice import PracticePlan


def status_documents(
    plan: PracticePlan,
    kind: SetKind,
    day: date,
    moment: time,
    events: Sequence[Event],
    version: str,
) -> list[Document]:
    """Return the sets of one day's answers, payer by payer."""
    receiver = Party(entity="41", last_name=plan.name, id_qualifier="46", identifier=plan.prefix)
    entity = "85" if kind is SetKind.CLAIM_ACKNOWLEDGMENT else "1P"
    provider = Party(
        entity=entity, last_name=plan.name, id_qualifier="XX", identifier=plan.billing.identifier
    )
    documents: list[Document] = []
    for code, payer in BY_CODE.items():
        items = [e.item for e in events if e.payer == code and isinstance(e.item, ClaimStatus)]
        if not items:
            continue
        source = Party(
            entity="PR", last_name=payer.name, id_qualifier="PI", identifier=payer.identifier
        )
        header = StatusBatch(
            structure_code="0085" if kind is SetKind.CLAIM_ACKNOWLEDGMENT else "0010",
            purpose_code="08",
            batch_reference=f"{code}{day:%y%m%d}",
            created_on=day,
            created_at=moment,
            source=source,
            source_trace=f"{code}{day:%y%m%d}" if kind is SetKind.CLAIM_ACKNOWLEDGMENT else "",
            received_on=day if kind is SetKind.CLAIM_ACKNOWLEDGMENT else None,
            processed_on=day if kind is SetKind.CLAIM_ACKNOWLEDGMENT else None,
        )
        for item in items:
            item.source, item.receiver, item.provider = source, receiver, provider
        if kind is SetKind.CLAIM_ACKNOWLEDGMENT:
            items.insert(0, _batch_item(plan, day, source, receiver, items))
        number = f"{len(documents) + 1:04d}"
        documents.append(Document(kind, header, tuple(items), version, number))
    return documents


def _batch_item(
    plan: PracticePlan, day: date, source: Party, receiver: Party, items: Sequence[ClaimStatus]
) -> ClaimStatus:
    """Return the receiver level: how many claims were taken and refused, for how much."""
    refused = [item for item in items if item.statuses[0].action == "U"]
    taken = [item for item in items if item.statuses[0].action != "U"]
    charge = sum(item.statuses[0].charge_cents or 0 for item in taken)
    refused_charge = sum(item.statuses[0].charge_cents or 0 for item in refused)
    status = Status(
        codes=(StatusCode("A1", "19", "PR"),),
        effective_on=day,
        action="WQ",
        charge_cents=charge + refused_charge,
    )
    quantities = [("90", len(taken)), ("AA", len(refused))]
    amounts = [("YU", charge), ("YY", refused_charge)]
    return ClaimStatus(
        level="receiver",
        trace_number=f"{plan.prefix}{day:%y%m%d}",
        trace_type="2",
        source=source,
        receiver=receiver,
        statuses=(status,),
        quantities=tuple(Quantity(q, Decimal(n)) for q, n in quantities if n),
        amounts=tuple(Amount(q, cents) for q, cents in amounts if cents),
    )
