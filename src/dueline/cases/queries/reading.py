"""Patterns and cases of a practice, as pages and commands show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from dueline.accounts.models import Practice, User
from dueline.cases.models import Case, CaseNote, CaseSeen, Pattern, PatternRun
from dueline.cases.queries.answered import ATTRIBUTES
from dueline.core import codes
from dueline.core.denial_attributes import NAMES, Attribute
from dueline.core.enums import PatternKind
from dueline.core.patterns import Condition
from dueline.denials.queries.analysis import Labels

# How a value reads in a line; those not named here stand after their attribute's name.
_PHRASES = {
    Attribute.PAYER: "{}",
    Attribute.RENDERING_PROVIDER: "{}",
    Attribute.PLACE: "place {}",
    Attribute.LAG: "sent {} days after service",
}
_AUTHORIZATION = {"no": "no authorization on the claim", "yes": "with authorization"}
ORDER = {PatternKind.JUMP: 0, PatternKind.PATTERN: 1, PatternKind.HINT: 2}


@dataclass(frozen=True)
class Told:
    """A pattern or case in words: its values as (name, value), and its reason."""

    values: tuple[tuple[str, str], ...]
    reason: str
    where: str = ""  # the values alone, in a line

    @property
    def title(self) -> str:
        return f"{self.reason}: {self.where}"


def conditions_of(row: Pattern | Case) -> list[Condition]:
    return [Condition(attribute, value) for attribute, value in row.conditions]


def latest_run(practice: Practice) -> PatternRun | None:
    return PatternRun.objects.filter(practice=practice).order_by("pk").last()


def current_patterns(practice: Practice) -> list[Pattern]:
    """Return what the latest run found: changes in time first, then patterns, then hints, most dollars first."""
    rows = Pattern.objects.filter(practice=practice, is_current=True).prefetch_related("cases")
    return sorted(
        rows, key=lambda row: (ORDER[PatternKind(row.kind)], -row.avoidable_cents, row.pk)
    )


def pattern_for(practice: Practice, pk: int) -> Pattern:
    """Return a pattern of the practice. Raises Pattern.DoesNotExist."""
    return Pattern.objects.get(practice=practice, pk=pk)


def cases_of(practice: Practice) -> QuerySet[Case]:
    """Return the cases, open ones first, with how many claims each has."""
    return (
        Case.objects.filter(practice=practice)
        .select_related("assigned_to", "pattern")
        .annotate(claim_count=Count("claims", distinct=True))
        .order_by(F("closed_on").asc(nulls_first=True), "-number")
    )


def with_news(practice: Practice, user: User) -> QuerySet[Case]:
    """Return the cases this person watches in which another, or Dueline, has noted something they have not seen."""
    seen = CaseSeen.objects.filter(case=OuterRef("case"), user=user, note__gte=OuterRef("pk"))
    news = CaseNote.objects.filter(case=OuterRef("pk")).exclude(by=user.get_username())
    return Case.objects.filter(Exists(news.exclude(Exists(seen))), practice=practice, watchers=user)


def case_for(practice: Practice, number: int) -> Case:
    """Return a case of the practice by its number. Raises Case.DoesNotExist."""
    return Case.objects.select_related("pattern", "assigned_to").get(
        practice=practice, number=number
    )


def payer_of(case: Case) -> int | None:
    """Return the payer that a case names, whose rules may be its cause; None where it names none."""
    values = dict(case.conditions)
    return int(values[Attribute.PAYER]) if Attribute.PAYER in values else None


def case_cents(case: Case) -> int:
    """Return the dollars refused, in cents, on the claims of a case for its reason."""
    from dueline.denials.models import Denial

    rows = Denial.objects.filter(
        claim__in=case.claims.values("claim"), carc=case.carc, is_duplicate=False
    )
    return int(rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0)


def told(practice: Practice, rows: Iterable[Pattern | Case]) -> dict[int, Told]:
    """Return rows of one kind in words, by id; names are looked up once for all of them."""
    kept = list(rows)
    labels = Labels(
        practice, ((Attribute(name), value) for row in kept for name, value in row.conditions)
    )
    return {row.pk: _told(row.carc, row.conditions, labels) for row in kept}


def told_of(practice: Practice, carc: str, conditions: Sequence[tuple[str, str]]) -> Told:
    """Return a reason and values, of which there is no row yet, in words."""
    labels = Labels(practice, ((Attribute(name), value) for name, value in conditions))
    return _told(carc, conditions, labels)


def _told(carc: str, conditions: Iterable[Sequence[str]], labels: Labels) -> Told:
    ordered = sorted(conditions, key=lambda one: ATTRIBUTES.index(one[0]))
    values = tuple(
        (NAMES[Attribute(name)], labels.of(Attribute(name), value)) for name, value in ordered
    )
    summary = codes.carc(carc).summary
    where = ", ".join(_phrase(Attribute(name), value, labels) for name, value in ordered)
    return Told(values, f"CARC {carc} {summary}".strip(), where[:1].upper() + where[1:])


def _phrase(by: Attribute, value: str, labels: Labels) -> str:
    if by is Attribute.AUTHORIZATION:
        return _AUTHORIZATION.get(value, value)
    said = value if by is Attribute.LAG else labels.of(by, value)
    return _PHRASES.get(by, f"{NAMES[by].lower()} {{}}").format(said)
