"""A practice with a mailbox at an SFTP server or in a folder, and files to be put there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dueline.loop import Loop
from dueline.simulator import boxes
from dueline.simulator.server import listen, user_key
from tests.apps.sending.conftest import AS_OF, NOW, make_claims, payer, practice, put

__all__ = ["AS_OF", "NOW", "make_claims", "payer", "practice", "put"]

LATER = NOW + timedelta(minutes=1)


class Server:
    """An SFTP server on this machine with one mailbox, which can be stopped and given another key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.box = boxes.make_box(folder, "lakeside")
        (self.box / "archive").mkdir()
        self.out, self.into = self.box / boxes.IN, self.box / boxes.OUT
        self.port = 0
        self.start()

    def start(self) -> None:
        self._loop = Loop()
        self._acceptor = self._loop.run(listen(self.folder, self.port))
        self.port = self._acceptor.get_port()

    def stop(self) -> None:
        self._acceptor.close()
        self._loop.run(self._acceptor.wait_closed(), 10)
        self._loop.close()

    @property
    def host_key(self) -> str:
        return (self.folder / "host_key.pub").read_text()

    def change_host_key(self) -> None:
        self.stop()
        (self.folder / "host_key").unlink()
        self.start()

    @property
    def private_key(self) -> str:
        return user_key(self.folder, "lakeside").read_text()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "server")
    yield made
    made.stop()


@pytest.fixture
def sftp(practice: Any, server: Server) -> Any:
    """A mailbox by SFTP, on since before any file was written."""
    from dueline.core.exchange import MailboxKind
    from dueline.exchange.actions import MailboxFacts, accept_host_key, add_mailbox, switch

    facts = MailboxFacts(
        name="clearing",
        kind=MailboxKind.SFTP,
        host="127.0.0.1",
        port=server.port,
        username="lakeside",
        private_key=server.private_key,
        out_folder=boxes.IN,
        in_folder=boxes.OUT,
        archive_folder="archive",
    )
    made = add_mailbox(practice=practice, facts=facts, by="tests", now=NOW)
    accept_host_key(mailbox=made, host_key=server.host_key, by="tests", now=NOW)
    return switch(mailbox=made, is_on=True, by="tests", now=NOW)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / "box" / name for name in ("out", "in", "archive")}
    for path in found.values():
        path.mkdir(parents=True)
    return found


@pytest.fixture
def folder(practice: Any, folders: dict[str, Path]) -> Any:
    """A mailbox that is a folder, on since before any file was written."""
    from dueline.core.exchange import MailboxKind
    from dueline.exchange.actions import MailboxFacts, add_mailbox, switch

    facts = MailboxFacts(
        name="share",
        kind=MailboxKind.FOLDER,
        out_folder=str(folders["out"]),
        in_folder=str(folders["in"]),
        archive_folder=str(folders["archive"]),
    )
    made = add_mailbox(practice=practice, facts=facts, by="tests", now=NOW)
    return switch(mailbox=made, is_on=True, by="tests", now=NOW)


@pytest.fixture
def go(practice: Any) -> Callable[..., Any]:
    """Do a round of a mailbox at a moment."""
    from dueline.exchange.actions import do_round

    def go(mailbox: Any, at: Any = LATER) -> Any:
        return do_round(mailbox=mailbox, by="tests", as_of=AS_OF, clock=lambda: at)

    return go


def answer(number: int, result: str = "A") -> bytes:
    """Return a 999 about a file of this number."""
    return (
        "ISA*00*          *00*          *ZZ*CH             *ZZ*1999936606     *261123*1100*^*00501*"
        f"{number % 10**9:09d}*0*P*:~GS*FA*CH*1999936606*20261123*1100*{number}*X*005010X231A1~"
        f"ST*999*0001*005010X231A1~AK1*HR*{number}*005010X212~AK2*276*0001*005010X212~IK5*{result}~"
        f"AK9*{result}*1*1*{1 if result == 'A' else 0}~SE*6*0001~GE*1*{number}~IEA*1*{number % 10**9:09d}~"
    ).encode()
