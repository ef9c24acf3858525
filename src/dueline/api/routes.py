"""How a route is declared: its scope, what it answers, and every error it can answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ninja import Router

from dueline.accounts import audit
from dueline.api.access import FORM, JSON, ApiRequest, Bearer
from dueline.api.problems import Problem
from dueline.core.scopes import Scope

ALWAYS = (401, 403, 404, 422, 429)
WITH_BODY = (400, 413, 415)
View = Callable[..., Any]


class Routes:
    """The routes of one subject, under one practice."""

    def __init__(self, subject: str) -> None:
        self.router = Router(tags=[subject])

    def read(self, path: str, scope: Scope, answer: Any) -> Callable[[View], View]:
        """Declare a GET."""
        return self._route("GET", path, scope, {200: answer}, ALWAYS, "")

    def ask(self, path: str, scope: Scope, answer: Any) -> Callable[[View], View]:
        """Declare a POST that changes nothing: what is asked must not stand in an address."""
        return self._route("POST", path, scope, {200: answer}, (*ALWAYS, *WITH_BODY), JSON)

    def write(
        self,
        path: str,
        scope: Scope,
        answer: Any,
        *,
        status: int = 200,
        takes: str = "",
    ) -> Callable[[View], View]:
        """Declare a POST that does something once: its view takes `idempotency_key`."""
        errors = (*ALWAYS, 409, *(WITH_BODY if takes else ()))
        return self._route("POST", path, scope, {status: answer}, errors, takes)

    def _route(
        self,
        method: str,
        path: str,
        scope: Scope,
        answers: dict[int, Any],
        errors: tuple[int, ...],
        takes: str,
    ) -> Callable[[View], View]:
        assert takes in ("", JSON, FORM)

        def declare(view: View) -> View:
            @wraps(view)
            def audited(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
                with audit.through(request.auth.token.pk):
                    return view(request, *args, **kwargs)

            first, _, rest = (view.__doc__ or "").strip().partition("\n")
            self.router.add_api_operation(
                f"/practices/{{practice}}/{path}",
                [method],
                audited,
                auth=Bearer(scope, takes),
                response={**answers, **dict.fromkeys(sorted(errors), Problem)},
                operation_id=view.__name__,
                summary=first.rstrip("."),
                description=f"{rest.strip()}\n\nNeeds the scope `{scope}`.".strip(),
                openapi_extra={"x-scope": scope.value},
            )
            return view

        return declare
