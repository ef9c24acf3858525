"""Where received files are kept: DUELINE_HOME/files/PRACTICE/SHA256, so that a set can be read again."""

import hashlib
import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dueline.accounts.models import Practice
from dueline.environment import home

_SMALL = 1 << 20  # a file below this many bytes is held while it is read


def path_of(practice: Practice, sha256: str) -> Path:
    """Return where a file of the practice with this content is kept."""
    return home() / "files" / practice.code / sha256


@dataclass(frozen=True)
class Kept:
    """A received file, kept by its content."""

    sha256: str
    path: Path
    size_bytes: int
    content: bytes | None  # of a small file, read already

    def open(self) -> BinaryIO:
        return self.path.open("rb") if self.content is None else io.BytesIO(self.content)


def keep(practice: Practice, path: Path) -> Kept:
    """Copy a file to its place; a copy cut short never stands under its final name. Raises OSError."""
    with path.open("rb") as file:
        first = file.read(_SMALL)
        content = first if len(first) < _SMALL else None
        digest, size = hashlib.sha256(first), len(first)
        while content is None and (piece := file.read(_SMALL)):
            digest.update(piece)
            size += len(piece)
        target = path_of(practice, digest.hexdigest())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.{os.getpid()}.part")
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
                if content is None:
                    file.seek(0)
                    shutil.copyfileobj(file, copy, _SMALL)
                else:
                    copy.write(content)
            part.replace(target)
    return Kept(target.name, target, size, content)
