"""A claim's part of a call, read from what is kept of it: where the conversation stands and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from dueline.accounts.models import Practice
from dueline.calls.models import Call, CallClaim
from dueline.calls.queries.scripts import scripts_of
from dueline.core.codes import adjustment_words, carc
from dueline.core.enums import (
    Channel,
    NextAction,
    Outcome,
    PayerStatus,
    PayerType,
    RequestOwner,
    WorkStatus,
)
from dueline.core.follow_up import (
    REQUIRED,
    FieldProblem,
    FollowUpError,
    FollowUpFacts,
    check_recordable,
    read_facts,
)
from dueline.core.next_date import Proposal, propose_next
from dueline.core.note import Noted, write_note
from dueline.core.schedule import Interval
from dueline.core.scripts import Conversation, Ending, Position, Script, Suggestion, suggest, walk
from dueline.core.scripts.conclude import said
from dueline.ledger.models import Claim
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import deadline_after, interval_for

CHOSEN = ("outcome", "next_action", "next_due_on", "next_due_reason")
_REPLACEMENT = "7"  # CLM05-3


@dataclass(frozen=True)
class Talk:
    """What is known of the conversation about one claim on `as_of`."""

    part: CallClaim
    scripts: Mapping[str, Script]
    typed: Mapping[str, str]  # facts as typed
    facts: Mapping[str, str]  # those that can be read
    wrong: Mapping[str, FieldProblem]  # and what is wrong with the others
    confirmed: tuple[str, ...]  # steps read back and confirmed
    chosen: Mapping[str, str]
    position: Position
    item: WorklistItem | None
    as_of: date

    @property
    def ending(self) -> Ending | None:
        return self.position.ending

    @cached_property
    def outcome(self) -> Outcome | None:
        """Return the outcome the caller chose, else that of the ending reached."""
        chosen = self.chosen.get("outcome", "")
        if chosen in set(Outcome):
            return Outcome(chosen)
        return self.ending.outcome if self.ending else None

    @cached_property
    def proposal(self) -> Proposal | None:
        """Return what is proposed next for the outcome; None while there is none."""
        if self.outcome is None:
            return None
        ending = self.ending if self.ending and self.ending.outcome is self.outcome else None
        claim = self.part.claim
        deadline_on, safe_on = deadline_after(self.item, self.outcome)
        return propose_next(
            outcome=self.outcome,
            facts=self.facts,
            payer_type=PayerType(claim.payer.payer_type),
            is_first_payer=claim.payer_sequence == "P",
            deadline_on=deadline_on,
            safe_on=safe_on,
            interval=self._interval(claim),
            as_of=self.as_of,
            next_action=ending.next_action if ending else None,
            days=ending.days if ending else None,
        )

    def _interval(self, claim: Claim) -> Interval | None:
        """Return when the payer's rules say to look again, where the outcome asks for it."""
        if self.outcome is not Outcome.IN_PROCESS:
            return None
        return interval_for(claim, as_of=self.as_of)

    @property
    def owner(self) -> RequestOwner | None:
        """Return who of ours has to act, where it is not the caller."""
        is_as_ended = self.ending is not None and self.ending.outcome is self.outcome
        return self.ending.owner if self.ending and is_as_ended else None

    @property
    def next_action(self) -> NextAction | None:
        chosen = self.chosen.get("next_action", "")
        if chosen in set(NextAction):
            return NextAction(chosen)
        return self.proposal.next_action if self.proposal else None

    @property
    def next_due_on(self) -> str:
        """Return the date as it was typed, else the one proposed."""
        typed = self.chosen.get("next_due_on", "")
        return typed or (self.proposal.due_on.isoformat() if self.proposal else "")

    @property
    def is_changed(self) -> bool:
        """Return whether the caller chose something else than what is proposed."""
        if self.proposal is None:
            return False
        outcome = self.ending.outcome if self.ending else self.outcome
        proposed = (outcome, self.proposal.next_action, self.proposal.due_on.isoformat())
        return proposed != (self.outcome, self.next_action, self.next_due_on)

    def told(self) -> dict[str, str]:
        """Return the facts, as typed, that were asked or that the outcome requires: those to be recorded."""
        asked = {name for one in self.position.done for name, _ in one.facts}
        if self.outcome is not None:
            asked |= {name for names in REQUIRED[self.outcome] for name in names}
        return {name: value for name, value in self.typed.items() if name in asked}

    def said(self) -> str:
        """Return what was said, from the answers; typed facts are told in the note by name."""
        position = self.position
        notes = {one.key: one.step.note for one in position.done}
        heard = [notes[key] for key in self.confirmed if key in notes]
        parts = (
            f"{position.script.title}." if position.done else "",
            said(position),
            f"Read back and confirmed: {', '.join(heard)}." if heard else "",
            self.part.words,
        )
        return " ".join(part for part in parts if part)[:4000]


