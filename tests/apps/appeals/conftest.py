"""A claim sent, accepted and refused, with the people who appeal it. Models are imported inside."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.apps.denials.conftest import AS_OF, NOW, practice, remit, submit, take_in

__all__ = ["practice", "remit", "submit", "take_in"]
DENIED = (
    "CLP*LKS-1*1*150*0**12*ICN7*11*1 / SVC*HC:99214*150*0**1 / DTM*472*20260803 / CAS*CO*197*150"
)


@dataclass
class People:
    """Those who write, approve and read; `lead` writes and approves."""

    writer: Any
    lead: Any
    analyst: Any
    caller: Any
    auditor: Any


@pytest.fixture
def people(practice: Any) -> People:
    from dueline.accounts.actions import add_user
    from dueline.core.enums import Role

    def one(name: str, role: Role) -> Any:
        user = add_user(
            username=name,
            password=None,  # hashing one takes longer than the test
            memberships={practice: role},
            by="test",
            at=NOW,
        )
        user.first_name, user.last_name = name.capitalize(), "Sample"
        user.save()
        return user

    return People(
        one("wren", Role.L2_CALLER),
        one("lena", Role.LEAD),
        one("noor", Role.ANALYST),
        one("ben", Role.L1_CALLER),
        one("ada", Role.AUDITOR),
    )


@pytest.fixture
def letterhead(practice: Any, people: People) -> Any:
    from dueline.appeals.actions import LetterheadFacts, save_letterhead

    facts = LetterheadFacts(
        "Lakeside Clinic", "1 Water St\nLakeside, OH 44444", "555-555-0100", "", "99-5550187", ""
    )
    return save_letterhead(practice=practice, facts=facts, by=people.lead, now=NOW)


@pytest.fixture
def denial(practice: Any, submit: Callable[..., Any], remit: Callable[..., Any]) -> Any:
    """A claim of $150.00 refused whole for CO-197 two weeks ago."""
    from dueline.denials.models import Denial

    submit("2026-08-05")
    remit("2026-11-09", DENIED)
    return Denial.objects.select_related("claim", "payer", "practice").get()


@pytest.fixture
def appeal(practice: Any, denial: Any, people: People, letterhead: Any) -> Any:
    from dueline.appeals.actions import start_appeal
    from dueline.core.appeals.levels import AppealLevel

    return start_appeal(
        practice=practice,
        denial=denial,
        level=AppealLevel.APPEAL_1,
        by=people.writer,
        as_of=AS_OF,
        now=NOW,
    )


@pytest.fixture
def whole(appeal: Any, people: People) -> Any:
    """The appeal with all that it lacked."""
    complete(appeal, people.writer)
    return appeal


def complete(appeal: Any, by: Any) -> None:
    from dueline.appeals.actions import AppealChanges, add_enclosure, change_appeal, type_fact
    from dueline.appeals.queries.reading import draft_of
    from dueline.core.appeals.levels import SendMethod

    changes = AppealChanges(
        appeal.template, "", SendMethod.MAIL, "Appeals\nPO Box 1\nTown, OH 44444"
    )
    change_appeal(appeal=appeal, changes=changes, by=by, now=NOW)
    appeal.refresh_from_db()
    draft = draft_of(appeal, as_of=AS_OF)
    for name in draft.letter.blanks:
        type_fact(
            appeal=appeal, name=name, value=f"the {name} as told", by=by, as_of=AS_OF, now=NOW
        )
    for title in draft.missing:
        add_enclosure(appeal=appeal, title=title, content=a_pdf(2), by=by, now=NOW)


def a_pdf(pages: int = 1, **save: Any) -> bytes:
    import pikepdf

    kept = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(612, 792))
        pdf.save(kept, **save)
    return kept.getvalue()


def a_picture(
    form: str, mode: str = "RGB", frames: int = 1, size: tuple[int, int] = (80, 60)
) -> bytes:
    from PIL import Image

    kept = io.BytesIO()
    pictures = [Image.new(mode, size) for _ in range(frames)]
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(kept, form, **more)
    return kept.getvalue()


def day(text: str) -> date:
    return date.fromisoformat(text)
