"""The JSON Schema of a follow-up as the command line and the API take it, made from the tables of core.follow_up."""

from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.facts import FACTS, FactKind
from dueline.core.follow_up import REQUIRED

_DAY: dict[str, object] = {"type": "string", "format": "date"}
_TYPES: dict[FactKind, dict[str, object]] = {
    FactKind.PAST_DATE: _DAY,
    FactKind.FUTURE_DATE: _DAY,
    FactKind.DATE: _DAY,
    FactKind.MONEY: {"type": ["string", "number"], "examples": ["1234.50"]},
    FactKind.CODE: {"type": ["string", "integer"], "examples": ["CO-197"]},
    FactKind.TEXT: {"type": "string", "maxLength": 500},
}


def _text(meaning: str, length: int) -> dict[str, object]:
    return {"type": "string", "maxLength": length, "description": meaning}


def _base() -> dict[str, object]:
    return {
        "patient_control_number": _text("The claim, by the practice's own number", 38),
        "request_key": _text(
            "The same key twice records once; made from the content if missing", 64
        ),
        "corrects": {"type": "integer", "description": "Number of the follow-up this one corrects"},
        "occurred_at": {
            "type": "string",
            "format": "date-time",
            "description": "When it happened, with its zone",
        },
        "channel": {"enum": [member.value for member in Channel]},
        "contact_name": _text("Person spoken to", 100),
        "no_contact_reason": _text("Why there is no person; needed for a call without one", 200),
        "reference_number": _text("Reference number of the contact", 80),
        "no_reference_reason": _text("Why there is no reference number", 200),
        "said": _text("What was said or seen", 4000),
        "outcome": {"enum": [member.value for member in Outcome]},
        "next_action": {"enum": [member.value for member in NextAction]},
        "next_due_on": {
            **_DAY,
            "description": "Working day of the next action; open claims need it",
        },
        "next_due_reason": _text("Why the date may be after what a deadline allows", 300),
    }


def _condition(outcome: Outcome) -> dict[str, object]:
    needs = [
        {"anyOf": [{"required": [name]} for name in names]}
        if len(names) > 1
        else {"required": [names[0]]}
        for names in REQUIRED[outcome]
    ]
    is_outcome = {"properties": {"outcome": {"const": outcome.value}}, "required": ["outcome"]}
    return {"if": is_outcome, "then": {"allOf": needs}}


def schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of one follow-up; which facts an outcome requires is in `allOf`."""
    facts = {f.name: {**_TYPES[f.kind], "description": f.meaning} for f in FACTS.values()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Follow-up",
        "type": "object",
        "properties": {**_base(), **facts},
        "required": [
            "patient_control_number",
            "occurred_at",
            "channel",
            "said",
            "outcome",
            "next_action",
        ],
        "allOf": [
            {"anyOf": [{"required": ["reference_number"]}, {"required": ["no_reference_reason"]}]},
            *[_condition(outcome) for outcome in Outcome],
        ],
        "additionalProperties": False,
    }
