"""A denial as it is shown: answers from our own data, deadlines, chances; lists with their filters and orders."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dueline.accounts.models import AuditEvent, Practice
from dueline.core.aging import watch
from dueline.core.enums import (
    DenialCategory,
    Level,
    Preventable,
    Role,
    RootCauseOwner,
    UsualFix,
    Watch,
)
from dueline.core.refusals import Meaning
from dueline.denials.actions import change_meaning, refresh_denials, save_rules
from dueline.denials.errors import MeaningRefused
from dueline.denials.models import CodeMeaning, Denial
from dueline.denials.queries import (
    DenialFilterError,
    DenialFilters,
    DenialOrder,
    cards_of,
    denial_for,
    denials,
)
from dueline.denials.queries.lists import _watched
from dueline.ledger.models import Claim
from tests.apps.denials.conftest import AS_OF, NOW

Act = Callable[..., Any]


def clp(number: str, code: str, carc: str = "", paid: int = 0, charge: int = 150) -> str:
    reason = f"CAS*CO*{carc}*{charge - paid}"
    return f"CLP*{number}*1*{charge}*{paid}*0*12*I{number}*11*1 / SVC*HC:{code}*{charge}*{paid} / {reason}"


def answers(number: str) -> dict[str, str]:
    claim = Claim.objects.get(patient_control_number=number)
    (card,) = cards_of(claim, as_of=AS_OF)
    return {one.question.value: one.words for one in card.advice.found}


def test_what_our_own_data_answers(practice: Practice, submit: Act, remit: Act) -> None:
    submit("2026-09-03", "LKS-1", ("99214", 150))
    submit("2026-09-04", "LKS-2", ("99214", 150), authorization="PA77")
    submit("2026-09-05", "LKS-3", ("99214", 150))
    remit("2026-09-20", clp("LKS-3", "99214", "45", paid=90))
    remit("2026-10-01", clp("LKS-1", "99214", "197"))
    found = answers("LKS-1")
    assert found["authorization_on_claim"] == "None is on the claim."
    assert "PA77" in found["authorization_elsewhere"]
    assert found["paid_before"].startswith("It paid 1 of 1 lines of 99214, half of them $90.00")
    (card,) = cards_of(Claim.objects.get(patient_control_number="LKS-1"), as_of=AS_OF)
    assert card.advice.way is UsualFix.CORRECTED_CLAIM
    assert card.due_on is not None
    assert "prior, ours" in card.chance.basis


def test_filed_in_time_and_a_duplicate(practice: Practice, submit: Act, remit: Act) -> None:
    submit("2026-09-03", "LKS-1", ("99214", 150))
    submit("2026-09-03", "LKS-2", ("99214", 150))
    remit("2026-10-01", clp("LKS-1", "99214", "29"), clp("LKS-2", "99214", "18"))
    assert answers("LKS-1")["filed_in_time"].startswith("Yes: first sent 09/03/2026")
    assert answers("LKS-1")["proof_of_filing"].startswith("No acceptance")
    assert answers("LKS-2")["duplicate_of"].startswith("LKS-1: denied")
    duplicate = Denial.objects.get(carc="18")
    assert duplicate.is_duplicate
    (card,) = cards_of(duplicate.claim, as_of=AS_OF)
    assert not card.advice.is_call


def test_a_claim_without_denials_costs_one_query(
    practice: Practice, submit: Act, remit: Act
) -> None:
    submit("2026-09-03")
    claim = Claim.objects.get()
    with CaptureQueriesContext(connection) as queries:
        assert cards_of(claim, as_of=AS_OF) == []
    assert len(queries) == 1


def test_filters_and_orders(practice: Practice, remit: Act) -> None:
    remit("2026-11-01", clp("A", "99214", "197"), clp("B", "99214", "50", charge=900))
    remit("2026-01-05", clp("C", "99214", "29", charge=300))
    remit("2026-10-01", clp("D", "99214", "18"), payer="Prairie Union*PI*PRA01")
    remit("2026-11-02", clp("A", "99214", "197"))

    def numbers(order: DenialOrder = DenialOrder.OLDEST, **asked: str) -> str:
        filters = DenialFilters.from_query(asked)
        assert (
            DenialFilters.from_query(dict(p.split("=") for p in filters.query().split("&") if p))
            == filters
        )
        rows = denials(practice, filters=filters, as_of=AS_OF, order=order)
        return "".join(row.claim.patient_control_number for row in rows)

    assert numbers() == "CDBA"
    assert numbers(state="all") == "CDABA"
    assert numbers(state="refused_again") == "A"
    assert numbers(category="duplicate") == "D"
    assert numbers(owner="clinical") == "B"
    assert numbers(repeat="repeat") == "A"
    assert numbers(repeat="first", state="live") == "CDB"
    assert numbers(carc="29") == "C"
    assert numbers(level="L1") == "D"
    assert numbers(payer=str(Denial.objects.get(carc="18").payer_id)) == "D"
    assert numbers(DenialOrder.AMOUNT) == "BCDA"
    assert numbers(DenialOrder.NEWEST) == "ABDC"
    assert numbers(DenialOrder.DEADLINE)[-1] == "C"  # lost: after what can still be appealed
    assert numbers(watch="lost") == "C"


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "x"},
        {"payer": "-1"},
        {"payer": "9" * 30},
        {"category": "x"},
        {"repeat": "maybe"},
        {"carc": "1' OR"},
        {"watch": "soon"},
    ],
)
def test_a_filter_that_is_not_there_is_named(asked: dict[str, str]) -> None:
    with pytest.raises(DenialFilterError, match="Expected"):
        DenialFilters.from_query(asked)


@pytest.mark.parametrize("days", [-400, -1, 0, 6, 7, 13, 14, 15, 400])
def test_the_watch_filter_is_the_rule(practice: Practice, remit: Act, days: int) -> None:
    remit("2026-11-01", clp("A", "99214", "197"))
    due_on = AS_OF + timedelta(days=days)
    Denial.objects.update(appeal_due_on=due_on)
    found = [w for w in Watch if Denial.objects.filter(_watched(w, AS_OF)).exists()]
    assert found == [watch(due_on, as_of=AS_OF)]


def test_another_practices_denial_is_not_there(practice: Practice, remit: Act) -> None:
    remit("2026-11-01", clp("A", "99214", "197"))
    other = Practice.objects.create(code="summit", name="Summit")
    with pytest.raises(Denial.DoesNotExist):
        denial_for(other, Denial.objects.get().pk)
    assert not denials(other, filters=DenialFilters(state="all"), as_of=AS_OF).exists()


def test_a_changed_rule_moves_the_deadlines_of_live_denials(practice: Practice, remit: Act) -> None:
    from dueline.payers.queries import rule_drafts

    remit("2026-11-01", clp("A", "99214", "197"))
    before = Denial.objects.get().appeal_due_on
    (draft,) = [
        draft
        for draft in rule_drafts(practice)
        if (draft.kind, draft.payer_type, draft.network) == ("appeal_1", "commercial", "")
        and not draft.state
        and not draft.group
    ][:1]
    from dataclasses import replace

    changed = replace(draft, count=30, unit="days", source="Manual 2026", checked_on=AS_OF)
    save_rules(practice=practice, drafts=[changed], by="test", at=NOW, on=AS_OF)
    after = Denial.objects.get().appeal_due_on
    assert before is not None
    assert after is not None
    assert after < before
    assert refresh_denials(practice=practice, as_of=AS_OF).changed == 0


MEANING = Meaning(
    DenialCategory.MEDICAL_NECESSITY,
    RootCauseOwner.CLINICAL,
    Preventable.NO,
    UsualFix.APPEAL,
    Level.L2,
)


@pytest.fixture
def people(practice: Practice) -> dict[Role, Any]:
    from dueline.accounts.actions import add_user

    return {
        role: add_user(
            username=role.value, password=None, memberships={practice: role}, by="test", at=NOW
        )
        for role in Role
    }


def test_a_practices_own_meaning_holds_from_then_on(
    practice: Practice, remit: Act, people: dict[Role, Any]
) -> None:
    remit("2026-10-01", clp("A", "99214", "999"))
    change_meaning(
        practice=practice,
        carc=" 999 ",
        meaning=MEANING,
        reason="The payer's manual says so.",
        by=people[Role.ANALYST],
        now=NOW,
    )
    remit("2026-10-02", clp("B", "99214", "999"))
    said = Denial.objects.order_by("denied_on").values_list("category", "owner", "usual_fix")
    assert list(said) == [
        ("other", "billing", "call_payer"),
        ("medical_necessity", "clinical", "appeal"),
    ]
    event = AuditEvent.objects.order_by("pk").filter(action="change_code_meaning").get()
    assert (event.username, event.object_key) == ("analyst", "999")
    assert refresh_denials(practice=practice, as_of=AS_OF).changed == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"carc": "<b>"}, "no reason code"),
        ({"reason": "  "}, "Say why"),
        ({"reason": "x" * 301}, "longer than 300"),
        ({"note": "a\x00b"}, "control character"),
        ({"note": "x" * 501}, "longer than 500"),
    ],
)
def test_a_meaning_that_cannot_be(
    practice: Practice, people: dict[Role, Any], changes: dict[str, str], words: str
) -> None:
    said: dict[str, Any] = {"carc": "197", "reason": "Why not.", "note": ""} | changes
    with pytest.raises(MeaningRefused, match=words):
        change_meaning(practice=practice, meaning=MEANING, by=people[Role.LEAD], now=NOW, **said)
    assert not CodeMeaning.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_who_may_change_a_meaning(practice: Practice, people: dict[Role, Any], role: Role) -> None:
    from dueline.accounts.errors import NotAllowed

    said: dict[str, Any] = {"carc": "197", "meaning": MEANING, "reason": "Our words.", "now": NOW}
    if role in (Role.LEAD, Role.ANALYST, Role.ADMIN):
        change_meaning(practice=practice, by=people[role], **said)
        with pytest.raises(MeaningRefused, match="already"):
            change_meaning(practice=practice, by=people[role], **said)
    else:
        with pytest.raises(NotAllowed, match="Only these roles"):
            change_meaning(practice=practice, by=people[role], **said)


def test_dates_out_of_order_and_one_claim_are_no_trouble(practice: Practice, remit: Act) -> None:
    remit("2027-10-01", clp("A", "99214", "16"))
    (card,) = cards_of(Claim.objects.get(), as_of=AS_OF)
    assert "too few of our own" in card.chance.basis
    assert card.denial.denied_on == date(2027, 10, 1)
