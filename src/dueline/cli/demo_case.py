"""What the demo's denial analyst has made of the patterns in the invented practice: one case, with its fix."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from dueline.core.enums import RootCauseOwner

if TYPE_CHECKING:
    from dueline.accounts.models import Practice

FIXED_DAYS_AGO = 90
_CARC = "97"  # a visit with modifier 25, bundled until it was billed right: see docs/explanation/sample-practices.md


def open_demo_case(practice: "Practice", day: date) -> None:
    """Look for patterns, and open a case on the one that was put right; nothing where that was done before."""
    from dueline import clock
    from dueline.accounts.models import User
    from dueline.cases.actions import CaseFacts, change_case, look_for_patterns, open_case, set_fix
    from dueline.cases.models import Case
    from dueline.cases.queries.reading import current_patterns, latest_run

    if latest_run(practice) is not None:
        return
    now = clock.now()
    look_for_patterns(practice=practice, by="demo", as_of=day, now=now)
    pattern = next((row for row in current_patterns(practice) if row.carc == _CARC), None)
    if pattern is None or Case.objects.filter(practice=practice).exists():
        return
    analyst, biller = (User.objects.get(username=name) for name in ("noor", "bea"))
    case = open_case(
        practice=practice,
        by=analyst,
        statement="A visit with modifier 25 is bundled into the other services",
        carc=pattern.carc,
        conditions=[(name, value) for name, value in pattern.conditions],
        pattern=pattern,
        as_of=day,
        now=now,
    )
    facts = CaseFacts(
        statement=case.statement,
        owner=RootCauseOwner.CODING,
        assigned_to=biller,
        suspected_cause="The charge template adds 25 to every visit, also where it is not separate.",
        action="Template changed; coders review visits with 25 before they go out.",
        training="Coding meeting: when a visit is separate",
    )
    change_case(case=case, by=analyst, facts=facts, now=now)
    fixed_on = day - timedelta(days=FIXED_DAYS_AGO)
    set_fix(case=case, by=biller, fixed_on=fixed_on, as_of=day, now=now)
