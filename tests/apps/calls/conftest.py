"""A practice with two open claims on its list, and who works them. Models are imported inside."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, Role
from dueline.core.follow_up import FollowUpFacts

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


@pytest.fixture
def practice(db: None) -> Any:
    from dueline.accounts.actions import add_practice

    return add_practice(
        code="lakeside",
        name="Lakeside",
        tax_id="995550187",
        npis=[("1999936606", "")],
        by="tests",
        at=NOW,
    )


@pytest.fixture
def make_user(practice: Any) -> Callable[..., Any]:
    from dueline.accounts.actions import add_user

    def make(role: Role = Role.L1_CALLER, where: Any = None) -> Any:
        roles = {where or practice: role}
        return add_user(username=role.value, password=None, memberships=roles, by="tests", at=NOW)

    return make


@pytest.fixture
def caller(make_user: Callable[..., Any]) -> Any:
    return make_user()


@pytest.fixture
def make_claim(practice: Any) -> Callable[..., Any]:
    """Make an open claim that is on the worklist, its answer overdue."""
    from dueline.ledger.models import Claim, Patient
    from dueline.payers.models import Payer
    from dueline.worklist.actions import refresh

    patient = Patient.objects.create(
        practice=practice,
        identity_key="ada",
        last_name="Quill",
        first_name="Ada",
        birth_on=date(1980, 4, 2),
    )
    payer = Payer.objects.create(
        practice=practice, name="Harborlight", payer_type=PayerType.COMMERCIAL
    )

    def make(number: str = "LKS-1", **changes: Any) -> Claim:
        claim = Claim.objects.create(
            **{
                "practice": practice,
                "patient_control_number": number,
                "patient_control_key": number,
                "origin": ClaimOrigin.SUBMISSION,
                "claim_type": ClaimType.PROFESSIONAL,
                "payer": payer,
                "patient": patient,
                "member_id": "HLH4471203",
                "service_from_on": date(2026, 10, 1),
                "service_through_on": date(2026, 10, 1),
                "first_submitted_on": date(2026, 10, 3),
                "last_submitted_on": date(2026, 10, 3),
                "accepted_on": date(2026, 10, 5),
                "charge_cents": 50_000,
                "payer_balance_cents": 50_000,
                "payer_status": PayerStatus.ACCEPTED,
                "payer_status_on": date(2026, 10, 5),
                "is_open": True,
            }
            | changes
        )
        refresh(practice=practice, as_of=AS_OF)
        return claim

    return make


@pytest.fixture
def claim(make_claim: Callable[..., Any]) -> Any:
    return make_claim()


@pytest.fixture
def make_facts() -> Callable[..., FollowUpFacts]:
    """Make the facts of a call that ended in a promise to pay."""

    def make(**changes: Any) -> FollowUpFacts:
        data = {
            "occurred_at": "2026-11-23T10:26:00-05:00",
            "channel": "call",
            "contact_name": "Dana M.",
            "reference_number": "7741-20C",
            "said": "Payment goes out on December 4.",
            "outcome": "payment_promised",
            "promised_on": "2026-12-04",
            "next_action": "await_payment",
            "next_due_on": "2026-12-07",
        } | changes
        given = {name: value for name, value in data.items() if value is not None}
        return FollowUpFacts.from_mapping(given, as_of=AS_OF)

    return make


@pytest.fixture
def record(practice: Any, caller: Any, make_facts: Callable[..., FollowUpFacts]) -> Any:
    """Record a follow-up about a claim, by default by the caller with the facts of `make_facts`."""
    from dueline.calls.actions import record_follow_up

    def act(claim: Any, key: str = "k1", by: Any = None, **changes: Any) -> Any:
        return record_follow_up(
            practice=practice,
            claim=claim,
            facts=make_facts(**changes),
            by=by or caller,
            as_of=AS_OF,
            now=NOW,
            request_key=key,
        )

    return act
