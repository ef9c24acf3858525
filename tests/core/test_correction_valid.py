"""Corrected claims, professional and institutional, as files: read back equal, and held valid by pyx12's maps."""

import io
import logging
from datetime import date, time
from random import Random

import pytest

from dueline.core.correction import CorrectionKind, corrected
from dueline.core.enums import SetKind
from dueline.core.x12 import read_documents, write_interchange
from dueline.core.x12.model import (
    ClaimBatch,
    Contact,
    Document,
    Group,
    Interchange,
    Party,
    SubmittedClaim,
)
from dueline.sample import practice_plan
from dueline.sample.claims import billed_claim

DAY = date(2026, 11, 23)
PLAN = practice_plan(code="lakeside", claim_count=200, seed=7, as_of=DAY)
VERSIONS = {
    SetKind.CLAIM_PROFESSIONAL: "005010X222A1",
    SetKind.CLAIM_INSTITUTIONAL: "005010X223A2",
}


def sample_claim(kind: SetKind) -> SubmittedClaim:
    billed = (
        billed_claim(PLAN, number, Random(f"{PLAN.seed} claim {number}"))
        for number in range(PLAN.claim_count)
    )
    return next(one.claim for one in billed if one.claim.kind is kind)


def file_of(claim: SubmittedClaim) -> str:
    contact = Contact("IC", "LAKESIDE", (("TE", "3125550100"),))
    us = Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="LAKE1")
    us.contacts = (contact,)
    header = ClaimBatch(
        batch_reference="700000001-0001",
        created_on=DAY,
        created_at=time(9, 30),
        submitter=us,
        receiver=Party(entity="40", last_name="CLEAR", id_qualifier="46", identifier="CLR01"),
    )
    document = Document(claim.kind, header, (claim,), VERSIONS[claim.kind], "0001")
    group = Group("HC", "LAKE1", "CLR01", DAY, time(9, 30), "700000001", document.version)
    interchange = Interchange(
        sender_id="LAKE1", receiver_id="CLR01", sent_on=DAY, sent_at=time(9, 30),
        control_number="700000001",
    )  # fmt: skip
    return "".join(write_interchange([(group, [document])], interchange))


def pyx12_faults(text: str) -> list[str]:
    """Return what pyx12 logs of a file, [] where it holds the file valid."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12n_document

    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("pyx12")
    logger.addHandler(handler)
    try:
        answer = io.StringIO()
        is_valid = pyx12.x12n_document.x12n_document(
            pyx12.params.params(), io.StringIO(text), answer, None, None
        )
    finally:
        logger.removeHandler(handler)
    return [] if is_valid else [*told, answer.getvalue()]


@pytest.mark.parametrize("kind", VERSIONS)
@pytest.mark.parametrize("how", [CorrectionKind.REPLACEMENT, CorrectionKind.VOID])
def test_a_corrected_claim_reads_back_equal_and_is_valid(
    kind: SetKind, how: CorrectionKind
) -> None:
    edits = {"1.units": "2", "1.charge": "310.05", "member_id": "W100", "note": "Units corrected"}
    edits = edits if how is CorrectionKind.REPLACEMENT else {}
    claim = corrected(sample_claim(kind), edits, kind=how, payer_number="ICN7")
    assert claim.charge_cents == sum(line.charge_cents for line in claim.lines)
    text = file_of(claim)
    (document,) = read_documents(text.encode())
    assert document.items == (claim,)
    assert pyx12_faults(text) == []
