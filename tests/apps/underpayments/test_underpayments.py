"""From a fee schedule and a contract's terms to the lines that a payer allowed too little for."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dueline.accounts.actions import add_user
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent
from dueline.core.contract_price import ContractTerms
from dueline.core.enums import Role, UnderpaymentState
from dueline.payers.models import Payer
from dueline.underpayments.actions import (
    Agreed,
    decide_underpayment,
    find_underpayments,
    load_schedule,
    set_pricing,
)
from dueline.underpayments.errors import ScheduleRefused, UnderpaymentRefused
from dueline.underpayments.models import FeeAmount, FeeSchedule, Underpayment
from tests.apps.denials.conftest import NOW

FIRST = date(2026, 1, 1)
ROWS = [
    ["Lakeside fee schedule 2026"],
    [],
    ["CPT Code", "Mod", "Non-Facility Fee", "Facility Fee"],
    ["99214", "", "$130.00", "$98.00"],
    ["71046", "26", 9.1, ""],
]
LINE = "CLP*LKS-1*1*{charge}*{paid}**12*ICN1 / SVC*HC:99214*{charge}*{paid} / DTM*472*20261102 / CAS*CO*45*{rest}"


@pytest.fixture
def people(practice: Any) -> dict[Role, Any]:
    return {
        role: add_user(
            username=role.value, password=None, memberships={practice: role}, by="test", at=NOW
        )
        for role in Role
    }


@pytest.fixture
def load(practice: Any, people: dict[Role, Any]) -> Callable[..., FeeSchedule]:
    def act(rows: list[list[object]] = ROWS, by: Role = Role.LEAD, **other: Any) -> FeeSchedule:
        said = {"name": "Ours", "effective_from": FIRST, "source": "Contract, exhibit B"} | other
        return load_schedule(
            practice=practice, rows=enumerate(rows, start=1), by=people[by], now=NOW, **said
        )

    return act


@pytest.fixture
def contract(practice: Any, load: Callable[..., FeeSchedule], people: dict[Role, Any]) -> Any:
    load()
    payer = Payer.objects.get(practice=practice, name="Harborlight")
    agreed = Agreed("2026", "Ours", "Exhibit B", effective_from=FIRST)
    return set_pricing(payer=payer, agreed=agreed, by=people[Role.LEAD], now=NOW)


def paid(remit: Callable[..., Any], amount: int, on: str = "2026-11-16", charge: int = 150) -> None:
    remit(on, LINE.format(charge=charge, paid=amount, rest=charge - amount))


def found() -> list[tuple[int, int, str, str]]:
    rows = Underpayment.objects.order_by("pk")
    return [(r.expected_cents, r.allowed_cents, r.arithmetic, r.state) for r in rows]


def test_what_a_payer_allows_below_the_contract_is_found_as_it_posts(
    contract: Any, submit: Callable[..., Any], remit: Callable[..., Any]
) -> None:
    submit("2026-11-03")
    paid(remit, 110)
    assert found() == [(130_00, 110_00, "99214 $130.00", "open")]


@pytest.mark.parametrize("amount", [130, 140, 129.5])
def test_what_is_paid_by_the_contract_or_nearly_is_none(
    contract: Any, submit: Callable[..., Any], remit: Callable[..., Any], amount: float
) -> None:
    submit("2026-11-03")
    remit("2026-11-16", LINE.format(charge=150, paid=amount, rest=150 - amount))
    assert found() == []


def test_the_patients_share_is_allowed_and_a_refusal_is_no_underpayment(
    contract: Any, submit: Callable[..., Any], remit: Callable[..., Any]
) -> None:
    submit("2026-11-03", "LKS-1", ("99214", 150), ("99214", 150))
    remit(
        "2026-11-16",
        "CLP*LKS-1*1*300*100*30*12*ICN1 / SVC*HC:99214*150*100 / DTM*472*20261102 / CAS*CO*45*20 / CAS*PR*2*30"
        " / SVC*HC:99214*150*0 / DTM*472*20261102 / CAS*CO*197*150",
    )
    assert found() == []


def test_a_later_payer_is_not_held_to_the_first_ones_contract(
    contract: Any, submit: Callable[..., Any], remit: Callable[..., Any]
) -> None:
    submit("2026-11-03")
    remit(
        "2026-11-16",
        LINE.format(charge=150, paid=20, rest=130).replace("*1*150*20", "*2*150*20", 1),
    )
    assert found() == []


def test_terms_set_later_find_what_was_paid_before(
    practice: Any,
    load: Callable[..., FeeSchedule],
    submit: Callable[..., Any],
    remit: Callable[..., Any],
    people: dict[Role, Any],
) -> None:
    submit("2026-11-03")
    paid(remit, 110)
    load()
    payer = Payer.objects.get(practice=practice, name="Harborlight")
    agreed = Agreed("2026", "Ours", "Exhibit B", ContractTerms(percent=9_000))
    set_pricing(payer=payer, agreed=agreed, by=people[Role.LEAD], now=NOW)
    assert find_underpayments(practice=practice, now=NOW) == 1
    assert find_underpayments(practice=practice, now=NOW) == 0
    assert found() == [(117_00, 110_00, "99214 $130.00 × 90 % = $117.00", "open")]


def test_the_version_of_the_day_of_service_prices_it(
    contract: Any,
    load: Callable[..., FeeSchedule],
    submit: Callable[..., Any],
    remit: Callable[..., Any],
) -> None:
    load([["Code", "Amount"], ["99214", "145"]], effective_from=date(2026, 11, 2))
    load([["Code", "Amount"], ["99214", "150"]], effective_from=date(2026, 11, 3))
    submit("2026-11-03")
    paid(remit, 130)
    assert [row[:2] for row in found()] == [(145_00, 130_00)]


def test_a_payment_by_the_contract_ends_it_and_one_taken_back_too(
    contract: Any, submit: Callable[..., Any], remit: Callable[..., Any]
) -> None:
    submit("2026-11-03")
    paid(remit, 110)
    back = "CLP*LKS-1*22*-150*-110**12*ICN1 / SVC*HC:99214*-150*-110 / DTM*472*20261102 / CAS*CO*45*-40"
    remit("2026-11-18", back)
    assert [row[3] for row in found()] == ["taken_back"]
    paid(remit, 110, on="2026-11-19")
    assert [row[3] for row in found()] == ["taken_back", "open"]
    remit("2026-11-20", back, LINE.format(charge=150, paid=130, rest=20))
    assert [row[3] for row in found()] == ["taken_back", "recovered"]


def test_a_persons_word_needs_a_reason_and_a_role_and_stays(
    practice: Any,
    contract: Any,
    submit: Callable[..., Any],
    remit: Callable[..., Any],
    people: dict[Role, Any],
) -> None:
    submit("2026-11-03")
    paid(remit, 110)
    one = Underpayment.objects.get()

    def decide(state: str, reason: str = "Asked by letter", by: Role = Role.L2_CALLER) -> None:
        decide_underpayment(
            underpayment=one, state=UnderpaymentState(state), reason=reason, by=people[by], now=NOW
        )

    for role in (Role.L1_CALLER, Role.QUALITY, Role.AUDITOR, Role.ANALYST):
        with pytest.raises(NotAllowed):
            decide("disputed", by=role)
    for reason in ("", "  ", "x" * 301, "a\x00b"):
        with pytest.raises(UnderpaymentRefused, match="Say why"):
            decide("disputed", reason)
    with pytest.raises(UnderpaymentRefused, match="cannot become"):
        decide("recovered")
    decide("disputed")
    find_underpayments(practice=practice, now=NOW)
    assert [row[3] for row in found()] == ["disputed"]
    assert AuditEvent.objects.filter(action="decide_underpayment").count() == 1


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "No headings were found"),
        ([["Patient", "Balance"], ["Doe", "5"]], "No headings were found"),
        ([["Code", "Amount"]], "no amounts"),
        ([["Code", "Amount"], ["9921", "5"]], "Row 2: expected a procedure code of five signs, found 9921."),
        ([["Code", "Amount"], ["99213", "1e5"]], "Row 2: expected an amount such as 92.00, found 1e5."),
        ([["Code", "Amount"], ["99213", "-3"]], "Row 2: expected an amount"),
        ([["Code", "Amount"], ["99213", "12.345"]], "Row 2: expected whole cents"),
        ([["Code", "Amount"], ["99213", ""]], "Row 2: expected an amount, found nothing."),
        ([["Code", "Amount"], ["99213", "9" * 15]], "at most a billion dollars"),
        ([["Code", "Mod", "Amount"], ["99213", "2X6", "5"]], "Row 2: expected one modifier"),
        ([["Code", "POS", "Amount"], ["99213", "moon", "5"]], "Row 2: expected facility or office"),
        ([["Code", "Amount"], ["99213", "5"], ["99213", "6"]], "Row 3: 99213 has another amount before"),
    ],
)  # fmt: skip
def test_a_schedule_that_is_not_understood_is_not_loaded(
    load: Callable[..., FeeSchedule], rows: list[list[object]], reason: str
) -> None:
    with pytest.raises(ScheduleRefused) as refused:
        load(rows)
    assert any(reason in one for one in refused.value.reasons), refused.value.reasons
    assert (FeeSchedule.objects.count(), FeeAmount.objects.count()) == (0, 0)


def test_who_loads_it_what_is_kept_and_that_it_is_loaded_once(
    load: Callable[..., FeeSchedule],
) -> None:
    for role in (Role.BILLER, Role.L2_CALLER, Role.ANALYST):
        with pytest.raises(NotAllowed):
            load(by=role)
    made = load()
    amounts = FeeAmount.objects.order_by("pk").values_list(
        "procedure_code", "modifier", "place", "amount_cents"
    )
    assert list(amounts) == [
        ("99214", "", "F", 98_00),
        ("99214", "", "N", 130_00),
        ("71046", "26", "N", 9_10),
    ]
    assert (made.amount_count, made.loaded_by) == (3, "lead")
    for changed, words in (
        ({}, "is loaded"),
        ({"name": " "}, "Name"),
        ({"source": ""}, "Source"),
        ({"name": "B", "effective_to": date(2025, 1, 1)}, "Last day"),
    ):
        with pytest.raises(ScheduleRefused, match=words):
            load(**changed)
