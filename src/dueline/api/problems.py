"""Every error in one shape: application/problem+json (RFC 9457), with a code for programs, without patient data."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from dueline.accounts.errors import NotAllowed
from dueline.api.errors import ApiError, BadInput, TooMany
from dueline.calls.errors import CallsError
from dueline.core.follow_up import FollowUpError
from dueline.worklist.errors import WorklistError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: ("malformed", "The request cannot be read"),
    401: ("no_token", "No token that stands"),
    403: ("not_allowed", "Not allowed"),
    404: ("not_found", "There is no such thing"),
    405: ("wrong_method", "This address does not take this method"),
    409: ("conflict", "The state of things does not permit it"),
    413: ("too_large", "Too large"),
    415: ("wrong_content_type", "Another type of content is expected"),
    422: ("bad_input", "Something given is not as expected"),
    429: ("too_many_requests", "Too many requests"),
    500: ("fault", "Something went wrong here"),
}


class Fault(Schema):
    """What is wrong with one field."""

    field: str = Field(description="Where: a parameter's name, or the path within the body.")
    message: str


class Problem(Schema):
    """An error, as RFC 9457 has it. `code` is stable; `detail` is for people."""

    type: str = Field(description="urn:dueline:problem: and the code.")
    title: str
    status: int
    code: str
    detail: str
    faults: list[Fault] = Field(default_factory=list, description="With 422: every field at fault.")


def problem(
    status: int, detail: str, *, code: str = "", faults: Iterable[tuple[str, str]] = ()
) -> HttpResponse:
    """Return an error in the one shape."""
    usual, title = TITLES.get(status, ("refused", "Refused"))
    chosen = code or usual
    body = {
        "type": f"urn:dueline:problem:{chosen}",
        "title": title,
        "status": status,
        "code": chosen,
        "detail": detail,
        "faults": [{"field": field, "message": message} for field, message in faults],
    }
    answer = HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Dueline"'
    return answer


def install(api: NinjaAPI) -> None:
    """Let the API answer every error so."""

    @api.exception_handler(ApiError)
    def refused(request: HttpRequest, error: ApiError) -> HttpResponse:
        faults = [(error.field, str(error))] if isinstance(error, BadInput) else []
        answer = problem(error.status, str(error), code=error.code, faults=faults)
        if isinstance(error, TooMany):
            answer["Retry-After"] = str(error.wait_seconds)
        return answer

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, TITLES[422][1] + ".", faults=map(_fault, error.errors))

    @api.exception_handler(FollowUpError)
    def not_recordable(request: HttpRequest, error: FollowUpError) -> HttpResponse:
        found = [
            (one.field, f"Found {one.found}. Expected {one.expected}. {one.remedy}")
            for one in error.problems
        ]
        return problem(422, "This follow-up cannot be recorded so.", faults=found)

    @api.exception_handler(NotAllowed)
    def not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
        return problem(403, str(error))

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return problem(413, "The body is too large.")

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, "The request cannot be read.")

    for kind in (WorklistError, CallsError):
        api.add_exception_handler(kind, _conflict)


def _conflict(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(409, str(error))


def _fault(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return where and what; never what was found, which may be a patient's."""
    _, *path = [str(part) for part in error["loc"]]
    if path[:1] == ["given"]:  # the name of the view's argument
        path = path[1:]
    return ".".join(path) or "body", str(error["msg"])
