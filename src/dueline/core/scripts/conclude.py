"""What a conversation comes to: outcome, next action, owner and date, proposed from the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dueline.core.enums import Outcome, PayerType, RequestOwner
from dueline.core.facts import FACTS
from dueline.core.follow_up import REQUIRED
from dueline.core.next_date import Proposal, propose_next
from dueline.core.scripts.model import Ending
from dueline.core.scripts.walk import Position


@dataclass(frozen=True)
class Conclusion:
    """The proposal, which a caller confirms or changes with a reason."""

    outcome: Outcome
    proposal: Proposal
    owner: RequestOwner | None  # None: the caller
    says: str


def conclude(
    ending: Ending,
    facts: Mapping[str, str],
    *,
    payer_type: PayerType,
    is_first_payer: bool,
    deadline_on: date | None,
    as_of: date,
    safe_on: date | None = None,
) -> Conclusion:
    """Return what the ending proposes. `deadline_on`: the nearest hard deadline, None where none runs."""
    proposal = propose_next(
        outcome=ending.outcome,
        facts=facts,
        payer_type=payer_type,
        is_first_payer=is_first_payer,
        deadline_on=deadline_on,
        safe_on=safe_on,
        as_of=as_of,
        next_action=ending.next_action,
        days=ending.days,
    )
    return Conclusion(ending.outcome, proposal, ending.owner, ending.says)


def said(position: Position) -> str:
    """Return the answers that are choices, for the note; typed facts are told there by name."""
    told = [f"{one.step.note}: {one.choice.label}" for one in position.done if one.choice]
    return f"{'. '.join(told)}." if told else ""


def lacking(outcome: Outcome, facts: Mapping[str, str]) -> list[str]:
    """Return, in words, the facts that the outcome requires and that are not there yet."""
    return [
        " or ".join(FACTS[name].meaning.lower() for name in names)
        for names in REQUIRED[outcome]
        if not any(facts.get(name) for name in names)
    ]
