"""A denial as it is shown: what to do by the playbook, with answers, chance and deadline."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from dueline.core.denial_states import ENDED
from dueline.core.enums import DeadlineKind, DenialCategory, DenialState, UsualFix
from dueline.core.playbook import Advice, Outcomes, advise, chance_of
from dueline.core.recovery import Rate
from dueline.denials.models import Denial
from dueline.denials.queries.case_facts import ClaimKnowledge
from dueline.denials.queries.lists import denials_of
from dueline.ledger.models import Claim

GIVEN_UP_AFTER_DAYS = (
    180  # open this long: counts as not recovered, as the worklist's prices have it
)
_BY_CLAIM = frozenset({UsualFix.CORRECTED_CLAIM})
_BY_APPEAL = frozenset(
    {UsualFix.APPEAL, UsualFix.RECONSIDERATION, UsualFix.SEND_RECORDS, UsualFix.CALL_PAYER}
)


@dataclass(frozen=True)
class Card:
    """One denial with what is to be done. `due_on` is until when, and `due_words` for what."""

    denial: Denial
    advice: Advice
    chance: Rate
    due_on: date | None
    due_words: str

    @property
    def is_ended(self) -> bool:
        return self.denial.state in ENDED


def cards_of(claim: Claim, *, as_of: date) -> list[Card]:
    """Return a claim's denials as they are shown, the latest first; no query more where it has none."""
    rows = list(denials_of(claim.pk))
    if not rows:
        return []
    known = ClaimKnowledge(claim, as_of=as_of)
    return [_card(denial, known) for denial in rows]


def card_of(denial: Denial, claim: Claim, *, as_of: date) -> Card:
    """Return one denial as it is shown. `claim` is its claim with its parties."""
    return _card(denial, ClaimKnowledge(claim, as_of=as_of))


def _card(denial: Denial, known: ClaimKnowledge) -> Card:
    category = DenialCategory(denial.category)
    advice = advise(
        carc=denial.carc,
        rarcs=denial.rarcs.split(),
        category=category,
        usual_fix=UsualFix(denial.usual_fix),
        facts=known.facts(denial),
    )
    due_on, words = _due(denial, advice.way, known)
    return Card(
        denial, advice, chance_of(category, outcomes_of(denial, as_of=known.as_of)), due_on, words
    )


def _due(denial: Denial, way: UsualFix, known: ClaimKnowledge) -> tuple[date | None, str]:
    """Return until when the way is open, and what for; None where no rule says."""
    if way in _BY_CLAIM and denial.payer_id == known.claim.payer_id:
        corrected = known.deadline(DeadlineKind.CORRECTED_CLAIM)
        if corrected is not None and corrected.due_on is not None:
            return corrected.due_on, "corrected claim"
    if way in _BY_CLAIM or way in _BY_APPEAL:
        return denial.appeal_due_on, "appeal"
    return None, ""


def outcomes_of(denial: Denial, *, as_of: date) -> Outcomes:
    """Return how ended denials like this one ended, in the practice. One query."""
    old = Q(state=DenialState.OPEN, denied_on__lt=as_of - timedelta(days=GIVEN_UP_AFTER_DAYS))
    ended = [s.value for s in ENDED - {DenialState.REFUSED_AGAIN}]
    alike = Denial.objects.filter(
        Q(state__in=ended) | old,
        practice=denial.practice_id,
        category=denial.category,
        is_duplicate=denial.is_duplicate,
    ).exclude(pk=denial.pk)
    won = Q(state=DenialState.RECOVERED)
    own = Q(payer=denial.payer_id, carc=denial.carc)
    counts = alike.aggregate(
        won=Count("pk", filter=won),
        decided=Count("pk"),
        own_won=Count("pk", filter=won & own),
        own_decided=Count("pk", filter=own),
    )
    return Outcomes(**counts)
