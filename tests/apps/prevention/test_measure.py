"""Warnings held against what the payer did: confirmed, not confirmed, mended, waiting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dueline.core.enums import Role
from dueline.prevention.actions import check_file, measure, turn_check
from dueline.prevention.errors import SwitchRefused
from dueline.prevention.models import CheckedClaim, CheckSwitch, CheckWarning
from dueline.prevention.queries import answered_claims, counts_by_check, turned_off
from tests.apps.denials.conftest import AS_OF, NOW, NPI, practice, remit, submit, take_in

__all__ = ["practice", "remit", "submit", "take_in"]  # the denials' own fixtures
Act = Callable[..., Any]

SEGMENTS = [
    "BHT*0019*00*1*20260902*1015*CH", "NM1*41*2*LAKESIDE*****46*SUB1", "PER*IC*DESK*TE*5555550100",
    "NM1*40*2*CLEARING*****46*CLR1", "HL*1**20*1", f"NM1*85*2*LAKESIDE*****XX*{NPI}", "N3*1 WATER ST",
    "N4*ANYTOWN*OH*440010001", "REF*EI*995550187", "HL*2*1*22*0", "SBR*P*18*******CI",
    "NM1*IL*1*QUILL*ADA****MI*HLH4471203", "N3*2 HILL ST", "N4*ANYTOWN*OH*440010001",
    "DMG*D8*19800402*F", "NM1*PR*2*HARBORLIGHT*****PI*HLH01", "CLM*LKS-1*150***11:B:1*Y*A*Y*Y",
    "HI*ABK:J069", "NM1*82*1*HAND*MARY****XX*1999999927", "LX*1", "SV1*HC:99214*150*UN*1***1",
    "DTP*472*D8*20260901",
]  # fmt: skip
SENT_ON = "2026-09-03"
CHECKED_ON = AS_OF.replace(month=9, day=2)


@pytest.fixture
def look(practice: Any, tmp_path: Any) -> Act:
    """Look at the claim LKS-1 with texts replaced."""

    def check(*changes: tuple[str, str], after_days: int = 0) -> Any:
        text = "~\n".join(SEGMENTS)
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / "out.837"
        count = text.count("~") + 3
        path.write_text(
            "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260902*1015*^*00501"
            "*000000001*0*P*:~GS*HC*A*B*20260902*1015*1*X*005010X222A1~ST*837*0001*005010X222A1~\n"
            f"{text}~\nSE*{count}*0001~GE*1*1~IEA*1*000000001~"
        )
        run = check_file(
            practice=practice,
            path=path,
            name="out.837",
            by="test",
            as_of=CHECKED_ON + timedelta(after_days),
            clock=lambda: NOW,
        )
        assert run.state == "done", run.refusal
        return run

    return check


NO_MEMBER = ("****MI*HLH4471203", "")
UNKNOWN_SEX = ("19800402*F", "19800402*U")


def outcomes() -> list[str]:
    rows = CheckWarning.objects.order_by("pk").values_list("check_id", "outcome")
    return [f"{check} {outcome}" for check, outcome in rows]


def test_claim_checked_and_clean_says_nothing(look: Act) -> None:
    assert look().warned_count == 0
    assert CheckedClaim.objects.get().answered_on is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("CAS*CO*31*150", "confirmed"),
        ("CAS*CO*16*150 / LQ*HE*N382", "confirmed"),
        ("CAS*CO*16*150 / LQ*HE*M54", "refused_otherwise"),
        ("CAS*CO*50*150", "refused_otherwise"),
    ],
)
def test_refusal_says_whether_the_warning_was_right(
    look: Act, submit: Act, remit: Act, answer: str, outcome: str
) -> None:
    look(NO_MEMBER)
    submit(SENT_ON)
    assert outcomes() == ["member_id_missing waiting"]
    remit("2026-10-01", f"CLP*LKS-1*1*150*0*0*12*I1*11*1 / SVC*HC:99214*150*0 / {answer}")
    assert outcomes() == [f"member_id_missing {outcome}"]
    claim = CheckedClaim.objects.get()
    assert (str(claim.answered_on), claim.was_warned) == ("2026-10-01", outcome == "confirmed")


def test_payment_does_not_confirm(look: Act, submit: Act, remit: Act, practice: Any) -> None:
    look(NO_MEMBER, UNKNOWN_SEX)
    submit(SENT_ON)
    remit("2026-10-01", "CLP*LKS-1*1*150*100*0*12*I1*11*1 / SVC*HC:99214*150*100 / CAS*CO*45*50")
    assert outcomes() == ["member_id_missing not_confirmed", "sex_unknown not_confirmed"]
    counts = counts_by_check(practice)["member_id_missing"]
    assert (counts.confirmed, counts.not_confirmed, counts.answered) == (0, 1, 1)
    low, high = counts.interval
    assert (low, round(high, 3)) == (0.0, 0.793)
    assert not CheckWarning.objects.exclude(found="").exists(), "what was found is not kept longer"


def test_miss_is_counted_by_its_reason(look: Act, submit: Act, remit: Act, practice: Any) -> None:
    look()
    submit(SENT_ON)
    remit("2026-10-01", "CLP*LKS-1*1*150*0*0*12*I1*11*1 / SVC*HC:99214*150*0 / CAS*CO*50*150")
    found = answered_claims(practice)
    assert (found.answered, found.refused, found.warned) == (1, 1, 0)
    assert found.unwarned == [("50", 1)]


def test_answer_before_the_claim_was_sent_again_settles_nothing(
    look: Act, submit: Act, remit: Act
) -> None:
    submit("2026-08-20")
    remit("2026-09-01", "CLP*LKS-1*1*150*0*0*12*I1*11*1 / SVC*HC:99214*150*0 / CAS*CO*31*150")
    look(NO_MEMBER)
    assert [one.split()[-1] for one in outcomes()] == ["waiting"] * len(outcomes())
    assert CheckedClaim.objects.get().answered_on is None


def test_look_again_counts_once_and_what_is_gone_was_mended(
    look: Act, submit: Act, remit: Act, practice: Any
) -> None:
    look(NO_MEMBER, UNKNOWN_SEX)
    look(UNKNOWN_SEX)
    assert outcomes() == [
        "member_id_missing mended",
        "sex_unknown superseded",
        "sex_unknown waiting",
    ]
    submit(SENT_ON)
    remit("2026-10-01", "CLP*LKS-1*1*150*100*0*12*I1*11*1 / SVC*HC:99214*150*100 / CAS*CO*45*50")
    assert outcomes()[0] == "member_id_missing mended", (
        "the payment says nothing of what was mended"
    )
    assert counts_by_check(practice)["sex_unknown"].not_confirmed == 1
    assert counts_by_check(practice)["member_id_missing"].mended == 1
    assert answered_claims(practice).answered == 1


def test_rejection_for_it_confirms(look: Act, submit: Act, take_in: Act) -> None:
    look(NO_MEMBER)
    submit(SENT_ON)
    take_in(
        "277",
        "005010X214",
        [
            "BHT*0085*08*1*20260904*1015*TH", "HL*1**20*1", "NM1*PR*2*HARBORLIGHT*****PI*HLH01",
            "TRN*1*1", "DTP*050*D8*20260904", "DTP*009*D8*20260904", "HL*2*1*21*1",
            "NM1*41*2*LAKESIDE*****46*SUB1", "TRN*2*1", "STC*A1:19:PR*20260904*WQ*150", "HL*3*2*19*1",
            f"NM1*85*2*LAKESIDE*****XX*{NPI}", "HL*4*3*PT", "NM1*QC*1*QUILL*ADA****MI*HLH4471203",
            "TRN*2*LKS-1", "STC*A7:164:IL*20260904*U*150", "DTP*472*D8*20260901",
        ],
    )  # fmt: skip
    assert outcomes() == ["member_id_missing confirmed"]


def test_measuring_again_changes_nothing(look: Act, submit: Act, remit: Act, practice: Any) -> None:
    look(NO_MEMBER)
    submit(SENT_ON)
    remit("2026-10-01", "CLP*LKS-1*1*150*0*0*12*I1*11*1 / SVC*HC:99214*150*0 / CAS*CO*31*150")
    before = outcomes()
    assert measure(practice=practice) == 0
    assert outcomes() == before == ["member_id_missing confirmed"]


# ---------------------------------------------------------------- turned off


@pytest.fixture
def people(practice: Any) -> dict[Role, Any]:
    from dueline.accounts.actions import add_user

    return {
        role: add_user(
            username=role.value, password=None, memberships={practice: role}, by="test", at=NOW
        )
        for role in (Role.LEAD, Role.L1_CALLER)
    }


def test_check_turned_off_says_nothing_until_it_is_on_again(
    look: Act, practice: Any, people: Any
) -> None:
    from dueline.accounts.models import AuditEvent

    def turn(is_on: bool, reason: str) -> None:
        turn_check(practice=practice, check_id="sex_unknown", is_on=is_on, reason=reason,
                   by=people[Role.LEAD], now=NOW)  # fmt: skip

    turn(False, "Our payers take U.")
    assert turned_off(practice) == {"sex_unknown"}
    assert look(UNKNOWN_SEX).warned_count == 0
    turn(True, "They do not any more.")
    assert look(UNKNOWN_SEX).warned_count == 1
    rows = CheckSwitch.objects.order_by("pk").values_list("is_on", "reason", "changed_by")
    assert list(rows) == [
        (False, "Our payers take U.", "lead"),
        (True, "They do not any more.", "lead"),
    ]
    trail = AuditEvent.objects.filter(object_kind="check").order_by("pk")
    assert [event.action for event in trail] == ["turn_off_check", "turn_on_check"]


@pytest.mark.parametrize(
    ("check", "is_on", "reason", "said"),
    [
        ("nothing", False, "Why not.", "There is no such check."),
        ("sex_unknown", False, "  ", "Say why."),
        ("sex_unknown", True, "Why not.", "on already"),
        ("sex_unknown", False, "x" * 301, "longer than 300"),
        ("sex_unknown", False, "a\x00b", "control character"),
    ],
)
def test_turning_is_refused_in_words(
    practice: Any, people: Any, check: str, is_on: bool, reason: str, said: str
) -> None:
    with pytest.raises(SwitchRefused, match=said):
        turn_check(practice=practice, check_id=check, is_on=is_on, reason=reason,
                   by=people[Role.LEAD], now=NOW)  # fmt: skip
    assert not CheckSwitch.objects.exists()


def test_only_some_roles_turn_checks(practice: Any, people: Any) -> None:
    from dueline.accounts.errors import NotAllowed

    with pytest.raises(NotAllowed, match="lead, denial analyst, administrator"):
        turn_check(practice=practice, check_id="sex_unknown", is_on=False, reason="No.",
                   by=people[Role.L1_CALLER], now=NOW)  # fmt: skip
