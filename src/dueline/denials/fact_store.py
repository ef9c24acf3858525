"""Where the facts for analysis are kept: Parquet files in DUELINE_HOME/analysis/PRACTICE, read by DuckDB.

A part holds the claims of a run of ids in two files: claims, and what their first answers refused. An edition
names the files that belong together, and is put in place at once; a file never changes. What a killed run left is
no edition's, and is removed later. Everything here can be made anew from the database.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from dueline.accounts.models import Practice
from dueline.environment import home

PART_CLAIMS = 16_384  # ids in a part: counted anew in a fraction of a second
_FORMAT = 2  # of the columns; another makes everything anew
_EDITION = "edition.json"
_KEPT_SECONDS = 600  # a page may still read the files of the edition before
_SETTINGS: dict[str, Any] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
Columns = Mapping[str, "np.ndarray[Any, Any]"]  # all of one length, by name


@dataclass(frozen=True)
class Edition:
    """Files that belong together: by part, those of its claims and of their refusals (none without any)."""

    name: str
    parts: Mapping[int, tuple[str, str]]


def part_of(claim_id: int) -> int:
    return claim_id // PART_CLAIMS


def claim_ids_of(part: int) -> range:
    return range(part * PART_CLAIMS, (part + 1) * PART_CLAIMS)


def folder_of(practice: Practice) -> Path:
    """Return the practice's folder, made where it is not there, for its owner alone."""
    folder = home() / "analysis" / practice.code
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in memory, which loads nothing from elsewhere."""
    return duckdb.connect(":memory:", config=_SETTINGS)


@contextmanager
def counting(practice: Practice, *, is_waiting: bool) -> Iterator[bool]:
    """Hold the right to make an edition; False where another has it and there is no waiting."""
    with open(os.open(folder_of(practice) / "lock", os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if is_waiting else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def edition_of(practice: Practice) -> Edition | None:
    """Return the edition in place; None where there is none, it is of another format, or a file is gone."""
    folder = folder_of(practice)
    try:
        told = json.loads((folder / _EDITION).read_text())
        parts = {int(number): tuple(names) for number, names in told["parts"].items()}
        found = Edition(told["edition"], parts)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    names = [name for some in parts.values() for name in some if name]
    is_whole = told["format"] == _FORMAT and all((folder / name).is_file() for name in names)
    return found if is_whole else None


def write_part(
    practice: Practice, edition: str, part: int, tables: Mapping[str, Columns]
) -> tuple[str, str]:
    """Write the files of a part, "claims" and "refusals"; return their names, "" for one without rows."""
    names = []
    for kind in ("claims", "refusals"):
        columns = tables[kind]
        name = f"{kind}-{part}-{edition}.parquet" if len(columns["claim_id"]) else ""
        if name:
            _write(folder_of(practice) / name, columns)
        names.append(name)
    return names[0], names[1]


def _write(path: Path, columns: Columns) -> None:
    part = path.with_suffix(".part")
    with connect() as database:
        database.register("columns", dict(columns))
        database.table("columns").write_parquet(str(part), compression="zstd")
    part.chmod(0o600)
    _put(part, path)


def publish(practice: Practice, edition: Edition) -> None:
    """Put an edition in place, and remove what has been in none for a while."""
    folder = folder_of(practice)
    told = {"format": _FORMAT, "edition": edition.name, "parts": edition.parts}
    part = folder / f"{_EDITION}.part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(told, file)
    _put(part, folder / _EDITION)
    named = {name for names in edition.parts.values() for name in names}
    long_ago = time.time() - _KEPT_SECONDS
    for path in folder.glob("*-*"):
        if path.name in named:
            path.touch()  # its time: when it was last in an edition
        elif path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)


def _put(part: Path, path: Path) -> None:
    """Give a finished file its name, once the disk has it."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
