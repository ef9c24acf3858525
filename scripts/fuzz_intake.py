"""Take mutated X12 files in: no crash, no hang, and a ledger that `verify` finds nothing wrong with.

`python scripts/fuzz_intake.py --files 100000 --seed 1` mutates the same samples as fuzz.py (and any files named)
and takes them in, some hundred at a time, into a database of its own (or that of DUELINE_DATABASE_URL).
Prints the first file that breaks the intake, as hex. The ledger is verified every 10,000 files and at the end.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from fuzz import SAMPLES, Rules, mutated

AS_OF = date(2026, 11, 23)
NPIS = ("1999999919", "1999999950")  # of the samples
BATCH = 250  # files taken in together
EVERY = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000, help="how many mutated files")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files")
    parser.add_argument("seeds", nargs="*", type=Path, help="X12 files to mutate besides")
    options = parser.parse_args()
    seeds = [path.read_bytes() for path in [*sorted(SAMPLES.glob("*.x12")), *options.seeds]]
    with tempfile.TemporaryDirectory(prefix="dueline-fuzz-") as folder:
        os.environ["DUELINE_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "dueline.settings"
        import django

        django.setup()
        return fuzz(Path(folder), seeds, options.files, options.seed)


def fuzz(folder: Path, seeds: list[bytes], count: int, seed: int) -> int:
    """Return 0 when every file was taken in and the ledger is whole."""
    from django.core.management import call_command

    from dueline.accounts.actions import add_practice

    call_command("migrate", verbosity=0)
    practice = add_practice(
        code="fuzz",
        name="Fuzz",
        npis=[(npi, "Sample") for npi in NPIS],
        by="fuzz",
        at=datetime.now(UTC),
    )
    became: Counter[str] = Counter()
    started = time.perf_counter()
    for first in range(1, count + 1, BATCH):
        paths = []
        for number in range(first, min(first + BATCH, count + 1)):
            path = folder / f"{number}.x12"
            path.write_bytes(mutated(seeds, Rules(seed * 1_000_003 + number)))
            paths.append(path)
        if not take_in(practice, paths, became):
            return 1
        for path in paths:
            path.unlink()
        done = first + len(paths) - 1
        if done % EVERY == 0 or done == count:
            if not is_whole(practice):
                return 1
            seconds = time.perf_counter() - started
            print(f"{done:,} files, {seconds:.0f} s; sets {dict(became)}; ledger whole", flush=True)
    print(f"{count:,} mutated files taken in: no crash, no hang, verify finds nothing")
    return 0


def take_in(practice: object, paths: list[Path], became: Counter[str]) -> bool:
    """Take files in; where that breaks, find the file alone and print it."""
    from dueline.intake.actions import intake_paths

    def act(some: list[Path]) -> None:
        summary = intake_paths(
            practice=practice,  # type: ignore[arg-type]
            paths=some,
            by="fuzz",
            as_of=AS_OF,
            clock=lambda: datetime.now(UTC),
        )
        for name in ("posted_count", "duplicate_count", "quarantined_count"):
            became[name.removesuffix("_count")] += summary.total(name)
        became["refused files"] += sum(r.state == "refused" for r in summary.receipts)

    try:
        act(paths)
        return True
    except Exception as error:
        print(f"taking in {paths[0].stem} to {paths[-1].stem}: {type(error).__name__}: {error}")
    for path in paths:
        try:
            act([path])
        except Exception as error:
            print(f"file {path.stem}: {type(error).__name__}: {error}")
            print(path.read_bytes().hex())
            raise
    print("each file alone is taken in: it takes several together")
    return False


def is_whole(practice: object) -> bool:
    """Hold the ledger, the denials, the trail and the worklist to what `dueline verify` proves."""
    from dueline.accounts import audit
    from dueline.accounts.isolation import verify_isolation
    from dueline.denials.verify import verify as verify_denials
    from dueline.ledger.verify import verify
    from dueline.worklist.queries import verify as verify_worklist

    found = [
        *map(str, verify(practice)),  # type: ignore[arg-type]
        *map(str, verify_denials(practice)),  # type: ignore[arg-type]
        *map(str, verify_worklist(practice)),  # type: ignore[arg-type]
        *map(str, verify_isolation(practice)),  # type: ignore[arg-type]
        *audit.verify_chain("fuzz"),
    ]
    for breach in found[:20]:
        print(breach)
    return not found


if __name__ == "__main__":
    sys.exit(main())
