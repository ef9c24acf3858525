"""What is known of payers: identifiers, plans, contracts, contacts, time zone."""

import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.enums import PayerType
from dueline.core.matching import folded
from dueline.core.payer_check import ContactDraft, PayerDraft, check_payer
from dueline.core.rule_check import Problem
from dueline.payers.directory import BY_NAME
from dueline.payers.errors import RulesRefused
from dueline.payers.models import (
    Payer,
    PayerContact,
    PayerContract,
    PayerIdentifier,
    PayerPlan,
)
from dueline.payers.queries import payer_named


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Return the names of the time zones that this computer knows."""
    return frozenset(zoneinfo.available_timezones())


@transaction.atomic
def apply_payers(
    *,
    practice: Practice,
    facts: Sequence[Mapping[str, object]],
    by: str,
    at: datetime,
    on: date,
) -> list[str]:
    """Set what the facts say of each payer, adding those not known by name; returns the names.

    What they leave out stays. Raises RulesRefused with every reason, and nothing is saved.
    """
    drafts, problems = [], []
    for row, one in enumerate(facts, start=1):
        draft, found = check_payer(one, time_zones=time_zones(), row=row)
        problems.extend(found)
        if draft is not None:
            drafts.append((row, draft))
    names = [folded(draft.name) for _, draft in drafts]
    problems += [
        Problem("name", "is there twice", row)
        for place, (row, draft) in enumerate(drafts)
        if folded(draft.name) in names[:place]
    ]
    if problems:
        raise RulesRefused(problems)
    for row, draft in drafts:
        payer = payer_named(practice, draft.name) or _new_payer(practice, draft)
        _check_identifiers(payer, draft, row)
        apply_facts(payer, draft, checked_on=on, by=by)
        audit.record(
            practice=practice,
            by=by,
            action="change_payer",
            at=at,
            object_kind="payer",
            object_key=str(payer.pk),
            detail={"contacts": len(draft.contacts), "plans": len(draft.plans)},
        )
    return [draft.name for _, draft in drafts]


@transaction.atomic
def change_contact(
    *,
    payer: Payer,
    contact: Mapping[str, object],
    time_zone: str,
    by: str,
    at: datetime,
    on: date,
) -> None:
    """Set whom to reach at a payer for one purpose, and the time zone of its hours; blank is not known.

    Raises RulesRefused with every reason, and nothing is saved.
    """
    said = {"name": payer.name, "time_zone": time_zone, "contacts": [contact]}
    draft, problems = check_payer(said, time_zones=time_zones())
    if draft is None:
        raise RulesRefused(problems)
    apply_facts(payer, draft, checked_on=on, by=by)
    audit.record(
        practice=payer.practice,
        by=by,
        action="change_payer",
        at=at,
        object_kind="payer",
        object_key=str(payer.pk),
        detail={"contacts": 1, "plans": 0},
    )


def apply_facts(payer: Payer, draft: PayerDraft, *, checked_on: date, by: str) -> None:
    """Write what a draft says of a payer; blank leaves what stands."""
    payer.payer_type = draft.payer_type or payer.payer_type
    payer.rule_group = draft.group or payer.rule_group
    payer.state = draft.state or payer.state
    payer.time_zone = draft.time_zone or payer.time_zone
    if draft.in_network:
        payer.is_in_network = draft.in_network == "yes"
    payer.save()
    for kind, value in draft.identifiers:
        PayerIdentifier.objects.get_or_create(
            practice=payer.practice,
            kind=kind,
            value=value,
            defaults={"payer": payer, "source": "rules file"},
        )
    for name, numbers in draft.plans:
        PayerPlan.objects.update_or_create(
            payer=payer,
            name=name,
            defaults={"practice": payer.practice, "group_numbers": list(numbers)},
        )
    for contract in draft.contracts:
        PayerContract.objects.update_or_create(
            payer=payer,
            name=contract.name,
            defaults={
                "practice": payer.practice,
                "effective_from": contract.effective_from,
                "effective_to": contract.effective_to,
            },
        )
    for contact in draft.contacts:
        _set_contact(payer, contact, checked_on, by)


def _set_contact(payer: Payer, contact: ContactDraft, checked_on: date, by: str) -> None:
    PayerContact.objects.update_or_create(
        payer=payer,
        purpose=contact.purpose,
        defaults={
            "practice": payer.practice,
            "phone": contact.phone,
            "ivr_path": contact.ivr_path,
            "hours": contact.hours,
            "keeps_federal_holidays": contact.keeps_federal_holidays,
            "closed_on": list(contact.closed_on),
            "fax": contact.fax,
            "portal": contact.portal,
            "address": contact.address,
            "claims_per_call": contact.claims_per_call,
            "hold_minutes": contact.hold_minutes,
            "checked_on": checked_on,
            "checked_by": by,
        },
    )


def _new_payer(practice: Practice, draft: PayerDraft) -> Payer:
    kind = draft.payer_type or PayerType.OTHER.value
    payer = Payer.objects.create(practice=practice, name=draft.name, payer_type=kind)
    PayerIdentifier.objects.get_or_create(
        practice=practice,
        kind=BY_NAME,
        value=folded(draft.name)[:80],
        defaults={"payer": payer, "source": "rules file"},
    )
    return payer


def _check_identifiers(payer: Payer, draft: PayerDraft, row: int) -> None:
    """Refuse an identifier that another payer of the practice goes by."""
    for kind, value in draft.identifiers:
        known = PayerIdentifier.objects.filter(practice=payer.practice, kind=kind, value=value)
        if known.exclude(payer=payer).exists():
            words = f"{kind} {value[:40]} is another payer's"
            raise RulesRefused([Problem("identifiers", words, row)])
