"""A practice with claims whose answers are due, and answers to what it asks. Models are imported inside."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, SetKind
from dueline.core.x12 import write_interchange
from dueline.core.x12.model import (
    ClaimStatus,
    Document,
    Group,
    GroupAcknowledgment,
    Interchange,
    Party,
    SetAcknowledgment,
    Status,
    StatusBatch,
    StatusCode,
)

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 17, tzinfo=UTC)


def noon(day: date) -> datetime:
    return NOON + timedelta(days=(day - MONDAY).days)


@pytest.fixture
def practice(db: None) -> Any:
    from dueline.accounts.actions import add_practice
    from dueline.sending.actions import SubmitterFacts, set_submitter

    made = add_practice(
        code="lakeside",
        name="Lakeside Multispecialty",
        npis=[("1999936606", "")],
        by="tests",
        at=NOON,
    )
    facts = SubmitterFacts(
        sender_id="LAKE1", sender_name="LAKESIDE", receiver_id="CLR1", receiver_name="Clear"
    )
    set_submitter(practice=made, facts=facts, by="tests", at=NOON)
    return made


@pytest.fixture
def payer(practice: Any) -> Any:
    from dueline.payers.actions import add_payer

    return add_payer(
        practice=practice,
        name="Harborlight",
        payer_type=PayerType.COMMERCIAL,
        identifiers=[("PI", "HL001")],
        source="tests",
    )


@pytest.fixture
def make_claim(practice: Any, payer: Any) -> Callable[..., Any]:
    """Make a claim accepted on October 5 and due for its first look on November 4, 30 days later."""
    from dueline.ledger.models import Claim, Patient, Provider
    from dueline.worklist.actions import refresh

    numbers = count(1)
    patient = Patient.objects.create(
        practice=practice,
        identity_key="ada",
        last_name="QUILL",
        first_name="ADA",
        birth_on=date(1980, 4, 2),
        sex="F",
    )
    provider = Provider.objects.create(practice=practice, npi="1999936606", name="LAKESIDE")

    def make(as_of: date = MONDAY, **changes: Any) -> Claim:
        number = f"LKS-{next(numbers):06d}"
        values: dict[str, Any] = {
            "practice": practice,
            "patient_control_number": number,
            "patient_control_key": number,
            "origin": ClaimOrigin.SUBMISSION,
            "claim_type": ClaimType.PROFESSIONAL,
            "payer": payer,
            "patient": patient,
            "billing_provider": provider,
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
        } | changes
        claim = Claim.objects.create(**values)
        refresh(practice=practice, as_of=as_of, claim_ids=[claim.pk])
        return claim

    return make


@pytest.fixture
def write(practice: Any) -> Callable[..., Any]:
    from dueline.status_requests.actions import write_status_requests

    def run(day: date = MONDAY) -> Any:
        return write_status_requests(practice=practice, as_of=day, by="tests", at=noon(day))

    return run


@pytest.fixture
def take_in(practice: Any, tmp_path: Path) -> Callable[..., Any]:
    from dueline.intake.actions import intake_paths
    from dueline.intake.models import SetProblem

    numbers = count(1)

    def take(*documents: Document, on: date) -> list[str]:
        """Take documents in as one file; return the codes of what was remarked."""
        at = str(next(numbers))
        is_999 = documents[0].kind is SetKind.IMPLEMENTATION_ACKNOWLEDGMENT
        code, version = ("FA", "005010X231A1") if is_999 else ("HN", "005010X212")
        group = Group(code, "HL001", "LAKE1", on, None, at, version)
        envelope = Interchange(
            sender_id="HL001", receiver_id="LAKE1", sent_on=on, control_number=at
        )
        path = tmp_path / f"answer-{at}.x12"
        path.write_text("".join(write_interchange([(group, documents)], envelope)))
        before = set(SetProblem.objects.values_list("pk", flat=True))
        summary = intake_paths(
            practice=practice, paths=[path], by="tests", as_of=on, clock=lambda: noon(on)
        )
        found = SetProblem.objects.exclude(pk__in=before).order_by("pk")
        assert not summary.total("quarantined_count"), list(found.values())
        return list(found.values_list("code", flat=True))

    return take


def answer(
    trace: str,
    category: str,
    code: str = "20",
    *,
    on: date,
    account: str = "",
    since: date | None = None,
) -> ClaimStatus:
    """Return a 277's item: what a payer says of the request with this trace number."""
    return ClaimStatus(
        trace_number=trace,
        trace_type="2",
        receiver=Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="LAKE1"),
        provider=Party(
            entity="1P", last_name="LAKESIDE", id_qualifier="XX", identifier="1999936606"
        ),
        subscriber=Party(
            entity="IL", is_person=True, last_name="QUILL", id_qualifier="MI", identifier="M1"
        ),
        statuses=(Status((StatusCode(category, code),), since or on),),
        patient_account=account,
    )


def response(*items: ClaimStatus, on: date, control: str = "0001") -> Document:
    source = Party(entity="PR", last_name="HARBORLIGHT", id_qualifier="PI", identifier="HL001")
    header = StatusBatch("0010", "08", f"R{on:%j}{control}", on, None, source)
    return Document(SetKind.STATUS_RESPONSE, header, items, "005010X212", control)


def refusal(number: int) -> Document:
    """Return a 999 that refuses the first set of a file of ours."""
    header = GroupAcknowledgment("HR", str(number), "005010X212", "R", 1, 1, 0)
    items = (SetAcknowledgment("276", "0001", "005010X212", (), "R"),)
    return Document(SetKind.IMPLEMENTATION_ACKNOWLEDGMENT, header, items, "005010X231A1")
