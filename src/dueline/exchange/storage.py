"""Where a file is while it is fetched, and the lock that one round of a mailbox holds.

DUELINE_HOME/exchange/PRACTICE/MAILBOX. A file that was fetched whole is kept with the others that were received.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dueline.environment import home
from dueline.exchange.errors import ExchangeError
from dueline.exchange.models import Mailbox
from dueline.ledger.storage import keep as keep_content

_ENDS = 400  # bytes: more than an ISA, and than the last segments of a file


def folder_of(mailbox: Mailbox) -> Path:
    return home() / "exchange" / mailbox.practice.code / str(mailbox.pk)


@contextmanager
def exclusive(mailbox: Mailbox) -> Iterator[None]:
    """Let no one else do a round of the mailbox. Raises ExchangeError where one is under way."""
    folder = folder_of(mailbox)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as failure:
        raise ExchangeError(f"DUELINE_HOME cannot be written: {failure.strerror}.") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExchangeError(f"{mailbox.name} is being worked by another process.") from None
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Kept:
    """A file as it was fetched: its checksum, and its first and last bytes."""

    sha256: str
    head: bytes
    tail: bytes


@contextmanager
def fetched(mailbox: Mailbox, fetch: Callable[[BinaryIO], None]) -> Iterator[tuple[Path, Kept]]:
    """Have what `fetch` writes as a file within the block. Raises OSError."""
    path = folder_of(mailbox) / "fetched.part"  # one round at a time
    try:
        with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            fetch(file)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            head = file.read(_ENDS)
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _ENDS))
            tail = file.read(_ENDS)
        yield path, Kept(digest, head, tail)
    finally:
        path.unlink(missing_ok=True)


def keep(mailbox: Mailbox, path: Path) -> None:
    """Keep a fetched file by its content, on the disk itself: it is about to go off the server. Raises OSError."""
    kept = keep_content(mailbox.practice, path).path
    for place, how in ((kept, os.O_RDONLY), (kept.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(place, how)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
