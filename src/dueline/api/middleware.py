"""Requests to the API: bodies of bounded size, and every error in the API's own shape."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dueline.api.access import FORM
from dueline.api.problems import MEDIA_TYPE, TITLES, problem

PREFIX = "/api/"
LARGEST_BODY = 1_000_000  # bytes of JSON
LARGEST_UPLOAD = 1_000_000_000


def for_programs(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse large bodies unread, and answer programs in JSON whatever goes wrong."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return respond(request)
        response = _too_large(request) or respond(request)
        if response.status_code >= 400 and response.get("Content-Type") != MEDIA_TYPE:
            response = _told(response)
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _too_large(request: HttpRequest) -> HttpResponse | None:
    most = LARGEST_UPLOAD if request.content_type == FORM else LARGEST_BODY
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) <= most:
        return None
    return problem(413, f"Expected {most:,} bytes at most, found {int(length):,}.")


def _told(response: HttpResponse) -> HttpResponse:
    """Return an error of Django's own in our shape, with what its headers say."""
    status = response.status_code
    answer = problem(status, f"{TITLES.get(status, TITLES[500])[1]}.")
    if "Allow" in response:
        answer["Allow"] = response["Allow"]
    return answer
