"""A balance given up: asked for, agreed to by others, posted once, and given back by what comes later."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from dueline.accounts.errors import NotAllowed
from dueline.accounts.isolation import verify_isolation
from dueline.accounts.models import AuditEvent
from dueline.core.write_offs import WriteOffKind, WriteOffReason
from dueline.denials.models import Denial
from dueline.ledger.models import Claim, Entry, TransactionSet
from dueline.ledger.storage import path_of
from dueline.ledger.verify import verify as verify_ledger
from dueline.worklist.models import WorklistItem
from dueline.write_offs import actions
from dueline.write_offs.errors import WriteOffRefused
from dueline.write_offs.models import WriteOff, WriteOffLimits
from dueline.write_offs.queries import seal_of, small_balances
from dueline.write_offs.verify import verify
from tests.apps.denials.conftest import AS_OF, NOW, practice, remit, submit, take_in

__all__ = ["practice", "remit", "submit", "take_in"]
K, R = WriteOffKind, WriteOffReason
LATE = "CLP*LKS-1*1*150*0**12*ICN7*11*1 / SVC*HC:99214*150*0**1 / DTM*472*20260803 / CAS*CO*29*150"
PAID = (
    "CLP*LKS-1*1*150*80*20*12*ICN8*11*1 / SVC*HC:99214*150*80**1 / DTM*472*20260803 / "
    "CAS*CO*45*50 / CAS*PR*2*20"
)
BACK = (
    "CLP*LKS-1*22*-150*-80**12*ICN8*11*1 / SVC*HC:99214*-150*-80**-1 / DTM*472*20260803 / "
    "CAS*CO*45*-50 / CAS*PR*2*-20"
)


@dataclass
class People:
    biller: Any
    lead: Any
    admin: Any
    caller: Any


@pytest.fixture
def people(practice: Any) -> People:
    from dueline.accounts.actions import add_user
    from dueline.core.enums import Role

    def one(name: str, role: Role) -> Any:
        return add_user(
            username=name, password=None, memberships={practice: role}, by="test", at=NOW
        )

    roles = (Role.BILLER, Role.LEAD, Role.ADMIN, Role.L1_CALLER)
    return People(*(one(role.value, role) for role in roles))


@pytest.fixture
def claim(submit: Any, remit: Any) -> Any:
    """A claim of $150.00 refused whole for late filing."""
    submit("2026-08-05")
    remit("2026-11-09", LATE)
    return Claim.objects.get()


def ask(claim: Any, by: Any, cents: int = 15_000, kind: K = K.PAYER, **how: Any) -> WriteOff:
    reasons = {
        K.PAYER: R.TIMELY_FILING,
        K.PATIENT: R.BAD_DEBT,
        K.TRANSFER: R.COVERAGE_ENDED,
    }
    given = {"reason": reasons[kind], "note": "Filed on day 200; their limit is 90."} | how
    return actions.ask(claim=claim, kind=kind, amount_cents=cents, by=by, now=NOW, **given)


def agree(request: WriteOff, by: Any) -> list[WriteOff]:
    return actions.approve(requests=[request], by=by, as_of=AS_OF, now=NOW)


def balances() -> tuple[int, int]:
    claim = Claim.objects.get()
    return claim.payer_balance_cents, claim.patient_balance_cents


def clean(practice: Any) -> bool:
    found = [*verify(practice), *verify_ledger(practice), *verify_isolation(practice)]
    assert found == []
    return True


def test_a_write_off_is_asked_for_approved_and_posted(
    practice: Any, claim: Any, people: People
) -> None:
    request = ask(claim, people.biller)
    assert balances() == (15_000, 0)
    assert agree(request, people.lead) == [request]
    assert balances() == (0, 0)
    assert Denial.objects.get().state == "written_off"
    assert not WorklistItem.objects.get().is_open
    made = TransactionSet.objects.get(kind="decision")
    said = path_of(practice, made.source_file.sha256).read_text()
    assert '"requested_by": "biller"' in said
    assert '"approved_by": [\n    "lead"\n   ]' in said
    actions_kept = AuditEvent.objects.filter(action__endswith="write_off")
    assert list(actions_kept.values_list("action", flat=True)) == [
        "request_write_off",
        "post_write_off",
    ]
    assert clean(practice)


def test_above_the_limit_two_others_must_agree(practice: Any, claim: Any, people: People) -> None:
    WriteOffLimits.objects.create(practice=practice, one_person_cents=10_000)
    request = ask(claim, people.lead)
    with pytest.raises(NotAllowed, match="Ask another person"):
        agree(request, people.lead)
    assert agree(request, people.admin) == []
    assert balances() == (15_000, 0)
    with pytest.raises(NotAllowed, match="approved it before"):
        agree(request, people.admin)
    from dueline.accounts.actions import add_user
    from dueline.core.enums import Role

    second = add_user(
        username="second", password=None, memberships={practice: Role.LEAD}, by="test", at=NOW
    )
    assert agree(request, second) == [request]
    assert balances() == (0, 0)
    assert clean(practice)


def test_who_may_not(claim: Any, people: People) -> None:
    with pytest.raises(NotAllowed, match="Only these roles may ask for write-offs"):
        ask(claim, people.caller)
    request = ask(claim, people.biller)
    with pytest.raises(NotAllowed, match="Only these roles may approve"):
        agree(request, people.biller)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"cents": 15_001}, r"at most the \$150.00 open with the payer, found \$150.01"),
        ({"cents": 0}, r"found \$0.00"),
        ({"cents": -1}, "Amount: expected"),
        ({"kind": K.PATIENT}, "Nothing is open with the patient"),
        ({"kind": K.TRANSFER}, r"denied it under group CO: it may not be billed to the patient"),
        ({"note": " \n "}, "Evidence: expected a few words"),
        ({"note": "x" * 501}, "at most 500"),
        ({"note": "a\x00b"}, "plain characters"),
        ({"reason": R.CHARITY}, "is no reason for this"),
    ],
)
def test_what_is_refused(claim: Any, people: People, how: dict[str, Any], said: str) -> None:
    with pytest.raises(WriteOffRefused, match=said):
        ask(claim, people.biller, **how)
    assert not WriteOff.objects.exists()


def test_a_second_request_waits_for_the_first(claim: Any, people: People) -> None:
    request = ask(claim, people.biller, 5_000)
    with pytest.raises(WriteOffRefused, match="a request about this claim already"):
        ask(claim, people.biller, 5_000)
    actions.withdraw(request=request, reason="Typed wrongly", by=people.biller, now=NOW)
    ask(claim, people.biller, 6_000)


def test_a_balance_that_changed_since_is_not_written_off(
    claim: Any, people: People, remit: Any
) -> None:
    request = ask(claim, people.biller)
    remit("2026-11-16", PAID)
    with pytest.raises(WriteOffRefused, match="Nothing is open with the payer"):
        agree(request, people.lead)
    assert WriteOff.objects.get().state == "requested"


def test_a_payment_after_a_write_off_is_no_credit_and_its_reversal_changes_nothing(
    practice: Any, claim: Any, people: People, remit: Any
) -> None:
    agree(ask(claim, people.biller), people.lead)
    remit("2026-11-16", PAID)
    assert balances() == (0, 2_000)
    assert Denial.objects.get().state == "recovered"
    assert clean(practice)
    remit("2026-11-18", BACK)
    assert balances() == (0, 0)
    assert clean(practice)
    sums = Entry.objects.filter(kind="write_off").values_list("amount_cents", flat=True)
    assert list(sums) == [15_000, -15_000, 15_000]


@pytest.mark.parametrize("order", list(permutations("wpb")))
def test_in_any_order_the_balances_are_the_same(
    practice: Any, submit: Any, remit: Any, people: People, order: tuple[str, ...]
) -> None:
    """Write-off, payment and its reversal: a reversal before its payment is left out."""
    if order.index("b") < order.index("p"):
        order = tuple(step for step in order if step != "b")
    submit("2026-08-05")
    for step in order:
        if step == "w":
            there = Claim.objects.get().payer_balance_cents
            if there:
                agree(ask(Claim.objects.get(), people.biller, there), people.lead)
        else:
            remit("2026-11-16", PAID if step == "p" else BACK)
        assert clean(practice)
    is_written = "w" in order and not (order[0] == "p" and order[1:2] == ("w",))
    if "b" in order:
        assert balances() == ((0, 0) if is_written else (15_000, 0))
    else:
        assert balances() == (0, 2_000)


def test_undone_it_is_open_again(practice: Any, claim: Any, people: People) -> None:
    request = ask(claim, people.biller)
    agree(request, people.lead)
    with pytest.raises(WriteOffRefused, match="Reason: expected"):
        actions.undo(request=request, reason="", by=people.admin, as_of=AS_OF, now=NOW)
    actions.undo(request=request, reason="Wrong claim", by=people.admin, as_of=AS_OF, now=NOW)
    assert balances() == (15_000, 0)
    assert Denial.objects.get().state == "open"
    assert WorklistItem.objects.get().is_open
    with pytest.raises(WriteOffRefused, match="undone and cannot be undone"):
        actions.undo(request=request, reason="Again", by=people.admin, as_of=AS_OF, now=NOW)
    assert clean(practice)


def test_a_balance_is_moved_to_the_patient_and_forgiven_there(
    practice: Any, submit: Any, people: People
) -> None:
    submit("2026-08-05")
    claim = Claim.objects.get()
    agree(ask(claim, people.biller, kind=K.TRANSFER), people.lead)
    assert balances() == (0, 15_000)
    claim.refresh_from_db()
    agree(ask(claim, people.biller, 5_000, kind=K.PATIENT), people.lead)
    assert balances() == (0, 10_000)
    assert clean(practice)


def test_small_balances_go_together_as_they_were_shown(
    practice: Any, submit: Any, remit: Any, people: People
) -> None:
    for number in ("LKS-1", "LKS-2", "LKS-3"):
        submit("2026-03-05", number)
        left = 5 if number != "LKS-3" else 50
        remit(
            "2026-11-16",
            f"CLP*{number}*1*150*{100 - left}*0*12*I{number}*11*1 / SVC*HC:99214*150*{100 - left}**1 / "
            f"DTM*472*20260803 / CAS*CO*45*50 / CAS*OA*A1*{left}",
        )
    Claim.objects.update(service_from_on=AS_OF - timedelta(days=200))
    shown = list(small_balances(practice, as_of=AS_OF))
    assert [one.patient_control_number for one in shown] == ["LKS-1", "LKS-2"]
    how = {"practice": practice, "note": "Below ten dollars", "as_of": AS_OF, "now": NOW}
    with pytest.raises(WriteOffRefused, match="changed since it was shown"):
        actions.ask_small(seal="other", by=people.biller, **how)
    rows = actions.ask_small(seal=seal_of(shown), by=people.biller, **how)
    posted = actions.approve(requests=rows, by=people.lead, as_of=AS_OF, now=NOW)
    assert len(posted) == 2
    assert TransactionSet.objects.get(kind="decision").claim_count == 2
    assert not small_balances(practice, as_of=AS_OF)
    assert sum(Claim.objects.values_list("payer_balance_cents", flat=True)) == 5_000
    assert clean(practice)


def test_verify_names_what_was_tampered_with(practice: Any, claim: Any, people: People) -> None:
    request = ask(claim, people.biller)
    agree(request, people.lead)
    WriteOff.objects.filter(pk=request.pk).update(persons_needed=2, amount_cents=14_000)
    said = [breach.text for breach in verify(practice)]
    assert said == [
        "Approved by 1 persons, expected 2.",
        "What stands of it: expected 140.00, found 150.00.",
    ]