def talk_of(part: CallClaim, *, as_of: date) -> Talk:
    """Return the conversation about one claim of a call, as far as it is kept."""
    kept = part.talk
    item = WorklistItem.objects.filter(claim_id=part.claim_id, is_open=True).first()
    typed = kept.get("facts", {})
    facts, wrong = read_facts(typed, as_of=as_of)
    scripts = scripts_of(part.call.practice, upto=part.call.scripts_upto)
    conversation = Conversation(tuple(kept["scenarios"]), kept.get("answers", {}), facts)
    return Talk(
        part=part,
        scripts=scripts,
        typed=typed,
        facts=facts,
        wrong=wrong,
        confirmed=tuple(kept.get("confirmed", ())),
        chosen={name: kept[name] for name in CHOSEN if kept.get(name)},
        position=walk(scripts, conversation),
        item=item,
        as_of=as_of,
    )


def suggestion_of(claim: Claim, item: WorklistItem | None) -> Suggestion:
    """Return the scenario to begin with, from what is known of the claim."""
    code = claim.denial_carc
    return suggest(
        PayerStatus(claim.payer_status),
        denial_scenario=carc(code).scenario if code else "",
        denial_words=adjustment_words(claim.denial_group, code) if code else "",
        balance_cents=claim.payer_balance_cents,
        work_status=WorkStatus(item.work_status) if item else None,
        is_replacement=claim.frequency_code == _REPLACEMENT,
    )


def known_facts(claim: Claim) -> dict[str, str]:
    """Return what the ledger knows of what a script may ask, so that it is only to be confirmed."""
    code = "-".join(filter(None, (claim.denial_group, claim.denial_carc)))
    facts = {
        "carc": code if claim.denial_carc else "",
        "denied_on": claim.denied_on.isoformat() if claim.denied_on else "",
        "payer_claim_number": claim.payer_claim_control_number,
        "authorization_number": claim.prior_authorization,
    }
    return {name: value for name, value in facts.items() if value}


def follow_up_fields(talk: Talk, call: Call) -> dict[str, object]:
    """Return the fields of the follow-up that this part of the call becomes."""
    return {
        "occurred_at": call.started_at.isoformat(),
        "channel": Channel.CALL.value,
        "contact_name": call.contact_name,
        "no_contact_reason": call.no_contact_reason,
        "reference_number": call.reference_number,
        "no_reference_reason": call.no_reference_reason,
        "said": talk.said(),
        "outcome": talk.outcome.value if talk.outcome else "",
        "next_action": talk.next_action.value if talk.next_action else "",
        "next_due_on": "" if talk.next_action is NextAction.NONE else talk.next_due_on,
        "next_due_reason": talk.chosen.get("next_due_reason", ""),
        "facts": talk.told(),
    }


def follow_up_facts(talk: Talk, call: Call) -> FollowUpFacts:
    """Return the follow-up that this part of the call becomes. Raises FollowUpError naming all that is missing."""
    problems: list[FieldProblem] = []
    if talk.is_changed and not talk.chosen.get("next_due_reason"):
        expected = "why it is not what is proposed"
        problems.append(
            FieldProblem("next_due_reason", "nothing", expected, "Say it in a few words.")
        )
    deadline_on, safe_on = deadline_after(talk.item, talk.outcome)
    try:
        facts = FollowUpFacts.from_mapping(follow_up_fields(talk, call), as_of=talk.as_of)
        check_recordable(
            facts,
            as_of=talk.as_of,
            now=call.started_at,  # when it happened, too
            is_open=talk.part.claim.is_open,
            deadline_on=deadline_on,
            safe_on=safe_on,
            service_on=talk.part.claim.service_from_on,
        )
    except FollowUpError as refused:
        raise FollowUpError([*refused.problems, *problems]) from None
    if problems:
        raise FollowUpError(problems)
    return facts


def missing(talk: Talk, call: Call) -> tuple[FieldProblem, ...]:
    """Return what is still needed before this part can be saved."""
    try:
        follow_up_facts(talk, call)
    except FollowUpError as refused:
        return refused.problems
    return ()


def note_so_far(talk: Talk, call: Call, *, by: str) -> str:
    """Return the note as it stands, its moment in the practice's time."""
    practice: Practice = call.practice
    moment: datetime = call.started_at.astimezone(ZoneInfo(practice.time_zone))
    claim = talk.part.claim
    due_on, _ = read_facts({"expected_on": talk.next_due_on}, as_of=talk.as_of)
    return write_note(
        Noted(
            occurred_at=moment,
            channel=Channel.CALL,
            payer=claim.payer.name,
            patient_control_number=claim.patient_control_number,
            payer_claim_number=claim.payer_claim_control_number,
            outcome=talk.outcome,
            said=talk.said(),
            facts={name: talk.facts[name] for name in talk.told() if name in talk.facts},
            next_action=talk.next_action,
            next_due_on=date.fromisoformat(due_on["expected_on"]) if due_on else None,
            next_due_reason=talk.chosen.get("next_due_reason", ""),
            by=by,
            contact_name=call.contact_name,
            no_contact_reason=call.no_contact_reason,
            reference_number=call.reference_number,
            no_reference_reason=call.no_reference_reason,
        )
    )
