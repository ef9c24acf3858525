"""Addresses that are told of events, and how it goes."""

from datetime import datetime

from ninja import Field, Schema

from dueline.core.webhooks import EventKind


class EndpointOut(Schema):
    id: int
    url: str
    events: list[EventKind]
    taken: int = Field(description="Messages.")
    waiting: int
    given_up: int
    last_taken_at: datetime | None


class Trouble(Schema):
    """A message that was not taken: tried again, or given up after a day."""

    id: str = Field(description="Its webhook-id.")
    endpoint: int
    event: EventKind
    tries: int
    last_answer: str
    next_at: datetime | None
    given_up_at: datetime | None


class Webhooks(Schema):
    endpoints: list[EndpointOut]
    troubled: list[Trouble] = Field(description="The latest 50.")
