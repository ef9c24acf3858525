"""What `make test` runs: the checks, then pytest on SQLite and on a private PostgreSQL.

Everything runs even if something before it failed; the last lines are pytest's own summaries.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import check
import postgres
from system_packages import NotInstalled, install

PROJECT = Path(__file__).resolve().parent.parent
PYTEST = (sys.executable, "-m", "pytest")
# A process for each core; a file's tests stay together, since many share what is made for their file.
SHARED = ("-n", "auto", "--dist", "loadfile")
# What meets the database; core and docs do not, and browsers tell nothing about a database.
ON_POSTGRES = ("tests/apps", "tests/web", "tests/api", "tests/cli")
SUMMARY = re.compile(r"^(?:\x1b\[[\d;]*m)*=+.* in [\d.]+s.*=+(?:\x1b\[[\d;]*m)*$")


def find_chromium() -> None:
    """Install Debian's Chromium for the browser tests where it is missing and may be installed."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    try:
        install("chromium")
    except NotInstalled as failure:
        print(f"Browser tests are skipped: no Chromium: {failure}", flush=True)


def pytest(*words: str, url: str = "") -> tuple[int, str]:
    """Run pytest, passing its output on; return its exit status and its summary line."""
    color = "yes" if sys.stdout.isatty() else "no"
    running = subprocess.Popen(
        [*PYTEST, f"--color={color}", *SHARED, *words],
        cwd=PROJECT,
        env={**os.environ, "DUELINE_TEST_DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    summary = "no summary"
    assert running.stdout is not None
    for line in running.stdout:
        print(line, end="", flush=True)
        if SUMMARY.match(line.rstrip()):
            summary = line.rstrip()
    return running.wait(), summary


def on_postgres() -> tuple[int, str]:
    """Run the database tests on PostgreSQL; without one that is no failure, but said."""
    folders = [folder for folder in ON_POSTGRES if (PROJECT / folder).is_dir()]
    try:
        with postgres.server() as url:
            return pytest(*folders, "-m", "not browser", url=url)
    except postgres.NoPostgres as failure:
        return 0, f"not tested on PostgreSQL: {failure}"


def main() -> int:
    """Run it all; return the exit status."""
    postgres.leave_cleanly()
    find_chromium()
    results = {"checks": (check.main(), "")}
    print("\nTests on SQLite", flush=True)
    results["SQLite"] = pytest()
    print("\nTests on PostgreSQL", flush=True)
    results["PostgreSQL"] = on_postgres()
    failed = [name for name, (status, _) in results.items() if status != 0]
    print()
    print(f"checks: {'FAILED, see above' if 'checks' in failed else 'ok'}")
    for name in ("SQLite", "PostgreSQL"):
        print(f"{name}:\n{results[name][1]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
