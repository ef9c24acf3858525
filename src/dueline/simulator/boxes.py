"""Where the simulator's files are: a mailbox for each practice, what was received, what was sent.

    FOLDER/boxes/NAME/to-clearinghouse     what a practice puts there, whole or under a name that ends in .part
    FOLDER/boxes/NAME/from-clearinghouse   what it fetches
    FOLDER/boxes/NAME/letters              appeals, a PDF named by the claim's number; the mail of these payers
    FOLDER/received/NAME                   all that was received, numbered, with the moment in its name
    FOLDER/sent/NAME                       all that was sent

The last two are the simulator's whole memory: what it knows after a restart is read from them.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

IN, OUT, LETTERS = "to-clearinghouse", "from-clearinghouse", "letters"
_UNFINISHED = (".part", ".tmp", ".filepart")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
_RECEIVED = re.compile(r"(\d{6})_(\d{13,})_(.*)\Z", re.DOTALL)


class NoSuchBox(ValueError):
    """A mailbox cannot be named so."""


@dataclass(frozen=True)
class Received:
    """A file that a practice has sent, as it is kept."""

    box: str
    number: int
    at: datetime
    path: Path

    @property
    def name(self) -> str:
        match = _RECEIVED.match(self.path.name)
        return match[3] if match else self.path.name


def make_box(folder: Path, name: str) -> Path:
    """Make a practice's mailbox where there is none; return its folder. Raises NoSuchBox."""
    if not _NAME.match(name):
        raise NoSuchBox(
            f"box: expected up to 32 small letters, digits and hyphens, found {name[:40]!r}"
        )
    box = folder / "boxes" / name
    for part in (box / IN, box / OUT, box / LETTERS, _kept(folder, name), _sent(folder, name)):
        part.mkdir(parents=True, exist_ok=True)
    return box


def _kept(folder: Path, box: str) -> Path:
    return folder / "received" / box


def _sent(folder: Path, box: str) -> Path:
    return folder / "sent" / box


def box_names(folder: Path) -> list[str]:
    boxes = folder / "boxes"
    return sorted(path.name for path in boxes.iterdir()) if boxes.is_dir() else []


def received(folder: Path) -> list[Received]:
    """Return all that was received, in its order."""
    found = []
    for box in box_names(folder):
        for path in _kept(folder, box).iterdir():
            match = _RECEIVED.match(path.name)
            if match:
                at = datetime.fromtimestamp(int(match[2]) / 1000, UTC)
                found.append(Received(box, int(match[1]), at, path))
    return sorted(found, key=lambda one: (one.at, one.box, one.number))


def receive(folder: Path, box: str, *, at: datetime) -> Iterator[Received]:
    """Take what a practice has put there out of its mailbox, the oldest first, and yield it."""
    number = sum(1 for _ in _kept(folder, box).iterdir())
    for path in _waiting(folder / "boxes" / box):
        number += 1
        stamp = int(at.timestamp() * 1000)
        kept = _kept(folder, box) / f"{number:06d}_{stamp}_{path.name}"
        path.rename(kept)
        yield Received(box, number, datetime.fromtimestamp(stamp / 1000, UTC), kept)


def _waiting(box: Path) -> list[Path]:
    paths = [
        path
        for part in (IN, LETTERS)
        for path in (box / part).iterdir()
        if path.is_file() and not path.name.startswith(".") and path.suffix not in _UNFINISHED
    ]
    return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))


def sent_count(folder: Path, box: str) -> int:
    return sum(1 for _ in _sent(folder, box).iterdir())


def send(folder: Path, box: str, name: str, texts: Iterable[str]) -> bool:
    """Put a file into a practice's mailbox, whole at once; False where it was sent before."""
    log = _sent(folder, box) / name
    if log.exists():
        return False
    content = "".join(texts).encode()
    place = folder / "boxes" / box / OUT
    part = place / f".{name}.part"
    part.write_bytes(content)
    os.replace(part, place / name)
    log.write_bytes(content)
    return True
