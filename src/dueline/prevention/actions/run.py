"""Looks at a file of claims before it goes out. Memory does not grow with the file; nothing of it is posted."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.collector import collector_held_off
from dueline.core.enums import SetKind
from dueline.core.npi import is_npi
from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.model import Problem, SubmittedClaim
from dueline.prevention.actions.saving import Saver
from dueline.prevention.actions.seen import Seen
from dueline.prevention.models import CheckRun, CheckWarning
from dueline.prevention.queries.facts import LedgerFacts

Progressed = Callable[[int], None]
BATCH = 500  # claims looked up and stored together
MOST_PROBLEMS = 100  # faults of a file that are kept
CONTENT_KEPT = timedelta(days=30)
_CLAIMS = frozenset({SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL, SetKind.CLAIM_DENTAL})


@dataclass
class _Reading:
    """What is counted while a file is read."""

    claims: int = 0
    foreign: int = 0
    others: list[str] = field(default_factory=list)  # kinds of sets that are no claims
    problems: list[Problem] = field(default_factory=list)
    not_looked: Counter[tuple[str, str]] = field(default_factory=Counter)


def check_file(
    *,
    practice: Practice,
    path: Path,
    name: str,
    by: str,
    as_of: date,
    clock: Callable[[], datetime],
    progressed: Progressed | None = None,
) -> CheckRun:
    """Look at a file now; return the run with its counts. What cannot be read is said on it, never raised."""
    run = CheckRun(
        practice=practice, name=name[:255], checked_at=clock(), checked_by=by, as_of=as_of
    )
    return FileCheck(run, clock).read(path, progressed)


class FileCheck:
    """One run of the checks over one file."""

    def __init__(self, run: CheckRun, clock: Callable[[], datetime]) -> None:
        self.run = run
        self.clock = clock
        self.reading = _Reading()

    def read(self, path: Path, progressed: Progressed | None = None) -> CheckRun:
        """Read and check the file at a path; keep what is warned of."""
        run = self.run
        run.state = "reading"
        _forget(run.practice, self.clock())
        try:
            run.size_bytes = path.stat().st_size
            run.save()
            with path.open("rb") as file, collector_held_off():
                self._check(file, progressed)
        except OSError as error:
            run.state, run.refusal = (
                "refused",
                f"The file cannot be opened: {error.strerror}."[:300],
            )
        self._finish()
        return run

    def _check(self, file: BinaryIO, progressed: Progressed | None) -> None:
        run, reading = self.run, self.reading
        facts = LedgerFacts(run.practice, as_of=run.as_of)
        saver, seen = Saver(run), Seen()
        reader = FileReader(file, run.name)
        claims = self._claims(reader, facts.npis)
        while batch := list(islice(claims, BATCH)):
            found = facts.of([claim for _, _, claim in batch])
            told = [
                seen.add(claim, known, position)
                for (position, _, claim), known in zip(batch, found)
            ]
            reading.not_looked.update(saver.save(batch, told, facts))
            run.read_bytes = reader.bytes_read
            if progressed:
                progressed(reader.bytes_read)
        reading.problems += [problem for problem in reader.problems if problem.is_fatal]
        if seen.is_full:
            reading.not_looked["duplicate_in_file", seen.WHY_FULL] += 1

    def _claims(
        self, reader: FileReader, npis: frozenset[str]
    ) -> Iterator[tuple[int, str, SubmittedClaim]]:
        """Yield the practice's claims with their position and their set's number."""
        reading = self.reading
        for found in reader.sets():
            if found.kind not in _CLAIMS:
                reading.others.append(found.kind.value)
                continue
            for item in found.items():
                assert isinstance(item, SubmittedClaim)
                reading.claims += 1
                npi = item.billing_provider.identifier
                # A mistyped NPI is a finding, and the claim ours; a well-formed one is another's.
                if npis and npi not in npis and is_npi(npi):
                    reading.foreign += 1
                    continue
                yield reading.claims, found.control_number, item
            reading.problems += _fatal(found)

    def _finish(self) -> None:
        run, reading = self.run, self.reading
        run.claim_count, run.foreign_count = reading.claims, reading.foreign
        run.problems = [_told(problem) for problem in reading.problems[:MOST_PROBLEMS]]
        run.not_looked = [
            {"check": check, "why": why, "claims": count}
            for (check, why), count in sorted(reading.not_looked.items())
        ]
        if run.state != "refused":
            run.refusal = self._refusal()
            run.state = "refused" if run.refusal else "done"
            run.read_bytes = run.size_bytes
        run.finished_at = self.clock()
        with transaction.atomic():
            run.save()
            audit.record(
                practice=run.practice,
                by=run.checked_by,
                action="check_claims",
                at=run.finished_at,
                object_kind="check_run",
                object_key=str(run.pk),
                detail={"claims": run.claim_count, "warned": run.warned_count},
            )

    def _refusal(self) -> str:
        """Return why nothing of the file could be looked at; "" where something was."""
        reading = self.reading
        if reading.claims > reading.foreign:
            return ""
        if reading.foreign:
            return (
                "No claim of this practice. Expected its NPI as billing provider, found another's on "
                f"{reading.foreign:,} claims."
            )
        if reading.others:
            kinds = ", ".join(dict.fromkeys(reading.others))
            return f"No claims. Expected an 837, found {kinds}."[:300]
        if reading.problems:
            return reading.problems[0].message[:300]
        return "The file holds no claim."


def _fatal(found: SetReader) -> list[Problem]:
    return [problem for problem in found.problems if problem.is_fatal]


def _told(problem: Problem) -> dict[str, object]:
    """Return a fault as it is kept: its place and what was expected; what was found may tell a patient."""
    return {
        "code": problem.code,
        "message": problem.message,
        "segment": problem.segment_number,
        "loop": problem.loop,
        "element": problem.element,
        "expected": problem.expected,
    }


def _forget(practice: Practice, now: datetime) -> None:
    """Take away what was found by runs of long ago; what was warned of stays, to be measured."""
    old = CheckRun.objects.filter(
        practice=practice, has_content=True, checked_at__lt=now - CONTENT_KEPT
    )
    for run in old:
        with transaction.atomic():
            CheckWarning.objects.filter(run=run).update(expected="", found="", reason="")
            CheckRun.objects.filter(pk=run.pk).update(has_content=False)
