"""What a benchmark found: printed as it comes, kept as data, and rendered for docs/reference."""

import json
import os
import platform
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
KEPT = PROJECT / "docs" / "reference" / "benchmarks.json"
PAGE = PROJECT / "docs" / "reference" / "benchmarks.md"


@dataclass
class Row:
    """One figure; `ratio` and `target` are words such as "52 x pyx12" and "at least 40 x"."""

    what: str
    figure: str
    ratio: str = ""
    target: str = ""
    is_met: bool | None = None  # None where no target is set


@dataclass
class Section:
    """Figures that belong together, with what a reader must know to judge them."""

    title: str
    note: str = ""
    rows: list[Row] = field(default_factory=list)


@dataclass
class Report:
    """Takes the figures of one part, measured on one database or on none."""

    database: str = ""  # "SQLite", "PostgreSQL", or "" where no database takes part
    sections: list[Section] = field(default_factory=list)

    def section(self, title: str, note: str = "") -> None:
        """Begin a table; the rows that follow belong to it."""
        self.sections.append(Section(title, note))
        print(f"\n{title}", flush=True)

    def row(
        self,
        what: str,
        figure: str,
        *,
        ratio: str = "",
        target: str = "",
        is_met: bool | None = None,
    ) -> None:
        """Add one figure to the table begun last."""
        row = Row(what, figure, ratio, target, is_met)
        self.sections[-1].rows.append(row)
        print(f"  {what:<52} {figure:>22}  {ratio:<22} {verdict(row)}".rstrip(), flush=True)

    def save(self, file: Path) -> None:
        """Write the sections as JSON."""
        file.write_text(json.dumps([asdict(section) for section in self.sections]))


def verdict(row: Row) -> str:
    """Return the target and whether it is met, in words; empty without a target."""
    if row.is_met is None:
        return row.target
    return f"{row.target}: {'met' if row.is_met else 'MISSED'}"


def machine() -> str:
    """Describe what the figures were measured on."""
    cpu = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].split(":", 1)[1].strip() if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release().split('-')[0]}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def keep(results: dict[str, list[Section]], *, measured_on: date) -> None:
    """Replace the parts measured now among those kept, and write the page anew."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    for name, sections in results.items():
        kept[name] = {
            "measured_on": measured_on.isoformat(),
            "machine": machine(),
            "sections": [asdict(section) for section in sections],
        }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
    PAGE.write_text(page(kept))


def page(kept: dict[str, dict[str, object]]) -> str:
    """Return the reference page for everything kept."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`; each part says when and on what it was measured. Rates depend on the",
        "machine, ratios hardly: each ratio compares readings taken in turn, in one run, on the same bytes.",
    ]
    for part in kept.values():
        lines += ["", f"Measured on {part['measured_on']}, {part['machine']}."]
        for raw in part["sections"]:  # type: ignore[attr-defined]
            section = Section(raw["title"], raw["note"], [Row(**row) for row in raw["rows"]])
            lines += ["", f"## {section.title}", ""]
            lines += [section.note, ""] if section.note else []
            lines += ["| what | figure | ratio | target |", "|---|---:|---|---|"]
            lines += [f"| {r.what} | {r.figure} | {r.ratio} | {verdict(r)} |" for r in section.rows]
    return "\n".join(lines) + "\n"
