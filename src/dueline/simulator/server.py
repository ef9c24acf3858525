"""The clearinghouse's SFTP server, on this machine alone: a user for each mailbox, who sees nothing but it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import asyncssh

from dueline.simulator import boxes

HOST = "127.0.0.1"


def own_key(path: Path) -> asyncssh.SSHKey:
    """Return the key kept in a file, made now where there is none; its public half stands beside it as .pub."""
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.export_private_key())
        key.write_public_key(str(path.with_name(f"{path.name}.pub")))
    return asyncssh.read_private_key(str(path))


def user_key(folder: Path, box: str) -> Path:
    """Return where the private key is with which a practice signs in."""
    return folder / "keys" / box


class _Doorkeeper(asyncssh.SSHServer):
    """Lets a practice in by the key that was made for its mailbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if username not in boxes.box_names(self.folder):
            return False
        known = user_key(self.folder, username).with_name(f"{username}.pub")
        return known.is_file() and key == asyncssh.read_public_key(str(known))


def _room(folder: Path) -> Callable[[asyncssh.SSHServerChannel], asyncssh.SFTPServer]:
    def make(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        name = cast(str, channel.get_extra_info("username"))
        return asyncssh.SFTPServer(channel, chroot=str(folder / "boxes" / name).encode())

    return make


async def listen(folder: Path, port: int) -> asyncssh.SSHAcceptor:
    """Begin to serve a folder's mailboxes; port 0 takes a free one. Raises OSError."""
    own = own_key(folder / "host_key")
    for box in boxes.box_names(folder):
        own_key(user_key(folder, box))
    return await asyncssh.create_server(
        lambda: _Doorkeeper(folder),
        HOST,
        port,
        server_host_keys=[own],
        sftp_factory=_room(folder),
        allow_scp=False,
        process_factory=None,
    )
