"""A mailbox's place on an SFTP server: connected to only where its key is the accepted one."""

import stat
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import asyncssh

from dueline.exchange.errors import HostKeyChanged, Unreachable
from dueline.exchange.models import Mailbox
from dueline.exchange.places import Found
from dueline.loop import Loop
from dueline.sealed import NotSealed, unseal

T = TypeVar("T")
_CONNECT_SECONDS = 20
_STEP_SECONDS = 60  # for one answer of the server
_PIECE = 1 << 18
_HELD = 16  # pieces on their way at once


def shown_host_key(host: str, port: int) -> str:
    """Return the key that a server shows, as "ssh-ed25519 AAAA...". Raises Unreachable."""

    try:
        with Loop() as loop:
            asked = asyncssh.get_server_host_key(host, port, config=None)
            key = loop.run(asked, _CONNECT_SECONDS)
    except TimeoutError:
        raise Unreachable(f"{host}:{port} does not answer.") from None
    except (OSError, asyncssh.Error) as error:
        raise Unreachable(f"{host}:{port} cannot be reached: {_reason(error)}.") from None
    if key is None:
        raise Unreachable(f"{host}:{port} shows no host key.")
    return " ".join(key.export_public_key().decode().split()[:2])


def fingerprint(host_key: str) -> str:
    """Return a host key as people compare it: SHA256:..."""
    return asyncssh.import_public_key(host_key).get_fingerprint()


class SftpPlace:
    """A session with a server; every step of it has a time limit."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self._loop = Loop()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def __enter__(self) -> "SftpPlace":
        try:
            self._loop.run(self._connect(), _CONNECT_SECONDS)
        except BaseException as error:
            self._close()
            raise self._trouble(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    async def _connect(self) -> None:
        own = self.mailbox
        if not own.host_key:
            raise Unreachable("Its host key was not accepted yet.")
        known = asyncssh.import_public_key(own.host_key)
        key = unseal(own.private_key) if own.private_key else ""
        self._connection = await asyncssh.connect(
            own.host,
            own.port,
            username=own.username,
            client_keys=[asyncssh.import_private_key(key)] if key else None,
            password=unseal(own.password) if own.password else None,
            known_hosts=([known], [], []),
            config=None,
            agent_path=None,
            keepalive_interval=15,
        )
        self._sftp = await self._connection.start_sftp_client()

    def _close(self) -> None:
        with suppress(Exception):
            if self._connection is not None:
                self._connection.close()
                self._loop.run(self._connection.wait_closed(), 5)
        self._loop.close()

    def _trouble(self, error: BaseException) -> BaseException:
        """Return what to raise for what came of a step."""
        where = f"{self.mailbox.host}:{self.mailbox.port}"
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return HostKeyChanged(
                f"{where} shows another host key than the one accepted "
                f"({fingerprint(self.mailbox.host_key)}). Nothing was sent or fetched. Ask the clearinghouse "
                "whether it changed its key; then accept the new one."
            )
        if isinstance(error, asyncssh.PermissionDenied):
            return Unreachable(f"{where} does not let {self.mailbox.username} in with this key.")
        if isinstance(error, NotSealed | asyncssh.KeyImportError):
            return Unreachable("Its key or password cannot be opened. Enter it anew.")
        if isinstance(error, TimeoutError):
            return Unreachable(f"{where} does not answer.")
        if isinstance(error, asyncssh.Error | OSError):
            return Unreachable(f"{where}: {_reason(error)}.")
        return error

    def _do(self, step: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        assert self._sftp is not None
        try:
            return self._loop.run(step(self._sftp), _STEP_SECONDS)
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise self._trouble(error) from None

    def listed(self, folder: str) -> list[Found]:
        names = self._do(lambda sftp: sftp.readdir(folder))
        return [
            Found(name, one.attrs.size or 0, one.attrs.mtime or 0)
            for one in names
            for name in (_text(one.filename),)
            if name not in (".", "..") and stat.S_ISREG(one.attrs.permissions or stat.S_IFREG)
        ]

    def found(self, path: str) -> Found | None:
        async def ask(sftp: asyncssh.SFTPClient) -> asyncssh.SFTPAttrs | None:
            try:
                return await sftp.lstat(path)
            except asyncssh.SFTPNoSuchFile:
                return None

        facts = self._do(ask)
        if facts is None:
            return None
        return Found(path.rpartition("/")[2], facts.size or 0, facts.mtime or 0)

    def _opened(self, path: str, mode: str) -> asyncssh.SFTPClientFile:
        async def ask(sftp: asyncssh.SFTPClient) -> asyncssh.SFTPClientFile:
            return await sftp.open(path, mode)

        return self._do(ask)

    def fetch(self, path: str, target: BinaryIO) -> None:
        file = self._opened(path, "rb")
        try:
            while piece := self._do(lambda _: file.read(_PIECE * _HELD)):
                target.write(piece if isinstance(piece, bytes) else piece.encode())
        finally:
            with suppress(Unreachable):
                self._do(lambda _: file.close())

    def put(self, source: Path, path: str) -> None:
        file = self._opened(path, "wb")
        try:
            with source.open("rb") as own:
                while piece := own.read(_PIECE * _HELD):
                    self._do(lambda _, piece=piece: file.write(piece))  # type: ignore[misc]
        except BaseException:
            with suppress(Unreachable):
                self._do(lambda _: file.close())
            raise
        self._do(lambda _: file.close())

    def rename(self, path: str, new: str) -> None:
        self._do(lambda sftp: sftp.rename(path, new))

    def remove(self, path: str) -> None:
        self._do(lambda sftp: sftp.remove(path))


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode("utf-8", "replace")


def _reason(error: BaseException) -> str:
    """Return what went wrong in a few words, without anything a server may have put into them."""
    text = getattr(error, "strerror", "") or getattr(error, "reason", "") or type(error).__name__
    return "".join(sign for sign in str(text)[:200] if sign.isprintable()).rstrip(".")
