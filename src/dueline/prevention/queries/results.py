"""What runs of the checks found, for lists; and what each check's warnings came to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from dueline.accounts.models import Practice
from dueline.core.claim_checks import Check, Counts, checks
from dueline.core.enums import WarningGrade, WarningOutcome
from dueline.prevention.models import CheckedClaim, CheckRun, CheckWarning

LATEST = 25


class ResultFilterError(ValueError):
    """A filter names nothing; the message says what was expected."""


@dataclass(frozen=True)
class ResultFilters:
    """What of a run is shown; "" is all."""

    grade: str = ""
    check: str = ""
    owner: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> "ResultFilters":
        """Return the filters of an address. Raises ResultFilterError for a value that there is not."""
        grade, check = str(query.get("grade", "")), str(query.get("check", ""))
        owner = str(query.get("owner", ""))
        if grade and grade not in set(WarningGrade):
            raise ResultFilterError(f"grade: expected one of {', '.join(WarningGrade)}")
        if check and check not in checks():
            raise ResultFilterError("check: expected the id of a check")
        if owner and owner not in owners():
            raise ResultFilterError(f"owner: expected one of {', '.join(owners())}")
        return cls(grade, check, owner)

    def query(self) -> dict[str, str]:
        """Return the filters as an address says them."""
        return {name: value for name, value in vars(self).items() if value}

    def condition(self, prefix: str = "") -> Q:
        """Return the filters as a condition on warnings, or on what `prefix` leads to."""
        found = Q()
        if self.grade:
            found &= Q(**{f"{prefix}grade": self.grade})
        if self.check:
            found &= Q(**{f"{prefix}check_id": self.check})
        if self.owner:
            ids = [check.id for check in checks().values() if check.owner == self.owner]
            found &= Q(**{f"{prefix}check_id__in": ids})
        return found


def owners() -> tuple[str, ...]:
    """Return who can correct what the checks find."""
    return tuple(dict.fromkeys(check.owner.value for check in checks().values()))


def runs(practice: Practice) -> QuerySet[CheckRun]:
    """Return the latest runs, newest first."""
    return CheckRun.objects.filter(practice=practice).order_by("-checked_at", "-pk")[:LATEST]


def run_for(practice: Practice, pk: int) -> CheckRun:
    """Return one run of the practice. Raises CheckRun.DoesNotExist."""
    return CheckRun.objects.get(practice=practice, pk=pk)


def warnings_of(run: CheckRun, filters: ResultFilters | None = None) -> QuerySet[CheckWarning]:
    """Return a run's warnings in the file's order, each with its claim."""
    found = CheckWarning.objects.filter(run=run).select_related("claim__payer")
    if filters is not None:
        found = found.filter(filters.condition())
    return found.order_by("claim_id", "pk")


def warned_claims(run: CheckRun, filters: ResultFilters) -> QuerySet[CheckedClaim]:
    """Return a run's claims of which something is said, the most at stake first, with their warnings."""
    fitting = CheckWarning.objects.filter(filters.condition(), run=run)
    told = Prefetch("warnings", fitting.order_by("pk"), to_attr="told")
    claims = CheckedClaim.objects.filter(pk__in=fitting.values("claim"))
    return (
        claims.select_related("payer")
        .prefetch_related(told)
        .order_by("-expected_loss_cents", "position")
    )


@dataclass(frozen=True)
class ByCheck:
    """One check's part of a run's result."""

    check: Check
    grade: WarningGrade
    claims: int
    warnings: int
    expected_loss_cents: int


def by_check(run: CheckRun, filters: ResultFilters) -> list[ByCheck]:
    """Return a run's result by check and grade, the surest first, then the most at stake."""
    rows = CheckWarning.objects.filter(filters.condition(), run=run).order_by()
    counted = rows.values_list("check_id", "grade").annotate(
        Count("claim", distinct=True), Count("pk"), Sum("expected_loss_cents")
    )
    known = checks()
    found = [
        ByCheck(known[key], WarningGrade(grade), claims, count, cents)
        for key, grade, claims, count, cents in counted
        if key in known
    ]
    grades = list(WarningGrade)
    return sorted(found, key=lambda row: (grades.index(row.grade), -row.expected_loss_cents))


def counts_by_check(practice: Practice) -> dict[str, Counts]:
    """Return what each check's warnings came to in the practice. One query, by an index alone."""
    rows = CheckWarning.objects.filter(practice=practice).order_by()
    counted = rows.values_list("check_id", "outcome").annotate(Count("pk"))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for key, outcome, count in counted:
        if outcome != WarningOutcome.SUPERSEDED.value:
            found[key][outcome] = count
    return {key: Counts(**counts) for key, counts in found.items()}


@dataclass(frozen=True)
class Answered:
    """What became of the claims looked at that the payer has answered, by claims."""

    answered: int
    refused: int
    warned: int  # of the refused: it had been warned of the reason
    unwarned: list[tuple[str, int]]  # reasons that no check had warned of, the most frequent first


def answered_claims(practice: Practice) -> Answered:
    """Return hits and misses by claim: what was refused, and whether it had been warned of."""
    rows = CheckedClaim.objects.filter(practice=practice, answered_on__isnull=False).order_by()
    counted = list(rows.values_list("refused_carc", "was_warned").annotate(Count("pk")))
    missed = [(carc, count) for carc, was_warned, count in counted if carc and not was_warned]
    return Answered(
        answered=sum(count for _, _, count in counted),
        refused=sum(count for carc, _, count in counted if carc),
        warned=sum(count for carc, was_warned, count in counted if carc and was_warned),
        unwarned=sorted(missed, key=lambda row: (-row[1], row[0])),
    )
