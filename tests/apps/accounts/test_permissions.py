"""What each role may do, written out by hand: a change of the table in code must be meant."""

from typing import Any

import pytest

from dueline.core.enums import Role

# see the practice, work claims, record follow-ups, move a due date, ask, answer requests, allow a
# call, take in files, decide matches, release from quarantine, change payers, change scripts, change
# codes, work cases, check claims, change checks, work underpayments, send files, correct claims,
# approve corrections, write appeals, approve appeals, change letters, ask for write-offs, approve
# write-offs, export, administer
TABLE = {
    Role.L1_CALLER: "y y y y y - - - - - - - - - - - - - - - - - - - - - -",
    Role.L2_CALLER: "y y y y y - - - y - - - - - - - y - y y y - - y - - -",
    Role.LEAD: "y y y y y y y y y y y y y y y y y y y y y y y y y y -",
    Role.ANALYST: "y - - - - - - - - - - - y y y y - - - - - y y - - y -",
    Role.QUALITY: "y - - - - - - - - - - y - - - - - - - - - - - - - - -",
    Role.BILLER: "y - - - y y - y y - - - - y y - y y y y - - - y - y -",
    Role.AUDITOR: "y - - - - - - - - - - - - - - - - - - - - - - - - y -",
    Role.ADMIN: "y y y y y y y y y y y y y y y y y y y y y y y y y y y",
}


@pytest.mark.parametrize("role", Role)
def test_role_may_do_what_the_table_says(role: Role, people: Any, practice: Any) -> None:
    from dueline.accounts.permissions import Permission, can

    expected = dict(zip(Permission, TABLE[role].split(), strict=True))
    found = {p: "y" if can(people[role], practice, p) else "-" for p in Permission}
    assert found == expected


@pytest.mark.parametrize("role", Role)
def test_role_may_do_nothing_in_another_practice(
    role: Role, people: Any, other_practice: Any
) -> None:
    from dueline.accounts.permissions import Permission, can

    assert not any(can(people[role], other_practice, p) for p in Permission)


def test_check_gives_the_reason(people: Any, practice: Any) -> None:
    from dueline.accounts.errors import NotAllowed
    from dueline.accounts.permissions import Permission, check

    check(people[Role.LEAD], practice, Permission.RELEASE_QUARANTINE)
    with pytest.raises(NotAllowed, match=r"Only these roles may release .*: lead, administrator\."):
        check(people[Role.BILLER], practice, Permission.RELEASE_QUARANTINE)


def test_user_who_left_may_do_nothing(people: Any, practice: Any) -> None:
    from dueline.accounts.permissions import Permission, can
    from dueline.accounts.queries import practices_of

    user = people[Role.ADMIN]
    user.is_active = False
    user.save()
    assert not any(can(user, practice, p) for p in Permission)
    assert not practices_of(user).exists()


def test_practice_for_hides_another_practice(
    people: Any, practice: Any, other_practice: Any
) -> None:
    from dueline.accounts.models import Practice
    from dueline.accounts.queries import practice_for, practices_of

    admin = people[Role.ADMIN]
    assert list(practices_of(admin)) == [practice]
    assert practice_for(admin, "lakeside") == practice
    for code in ("summit", "nowhere"):
        with pytest.raises(Practice.DoesNotExist):
            practice_for(admin, code)


def test_reference_lists_the_table() -> None:
    from pathlib import Path

    from dueline.accounts.permissions import PERMISSIONS, ROLE_NAMES, Permission

    page = (Path(__file__).resolve().parents[3] / "docs/reference/roles.md").read_text()
    for role in Role:
        marks = ["yes" if p in PERMISSIONS[role] else "" for p in Permission]
        cells = " | ".join([ROLE_NAMES[role], *marks])
        assert f"| {cells} |".replace("  ", " ") in page.replace("  ", " ")
