"""Addresses that are told of events. They are added and ended on a page alone."""

from typing import Any

from dueline.api.access import ApiRequest
from dueline.api.queries.webhooks import endpoints, troubled_messages
from dueline.api.routes import Routes
from dueline.api.schemas.basic import PracticeCode
from dueline.api.schemas.webhooks import EndpointOut, Trouble, Webhooks
from dueline.core.scopes import Scope
from dueline.core.webhooks import EventKind

routes = Routes("Webhooks")


@routes.read("webhooks", Scope.READ_WEBHOOKS, Webhooks)
def list_webhooks(request: ApiRequest, practice: PracticeCode) -> Any:
    """List the addresses that are told of events, and the messages not taken."""
    owner = request.auth.practice
    found: Any = endpoints(owner)
    return Webhooks(
        endpoints=[
            EndpointOut(
                id=one.pk,
                url=one.url,
                events=one.kinds,
                taken=one.taken,
                waiting=one.waiting,
                given_up=one.given_up,
                last_taken_at=one.last_taken_at,
            )
            for one in found
        ],
        troubled=[
            Trouble(
                id=one.identifier,
                endpoint=one.endpoint_id,
                event=EventKind(one.kind),
                tries=one.tries,
                last_answer=one.last_answer,
                next_at=one.next_at,
                given_up_at=one.given_up_at,
            )
            for one in troubled_messages(owner)
        ],
    )
