"""The reference of all checks of claims, made from their registry: docs/reference/claim-checks.md; a test compares."""

import sys
from collections.abc import Iterator
from itertools import groupby

from dueline.core.claim_checks import Check, chance_of, checks
from dueline.core.claim_checks.measure import PRIOR_WARNINGS, Counts
from dueline.core.enums import WarningGrade
from dueline.core.recovery import percent

_HEAD = """# Checks of claims before they go out

What `dueline check` and the page *Check* look at, in their order. Each check is a row of
[checks.yaml](../../src/dueline/core/claim_checks/data/checks.yaml) and a function of its id. How to use them:
[check claims](../how-to/check-claims.md). Made from the checks themselves by `make docs`.

**Grades.** *Will be refused*: the payer or the clearinghouse cannot take it so. *May be refused*: some payers do, or it
was so before. *Worth a look*: seldom refused, easily mended. Expected loss is the chance of a refusal × the charge.
"""


def reference() -> str:
    """Return the page in Markdown."""
    return "\n".join([_HEAD, *_chances(), *_families()])


def _chances() -> Iterator[str]:
    yield "| grade | chance, prior |"
    yield "|---|---|"
    for grade in WarningGrade:
        yield f"| {_words(grade)} | {percent(chance_of(grade, Counts()).basis_points)} |"
    yield ""
    yield (
        f"The priors are ours. A check's own answered warnings replace them, {PRIOR_WARNINGS} weighing as much as the "
        "prior; what was learned from refusals on file has its own chance.\n"
    )


def _families() -> Iterator[str]:
    for family, members in groupby(checks().values(), key=lambda check: check.family):
        yield f"## {family.capitalize()}\n"
        yield "| check | what is found | prevents | grade | to correct, by whom | source, confidence |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(check) for check in members)
        yield ""


def _row(check: Check) -> str:
    reasons = ", ".join(
        " ".join([reason.carc, *(f"({' '.join(reason.rarcs)})" for _ in reason.rarcs[:1])])
        for reason in check.prevents
    )
    cells = (
        f"`{check.id}`",
        f"{check.name}. {check.says}",
        reasons or "a rejection",
        _words(check.grade),
        f"{check.suggestion} {_words(check.owner).capitalize()}.",
        f"{check.source}; {check.confidence}, {check.checked_on}",
    )
    return f"| {' | '.join(cells)} |"


def _words(value: str) -> str:
    return value.replace("_", " ")


if __name__ == "__main__":
    sys.stdout.write(reference())
