"""Nothing of a practice stays in the browser: pages for people signed in are never stored."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def never_stored(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Tell browsers and proxies to store no page of a person signed in, unless the page itself says more."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer
