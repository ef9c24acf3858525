"""Types that all answers share: money, days, parameters of lists."""

import re
from datetime import date
from typing import Annotated, Any

from ninja import Field, Header, Path, Query, Schema
from pydantic import BeforeValidator, ConfigDict, WithJsonSchema

from dueline.core.money import dollars
from dueline.payers.models import Payer

_DAY = r"^(199[6-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}$"  # of a year that can be meant, as for --as-of
LARGEST = 2**63 - 1  # id
MOST_ROWS = 200  # of a page


def _iso_day(value: Any) -> Any:
    """Refuse what pydantic would take for a day besides, such as seconds since 1970."""
    if isinstance(value, str) and (not re.match(_DAY, value) or value.endswith("\n")):
        raise ValueError("expected a date such as 2026-11-23, of a year from 1996 to 2099")
    return value


Money = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["1234.50"])]
Day = Annotated[
    date,
    BeforeValidator(_iso_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY}),
]
Identifier = Annotated[int, Path(ge=1, le=LARGEST)]
PracticeCode = Annotated[
    str, Path(description="The practice's code.", max_length=32, pattern="^[-a-zA-Z0-9_]+$")
]
AsOf = Annotated[
    Day | None,
    Query(description="Ask as of this day; another than today needs the scope days:choose."),
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of a page at most.")]
Cursor = Annotated[
    str | None,
    Query(min_length=1, max_length=2000, description="The next_cursor of the page before."),
]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=64,
        pattern="^[!-~]+$",
        description="A new one for each thing to be done; the same again for a repeated try.",
    ),
]


class Given(Schema):
    """What is sent to us: exactly these fields, of these types."""

    model_config = ConfigDict(strict=True, extra="forbid")


class PayerName(Schema):
    id: int
    name: str


def payer_name(payer: Payer) -> PayerName:
    return PayerName(id=payer.pk, name=payer.name)


def amount(cents: int) -> str:
    """Return cents as the API says money."""
    return f"{dollars(cents):.2f}"
