"""When a payer should act and when to look: by rule, and no loss by the date alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dueline.core.calendars import next_business_day
from dueline.core.claim_clocks import ClaimDates
from dueline.core.deadline_words import (
    EVENT_NAMES,
    NEVER,
    NOT_KNOWN,
    day_words,
    is_never,
    source_words,
    span_words,
)
from dueline.core.deadlines import Rule, StartEvent, choose, end_of
from dueline.core.enums import PayerClock

_LOOKS = frozenset(
    {
        PayerClock.FIRST_CHECK,
        PayerClock.CHECK_INTERVAL,
        PayerClock.CALL_AFTER,
        PayerClock.STATUS_REQUEST,
    }
)


@dataclass(frozen=True)
class Expectation:
    """When the payer should act or we should look; None where no rule or no start is known."""

    kind: PayerClock
    on: date | None
    rule: Rule | None
    sentence: str


def expectations(
    rules: Sequence[Rule],
    dates: ClaimDates,
    *,
    as_of: date,
    kinds: Iterable[PayerClock] = PayerClock,
) -> list[Expectation]:
    """Return when the payer should act and when to look, by rule; those without a rule say so."""
    return [_expectation(kind, rules, dates, as_of) for kind in kinds]


def _expectation(
    kind: PayerClock, rules: Sequence[Rule], dates: ClaimDates, as_of: date
) -> Expectation:
    rule, start = _latest_start(kind, rules, dates)
    if rule is None:
        return Expectation(kind, None, None, NOT_KNOWN)
    if is_never(rule):
        return Expectation(kind, None, rule, f"{NEVER}. {source_words(rule, as_of)}")
    words = f"{span_words(rule)} from {EVENT_NAMES[rule.start_event]}"
    if start is None:
        return Expectation(kind, None, rule, f"{words}. {source_words(rule, as_of)}")
    on = end_of(start, rule.count, rule.unit, rule.scope.state)
    if kind in _LOOKS:
        on = next_business_day(on, rule.scope.state)
    text = f"{words} of {day_words(start, as_of)}: {day_words(on, as_of)}."
    return Expectation(kind, on, rule, f"{text} {source_words(rule, as_of)}")


def _latest_start(
    kind: PayerClock, rules: Sequence[Rule], dates: ClaimDates
) -> tuple[Rule | None, date | None]:
    """Of a kind that starts anew with each thing sent, the rule of what was sent last holds."""
    best: tuple[Rule | None, date | None] = (None, None)
    for event in StartEvent:
        rule, start = choose(kind, [r for r in rules if r.start_event is event], dates)
        if rule is not None and (best[0] is None or (start or date.min) > (best[1] or date.min)):
            best = rule, start
    return best
