"""What earlier refusals say of a claim: coverage that ended, authorizations that this payer wanted."""

from collections.abc import Callable
from typing import Any

from dueline.payers.models import Payer
from dueline.prevention.models import CheckWarning
from tests.apps.denials.conftest import AS_OF, NOW, NPI, practice, remit, submit, take_in
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


def test_patterns_and_open_cases_are_named_until_the_case_is_closed(
    look: Act, submit: Act, remit: Act, practice: Any
) -> None:
    from dueline.cases.models import Case, Pattern, PatternRun
    from dueline.core.enums import CaseState, PatternKind
    from dueline.ledger.models import Provider

    look()
    run = PatternRun.objects.create(
        practice=practice, as_of=AS_OF, ran_at=NOW, ran_by="test", verdict="found", lines=900,
        refused=90, patients=300, looked_at=1000,
    )  # fmt: skip
    submit("2026-07-01", "LKS-A1")
    payer = Payer.objects.get(practice=practice, name="Harborlight")
    billing = Provider.objects.get(practice=practice, npi=NPI)
    values = [["payer", str(payer.pk)], ["procedure", "99215"]]
    found = Pattern.objects.create(
        practice=practice, run=run, key="a", kind=PatternKind.PATTERN.value, carc="97",
        conditions=values, refused=22, lines=88, expected=7, lift=3.2, lift_low=2, lift_high=5,
        q_value=0.01, refused_cents=290_460, avoidable_cents=200_000, patients=20,
        first_found_on=AS_OF, last_found_on=AS_OF,
    )  # fmt: skip
    Pattern.objects.create(
        practice=practice, run=run, key="b", kind=PatternKind.HINT.value, carc="97",
        conditions=[["billing_provider", str(billing.pk)]], refused=22, lines=88, expected=7, lift=3,
        lift_low=2, lift_high=5, q_value=0.4, refused_cents=1, avoidable_cents=1, patients=20,
        first_found_on=AS_OF, last_found_on=AS_OF,
    )  # fmt: skip
    echo = ("SV1*HC:99214", "SV1*HC:99215")
    row = CheckWarning.objects.get(run=look(echo), check_id="known_pattern")
    assert row.reason == (
        "Harborlight, procedure 99215. Refused for 97 included in another service: 22 of 88 lines, "
        "3.2 × what the rest explains, $2,904.60."
    )
    assert (row.carc, row.expected_loss_cents) == ("97", 15_000 * 2500 // 10_000)
    assert "known_pattern" not in _checks(look()), "another procedure; a hint is none"
    case = Case.objects.create(
        practice=practice, number=9, statement="99215 is bundled", carc="97", conditions=values,
        pattern=found, owner="coding", opened_at=NOW, opened_by="test",
    )  # fmt: skip
    row = CheckWarning.objects.get(run=look(echo), check_id="known_pattern")
    assert row.reason.startswith("Case 9: 99215 is bundled. Refused for 97")
    Case.objects.filter(pk=case.pk).update(state=CaseState.WORKED.value)
    assert "known_pattern" not in _checks(look(echo))
    Case.objects.filter(pk=case.pk).update(state=CaseState.OPEN.value)
    look(echo)
    submit("2026-09-03", "LKS-1", ("99215", 150))
    refused = "CLP*LKS-1*1*150*0*0*12*I1*11*1 / SVC*HC:99215*150*0 / CAS*CO*97*150"
    remit("2026-10-01", refused)
    last = CheckWarning.objects.filter(check_id="known_pattern").latest("pk")
    assert (last.outcome, last.outcome_on.isoformat()) == ("confirmed", "2026-10-01")
