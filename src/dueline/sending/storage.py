"""Where files to be sent are kept: DUELINE_HOME/outgoing/PRACTICE/NUMBER, written once and never changed.

A file and its rows come together: it is whole and on the disk before its rows are committed, under a lock that
one writer of a practice holds at a time. What a writer that was killed left has no rows, and is swept away by
the next one.
"""

import fcntl
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dueline.accounts.models import Practice
from dueline.environment import home

_LOCK = ".lock"
_PIECE = 1 << 20
_SEGMENTS = 2_000  # joined before they are written


@dataclass(frozen=True)
class Stored:
    """A file as it was written."""

    path: Path
    sha256: str
    size_bytes: int


def folder_of(practice: Practice) -> Path:
    """Return where the practice's files are kept."""
    return home() / "outgoing" / practice.code


def path_of(practice: Practice, number: int) -> Path:
    """Return where the file of this number is kept."""
    return folder_of(practice) / str(number)


@contextmanager
def exclusive(practice: Practice) -> Iterator[None]:
    """Let no one else write files of the practice within the block. Ends with the process that holds it."""
    folder = folder_of(practice)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(practice: Practice, number: int, texts: Iterable[str]) -> Stored:
    """Write a file's segments in its place, to the disk itself. Raises OSError; a half file never stays.

    Nothing is overwritten: FileExistsError where the number has a file.
    """
    path = path_of(practice, number)
    digest, size = hashlib.sha256(), 0
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            segments = iter(texts)
            while piece := "".join(islice(segments, _SEGMENTS)).encode():
                digest.update(piece)
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return Stored(path, digest.hexdigest(), size)


def _settle(folder: Path) -> None:
    """Have the disk know a folder's names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def numbers_on_disk(practice: Practice) -> set[int]:
    """Return the numbers of the files that are there, with rows or without."""
    folder = folder_of(practice)
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return {int(name) for name in names if name.isascii() and name.isdigit()}


def remove(practice: Practice, numbers: Collection[int]) -> None:
    """Take away files that have no rows; under `exclusive` only."""
    for number in numbers:
        path_of(practice, number).unlink(missing_ok=True)


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file's content, a piece at a time. Raises OSError."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def sha256_of(path: Path) -> str:
    """Return the checksum of a file's content. Raises OSError."""
    digest = hashlib.sha256()
    for piece in pieces(path):
        digest.update(piece)
    return digest.hexdigest()
