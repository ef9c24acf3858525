"""The whole document, by schemathesis: whatever it allows or forbids, the site answers as it says it does.

A few examples for each route here; DEPTH in the environment multiplies them.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import GenerationMode

from dueline.api.permissions import scopes_of
from dueline.core.enums import Role
from tests.api.site import Site, token_of

DEPTH = int(os.environ.get("DEPTH", "1"))
# A follow-up that its schema allows may still lack what its outcome requires, or a date on which work is done;
# a day that looks like one may not exist.
RULES = {"record", "correct", "list_worklist"}
CONFIG = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409"]}
    },
    "operations": [
        {
            "include-operation-id": name,
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "422"]
                }
            },
        }
        for name in sorted(RULES)
    ],
}


@pytest.fixture
def document(site: Site, settings: Any) -> Iterator[Any]:
    """Give the document as served; requests share the test's connection, as those of Django's client do."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    config = schemathesis.Config.from_dict(CONFIG)
    app = get_wsgi_application()
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=["allowed", "forbidden"])
def test_document_and_site_agree(site: Site, document: Any, mode: GenerationMode) -> None:
    admin = site.people[Role.ADMIN]
    _, token = token_of(admin, site.lakeside, scopes_of(Role.ADMIN))
    headers = {"Authorization": f"Bearer {token}"}
    for result in document.get_all_operations():
        operation = result.ok()
        names = [one.name for one in operation.path_parameters]
        ids = {name: site.ids["lakeside"].get(name, "lakeside") for name in names}
        found = ids if mode is GenerationMode.POSITIVE else None
        _agree(operation.as_strategy(mode, path_parameters=found), headers)


def _agree(cases: Any, headers: dict[str, str]) -> None:
    @how(
        max_examples=3 * DEPTH,
        deadline=None,
        database=None,
        derandomize=DEPTH == 1,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def agree(case: Any) -> None:
        if case.meta.generation.mode is GenerationMode.POSITIVE:
            # One that was made up is refused, and no document can say so.
            case.query.pop("cursor", None)
        case.call_and_validate(headers=headers)

    agree()
