"""What is asked of a mailbox's place, whether it is a folder or a server."""

import errno
import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from dueline.core.exchange import MailboxKind
from dueline.exchange.errors import Unreachable
from dueline.exchange.models import Mailbox


@dataclass(frozen=True)
class Found:
    """A file as a folder lists it."""

    name: str
    size_bytes: int
    modified_at: int


class Place(Protocol):
    """Paths are of the place: a folder's and a name. Every call may raise Unreachable."""

    def listed(self, folder: str) -> list[Found]:
        """Return the files of a folder, without its folders."""

    def found(self, path: str) -> Found | None:
        """Return a file by its path, or None."""

    def fetch(self, path: str, target: BinaryIO) -> None:
        """Write a file's content into `target`, a piece at a time. OSError is of `target`."""

    def put(self, source: Path, path: str) -> None:
        """Write a file there, over what has that path."""

    def rename(self, path: str, new: str) -> None:
        """Give a file another path; Unreachable where one has it."""

    def remove(self, path: str) -> None: ...


def place_of(mailbox: Mailbox) -> AbstractContextManager[Place]:
    """Open the place of a mailbox. Raises Unreachable, HostKeyChanged."""
    if mailbox.kind == MailboxKind.FOLDER:
        return FolderPlace()
    from dueline.exchange.sftp import SftpPlace

    return SftpPlace(mailbox)


def joined(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"


class FolderPlace:
    """Folders of this machine."""

    def __enter__(self) -> "FolderPlace":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def listed(self, folder: str) -> list[Found]:
        try:
            with os.scandir(folder) as entries:
                return [
                    Found(one.name, facts.st_size, facts.st_mtime_ns)
                    for one in entries
                    if one.is_file(follow_symlinks=False)
                    for facts in (one.stat(follow_symlinks=False),)
                ]
        except OSError as error:
            raise Unreachable(_words(folder, error)) from None

    def found(self, path: str) -> Found | None:
        try:
            facts = os.stat(path, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreachable(_words(path, error)) from None
        return Found(Path(path).name, facts.st_size, facts.st_mtime_ns)

    def fetch(self, path: str, target: BinaryIO) -> None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise Unreachable(_words(path, error)) from None
        with open(descriptor, "rb") as source:
            shutil.copyfileobj(source, target, 1 << 20)

    def put(self, source: Path, path: str) -> None:
        try:
            with source.open("rb") as own, open(path, "wb") as file:
                shutil.copyfileobj(own, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unreachable(_words(path, error)) from None

    def rename(self, path: str, new: str) -> None:
        try:
            if os.path.lexists(new):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            os.rename(path, new)  # no one else writes names of ours
        except OSError as error:
            raise Unreachable(_words(new, error)) from None

    def remove(self, path: str) -> None:
        try:
            os.unlink(path)
        except OSError as error:
            raise Unreachable(_words(path, error)) from None


def _words(path: str, error: OSError) -> str:
    return f"{path}: {error.strerror}."
