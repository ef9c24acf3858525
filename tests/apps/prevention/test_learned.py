"""What earlier refusals say of a claim: coverage that ended, authorizations that this payer wanted."""

from collections.abc import Callable
from typing import Any

from dueline.prevention.models import CheckWarning
from tests.apps.denials.conftest import practice, remit, submit, take_in
from tests.apps.prevention.test_measure import look

__all__ = ["look", "practice", "remit", "submit", "take_in"]
Act = Callable[..., Any]


def test_member_refused_for_coverage_is_named_until_paid(
    look: Act, submit: Act, remit: Act
) -> None:
    submit("2026-08-20", "LKS-0")
    refused = "CLP*LKS-0*1*150*0*0*12*I1*11*1 / NM1*QC*1*QUILL*ADA****MI*HLH4471203"
    remit("2026-09-01", f"{refused} / SVC*HC:99214*150*0 / CAS*CO*27*150")
    new = ("SV1*HC:99214", "SV1*HC:99215")
    run = look(new)
    (row,) = CheckWarning.objects.filter(run=run)
    assert (row.check_id, row.found) == (
        "coverage_refused",
        "LKS-0 refused 09/01/2026: 27 after coverage ended",
    )
    another_id = ("HLH4471203", "HLH9")
    assert look(new, another_id).warned_count == 0, "the coverage was corrected"
    assert look(new, after_days=178).warned_count == 1
    assert "coverage_refused" not in _checks(look(new, after_days=180))
    submit("2026-09-10", "LKS-2", ("99203", 200))
    remit("2026-10-01", "CLP*LKS-2*1*200*90*0*12*I2*11*1 / SVC*HC:99203*200*90 / CAS*CO*45*110")
    assert "coverage_refused" not in _checks(look(new, after_days=60)), "paid for the day since"


def _checks(run: Any) -> set[str]:
    return set(CheckWarning.objects.filter(run=run).values_list("check_id", flat=True))


def test_authorization_is_expected_after_five_refusals(look: Act, submit: Act, remit: Act) -> None:
    """By claims: those sent with one, and those paid without, are in the figures where they belong."""
    echo = ("SV1*HC:99214", "SV1*HC:93306")
    for number in range(1, 6):
        submit("2026-07-01", f"LKS-A{number}", ("93306", 150))
        assert "authorization_expected" not in _checks(look(echo)), f"{number - 1} cases"
        refused = f"CLP*LKS-A{number}*1*150*0*0*12*A{number}*11*1"
        remit("2026-08-01", f"{refused} / SVC*HC:93306*150*0 / CAS*CO*197*150")
    for number, authorization in ((6, ""), (7, "PA7")):
        submit("2026-07-01", f"LKS-A{number}", ("93306", 150), authorization=authorization)
        paid = f"CLP*LKS-A{number}*1*150*90*0*12*A{number}*11*1"
        remit("2026-08-01", f"{paid} / SVC*HC:93306*150*90 / CAS*CO*45*60")
    run = look(echo)
    row = CheckWarning.objects.get(run=run, check_id="authorization_expected")
    assert row.reason == (
        "Harborlight refused 5 of 6 claims for 93306 without an authorization since 09/02/2025 "
        "(44 to 97 %), $750.00."
    )
    assert (row.line_number, row.expected_loss_cents) == (1, 15_000 * 8333 // 10_000)
    with_one = look(echo, ("HI*ABK:J069", "REF*G1*PA9~\nHI*ABK:J069"))
    assert "authorization_expected" not in _checks(with_one)
    assert "authorization_expected" not in _checks(look()), "another procedure"


def test_authorization_that_came_later_was_missing_when_refused(
    look: Act, submit: Act, remit: Act
) -> None:
    for number in range(1, 6):
        submit("2026-07-01", f"LKS-A{number}", ("93306", 150))
        refused = f"CLP*LKS-A{number}*1*150*0*0*12*A{number}*11*1"
        remit("2026-08-01", f"{refused} / SVC*HC:93306*150*0 / CAS*CO*197*150")
        submit("2026-08-10", f"LKS-A{number}", ("93306", 150), frequency="7", authorization="PA1")
    run = look(("SV1*HC:99214", "SV1*HC:93306"))
    row = CheckWarning.objects.get(run=run, check_id="authorization_expected")
    assert row.reason.startswith("Harborlight refused 5 of 5 claims for 93306")
