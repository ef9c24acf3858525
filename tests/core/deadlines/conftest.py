"""Claims and payers in the words of billers, and the default rules as shipped."""

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

import dueline
from dueline.core.claim_clocks import ClaimDates, Events
from dueline.core.deadlines import Rule, StartEvent, Unit
from dueline.core.enums import ClaimType, DeadlineKind, PayerClock, PayerStatus, PayerType
from dueline.core.payer_rules import PROOF, Coverage, Scope, in_order
from dueline.core.rule_check import RuleDraft, check_rules

CHECKED = date(2026, 11, 23)
DEFAULTS = Path(dueline.__file__).with_name("payers") / "data" / "default_rules.csv"


def table(name: str) -> list[tuple[str, ...]]:
    """Return the cases of a table of this folder: a line each, columns between bars."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" | ")) for line in lines if line and not line.startswith("#")]


def rules_from(rows):
    """Return the rules that rows of text say; payer, plan and contract are their own keys."""
    drafts, problems = check_rules(rows, as_of=CHECKED)
    assert problems == []
    return [rule_of(draft) for draft in drafts if draft.kind != PROOF]


def rule_of(draft: RuleDraft) -> Rule:
    is_clock = draft.kind in set(PayerClock)
    return Rule(
        kind=PayerClock(draft.kind) if is_clock else DeadlineKind(draft.kind),
        count=draft.count,
        unit=Unit(draft.unit),
        start_event=StartEvent(draft.start_event),
        is_met_when_received=draft.is_met_when_received,
        presumed_receipt_days=draft.presumed_receipt_days,
        effective_from=draft.effective_from,
        effective_to=draft.effective_to,
        source=draft.source,
        checked_on=draft.checked_on,
        confidence=draft.confidence,
        payer_name_or_type=draft.payer or draft.payer_type or "All payers",
        rolls_forward=draft.rolls_forward,
        scope=Scope(
            payer_type=draft.payer_type,
            group=draft.group,
            state=draft.state,
            network=draft.network,
            claim_type=draft.claim_type,
            payer=draft.payer or None,
            plan=draft.plan or None,
            contract=draft.contract or None,
        ),
        checked_by=draft.checked_by,
        review_days=draft.review_days,
    )


@lru_cache(maxsize=1)
def default_rules():
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        return tuple(
            rules_from([{**row, "checked_on": str(CHECKED)} for row in csv.DictReader(file)])
        )


def coverage_of(words: str, **more) -> Coverage:
    """Read "commercial/aetna FL out": type, group, state, network."""
    kind, *rest = words.split()
    payer_type, _, group = kind.partition("/")
    state = next((word for word in rest if word != "out"), "")
    return Coverage(
        payer=more.pop("payer", None),
        payer_type=PayerType(payer_type),
        group=group,
        state=state,
        is_in_network="out" not in rest,
        **more,
    )


def rules_for(words: str) -> list[Rule]:
    return in_order(default_rules(), coverage_of(words))


def claim(words: str) -> ClaimDates:
    """Read "hospital seen 2026-03-20..2026-03-24 denied 2026-05-04"; every word is listed below."""
    flags = {"hospital", "second", "surprise", "unauthorized"}
    said, tokens = {}, iter(words.split())
    for token in tokens:
        said[token] = True if token in flags else next(tokens)
    first, _, last = said.pop("seen").partition("..")

    def day(name):
        return date.fromisoformat(said.pop(name)) if name in said else None

    denied, primary = day("denied"), day("primary")
    remitted = day("remitted") or denied or primary
    decided = tuple(date.fromisoformat(d) for d in said.pop("decided", "").split(",") if d)
    events = Events(
        discharged_on=day("discharged"),
        eligibility_noticed_on=day("noticed"),
        records_requested_on=day("asked"),
        records_sent_on=day("mailed"),
        corrected_sent_on=day("corrected"),
        reconsideration_sent_on=day("disputed"),
        appeal_sent_on=day("appealed"),
        appeals_decided_on=decided,
        refund_demanded_on=day("demanded"),
        overpayment_found_on=day("found"),
        refund_answered_on=day("answered"),
        last_checked_on=day("checked"),
        lacks_authorization=said.pop("unauthorized", False),
        is_surprise_bill=said.pop("surprise", False),
        negotiation_ended_on=day("negotiated"),
    )
    made = ClaimDates(
        service_from_on=date.fromisoformat(first),
        service_through_on=date.fromisoformat(last or first),
        first_submitted_on=day("sent"),
        accepted_on=day("accepted"),
        last_remitted_on=remitted,
        denied_on=denied,
        primary_remitted_on=primary,
        payer_status=PayerStatus.DENIED if denied else PayerStatus.SENT,
        claim_type=ClaimType.INSTITUTIONAL
        if said.pop("hospital", False)
        else ClaimType.PROFESSIONAL,
        is_secondary=bool(said.pop("second", False)),
        events=events,
    )
    assert not said, f"words not known: {said}"
    return made
