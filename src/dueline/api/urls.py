"""The addresses of the API, and the document that describes them."""

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from dueline.api import problems
from dueline.api.views import (
    claims,
    denials,
    follow_ups,
    intake,
    patterns,
    payers,
    webhooks,
    worklist,
)

DESCRIPTION = """\
Everything of a practice, for programs: over the same rules, permissions and audit trail as the pages.

Send `Authorization: Bearer dlt_…`. Money is dollars as text with two decimals, days are ISO dates. Lists
come in pages: pass `next_cursor` on until it is null. Every write takes an `Idempotency-Key`. Every error is
`application/problem+json`. No address holds patient data.
"""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


class _Strict(Parser):
    """Reads JSON bodies; amounts keep their digits, and NaN is no number."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_float=Decimal, parse_constant=_refuse_constant)


class DuelineApi(NinjaAPI):
    """Writes its document as its answers are: errors as problem+json, parameters that are left out, not null."""

    def get_openapi_schema(self, **how: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**how)
        for methods in document["paths"].values():
            for operation in methods.values():
                _say_errors(operation["responses"])
                for parameter in operation["parameters"]:
                    parameter["schema"] = _without_null(parameter["schema"])
        return document


def _say_errors(responses: dict[int, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {problems.MEDIA_TYPE: response["content"]["application/json"]}
    responses[429]["headers"] = {
        "Retry-After": {"schema": {"type": "string"}, "description": "Seconds to wait."}
    }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that may be left out: it has no null, and no default of null."""
    chosen = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    found = {**rest, **chosen[0]} if len(chosen) == 1 else schema
    return {name: value for name, value in found.items() if (name, value) != ("default", None)}


api = DuelineApi(
    title="Dueline",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url="openapi.json",
    parser=_Strict(),
)
problems.install(api)
for _part in (claims, worklist, follow_ups, payers, denials, patterns, intake, webhooks):
    api.add_router("", _part.routes.router)

urlpatterns = [path("api/v1/", api.urls)]
