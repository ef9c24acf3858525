"""The time to pay learned from a sample's ledger is the one by which the sample was made."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dueline.accounts.actions import add_practice
from dueline.core.enums import PayerType
from dueline.core.time_to_pay import LEAST_CLAIMS, Learned
from dueline.intake.actions import intake_paths
from dueline.ledger.queries_time_to_pay import learned_times
from dueline.payers.actions import add_payer
from dueline.sample import practice_plan, write_sample
from dueline.sample.payers import PAYERS
from dueline.worklist.models import DailyPricing

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
WITHIN_DAYS = 2


@pytest.mark.slow
def test_the_learned_median_is_within_two_days_of_the_true_one(db: None, tmp_path: Path) -> None:
    plan = practice_plan(code="lakeside", claim_count=3000, seed=21, as_of=AS_OF)
    write_sample(plan, tmp_path)
    truth = json.loads((tmp_path / "truth.json").read_text())["time_to_pay"]
    npis = [(party.identifier, party.last_name) for party in (plan.billing, plan.facility)]
    practice = add_practice(code="lakeside", name=plan.name, npis=npis, by="test", at=NOW)
    ids = {
        payer.code: add_payer(
            practice=practice,
            name=payer.name,
            payer_type=PayerType(payer.kind),
            identifiers=[("PI", payer.identifier), ("TIN", f"1{payer.tax_id}")],
            source="test",
        ).pk
        for payer in PAYERS
    }
    intake_paths(
        practice=practice, paths=[tmp_path / "files"], by="test", as_of=AS_OF, clock=lambda: NOW
    )
    found = learned_times(practice, as_of=AS_OF)
    large = [code for code, true in truth.items() if true["claims"] >= 200]
    assert len(large) >= 4  # else the sample shows nothing
    errors = {
        code: learned.median - truth[code]["median_days"]
        for code in large
        if (learned := found[ids[code], None]).median is not None
    }
    assert sorted(errors) == sorted(large)
    assert {code: days for code, days in errors.items() if abs(days) > WITHIN_DAYS} == {}
    assert all(found[ids[code], None].claims > found[ids[code], None].answered for code in large)
    assert all(found[ids[code], None].check_after is not None for code in large)
    assert min(found[ids[code], None].claims for code in large) > LEAST_CLAIMS
    # What intake stored for the day is what the ledger says.
    stored = DailyPricing.objects.get(practice=practice).times_to_pay
    assert {key: Learned(*values) for key, values in stored.items()} == {
        str(payer): learned for (payer, _), learned in found.items()
    }
