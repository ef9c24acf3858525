"""Looks for patterns in a practice's denials, keeps what was found, and brings its cases up to date."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.cases.actions.nightly import update_cases
from dueline.cases.models import Pattern, PatternRun
from dueline.cases.queries.answered import answered
from dueline.core.enums import PatternKind
from dueline.core.patterns import Finding, Jump, find_jumps, find_patterns
from dueline.denials.actions import count_facts
from dueline.ledger.posting import lock

_REASON = "CARC "  # as the table names reasons
_FIELDS = (
    *("run", "kind", "is_current", "carc", "conditions", "refused", "lines", "expected", "lift"),
    *("lift_low", "lift_high", "q_value", "refused_cents", "avoidable_cents", "patients"),
    *("since_on", "last_on", "last_found_on"),
)


def look_for_patterns(*, practice: Practice, by: str, as_of: date, now: datetime) -> PatternRun:
    """Search all answered claims, keep the findings, and update the cases. The facts are counted first."""
    count_facts(practice=practice, now=now)
    found = answered(practice)
    report = find_patterns(found.table)
    jumps = find_jumps(found.table)
    with transaction.atomic():
        lock(practice)
        run = PatternRun.objects.create(
            practice=practice,
            as_of=as_of,
            ran_at=now,
            ran_by=by,
            verdict=report.verdict.value,
            why=report.why[:300],
            lines=report.lines,
            refused=report.refused,
            patients=report.patients,
            looked_at=report.looked_at,
        )
        rows = [_of_finding(one, PatternKind.PATTERN) for one in report.findings]
        rows += [_of_finding(one, PatternKind.HINT) for one in report.hints]
        rows += [_of_jump(one) for one in jumps.jumps]
        _keep(run, rows)
        audit.record(
            practice=practice,
            by=by,
            action="look_for_patterns",
            at=now,
            object_kind="pattern_run",
            object_key=str(run.pk),
            detail={"found": len(rows), "lines": report.lines},
        )
        update_cases(practice=practice, found=found, as_of=as_of, now=now)
    return run


def _keep(run: PatternRun, rows: Iterable[dict[str, Any]]) -> None:
    """Keep what a run found: known findings by their key, the others are no longer current."""
    practice = run.practice
    stored = {row.key: row for row in Pattern.objects.filter(practice=practice)}
    Pattern.objects.filter(practice=practice, is_current=True).update(is_current=False)
    new, known = [], []
    for facts in rows:
        key = facts.pop("key")[:400]
        facts |= {"run": run, "is_current": True, "last_found_on": run.as_of}
        row = stored.get(key)
        if row is None:
            new.append(Pattern(practice=practice, key=key, first_found_on=run.as_of, **facts))
            continue
        for name, value in facts.items():
            setattr(row, name, value)
        known.append(row)
    Pattern.objects.bulk_create(new)
    Pattern.objects.bulk_update(known, _FIELDS, batch_size=100)


def _of_finding(one: Finding, kind: PatternKind) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": kind.value,
        "carc": one.reason.removeprefix(_REASON),
        "conditions": [[c.attribute, c.value] for c in one.conditions],
        "refused": one.refused,
        "lines": one.lines,
        "expected": one.expected,
        "lift": one.lift,
        "lift_low": one.lift_low,
        "lift_high": one.lift_high,
        "q_value": one.q_value,
        "refused_cents": one.refused_cents,
        "avoidable_cents": one.avoidable_cents,
        "patients": one.refused_patients,
        "since_on": _day(one.since_day),
        "last_on": _day(one.last_day),
    }


def _of_jump(one: Jump) -> dict[str, Any]:
    beyond = max(0.0, 1.0 - one.expected / one.refused) if one.refused else 0.0
    return {
        "key": f"jump {one.key}",
        "kind": PatternKind.JUMP.value,
        "carc": one.reason.removeprefix(_REASON),
        "conditions": [[one.condition.attribute, one.condition.value]],
        "refused": one.refused,
        "lines": one.lines,
        "expected": one.expected,
        "lift": one.lift,
        "lift_low": one.lift_low,
        "lift_high": one.lift_high,
        "q_value": one.q_value,
        "refused_cents": one.refused_cents,
        "avoidable_cents": one.refused_cents * int(beyond * 10_000) // 10_000,
        "patients": one.refused_patients,
        "since_on": _day(one.since_day),
        "last_on": _day(one.through_day),
    }


def _day(number: int | None) -> date | None:
    return date.fromordinal(number) if number else None
