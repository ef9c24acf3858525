"""A practice, files of claims written by the project's own writer, and a look at them."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dueline.core.enums import PayerType, SetKind
from dueline.core.x12.model import (
    ClaimBatch,
    Document,
    Group,
    Interchange,
    Party,
    SubmittedClaim,
)
from dueline.core.x12.writer import write_interchange
from dueline.sample import PracticePlan, practice_plan
from dueline.sample.claims import billed_claim
from dueline.sample.payers import PAYERS

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PLAN = practice_plan(code="lakeside", claim_count=600, seed=7, as_of=AS_OF)
_VERSIONS = {
    SetKind.CLAIM_PROFESSIONAL: "005010X222A1",
    SetKind.CLAIM_INSTITUTIONAL: "005010X223A2",
}


def add_sample_practice(plan: PracticePlan, code: str) -> Any:
    """Return a practice as its sample's practice.yaml says it: NPIs, tax ID, payers, default rules."""
    from dueline.accounts.actions import add_practice
    from dueline.payers.actions import add_payer, seed_default_rules

    npis = [(party.identifier, party.last_name) for party in (plan.billing, plan.facility)]
    tax_id = plan.billing.references[0].value
    made = add_practice(code=code, name=plan.name, tax_id=tax_id, npis=npis, by="test", at=NOW)
    seed_default_rules(practice=made)
    for payer in PAYERS:
        add_payer(
            practice=made,
            name=payer.name,
            payer_type=PayerType(payer.kind),
            identifiers=[("PI", payer.identifier), ("TIN", f"1{payer.tax_id}")],
            source="test",
        )
    return made


@pytest.fixture
def practice(db: None) -> Any:
    return add_sample_practice(PLAN, "lakeside")


def clean_claims(limit: int) -> list[SubmittedClaim]:
    """Return the latest claims of the sample as first billed, of one kind: professional."""
    found: list[SubmittedClaim] = []
    for number in range(PLAN.claim_count - 1, 0, -1):
        billed = billed_claim(PLAN, number, Random(f"{PLAN.seed} claim {number}"))
        if not billed.is_institutional and len(found) < limit:
            found.append(billed.claim)
    return found


def file_of(
    claims: Iterable[SubmittedClaim], kind: SetKind = SetKind.CLAIM_PROFESSIONAL, number: int = 1
) -> str:
    """Return an 837 of these claims, as the writer writes it."""
    header = ClaimBatch(
        batch_reference=f"B{number}",
        created_on=AS_OF,
        submitter=Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="S1"),
        receiver=Party(entity="40", last_name="CLEARING", id_qualifier="46", identifier="R1"),
    )
    document = Document(kind, header, tuple(claims), _VERSIONS[kind])
    group = Group("HC", "S1", "R1", AS_OF, None, str(number), document.version)
    interchange = Interchange(
        sender_id="S1", receiver_id="R1", sent_on=AS_OF, control_number=f"{number:09d}"
    )
    return "".join(write_interchange([(group, [document])], interchange))


@pytest.fixture
def look(practice: Any, tmp_path: Path) -> Callable[..., Any]:
    """Look at a file's text or bytes; return the run."""
    numbers = count(1)

    def check(content: str | bytes, *, of: Any = None, as_of: date = AS_OF) -> Any:
        from dueline.prevention.actions import check_file

        path = tmp_path / f"out-{next(numbers)}.837"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return check_file(
            practice=of or practice,
            path=path,
            name=path.name,
            by="test",
            as_of=as_of,
            clock=lambda: NOW,
        )

    return check


def said(run: Any) -> list[tuple[str, str]]:
    """Return a run's warnings as (claim number, check), in the file's order."""
    from dueline.prevention.queries import warnings_of

    return [(row.claim.patient_control_number, row.check_id) for row in warnings_of(run)]
