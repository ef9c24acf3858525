"""Adding a payer, and giving a practice its default rules."""

import csv
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction

from dueline.accounts.models import Practice
from dueline.core.enums import PayerType
from dueline.core.matching import folded
from dueline.core.payer_check import check_payer
from dueline.core.payer_groups import group_of
from dueline.core.rule_check import RuleDraft, check_rules
from dueline.payers.actions.facts import apply_facts, time_zones
from dueline.payers.actions.rules import row_of
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
    """Add a payer with the identifiers, as (kind, value), and the name it is known by.

    A payer of the samples comes with its contacts and its own expected time to pay.
    """
    payer = Payer.objects.create(
        practice=practice,
        name=name[:200],
        payer_type=payer_type.value,
        rule_group=group_of(name),
    )
    for kind, value in (*identifiers, (BY_NAME, folded(name)[:80])):
        PayerIdentifier.objects.get_or_create(
            practice=practice,
            kind=kind[:8],
            value=value[:80],
            defaults={"payer": payer, "source": source},
        )
    _add_sample_facts(payer)
    return payer


def default_rules() -> list[RuleDraft]:
    """Return the default rules as they stand in default_rules.csv; each names its source."""
    text = _data("default_rules.csv")
    rows = [{**row, "checked_on": str(CHECKED_ON)} for row in csv.DictReader(text.splitlines())]
    drafts, problems = check_rules(rows, as_of=CHECKED_ON)
    assert not problems, problems
    return drafts


@transaction.atomic
def seed_default_rules(*, practice: Practice) -> int:
    """Give a practice the default rules of every payer type; returns how many. They are its own to change."""
    rules = [row_of(draft, practice) for draft in default_rules()]
    PayerRule.objects.bulk_create(rules)
    return len(rules)


def _add_sample_facts(payer: Payer) -> None:
    facts = _sample_payers().get(folded(payer.name))
    if facts is None:
        return
    days = facts.pop("expected_payment_days")
    draft, problems = check_payer({"name": payer.name, **facts}, time_zones=time_zones())
    assert draft is not None, problems
    apply_facts(payer, draft, checked_on=CHECKED_ON, by="")
    PayerRule.objects.create(
        practice=payer.practice,
        payer=payer,
        payer_type=payer.payer_type,
        deadline_kind="expected_payment",
        count=int(days),
        unit="days",
        start_event="submission",
        source="Invented payer of the samples",
        checked_on=CHECKED_ON,
        confidence="H",
    )


def _sample_payers() -> dict[str, dict[str, Any]]:
    loaded = yaml.load(_data("sample_payers.yaml"), Loader=yaml.BaseLoader)
    return {folded(name): facts for name, facts in loaded.items()}


def _data(name: str) -> str:
    return files("dueline.payers").joinpath("data", name).read_text(encoding="utf-8")
