"""Files go out once and come in once, by SFTP and by folder, whatever fails in between."""

import errno
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dueline.accounts.models import AuditEvent
from dueline.core.exchange import GIVEN_UP_AFTER, QUIET
from dueline.exchange import storage
from dueline.exchange.actions import accept_host_key
from dueline.exchange.actions.putting import sent_by_hand
from dueline.exchange.errors import ExchangeError
from dueline.exchange.models import Delivery, Pickup
from dueline.exchange.queries import due_mailboxes, unanswered
from dueline.exchange.sftp import shown_host_key
from dueline.exchange.verify import verify
from dueline.intake.models import Receipt
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingFile
from dueline.sending.queries import content

from .conftest import AS_OF, LATER, NOW, Server, answer


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_goes_out_once_and_its_answer_comes_in_once(
    practice: Any, server: Server, sftp: Any, put: Any, make_claims: Any, go: Any
) -> None:
    row = put(make_claims(3), per_set=3)
    (server.into / "ack.x12").write_bytes(answer(row.number))
    done = go(sftp)
    assert (done.sent, done.received, done.trouble) == ([row.name], ["ack.x12"], "")
    assert (server.out / row.name).read_bytes() == content(row).read_bytes()
    assert names(server.out) == [row.name]
    assert (names(server.into), names(server.box / "archive")) == ([], ["ack.x12"])
    row.refresh_from_db()
    assert (row.state, row.sent_by) == ("accepted", "mailbox clearing")
    again = go(sftp)
    assert (again.sent, again.received) == ([], [])
    assert Receipt.objects.get().posted_count == 1
    deeds = AuditEvent.objects.filter(action__in=("send_outgoing_file", "take_in_file"))
    assert deeds.count() == 2
    assert not list(verify(practice))


def test_what_was_written_before_the_mailbox_was_on_stays_for_a_person(
    folder: Any, folders: dict[str, Path], put: Any, make_claims: Any, go: Any
) -> None:
    old = put(make_claims(1), at=NOW - timedelta(days=40))
    assert go(folder).sent == []
    old.refresh_from_db()
    assert old.state == "written"


def test_the_same_content_again_posts_nothing_and_the_same_name_again_is_a_new_file(
    folder: Any, folders: dict[str, Path], go: Any
) -> None:
    first = answer(5)
    for content_, name in ((first, "a.x12"), (first, "b.x12"), (answer(6), "a.x12")):
        path = folders["in"] / name
        path.write_bytes(content_)
        os.utime(path, (1_764_000_000, 1_764_000_000))  # as a server that counts in seconds
        assert go(folder).received == [name]
    posted = Receipt.objects.order_by("pk").values_list("posted_count", "is_known")
    assert list(posted) == [(1, False), (0, True), (1, False)]
    assert len(names(folders["archive"])) == 3


def test_a_half_file_waits_until_it_is_whole(folder: Any, folders: Any, go: Any) -> None:
    path, whole = folders["in"] / "ack.x12", answer(5)
    path.write_bytes(whole[:-40])
    assert go(folder).received == []
    assert "half" in Pickup.objects.get().reason
    path.write_bytes(whole)
    assert go(folder).received == ["ack.x12"]
    assert Pickup.objects.get().state == "taken_in"


def test_a_half_file_that_stays_so_is_set_aside_after_a_day_and_left_there(
    practice: Any, folder: Any, folders: Any, go: Any
) -> None:
    path = folders["in"] / "ack.x12"
    path.write_bytes(answer(5)[:-40])
    go(folder)
    done = go(folder, LATER + GIVEN_UP_AFTER)
    assert done.set_aside == [("ack.x12", "It was not whole after a day: its end is missing.")]
    assert path.exists()
    assert not Receipt.objects.exists()
    assert not list(verify(practice))


def test_a_report_is_kept_as_it_is_once_it_is_quiet(
    practice: Any, folder: Any, folders: Any, go: Any
) -> None:
    (folders["in"] / "report.txt").write_text("3 files received")
    assert go(folder).received == []
    assert go(folder, LATER + QUIET).received == ["report.txt"]
    assert names(folders["archive"]) == ["report.txt"]
    assert not Receipt.objects.exists()
    assert not list(verify(practice))


def test_hostile_and_unfinished_names_are_left_alone(folder: Any, folders: Any, go: Any) -> None:
    for name in ("a\nb.x12", "x" * 230, ".hidden.x12", "later.x12.part"):
        (folders["in"] / name).write_bytes(answer(5))
    os.symlink("/etc/passwd", folders["in"] / "link.x12")
    done = go(folder)
    assert done.received == []
    assert len(done.set_aside) == 2
    assert len(names(folders["in"])) == 5
    assert go(folder).set_aside == []  # said once


def test_a_changed_host_key_stops_everything_until_it_is_accepted(
    server: Server, sftp: Any, put: Any, make_claims: Any, go: Any
) -> None:
    row = put(make_claims(1))
    (server.into / "ack.x12").write_bytes(answer(5))
    server.change_host_key()
    done = go(sftp)
    assert "shows another host key" in done.trouble
    assert (done.sent, done.received, names(server.out)) == ([], [], [])
    sftp.refresh_from_db()
    assert sftp.trouble == done.trouble
    assert [box.pk for box in due_mailboxes(LATER)] == []
    shown = shown_host_key("127.0.0.1", server.port)
    accept_host_key(mailbox=sftp, host_key=shown, by="ada", now=LATER)
    assert go(sftp).sent == [row.name]


