"""Runs the benchmarks, each in a process of its own, on each database it is about.

Use: .venv/bin/python -m bench [reading|patterns|posting|next_claim ...]; without a name, all of them.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.report import PAGE, PROJECT, Row, Section, keep

sys.path.insert(0, str(PROJECT / "scripts"))
import postgres

# Whether a database takes part.
PARTS = {
    "reading": False,
    "patterns": False,
    "posting": True,
    "next_claim": True,
    "api": True,
    "pages": True,
    "rule_change": True,
    "status_requests": True,
    "analysis": True,
    "sheets": True,
    "appeals": True,
}


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the URLs of an empty SQLite file and, where there is one, a private PostgreSQL."""
    urls = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
    try:
        with postgres.server() as url:
            yield {**urls, "PostgreSQL": url}
    except postgres.NoPostgres as failure:
        print(f"not measured on PostgreSQL: {failure}", flush=True)
        yield urls


def measure(name: str, folder: Path, database: str = "", url: str = "") -> list[Section]:
    """Run one part in a process of its own; raise CalledProcessError if it fails."""
    found = folder / "found.json"
    environment = {**os.environ, "DUELINE_HOME": str(folder / "home"), "DUELINE_AS_OF": ""}
    environment["DUELINE_DATABASE_URL"] = url or f"sqlite:///{folder}/none.sqlite3"
    command = [sys.executable, "-m", "bench.part", name, str(found), database]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdin=subprocess.DEVNULL)
    sections = json.loads(found.read_text())
    return [
        Section(raw["title"], raw["note"], [Row(**row) for row in raw["rows"]]) for raw in sections
    ]


def measure_everywhere(name: str) -> list[Section]:
    """Measure one part, on both databases if it is about databases."""
    with tempfile.TemporaryDirectory(prefix="dueline-bench-") as place:
        folder = Path(place)
        (folder / "home").mkdir()
        if not PARTS[name]:
            return measure(name, folder)
        with databases(folder) as urls:
            return [
                s for database, url in urls.items() for s in measure(name, folder, database, url)
            ]


def main(names: list[str]) -> int:
    """Measure the named parts, keep what was found; return the exit status."""
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(PARTS)}")
        return 2
    postgres.leave_cleanly()
    present = [name for name in PARTS if importlib.util.find_spec(f"bench.{name}")]
    results = {name: measure_everywhere(name) for name in present if not names or name in names}
    keep(results, measured_on=date.today())  # noqa: DTZ011  the machine's own day
    rows = [row for sections in results.values() for section in sections for row in section.rows]
    missed = [row.what for row in rows if row.is_met is False]
    print(f"\nKept in {PAGE.relative_to(PROJECT)}")
    for what in missed:
        print(f"Target missed: {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
