"""Adding practices and people: what is refused, and what is left behind."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dueline.core.enums import Role

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)

GOOD: dict[str, Any] = {"code": "hill", "name": "Hill Practice", "npis": [("1999936606", "Hill")]}
REFUSED = {
    "code with capitals": ({"code": "Hill"}, "code: expected"),
    "code too long": ({"code": "h" * 33}, "code: expected"),
    "code taken": ({"code": "lakeside"}, "exists already"),
    "no name": ({"name": " "}, "name: expected"),
    "wrong check digit": ({"npis": [("1999936607", "")]}, "npis: expected"),
    "NPI twice": ({"npis": [("1999936606", ""), ("1999936606", "")]}, "found one twice"),
    "time zone": ({"time_zone": "Mars/North"}, "time_zone: expected"),
    "state too long": ({"address": {"state": "New York"}}, "state: "),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_add_practice_refuses(practice: Any, changes: dict[str, Any], message: str) -> None:
    from dueline.accounts.actions import add_practice
    from dueline.accounts.errors import AccountsError
    from dueline.accounts.models import Practice

    with pytest.raises(AccountsError, match=message):
        add_practice(**{**GOOD, **changes}, by="tests", at=NOW)
    assert Practice.objects.count() == 1


def test_add_practice_refuses_an_npi_of_another_practice(practice: Any) -> None:
    """A file that bears it could be either's; each practice's files stay its own."""
    from dueline.accounts.actions import add_practice
    from dueline.accounts.errors import AccountsError

    add_practice(**GOOD, by="tests", at=NOW)
    with pytest.raises(AccountsError, match="1999936606 is an NPI of the practice 'hill' already"):
        add_practice(**{**GOOD, "code": "dale"}, by="tests", at=NOW)


def test_add_practice_leaves_practice_npis_and_event(db: None) -> None:
    from dueline.accounts.actions import add_practice
    from dueline.accounts.models import AuditEvent

    practice = add_practice(**GOOD, tax_id="012345678", by="tests", at=NOW)
    assert [npi.npi for npi in practice.npis.all()] == ["1999936606"]
    assert practice.tax_id == "012345678"
    event = AuditEvent.objects.get(scope="hill")
    assert (event.action, event.username, event.at) == ("add_practice", "tests", NOW)


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345"])
def test_add_user_refuses_weak_password(practice: Any, password: str) -> None:
    from dueline.accounts.actions import add_user
    from dueline.accounts.errors import AccountsError
    from dueline.accounts.models import User

    if password.isdigit():
        password = "maryanne-smithson"  # like the name itself
    with pytest.raises(AccountsError, match="password: "):
        add_user(
            username="maryanne-smithson",
            password=password,
            memberships={practice: Role.L1_CALLER},
            by="tests",
            at=NOW,
        )
    assert not User.objects.exists()


def test_add_user_refuses_a_taken_username(people: Any, practice: Any) -> None:
    from dueline.accounts.actions import add_user
    from dueline.accounts.errors import AccountsError

    with pytest.raises(AccountsError, match="exists already"):
        add_user(username="lead", password=None, memberships={}, by="tests", at=NOW)


def test_assign_role_replaces_the_role_and_the_admin_flags(people: Any, practice: Any) -> None:
    from dueline.accounts.actions import assign_role
    from dueline.accounts.models import AuditEvent
    from dueline.accounts.queries import role_in

    user = people[Role.BILLER]
    for role, is_admin in [(Role.ADMIN, True), (Role.AUDITOR, False)]:
        assign_role(practice=practice, user=user, role=role, by="tests", at=NOW)
        assert role_in(user, practice) is role
        assert (user.is_staff, user.is_superuser) == (is_admin, is_admin)
    events = AuditEvent.objects.filter(action="assign_role", object_key=str(user.pk))
    assert [e.detail["role"] for e in events.order_by("sequence")] == ["biller", "admin", "auditor"]