def test_a_key_that_is_not_known_is_said_in_words(
    server: Server, sftp: Any, put: Any, make_claims: Any, go: Any
) -> None:
    row = put(make_claims(1))
    (server.folder / "keys" / "lakeside.pub").write_text(server.host_key)
    assert "does not let lakeside in" in go(sftp).trouble
    row.refresh_from_db()
    assert row.state == "written"


def test_a_server_that_is_gone_is_tried_again_later(
    server: Server, sftp: Any, put: Any, make_claims: Any, go: Any
) -> None:
    row = put(make_claims(1))
    server.stop()
    assert go(sftp).trouble
    assert due_mailboxes(LATER) == []
    assert [box.pk for box in due_mailboxes(LATER + timedelta(minutes=1))] == [sftp.pk]
    server.start()
    assert go(sftp).sent == [row.name]
    sftp.refresh_from_db()
    assert (sftp.trouble, sftp.trouble_count, sftp.trouble_since) == ("", 0, None)


def test_a_full_disk_loses_nothing(
    folder: Any, folders: Any, go: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folders["in"] / "ack.x12").write_bytes(answer(5))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(storage, "keep_content", full)
        assert "No space left" in go(folder).trouble
    assert names(folders["in"]) == ["ack.x12"]
    assert go(folder).received == ["ack.x12"]


def test_two_rounds_at_once_are_one(folder: Any, go: Any) -> None:
    with storage.exclusive(folder), pytest.raises(ExchangeError, match="another process"):
        go(folder)


def test_what_nobody_foresaw_stops_one_mailbox_and_says_nothing_of_its_files(
    folder: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from dueline.exchange import tasks

    def fails(**_: object) -> None:
        raise KeyError("QUILL*ADA")

    monkeypatch.setattr(tasks, "do_round", fails)
    assert tasks.exchange_due() == 1
    assert "a round ended early: KeyError" in caplog.text
    assert "QUILL" not in caplog.text


def test_a_name_that_is_taken_is_not_written_over(
    practice: Any, folder: Any, folders: Any, put: Any, make_claims: Any, go: Any
) -> None:
    row = put(make_claims(1))
    (folders["out"] / row.name).write_text("someone's")
    assert go(folder).sent == []
    assert (folders["out"] / row.name).read_text() == "someone's"
    delivery = Delivery.objects.get()
    assert (delivery.state, "not replaced" in delivery.trouble) == ("refused", True)
    sent_by_hand(delivery=delivery, by="bea", now=LATER)
    row.refresh_from_db()
    assert (row.state, row.sent_by) == ("sent", "bea")
    assert names(folders["out"]) == [row.name]
    assert not list(verify(practice))


def test_a_file_in_hand_is_not_marked_as_sent_by_a_person(
    folder: Any, put: Any, make_claims: Any, monkeypatch: pytest.MonkeyPatch, go: Any
) -> None:
    from dueline.exchange.errors import Unreachable
    from dueline.exchange.places import FolderPlace
    from dueline.sending.actions import mark_sent

    def fails(*_: object) -> None:
        raise Unreachable("gone")

    row = put(make_claims(1))
    with monkeypatch.context() as patched:
        patched.setattr(FolderPlace, "put", fails)
        assert go(folder).trouble == "gone"
    row.refresh_from_db()
    assert row.state == "sending"
    with pytest.raises(SendingError, match="sending already"):
        mark_sent(outgoing=row, by="bea", at=LATER)
    assert go(folder).sent == [row.name]


def test_a_file_without_a_word_after_a_business_day_is_raised(
    practice: Any, folder: Any, put: Any, make_claims: Any, go: Any
) -> None:
    row = put(make_claims(1))  # on Monday, November 23
    go(folder)
    assert not unanswered(practice, as_of=AS_OF + timedelta(days=1))
    assert list(unanswered(practice, as_of=AS_OF + timedelta(days=2))) == [
        OutgoingFile.objects.get(pk=row.pk)
    ]


class Killed(BaseException):
    """What a process that is killed does: nothing after this."""


@pytest.mark.parametrize("takes_away", [False, True])
def test_killed_at_every_step_a_round_is_gone_on_with(
    practice: Any,
    folder: Any,
    folders: Any,
    put: Any,
    make_claims: Any,
    go: Any,
    monkeypatch: pytest.MonkeyPatch,
    takes_away: bool,
) -> None:
    """Each step of a place is cut before and after it; the clearinghouse may take files away at any time."""
    from dueline.exchange.places import FolderPlace

    claims, arrived, steps = make_claims(1), [], 0
    original = {name: getattr(FolderPlace, name) for name in ("put", "rename", "remove", "fetch")}

    def cut(name: str, at: int, *, before: bool) -> Any:
        def step(self: Any, *words: Any) -> Any:
            nonlocal steps
            steps += 1
            if before and steps == at:
                raise Killed
            done = original[name](self, *words)
            if steps == at:
                raise Killed
            return done

        return step

    def collect() -> None:
        for path in sorted(folders["out"].glob("[!.]*")):
            arrived.append((path.name, path.read_bytes()))
            path.unlink()

    expected = []
    for at in range(1, 6):
        for before in (True, False):
            row = put(claims)
            (folders["in"] / f"{row.number}.x12").write_bytes(answer(row.number))
            expected.append((row.name, content(row).read_bytes()))
            steps = 0
            with monkeypatch.context() as patched:
                for name in original:
                    patched.setattr(FolderPlace, name, cut(name, at, before=before))
                with suppress(Killed):
                    go(folder)
            if takes_away:
                collect()
            go(folder)
            collect()
    assert sorted(arrived) == sorted(expected)
    receipts = Receipt.objects.all()
    assert len(receipts) == len(expected)
    assert {(one.state, one.posted_count) for one in receipts} == {("done", 1)}
    assert names(folders["in"]) == []
    assert not list(verify(practice))
