"""Setting up mailboxes. Keys and passwords are kept sealed, and never shown again."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncssh
from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.exchange import AfterFetch, MailboxKind
from dueline.environment import home
from dueline.exchange.errors import ExchangeError
from dueline.exchange.models import Mailbox
from dueline.exchange.sftp import fingerprint
from dueline.sealed import seal

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?\Z")
_NAME = re.compile(r"[\w][\w .-]{0,59}\Z")
_LONGEST_PATH = 500
MOST = 20  # mailboxes of a practice


@dataclass(frozen=True)
class MailboxFacts:
    """What a person says of a mailbox. A secret that is "" stays as it is."""

    name: str
    kind: MailboxKind
    host: str = ""
    port: int = 22
    username: str = ""
    private_key: str = ""
    password: str = ""
    out_folder: str = ""
    in_folder: str = ""
    after_fetch: AfterFetch = AfterFetch.ARCHIVE
    archive_folder: str = ""


@transaction.atomic
def add_mailbox(*, practice: Practice, facts: MailboxFacts, by: str, now: datetime) -> Mailbox:
    """Add a mailbox, switched off. Audited. Raises ExchangeError, naming what was expected and found."""
    if practice.mailboxes.count() >= MOST:
        raise ExchangeError(f"A practice has {MOST} mailboxes at most.")
    mailbox = Mailbox(practice=practice, made_at=now, made_by=by)
    _set(mailbox, facts)
    mailbox.save()
    _record(mailbox, "add_mailbox", by, now, kind=mailbox.kind)
    return mailbox


@transaction.atomic
def change_mailbox(*, mailbox: Mailbox, facts: MailboxFacts, by: str, now: datetime) -> Mailbox:
    """Change a mailbox. Audited. Another server's key is to be accepted anew. Raises ExchangeError."""
    row = Mailbox.objects.select_for_update().select_related("practice").get(pk=mailbox.pk)
    before = (row.kind, row.host, row.port)
    _set(row, facts)
    if (row.kind, row.host, row.port) != before:
        row.host_key, row.is_on = "", False
    row.trouble, row.trouble_count, row.next_look_at = "", 0, None
    row.save()
    _record(row, "change_mailbox", by, now, kind=row.kind)
    return row


def _set(mailbox: Mailbox, facts: MailboxFacts) -> None:
    name = facts.name.strip()
    if not _NAME.match(name):
        raise ExchangeError(
            f"Name: expected up to 60 letters, digits, spaces, dots and hyphens, found {name[:60]!r}."
        )
    others = Mailbox.objects.filter(practice=mailbox.practice, name=name).exclude(pk=mailbox.pk)
    if others.exists():
        raise ExchangeError(f"Name: there is a mailbox {name} already.")
    mailbox.name, mailbox.kind = name, facts.kind.value
    _set_folders(mailbox, facts)
    if facts.kind is MailboxKind.SFTP:
        _set_server(mailbox, facts)
    else:
        for path in (mailbox.out_folder, mailbox.in_folder, mailbox.archive_folder):
            _check_folder(path)


def _set_folders(mailbox: Mailbox, facts: MailboxFacts) -> None:
    folders = [facts.out_folder, facts.in_folder, facts.archive_folder]
    out, inward, archive = (folder.strip().rstrip("/") or folder.strip() for folder in folders)
    for label, folder in (("Out", out), ("In", inward), ("Archive", archive)):
        if len(folder) > _LONGEST_PATH or not (folder.isprintable() or not folder):
            raise ExchangeError(
                f"{label} folder: expected up to {_LONGEST_PATH} printable characters."
            )
        if ".." in folder.split("/"):
            raise ExchangeError(f"{label} folder: expected a path without .., found {folder!r}.")
    if not out and not inward:
        raise ExchangeError(
            "Folders: expected one to put files into, one to fetch from, or both; found none."
        )
    given = [folder for folder in (out, inward, archive) if folder]
    if len(set(given)) < len(given):
        raise ExchangeError("Folders: expected three different ones, found one named twice.")
    if inward and facts.after_fetch is AfterFetch.ARCHIVE and not archive:
        raise ExchangeError(
            "Archive folder: expected where fetched files are moved to, found nothing; "
            "or let them be deleted or left there."
        )
    mailbox.out_folder, mailbox.in_folder, mailbox.archive_folder = out, inward, archive
    mailbox.after_fetch = facts.after_fetch.value


