"""What a sample says must come of each claim, reckoned apart from the ledger, is what the ledger says."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dueline.accounts.actions import add_practice
from dueline.core.enums import PayerType
from dueline.core.money import to_cents
from dueline.intake.actions import intake_paths
from dueline.ledger.models import Claim
from dueline.ledger.verify import verify
from dueline.payers.actions import add_payer
from dueline.sample import practice_plan, write_sample
from dueline.sample.payers import PAYERS

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "seed"), [("lakeside", 11), ("summit", 12)])
def test_every_claim_has_the_payments_and_balances_of_the_truth_file(
    db: None, tmp_path: Path, code: str, seed: int
) -> None:
    plan = practice_plan(code=code, claim_count=250, seed=seed, as_of=AS_OF)
    truth = write_sample(plan, tmp_path)
    npis = [(party.identifier, party.last_name) for party in (plan.billing, plan.facility)]
    practice = add_practice(code=code, name=plan.name, npis=npis, by="test", at=NOW)
    for payer in PAYERS:
        add_payer(
            practice=practice,
            name=payer.name,
            payer_type=PayerType(payer.kind),
            identifiers=[("PI", payer.identifier), ("TIN", f"1{payer.tax_id}")],
            source="test",
        )
    intake_paths(
        practice=practice, paths=[tmp_path / "files"], by="test", as_of=AS_OF, clock=lambda: NOW
    )
    with (tmp_path / "truth-claims.csv").open(encoding="utf-8") as file:
        expected = [
            (
                row["patient_control_number"],
                *(to_cents(row[name]) for name in ("paid", "payer_balance", "patient_balance")),
            )
            for row in csv.DictReader(file)
        ]
    rows = Claim.objects.filter(practice=practice).values_list(
        "patient_control_number", "paid_cents", "payer_balance_cents", "patient_balance_cents"
    )
    assert sorted(rows) == expected
    assert len(expected) == truth.claims
    assert sum(row[2] for row in expected) == truth.payer_balance_cents
    assert list(verify(practice)) == []
