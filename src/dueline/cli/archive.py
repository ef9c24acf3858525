"""The archive of a backup: a ZIP of the database and the files of DUELINE_HOME, with a manifest of checksums."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection

from dueline.cli import archive_postgresql
from dueline.environment import home

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE = "database.sqlite3"
_CHUNK = 1 << 20


class ArchiveError(Exception):
    """A backup cannot be written or read; the message says why."""


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _database_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _home_files() -> Iterator[tuple[Path, str]]:
    """Yield the files of DUELINE_HOME with their names in the archive; not the database, nor what is made anew."""
    folder = home()
    database = _database_path().resolve() if _is_sqlite() else None
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or path.is_symlink() or inside.parts[0] in ("static", "analysis"):
            continue
        if path.name.startswith(".restoring-") or (
            database and path.resolve().name.startswith(database.name) and path.parent == folder
        ):
            continue
        yield path, f"files/{inside.as_posix()}"


def write(file: Path, *, made_at: datetime) -> dict[str, Any]:
    """Write everything into `file`, readable by its owner only; return the manifest. Raises OSError.

    The database is a snapshot of one moment; files are added after it and never changed, so that every
    file the snapshot names is there.
    """
    part = file.with_name(f".{file.name}.part")
    members: dict[str, dict[str, Any]] = {}
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            open(descriptor, "w+b") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder,
        ):
            for path, name in [*_snapshot(Path(folder)), *_home_files()]:
                with path.open("rb") as source:
                    members[name] = _add(archive, name, source)
            manifest = {
                "format": FORMAT,
                "made_at": made_at.isoformat(timespec="seconds"),
                "database": connection.vendor,
                "migrations": archive_postgresql.migrations(),
                "members": members,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _snapshot(folder: Path) -> list[tuple[Path, str]]:
    if not _is_sqlite():
        return archive_postgresql.write_tables(folder)
    target = folder / SQLITE
    with (
        closing(sqlite3.connect(_database_path(), timeout=30)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=4096)
    return [(target, SQLITE)]


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {"sha256": digest.hexdigest(), "bytes": size}


def read(file: Path) -> dict[str, Any]:
    """Replace the database and files by those of an archive, once all of it is checked; return its manifest.

    Raises ArchiveError, with nothing changed, for a file that is no whole backup of this kind of database.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _checked(archive)
            folder = home()
            with tempfile.TemporaryDirectory(dir=folder, prefix=".restoring-") as scratch:
                _extract(archive, manifest, Path(scratch))
                _put_database(Path(scratch), manifest)
                _put_files(Path(scratch) / "files", folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
        raise ArchiveError(
            "not a whole backup: dueline backup did not write it, or a part of it is missing. "
            "Nothing was changed"
        ) from None
    return manifest


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
        members, made_for = manifest["members"], manifest["database"]
        form = manifest["format"]
    except (KeyError, ValueError, TypeError):
        raise ArchiveError("not a backup of Dueline: its manifest is missing") from None
    if form != FORMAT:
        raise ArchiveError(f"expected a backup of format {FORMAT}, found {form}")
    if made_for != connection.vendor:
        raise ArchiveError(
            f"expected a backup of a {connection.vendor} database, found one of {made_for}"
        )
    if set(manifest.get("migrations", [])) - archive_postgresql.known_migrations():
        raise ArchiveError("it was written by a later version of Dueline: restore it with that one")
    for name in members:
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise ArchiveError("a part names a place outside the backup")
    if set(archive.namelist()) != {*members, MANIFEST}:
        raise ArchiveError("parts are missing or were added")
    return dict(manifest)


def _extract(archive: zipfile.ZipFile, manifest: dict[str, Any], folder: Path) -> None:
    for name, facts in manifest["members"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with archive.open(name) as source, open(descriptor, "wb") as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != facts["sha256"]:
            raise ArchiveError(f"{name} was altered: its checksum differs")


def _put_database(folder: Path, manifest: dict[str, Any]) -> None:
    if not _is_sqlite():
        if manifest["migrations"] != archive_postgresql.migrations():
            raise ArchiveError(
                "it was written by another version of Dueline: restore it with that version, then upgrade"
            )
        archive_postgresql.read_tables(folder)
        return
    with closing(sqlite3.connect(folder / SQLITE)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise ArchiveError("the database in it is damaged")
    # Through SQLite itself, so that a server that still runs is locked out and sees the new content.
    connection.close()
    with (
        closing(sqlite3.connect(folder / SQLITE)) as source,
        closing(sqlite3.connect(_database_path(), timeout=5)) as target,
    ):
        source.backup(target)


def _put_files(source: Path, folder: Path) -> None:
    if not source.is_dir():
        return
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
