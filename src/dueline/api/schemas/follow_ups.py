"""Follow-ups as they are recorded and told."""

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from dueline.api.schemas.basic import Given
from dueline.calls.models import FollowUp
from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.facts import FACTS

_Lax = Field(strict=False)
# The names stand in core.facts alone; they are said to callers as the only ones taken.
_FactName = Annotated[str, Field(pattern=f"^({'|'.join(FACTS)})$")]
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class FollowUpIn(Given):
    """One contact about a claim. Which facts an outcome requires is in docs/reference/follow-up.md."""

    occurred_at: str = Field(
        max_length=40,
        description="With its zone: 2026-11-23T10:42:00-05:00.",
        json_schema_extra={"format": "date-time"},
    )
    channel: Annotated[Channel, _Lax]
    contact_name: str = Field("", max_length=100)
    no_contact_reason: str = Field("", max_length=200)
    reference_number: str = Field("", max_length=80)
    no_reference_reason: str = Field("", max_length=200)
    said: str = Field(min_length=1, max_length=4000)
    outcome: Annotated[Outcome, _Lax]
    next_action: Annotated[NextAction, _Lax]
    next_due_on: str | None = Field(
        None, pattern=_DATE, json_schema_extra={"format": "date"}, description="null: nothing left."
    )
    next_due_reason: str = Field("", max_length=300)
    facts: dict[_FactName, Annotated[str, Field(max_length=500)]] = Field(
        default_factory=dict, description="By name; days as dates, amounts as dollars and cents."
    )


class FollowUpOut(Schema):
    """A follow-up as it stands in the practice's chain."""

    number: int = Field(description="Within the practice.")
    claim: int
    occurred_at: datetime
    channel: Channel
    contact_name: str
    no_contact_reason: str
    reference_number: str
    no_reference_reason: str
    said: str
    outcome: Outcome
    next_action: NextAction
    next_due_on: date | None
    next_due_reason: str
    facts: dict[str, str]
    recorded_at: datetime
    recorded_by: str
    corrects: int | None = Field(description="The number of the follow-up it corrects.")


class FollowUpPage(Schema):
    follow_ups: list[FollowUpOut]
    next_cursor: str | None


def follow_up_out(row: FollowUp) -> FollowUpOut:
    return FollowUpOut(
        number=row.sequence,
        claim=row.claim_id,
        occurred_at=row.occurred_at,
        channel=Channel(row.channel),
        contact_name=row.contact_name,
        no_contact_reason=row.no_contact_reason,
        reference_number=row.reference_number,
        no_reference_reason=row.no_reference_reason,
        said=row.said,
        outcome=Outcome(row.outcome),
        next_action=NextAction(row.next_action),
        next_due_on=row.next_due_on,
        next_due_reason=row.next_due_reason,
        facts=row.facts,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by.get_username(),
        corrects=row.corrects.sequence if row.corrects else None,
    )
