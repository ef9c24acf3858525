"""A practice with two payers, callers of each level, and claims in the state a test is about.

Models are imported inside: this file may be read before Django is ready.
"""

from collections.abc import Callable
from datetime import date, time
from itertools import count
from typing import Any

import pytest

from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, Role


@pytest.fixture
def practice(db: None) -> Any:
    from dueline.accounts.models import Practice

    found = Practice.objects.create(
        code="lakeside", name="Lakeside Multispecialty", tax_id="995550187"
    )
    found.npis.create(npi="1999936606")
    return found


@pytest.fixture
def payer(practice: Any) -> Any:
    from dueline.payers.models import Payer

    return Payer.objects.create(
        practice=practice,
        name="Harborlight Health Plan",
        payer_type=PayerType.COMMERCIAL,
        opens_at=time(8),
        closes_at=time(18),
    )


@pytest.fixture
def other_payer(practice: Any) -> Any:
    from dueline.payers.models import Payer

    return Payer.objects.create(
        practice=practice, name="Prairie Union Health", payer_type=PayerType.MEDICARE
    )


@pytest.fixture
def make_user(practice: Any) -> Callable[..., Any]:
    from dueline.accounts.models import Membership, User

    numbers = count(1)

    def make(role: Role = Role.L1_CALLER) -> User:
        user = User.objects.create(username=f"{role}-{next(numbers)}")
        Membership.objects.create(practice=practice, user=user, role=role)
        return user

    return make


@pytest.fixture
def caller(make_user: Callable[..., Any]) -> Any:
    return make_user()


@pytest.fixture
def patient(practice: Any) -> Any:
    from dueline.ledger.models import Patient

    return Patient.objects.create(
        practice=practice,
        identity_key="ada",
        last_name="Quill",
        first_name="Ada",
        birth_on=date(1980, 4, 2),
    )


@pytest.fixture
def make_claim(practice: Any, payer: Any, patient: Any) -> Callable[..., Any]:
    """Make an open claim with all that a payer asks for: not on file, which an L1 caller works at once."""
    from dueline.ledger.models import Claim

    numbers = count(1)

    def make(**changes: Any) -> Claim:
        number = f"LKS-{next(numbers):06d}"
        values: dict[str, Any] = {
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
            "payer_status": PayerStatus.NOT_ON_FILE,
            "payer_status_on": date(2026, 11, 20),
        } | changes
        values.setdefault("is_open", values["payer_balance_cents"] != 0)
        return Claim.objects.create(**values)

    return make
