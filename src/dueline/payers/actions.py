"""Adding payers, and giving a practice its default rules."""

import csv
from collections.abc import Sequence
from datetime import date
from importlib.resources import files

from django.db import transaction

from dueline.accounts.models import Practice
from dueline.core.enums import PayerType
from dueline.core.matching import folded
from dueline.payers.directory import BY_NAME
from dueline.payers.models import Payer, PayerIdentifier, PayerRule

CHECKED_ON = date(2026, 11, 23)  # when the default rules were last held against their sources


@transaction.atomic
def add_payer(
    *,
    practice: Practice,
    name: str,
    payer_type: PayerType,
    identifiers: Sequence[tuple[str, str]],
    source: str,
) -> Payer:
    """Add a payer with the identifiers, as (kind, value), and the name it is known by."""
    payer = Payer.objects.create(practice=practice, name=name[:200], payer_type=payer_type.value)
    for kind, value in (*identifiers, (BY_NAME, folded(name)[:80])):
        PayerIdentifier.objects.get_or_create(
            practice=practice,
            kind=kind[:8],
            value=value[:80],
            defaults={"payer": payer, "source": source},
        )
    return payer


def default_rules() -> list[dict[str, str]]:
    """Return the default rules as they stand in default_rules.csv; each names its source."""
    text = files("dueline.payers").joinpath("data/default_rules.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@transaction.atomic
def seed_default_rules(*, practice: Practice) -> int:
    """Give a practice the default rules of every payer type; returns how many. They are its own to change."""
    rules = [
        PayerRule(
            practice=practice,
            payer_type=row["payer_type"],
            deadline_kind=row["deadline_kind"],
            count=int(row["count"]),
            unit=row["unit"],
            start_event=row["start_event"],
            is_met_when_received=row["is_met_when_received"] == "yes",
            presumed_receipt_days=int(row["presumed_receipt_days"]),
            rolls_forward=row["rolls_forward"] == "yes",
            effective_from=date.fromisoformat(row["effective_from"])
            if row["effective_from"]
            else None,
            source=row["source"],
            checked_on=CHECKED_ON,
            confidence=row["confidence"],
        )
        for row in default_rules()
    ]
    PayerRule.objects.bulk_create(rules)
    return len(rules)
