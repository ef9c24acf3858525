"""Files handed in by page, kept under DUELINE_HOME until the worker has read them."""

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from dueline.environment import home


def keep_upload(file: UploadedFile) -> Path:
    """Write an uploaded file to a place of its own, piece by piece; whoever reads it deletes it."""
    folder = home() / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as kept:
        for piece in file.chunks():
            kept.write(piece)
    return Path(kept.name)