def _set_server(mailbox: Mailbox, facts: MailboxFacts) -> None:
    host = facts.host.strip()
    if not _HOST.match(host):
        raise ExchangeError(f"Host: expected a name or an address, found {host[:60]!r}.")
    if not 1 <= facts.port <= 65535:
        raise ExchangeError(f"Port: expected 1 to 65535, found {facts.port}.")
    username = facts.username.strip()
    if not username or len(username) > 100 or not username.isprintable():
        raise ExchangeError("User name: expected up to 100 printable characters.")
    mailbox.host, mailbox.port, mailbox.username = host, facts.port, username
    if facts.private_key.strip():
        mailbox.private_key = seal(_checked_key(facts.private_key))
    if facts.password:
        if len(facts.password) > 1000:
            raise ExchangeError("Password: expected up to 1,000 characters.")
        mailbox.password = seal(facts.password)
    if not (mailbox.private_key or mailbox.password):
        raise ExchangeError("Key or password: expected one of them, found neither.")


def _checked_key(text: str) -> str:
    key = text.strip().replace("\r\n", "\n") + "\n"
    try:
        asyncssh.import_private_key(key)
    except asyncssh.KeyEncryptionError:
        raise ExchangeError(
            "Private key: expected one without a passphrase: Dueline keeps it encrypted itself."
        ) from None
    except (asyncssh.KeyImportError, ValueError):
        raise ExchangeError(
            "Private key: expected an OpenSSH or PEM private key, found something else."
        ) from None
    return key


def _check_folder(path: str) -> None:
    """Raise ExchangeError for a folder that cannot be one of a mailbox."""
    if not path:
        return
    if not path.startswith("/"):
        raise ExchangeError(f"Folder: expected a path from the root (/...), found {path!r}.")
    real, own = Path(path).resolve(), home().resolve()
    if real.is_relative_to(own) or own.is_relative_to(real):
        raise ExchangeError(
            "Folder: expected one apart from DUELINE_HOME, where Dueline's own are."
        )
    if not real.is_dir():
        raise ExchangeError(f"Folder: {path} is not there, or is no folder.")


@transaction.atomic
def accept_host_key(*, mailbox: Mailbox, host_key: str, by: str, now: datetime) -> Mailbox:
    """Accept the key by which a server is known from now on. Audited. Raises ExchangeError: no such key."""
    row = Mailbox.objects.select_for_update().select_related("practice").get(pk=mailbox.pk)
    if row.kind != MailboxKind.SFTP:
        raise ExchangeError("A folder has no host key.")
    try:
        shown = fingerprint(host_key)
    except (asyncssh.KeyImportError, ValueError):
        raise ExchangeError("Host key: expected a public key such as ssh-ed25519 AAAA...") from None
    row.host_key = " ".join(host_key.split()[:2])
    row.trouble, row.trouble_count, row.next_look_at, row.trouble_since = "", 0, None, None
    row.save()
    _record(row, "accept_host_key", by, now, fingerprint=shown)
    return row


@transaction.atomic
def switch(*, mailbox: Mailbox, is_on: bool, by: str, now: datetime) -> Mailbox:
    """Switch a mailbox on or off. Audited. Files written before it is on are not put out by themselves.

    Raises ExchangeError: no host key was accepted, or another mailbox of the practice puts files out.
    """
    row = Mailbox.objects.select_for_update().select_related("practice").get(pk=mailbox.pk)
    if is_on and row.kind == MailboxKind.SFTP and not row.host_key:
        raise ExchangeError("Look at its host key first, and accept it.")
    if is_on and row.out_folder:
        others = Mailbox.objects.filter(practice=row.practice, is_on=True).exclude(out_folder="")
        other = others.exclude(pk=row.pk).first()
        if other is not None:
            raise ExchangeError(f"{other.name} puts out the practice's files. Switch it off first.")
    if is_on != row.is_on:
        row.is_on, row.on_since = is_on, now if is_on else row.on_since
        row.trouble, row.trouble_count, row.next_look_at, row.trouble_since = "", 0, None, None
        row.save()
        _record(row, "switch_mailbox", by, now, is_on=is_on)
    return row


def _record(mailbox: Mailbox, action: str, by: str, now: datetime, **detail: object) -> None:
    audit.record(
        practice=mailbox.practice,
        by=by,
        action=action,
        at=now,
        object_kind="mailbox",
        object_key=str(mailbox.pk),
        detail=detail,
    )
