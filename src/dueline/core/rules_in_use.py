"""Which of a payer's rules claims meet today, and for which of its claims each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

from dueline.core.deadlines import Rule, StartEvent
from dueline.core.enums import ClaimType, DeadlineKind, PayerClock
from dueline.core.payer_rules import rank, suits, why_it_won

CLAIM_TYPES = (ClaimType.PROFESSIONAL, ClaimType.INSTITUTIONAL, ClaimType.DENTAL)
# Days that are known whenever the clock of a deadline runs: no wider rule is asked after these.
_ALWAYS_KNOWN = frozenset(
    {
        StartEvent.SERVICE_FROM,
        StartEvent.SERVICE_THROUGH,
        StartEvent.SERVICE,
        StartEvent.DISCHARGE,
        StartEvent.SUBMISSION,
        StartEvent.RECEIPT,
        StartEvent.REMITTANCE,
        StartEvent.DENIAL_NOTICE,
    }
)
# A first claim has a clock of its own after a primary payer, and after a late word of eligibility.
APART = frozenset({StartEvent.PRIMARY_REMITTANCE, StartEvent.ELIGIBILITY_NOTICE})


@dataclass(frozen=True)
class InUse:
    """A rule that claims meet; `claim_types` is empty where it is met by every kind of claim."""

    rule: Rule
    claim_types: tuple[ClaimType, ...]
    why: str


def rules_in_use(rules: Sequence[Rule]) -> list[InUse]:
    """Return the rules of one kind that are met, of those that hold and are in force.

    Give them the narrowest first (`payer_rules.in_order`). A wider rule is met by the claims for which no
    narrower one counts from the same event, or from a day that is always known.
    """
    met: dict[int, list[ClaimType]] = {}
    for claim_type in CLAIM_TYPES:
        kept: list[Rule] = []
        for rule in rules:
            if suits(rule, claim_type) and not any(_hides(narrow, rule) for narrow in kept):
                kept.append(rule)
                met.setdefault(id(rule), []).append(claim_type)
    found = []
    for rule in rules:
        types = tuple(met.get(id(rule), ()))
        if types:
            is_all = len(types) == len(CLAIM_TYPES)
            found.append(InUse(rule, () if is_all else types, _why(rule, rules)))
    return found


def _why(rule: Rule, rules: Sequence[Rule]) -> str:
    rivals = [
        other
        for other in rules
        if other.start_event is rule.start_event or rank(other.scope) < rank(rule.scope)
    ]
    return why_it_won(rule, rivals, None)


def _hides(narrow: Rule, wide: Rule) -> bool:
    """Whether a claim that meets the narrower rule is never asked about the wider one."""
    if narrow.start_event is wide.start_event:
        return True
    if isinstance(wide.kind, PayerClock):
        return False  # the clock of what was sent last holds
    if wide.kind is DeadlineKind.FILING:
        return narrow.start_event not in APART and wide.start_event not in APART
    return narrow.start_event in _ALWAYS_KNOWN
