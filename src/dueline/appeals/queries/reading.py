"""Appeals as pages and commands show them: one with its letter, the levels of a denial, lists."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from dueline.accounts.models import Practice
from dueline.appeals.models import Appeal, Enclosure
from dueline.appeals.queries.dossier import Dossier
from dueline.appeals.queries.letters import letter_of, terms_of
from dueline.core.appeals.letters import OWN_PAGES, Letter, Template, fill, split
from dueline.core.appeals.levels import KINDS, AppealLevel, LevelChoice, choices
from dueline.core.appeals.states import ENDED, OPEN, WITH_PAYER, AppealState
from dueline.core.enums import DeadlineKind
from dueline.denials.models import Denial
from dueline.worklist.queries.clocks import clocks_of

_LINKS = (
    *("claim__patient", "claim__payer", "claim__practice", "claim__billing_provider"),
    *("claim__rendering_provider", "claim__referring_provider", "payer", "practice", "denial"),
)
LATE, DUE_SOON = "late", "due"
SHOWN = ("open", LATE, "with_payer", "to_approve", "decided", "all")


@dataclass(frozen=True)
class Draft:
    """An appeal with its letter as it stands. `missing`: enclosures that the letter or the level asks for."""

    appeal: Appeal
    dossier: Dossier
    template: Template
    paragraphs: tuple[str, ...]
    letter: Letter
    enclosures: list[Enclosure]
    missing: tuple[str, ...]

    @property
    def own_pages(self) -> tuple[str, ...]:
        """Return which of the pages that Dueline makes go with it, in their order in the packet."""
        return tuple(name for name in OWN_PAGES if name in self.template.encloses)

    @property
    def is_whole(self) -> bool:
        return not self.letter.blanks and not self.missing


def appeal_for(practice: Practice, number: int) -> Appeal:
    """Return one appeal of the practice by its number. Raises Appeal.DoesNotExist for any other."""
    return Appeal.objects.select_related(*_LINKS).get(practice=practice, number=number)


def appeals_of_claim(claim_id: int) -> QuerySet[Appeal]:
    """Return a claim's appeals, the latest first."""
    return Appeal.objects.filter(claim=claim_id).select_related("denial").order_by("-number")


def draft_of(appeal: Appeal, *, as_of: date) -> Draft:
    """Return an appeal with its letter filled from what is on file. Some twenty small queries."""
    dossier = Dossier(appeal, as_of=as_of)
    template = letter_of(appeal.practice, appeal.template, appeal.template_version)
    paragraphs = split(appeal.own_text) if appeal.own_text else template.paragraphs
    enclosures = list(appeal.enclosures.filter(removed_at=None).order_by("pk"))
    asked = terms_of(appeal.payer, as_of=as_of)[AppealLevel(appeal.level)].forms
    there = {row.title for row in enclosures}
    needed = dict.fromkeys((*template.encloses, *asked))
    missing = tuple(one for one in needed if one not in OWN_PAGES and one not in there)
    letter = fill(template.subject, paragraphs, dossier.values)
    return Draft(appeal, dossier, template, paragraphs, letter, enclosures, missing)


def needed_enclosures(draft: Draft, *, as_of: date) -> tuple[str, ...]:
    """Return the names of the files that the letter and the level ask for, there or not."""
    asked = terms_of(draft.appeal.payer, as_of=as_of)[AppealLevel(draft.appeal.level)].forms
    needed = dict.fromkeys((*draft.template.encloses, *asked))
    return tuple(one for one in needed if one not in OWN_PAGES)


def disputed_cents(claim_payment_id: int) -> int:
    """Return what an answer refused in all, in cents."""
    rows = Denial.objects.filter(claim_payment=claim_payment_id)
    return sum(rows.values_list("amount_cents", flat=True))


def filed_levels(claim_payment_id: int) -> dict[AppealLevel, AppealState]:
    """Return the state of the appeal at each level that an answer was appealed at, withdrawn ones left out."""
    rows = Appeal.objects.filter(claim_payment=claim_payment_id)
    rows = rows.exclude(state=AppealState.WITHDRAWN.value)
    return {
        AppealLevel(level): AppealState(state)
        for level, state in rows.values_list("level", "state")
    }


def levels_of(denial: Denial, *, as_of: date) -> list[LevelChoice]:
    """Return the levels at which a denial can be contested, each open or with the reason why not.

    The first level's day is the denial's own, also where another payer than the claim's present one refused.
    """
    clocks = clocks_of(denial.claim, as_of=as_of).deadlines
    if denial.payer_id != denial.claim.payer_id:
        clocks = [clock for clock in clocks if clock.kind is DeadlineKind.APPEAL_1]
    if denial.appeal_due_on is not None:
        clocks = [
            replace(clock, due_on=denial.appeal_due_on)
            if clock.kind is DeadlineKind.APPEAL_1
            else clock
            for clock in clocks
        ]
    return choices(
        clocks,
        terms_of(denial.payer, as_of=as_of),
        filed_levels(denial.claim_payment_id),
        disputed_cents=disputed_cents(denial.claim_payment_id),
        as_of=as_of,
    )


def appeals_in(practice: Practice, *, shown: str, as_of: date) -> QuerySet[Appeal]:
    """Return the appeals of a list (one of SHOWN), what is late or due first.

    Late is one not sent by its last day, or not decided by the day on which a decision was expected.
    """
    found = Appeal.objects.filter(practice=practice)
    conditions = {
        "open": Q(state__in=[one.value for one in OPEN]),
        LATE: late(as_of),
        "with_payer": Q(state__in=[one.value for one in WITH_PAYER]),
        "to_approve": Q(state=AppealState.AWAITING_APPROVAL.value),
        "decided": Q(state__in=[one.value for one in ENDED]),
        "all": Q(),
    }
    waiting = [one.value for one in WITH_PAYER]
    day = Case(When(state__in=waiting, then=F("expected_on")), default=F("due_on"))
    ended = Case(
        When(state__in=[one.value for one in ENDED], then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    found = found.filter(conditions[shown]).annotate(next_on=day, ended=ended)
    return found.select_related("claim__patient", "payer", "denial").order_by(
        "ended", F("next_on").asc(nulls_last=True), "-number"
    )


def late(as_of: date) -> Q:
    """Return the condition of an appeal that is late on a day."""
    unsent = [one.value for one in OPEN - WITH_PAYER]
    waiting = [one.value for one in WITH_PAYER]
    return Q(state__in=unsent, due_on__lt=as_of) | Q(state__in=waiting, expected_on__lt=as_of)


def appeal_counts(practice: Practice, *, as_of: date) -> Mapping[str, int]:
    """Return how many appeals each list has. One query."""
    groups = {
        "open": Q(state__in=[one.value for one in OPEN]),
        LATE: late(as_of),
        "with_payer": Q(state__in=[one.value for one in WITH_PAYER]),
        "to_approve": Q(state=AppealState.AWAITING_APPROVAL.value),
        "decided": Q(state__in=[one.value for one in ENDED]),
    }
    counts = {name: Count("pk", filter=condition) for name, condition in groups.items()}
    found: Mapping[str, int] = Appeal.objects.filter(practice=practice).aggregate(
        **counts, all=Count("pk")
    )
    return found


def level_kind(appeal: Appeal) -> DeadlineKind | None:
    return KINDS[AppealLevel(appeal.level)]
