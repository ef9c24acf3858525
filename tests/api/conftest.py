"""The fixtures of the API's tests, from tests.api.site once Django is ready."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from tests.api.site import Site


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Site]":
    from tests.api.site import build

    with django_db_blocker.unblock(), transaction.atomic():
        yield build(tmp_path_factory.mktemp("api"))
        transaction.set_rollback(True)


@pytest.fixture
def site(built: "Site", db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> "Site":
    """Give the data at a set time, files read at once; what a test changes is rolled back to it."""
    from tests.api.site import AS_OF, NOW

    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: AS_OF)
    return built
