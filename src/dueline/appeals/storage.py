"""Where enclosures, logos and packets are kept: DUELINE_HOME/enclosures/PRACTICE/SHA256, by their content."""

import hashlib
import os
from pathlib import Path

from dueline.accounts.models import Practice
from dueline.environment import home


def path_of(practice: Practice, sha256: str) -> Path:
    """Return where a file of the practice with this content is kept."""
    return home() / "enclosures" / practice.code / sha256


def keep(practice: Practice, content: bytes) -> str:
    """Keep content and return its SHA-256; one cut short never stands under its final name. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(practice, sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{sha256}.{os.getpid()}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        part.replace(target)
    return sha256


def content_of(practice: Practice, sha256: str) -> bytes:
    """Return what is kept. Raises OSError where it is gone."""
    return path_of(practice, sha256).read_bytes()
