"""The demo's files: what is planted in them leaves something to decide in each practice."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

DAY = date(2026, 11, 23)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["lakeside", "summit"])
def test_each_practice_of_the_demo_has_something_to_decide(code: str, tmp_path: Path) -> None:
    from dueline.accounts.actions import add_practice
    from dueline.cli.demo_files import plant
    from dueline.intake.actions import intake_paths
    from dueline.intake.models import MatchProposal, SetProblem
    from dueline.ledger.models import TransactionSet
    from dueline.sample import practice_plan, write_sample

    now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    plan = practice_plan(code=code, claim_count=150, seed=4, as_of=DAY)
    write_sample(plan, tmp_path)
    plant(code, tmp_path / "files")
    npis = [(party.identifier, party.last_name) for party in (plan.billing, plan.facility)]
    practice = add_practice(
        code=code,
        name=plan.name,
        tax_id=plan.billing.references[0].value,
        npis=npis,
        by="tests",
        at=now,
    )
    intake_paths(
        practice=practice,
        paths=[tmp_path / "files"],
        by="tests",
        as_of=DAY,
        clock=lambda: now,
    )
    held = TransactionSet.objects.filter(practice=practice, status="quarantined")
    assert held.count() == 1
    fault = SetProblem.objects.filter(transaction_set__in=held).order_by("-is_fatal", "pk")[0]
    proposals = MatchProposal.objects.filter(practice=practice, decided_at=None)
    if code == "lakeside":
        assert held[0].difference_cents == 2500
        (proposal,) = proposals
        (claim,) = proposal.candidates.all()
        sent = proposal.claim_payment.patient_control_number
        assert claim.patient_control_number.replace("-", "") == sent
        assert proposal.claim_payment.paid_cents > 0
    else:
        assert (fault.is_fatal, fault.found[-4:]) == (True, "O.00")
        assert not proposals
