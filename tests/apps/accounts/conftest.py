"""Two practices, and a person of each role in the first. Models are imported inside: Django may not be ready yet."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dueline.core.enums import Role

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


def make_practice(code: str) -> Any:
    from dueline.accounts.actions import add_practice

    return add_practice(code=code, name=f"{code.title()} Practice", by="tests", at=NOW)


@pytest.fixture
def practice(db: None) -> Any:
    return make_practice("lakeside")


@pytest.fixture
def other_practice(db: None) -> Any:
    return make_practice("summit")


@pytest.fixture
def people(practice: Any) -> dict[Role, Any]:
    from dueline.accounts.actions import add_user

    return {
        role: add_user(
            username=role.value, password=None, memberships={practice: role}, by="tests", at=NOW
        )
        for role in Role
    }
