"""Where received files are kept: DUELINE_HOME/files/PRACTICE/SHA256, so that a set can be read again."""

import hashlib
import os
import shutil
from pathlib import Path

from dueline.accounts.models import Practice
from dueline.environment import home

_PIECE = 1 << 20


def path_of(practice: Practice, sha256: str) -> Path:
    """Return where a file of the practice with this content is kept."""
    return home() / "files" / practice.code / sha256


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def keep(practice: Practice, path: Path, sha256: str) -> Path:
    """Copy a file to its place; a copy cut short never stands under its final name."""
    target = path_of(practice, sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{sha256}.{os.getpid()}.part")
        shutil.copyfile(path, part)
        part.chmod(0o600)
        part.replace(target)
    return target
