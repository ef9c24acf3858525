"""How long a change of payer rules takes, with all that hangs on it: what moves, readiness, deadlines, prices."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

from bench.memory import peak_bytes
from bench.practice import AS_OF, NOW, analyze, make_claims, people
from bench.report import Report

SIZES = (100_000, 1_000_000)
TARGET_SECONDS = 300
MOST_GROWTH = 1.3  # of the memory, for ten times the claims: what is held does not grow with them
DAYS_LESS = 10
DAYS = {"days": 1, "months": 30, "years": 365}


def run(out: Report) -> None:
    """Measure on the database that is set up, each change in a process of its own, whose memory is told."""
    from dueline.worklist.actions import refresh

    peaks: list[int] = []
    for size in SIZES:
        practice, _ = people(size)
        make_claims(practice, size)
        refresh(practice=practice, as_of=AS_OF)
        analyze()
        out.section(
            f"A rule change, {size:,} open claims, {out.database}",
            "The filing limits of all payers are shortened: first what would move is shown, then it is saved, "
            "and readiness, deadlines and prices of every open claim follow.",
        )
        found = _in_its_own_process(practice.code)
        peaks.append(found["peak"])
        out.row("claims whose deadline moves", f"{found['moved']:,}")
        out.row("shown before it is saved", f"{found['tried']:,.1f} s")
        out.row(
            "saved, with all open claims made right",
            f"{found['saved']:,.1f} s",
            target=f"under {TARGET_SECONDS} s",
            is_met=found["saved"] < TARGET_SECONDS,
        )
        is_last = size == SIZES[-1]
        out.row(
            "peak memory of the process",
            f"{found['peak'] / 2**20:,.0f} MB",
            ratio=f"{peaks[-1] / peaks[0]:.2f} x that of {SIZES[0]:,} claims" if is_last else "",
            target=f"at most {MOST_GROWTH} x" if is_last else "",
            is_met=peaks[-1] <= peaks[0] * MOST_GROWTH if is_last else None,
        )


def _in_its_own_process(code: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.rule_change", code]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def change(code: str) -> dict[str, Any]:
    """Shorten the filing limits of a practice; return seconds, claims moved and the peak of memory in bytes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "dueline.settings"
    import django

    django.setup()
    from dueline.accounts.models import Practice
    from dueline.core.enums import DeadlineKind
    from dueline.payers.queries import rule_drafts
    from dueline.worklist.actions import save_rules, try_rules

    practice = Practice.objects.get(code=code)
    drafts = [
        replace(draft, unit="days", count=draft.count * DAYS[draft.unit] - DAYS_LESS)
        for draft in rule_drafts(practice)
        if draft.kind == DeadlineKind.FILING and draft.unit in DAYS
    ]
    who: dict[str, Any] = {
        "practice": practice,
        "drafts": drafts,
        "by": "bench",
        "at": NOW,
        "on": AS_OF,
    }
    start = time.perf_counter()
    shown = try_rules(**who)
    tried = time.perf_counter()
    report = save_rules(**who, seen=shown.seal)
    saved = time.perf_counter()
    return {
        "moved": report.moved.count,
        "tried": tried - start,
        "saved": saved - tried,
        "peak": peak_bytes(),
    }


if __name__ == "__main__":
    print(json.dumps(change(sys.argv[1])))
