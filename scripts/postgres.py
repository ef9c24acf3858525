"""A private PostgreSQL for tests: in a temporary folder, on a socket only, gone afterwards.

Use: .venv/bin/python scripts/postgres.py COMMAND... runs the command with DUELINE_TEST_DATABASE_URL set.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from system_packages import NotInstalled, install

OLDEST = 15
# Nothing is kept: what would guard the data against a power cut only costs time.
LOCALE = ("--locale", "C.UTF-8")
OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class NoPostgres(Exception):
    """PostgreSQL cannot be had here; the message is the reason, one line."""


def installed() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, 15 or newer."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    usable = [(version(folder), folder) for folder in found if (folder / "postgres").exists()]
    return max((pair for pair in usable if pair[0] >= OLDEST), default=(0, None))[1]


def version(folder: Path) -> int:
    """Return the major version of the server in this folder."""
    asked = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    major = re.search(r"\) (\d+)", asked.stdout)
    return int(major[1]) if major else 0


def programs() -> Path:
    """Return the folder of the server's programs, installing Debian's package if need be."""
    folder = installed()
    if folder is None:
        try:
            install("postgresql")
        except NotInstalled as failure:
            raise NoPostgres(f"no PostgreSQL {OLDEST} or newer: {failure}") from failure
        folder = installed()
    if folder is None:
        raise NoPostgres(f"Debian's postgresql brought no server of version {OLDEST} or newer")
    return folder


def unprivileged() -> tuple[list[str], str | None]:
    """Return the words that run a command as an ordinary user, and its name; PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return [], None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None or not shutil.which("runuser"):
        raise NoPostgres("PostgreSQL refuses root, and there is no other user to run it as")
    return ["runuser", "-u", user, "--"], user


def start(folder: Path, cluster: Path, words: list[str]) -> None:
    """Make the cluster and start its server; the socket lies beside the data."""
    data, log = f"{cluster}/data", f"{cluster}/log"
    settings = f"{OPTIONS} -k {cluster}"
    steps = {
        "initdb": ("-D", data, "-U", "dueline", "-A", "trust", "-E", "UTF8", *LOCALE, "--no-sync"),
        "pg_ctl": ("-D", data, "-w", "-l", log, "-o", settings, "start"),
        "createdb": ("-h", str(cluster), "-U", "dueline", "dueline"),
    }
    for program, arguments in steps.items():
        done = subprocess.run(
            [*words, str(folder / program), *arguments],
            cwd=cluster,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode != 0:
            reason = (done.stdout.strip().splitlines() or ["no output"])[-1]
            raise NoPostgres(f"{program} failed: {reason}")


def leave_cleanly() -> None:
    """Make a termination run the clean-up, as an interrupt does: no server may outlive its tests."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a fresh database; stop the server and remove its folder afterwards."""
    folder = programs()
    words, user = unprivileged()
    cluster = Path(tempfile.mkdtemp(prefix="dueline-pg-"))
    try:
        if user:
            shutil.chown(cluster, user)
        start(folder, cluster, words)
        yield f"postgresql://dueline@/dueline?host={cluster}"
    finally:
        stop = ("-D", str(cluster / "data"), "-m", "immediate", "-w", "stop")
        subprocess.run(
            [*words, str(folder / "pg_ctl"), *stop],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        shutil.rmtree(cluster, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command beside a server; return its exit status, 3 where there is no PostgreSQL."""
    leave_cleanly()
    try:
        with server() as url:
            return subprocess.run(
                command, env={**os.environ, "DUELINE_TEST_DATABASE_URL": url}
            ).returncode
    except NoPostgres as failure:
        print(f"No PostgreSQL: {failure}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
