"""Denials are made from the ledger by taking files in and recording follow-ups, once each, in every state."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dueline.accounts.models import Practice
from dueline.core.follow_up import FollowUpFacts
from dueline.denials.actions import record_follow_up, refresh_denials
from dueline.denials.models import Denial
from dueline.denials.verify import verify
from dueline.ledger.models import Claim
from tests.apps.denials.conftest import AS_OF, NOW

Act = Callable[..., Any]
REFUSED = "CLP*LKS-1*1*150*0*0*12*ICN1*11*1 / SVC*HC:99214*150*0 / CAS*CO*197*150"
PAID = "CLP*LKS-1*1*150*90*0*12*ICN2*11*1 / SVC*HC:99214*150*90 / CAS*CO*45*60"
REVERSED = "CLP*LKS-1*22*-150*0*0*12*ICN1*11*1 / SVC*HC:99214*-150*0 / CAS*CO*197*-150"


def is_sound(practice: Practice) -> bool:
    """Nothing is wrong, and making the denials again changes nothing."""
    again = refresh_denials(practice=practice, as_of=AS_OF)
    return [*verify(practice)] == [] and (again.opened, again.changed, again.removed) == (0, 0, 0)


def test_a_refusal_opens_one_denial_with_all_that_is_known(
    practice: Practice, submit: Act, remit: Act
) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED + " / LQ*HE*N54")
    row = Denial.objects.get()
    assert (row.group_code, row.carc, row.rarcs, row.amount_cents) == ("CO", "197", "N54", 15_000)
    assert (row.is_full, row.is_duplicate, row.state, row.repeats_id) == (True, False, "open", None)
    assert (row.category, row.owner, row.preventable) == (
        "authorization_referral",
        "front_desk",
        "yes",
    )
    assert (row.usual_fix, row.level) == ("reconsideration", "L2")
    assert (row.denied_on, row.state_on) == (date(2026, 10, 1), date(2026, 10, 1))
    assert row.service_line is not None
    assert row.payer.name == "Harborlight"
    assert row.appeal_due_on is not None
    assert row.appeal_due_on > row.denied_on
    assert is_sound(practice)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            [("2026-10-01", REFUSED), ("2026-11-02", PAID)],
            ["LKS-1 line 1 CO-197 150.00 recovered 90.00"],
            id="paid later",
        ),
        pytest.param(
            [("2026-10-01", REFUSED), ("2026-11-02", REFUSED)],
            [
                "LKS-1 line 1 CO-197 150.00 refused_again",
                "LKS-1 line 1 CO-197 150.00 open again",
            ],
            id="refused again",
        ),
        pytest.param(
            [("2026-10-01", REFUSED), ("2026-11-02", REVERSED)],
            ["LKS-1 line 1 CO-197 150.00 taken_back"],
            id="taken back",
        ),
        pytest.param(
            [("2026-10-01", REFUSED), ("2026-11-02", f"{REVERSED} / {PAID}")],
            ["LKS-1 line 1 CO-197 150.00 recovered 90.00"],
            id="reversal and correction in one remittance",
        ),
        pytest.param(
            [("2026-11-02", PAID), ("2026-10-01", REFUSED)],
            ["LKS-1 line 1 CO-197 150.00 recovered 90.00"],
            id="taken in the wrong way round",
        ),
    ],
)
def test_what_became_of_it(
    practice: Practice,
    submit: Act,
    remit: Act,
    told: Act,
    files: list[tuple[str, str]],
    expected: list[str],
) -> None:
    submit("2026-09-03")
    for on, segments in files:
        remit(on, segments)
    assert told() == expected
    assert is_sound(practice)


def test_a_corrected_claim_and_another_payer(
    practice: Practice, submit: Act, remit: Act, told: Act
) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    submit("2026-10-10", frequency="7")
    assert told() == ["LKS-1 line 1 CO-197 150.00 corrected"]
    submit("2026-10-20", payer="PRAIRIE UNION*PI*PRA01", sequence="S")
    assert told() == ["LKS-1 line 1 CO-197 150.00 other_payer"]
    assert is_sound(practice)


def test_in_part_duplicate_unknown_and_without_a_claim(
    practice: Practice, remit: Act, told: Act
) -> None:
    remit(
        "2026-10-01",
        "CLP*A*1*250*80*0*12*ICNA*11*1 / SVC*HC:99214*150*80 / CAS*CO*45*70 / SVC*HC:93000*100*0 / CAS*CO*97*100",
        "CLP*B*1*150*0*0*12*ICNB*11*1 / SVC*HC:99214*150*0 / CAS*OA*18*150",
        "CLP*C*1*150*0*0*12*ICNC*11*1 / SVC*HC:99214*150*0 / CAS*CO*999*150",
        "CLP*D*4*150*0*0*12*ICND*11*1 / SVC*HC:99214*150*0 / CAS*CO*45*150",
        "CLP*E*1*150*0*0*12*ICNE*11*1 / CAS*CO*29*150",
    )
    assert told() == [
        "A claim CO-97 100.00 open",  # no service line is known: the claim came from the remittance
        "B claim OA-18 150.00 open",
        "C claim CO-999 150.00 open",
        "E claim CO-29 150.00 open",
    ]
    assert list(Denial.objects.filter(is_duplicate=True).values_list("carc", flat=True)) == ["18"]
    unknown = Denial.objects.get(carc="999")
    assert (unknown.category, unknown.usual_fix) == ("other", "call_payer")
    assert not Denial.objects.get(carc="97").is_full
    assert is_sound(practice)


def test_a_recorded_follow_up_moves_the_denials_of_its_claim(
    practice: Practice, submit: Act, remit: Act, told: Act
) -> None:
    from dueline.accounts.actions import add_user
    from dueline.core.enums import Role

    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    caller = add_user(
        username="luis", password=None, memberships={practice: Role.L2_CALLER}, by="test", at=NOW
    )
    facts = FollowUpFacts.from_mapping(
        {
            "occurred_at": "2026-11-20T10:26:00-05:00",
            "channel": "call",
            "contact_name": "Dana M.",
            "reference_number": "7741-20C",
            "said": "The appeal is with the review unit.",
            "outcome": "appeal_received",
            "received_on": "2026-11-12",
            "no_expected_reason": "no day is given",
            "next_action": "await_answer",
            "next_due_on": "2026-12-14",
        },
        as_of=AS_OF,
    )
    record_follow_up(
        practice=practice,
        claim=Claim.objects.get(),
        facts=facts,
        by=caller,
        as_of=AS_OF,
        now=NOW,
        request_key="k",
    )
    assert told() == ["LKS-1 line 1 CO-197 150.00 appealed"]
    assert Denial.objects.get().state_on == date(2026, 11, 20)
    assert is_sound(practice)


def test_what_the_ledger_no_longer_refuses_is_taken_away(
    practice: Practice, submit: Act, remit: Act
) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    first = Denial.objects.get()
    values = {f.attname: getattr(first, f.attname) for f in Denial._meta.concrete_fields}
    Denial.objects.create(**{**values, "id": None, "carc": "50", "repeats_id": first.pk})
    breaches = [breach.rule for breach in verify(practice)]
    assert sorted(set(breaches)) == ["denial", "denial sum"]
    done = refresh_denials(practice=practice, as_of=AS_OF, claim_ids=[first.claim_id])
    assert (done.opened, done.changed, done.removed) == (0, 0, 1)
    assert is_sound(practice)


def test_verify_names_each_fault(practice: Practice, submit: Act, remit: Act) -> None:
    submit("2026-09-03")
    remit("2026-10-01", REFUSED)
    row = Denial.objects.get()
    Denial.objects.update(amount_cents=1, state="written_off")
    found = {breach.rule: breach for breach in verify(practice)}
    assert sorted(found) == ["denial amount", "denial state", "denial sum"]
    assert found["denial amount"].where == f"denial {row.pk}"
    assert "expected 150.00, found 0.01" in found["denial amount"].text
    Denial.objects.all().delete()
    assert {breach.rule for breach in verify(practice)} == {"denial", "denial sum"}


def test_the_number_of_queries_does_not_grow_with_the_claims(
    practice: Practice, remit: Act
) -> None:
    def one(number: int) -> str:
        head = f"CLP*K{number}*1*150*0*0*12*ICN{number}*11*1"
        return f"{head} / SVC*HC:99214*150*0 / CAS*CO*197*150"

    remit("2026-10-01", *map(one, range(3)))
    with CaptureQueriesContext(connection) as few:
        refresh_denials(practice=practice, as_of=AS_OF)
    remit("2026-10-02", *map(one, range(3, 60)))
    with CaptureQueriesContext(connection) as many:
        refresh_denials(practice=practice, as_of=AS_OF)
    assert len(many) == len(few)
    assert Denial.objects.count() == 60


def test_a_sample_practice_is_sound_and_has_denials_in_several_states(
    practice: Practice, tmp_path: Path
) -> None:
    from dueline.intake.actions import intake_paths
    from dueline.sample import practice_plan, write_sample

    plan = practice_plan(code="lakeside", claim_count=400, seed=3, as_of=AS_OF)
    write_sample(plan, tmp_path)
    for number, party in enumerate((plan.billing, plan.facility)):
        practice.npis.get_or_create(npi=party.identifier, defaults={"name": f"{number}"})
    intake_paths(
        practice=practice, paths=[tmp_path / "files"], by="t", as_of=AS_OF, clock=lambda: NOW
    )
    assert is_sound(practice)
    states = set(Denial.objects.values_list("state", flat=True))
    assert {"open", "recovered", "corrected"} <= states
