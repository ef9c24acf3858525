"""A practice that can send, and a way to put a file of status requests out. Models are imported inside."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, SetKind
from dueline.core.outgoing import OutgoingPurpose, claim_identifier
from dueline.core.x12.model import ClaimStatus, Document, Party, StatusBatch

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
VERSION = "005010X212"


@pytest.fixture
def practice(db: None) -> Any:
    from dueline.accounts.actions import add_practice

    return add_practice(
        code="lakeside",
        name="Lakeside",
        npis=[("1999936606", "")],
        by="tests",
        at=NOW,
    )


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
def make_claims(practice: Any, payer: Any) -> Callable[[int], list[int]]:
    from dueline.ledger.models import Claim

    def make(count: int) -> list[int]:
        claims = [
            Claim(
                practice=practice,
                patient_control_number=f"LKS-{at}",
                patient_control_key=f"LKS-{at}",
                origin=ClaimOrigin.SUBMISSION,
                claim_type=ClaimType.PROFESSIONAL,
                payer=payer,
                charge_cents=10_000,
                payer_balance_cents=10_000,
                payer_status=PayerStatus.ACCEPTED,
            )
            for at in range(1, count + 1)
        ]
        return [claim.pk for claim in Claim.objects.bulk_create(claims)]

    return make


def sets_of(claim_ids: list[int], *, per_set: int = 2, name: str = "QUILL") -> Callable[..., Any]:
    """Return what put_out asks for: sets of status requests about these claims."""
    from dueline.sending.actions import OutgoingSet

    def sets(number: int) -> Iterator[OutgoingSet]:
        for start in range(0, len(claim_ids), per_set):
            some = claim_ids[start : start + per_set]
            named = [claim_identifier(number, start + at) for at in range(1, len(some) + 1)]
            yield OutgoingSet(_document(named, name), list(zip(some, named)))

    return sets


def _document(identifiers: list[str], name: str) -> Document:
    receiver = Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="1999936606")
    provider = Party(entity="1P", last_name="LAKESIDE", id_qualifier="XX", identifier="1999936606")
    source = Party(entity="PR", last_name="HARBORLIGHT", id_qualifier="PI", identifier="HL001")
    items = tuple(
        ClaimStatus(
            trace_number=identifier,
            trace_type="1",
            receiver=receiver,
            provider=provider,
            subscriber=Party(
                entity="IL",
                is_person=True,
                last_name=name,
                first_name="ADA",
                id_qualifier="MI",
                identifier="H1",
                birth_on=date(1980, 4, 2),
                sex="F",
            ),
            charge_cents=10_000,
            service_from_on=date(2026, 10, 1),
            service_through_on=date(2026, 10, 1),
        )
        for identifier in identifiers
    )
    header = StatusBatch(structure_code="0010", purpose_code="13", created_on=AS_OF, source=source)
    return Document(SetKind.STATUS_REQUEST, header, items, VERSION)


@pytest.fixture
def put(practice: Any, payer: Any) -> Callable[..., Any]:
    from dueline.sending.actions import put_out
    from dueline.sending.queries import route_to

    def put(claim_ids: list[int], **changes: Any) -> Any:
        shape = {key: changes.pop(key) for key in ("per_set", "name") if key in changes}
        return put_out(
            **{
                "practice": practice,
                "purpose": OutgoingPurpose.STATUS_REQUESTS,
                "payer": payer,
                "route": route_to(practice, payer),
                "sets": sets_of(claim_ids, **shape),
                "by": "tests",
                "at": NOW,
            }
            | changes
        )

    return put
