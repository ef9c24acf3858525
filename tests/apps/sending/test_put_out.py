"""A file to be sent and its rows come together, read back, under numbers that only rise."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from dueline.accounts.models import AuditEvent
from dueline.core.outgoing import FIRST_NUMBER, batch_reference
from dueline.core.x12 import read_documents
from dueline.sending import storage
from dueline.sending.actions import mark_sent, sweep
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingClaim, OutgoingFile
from dueline.sending.queries import content, route_to
from dueline.sending.verify import verify

from .conftest import NOW, sets_of


def test_put_out_writes_a_file_that_reads_back_equal(practice, put, make_claims) -> None:
    ids = make_claims(5)
    row = put(ids)
    documents = read_documents(content(row).read_bytes())
    assert [len(one.items) for one in documents] == [2, 2, 1]
    assert [one.control_number for one in documents] == ["0001", "0002", "0003"]
    assert documents[2].header.batch_reference == batch_reference(row.number, "0003")
    stored = OutgoingClaim.objects.order_by("pk").values_list("claim_id", "identifier")
    named = [item.trace_number for one in documents for item in one.items]
    assert list(stored) == list(zip(ids, named))
    assert (row.set_count, row.claim_count, row.state) == (3, 5, "written")
    assert AuditEvent.objects.filter(action="write_outgoing_file").count() == 1
    assert not list(verify(practice))


def test_put_out_numbers_rise_also_after_a_refusal(practice, put, make_claims) -> None:
    ids = make_claims(1)
    first = put(ids)
    with pytest.raises(SendingError):
        put(ids, name="A*B")
    second = put(ids)
    assert FIRST_NUMBER <= first.number < second.number - 1
    text = content(second).read_text()
    assert text.count(str(second.number)) >= 4  # ISA13, IEA02, GS06, GE02


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "O~MALLEY"}, "set 1 cannot be written"),
        ({"sets": lambda number: iter(())}, "found none"),
    ],
    ids=["delimiter in a name", "nothing to write"],
)
def test_put_out_refused_leaves_nothing(practice, put, make_claims, changes, words) -> None:
    with pytest.raises(SendingError, match=words) as refused:
        put(make_claims(1), **changes)
    assert "MALLEY" not in str(refused.value)
    assert not OutgoingFile.objects.exists()
    assert not storage.numbers_on_disk(practice)


def test_put_out_that_its_caller_refuses_leaves_nothing(practice, put, make_claims) -> None:
    def beside(out: Any) -> None:
        assert out.file.claim_count == 3
        raise RuntimeError("someone else was first")

    with pytest.raises(RuntimeError, match="first"):
        put(make_claims(3), beside=beside)
    assert not OutgoingClaim.objects.exists()
    assert not storage.numbers_on_disk(practice)


def test_put_out_on_a_full_disk_leaves_nothing(practice, put, make_claims, monkeypatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(make_claims(2))
    monkeypatch.undo()
    assert not OutgoingFile.objects.exists()
    assert not storage.numbers_on_disk(practice)


def test_put_out_takes_another_set_than_its_claims_back(practice, put, make_claims) -> None:
    ids = make_claims(3)

    def short(number: int) -> Any:
        for one in sets_of(ids)(number):
            yield type(one)(one.document, one.claims[:1])

    with pytest.raises(SendingError, match="a claim for each item of set 1"):
        put(ids, sets=short)
    assert not storage.numbers_on_disk(practice)


def test_a_writer_that_was_killed_leaves_nothing_that_stays(practice, put, make_claims) -> None:
    """A process is killed in the middle of a file; the next writer sweeps it away, its number unused."""
    number = FIRST_NUMBER + 5_000
    script = (
        "import os, signal, sys\n"
        "from types import SimpleNamespace\n"
        "import django; django.setup()\n"
        "from dueline.sending import storage\n"
        "def texts():\n"
        "    yield from ['ISA*'] * 5000\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"practice = SimpleNamespace(code={practice.code!r})\n"
        "with storage.exclusive(practice):\n"
        f"    storage.write(practice, {number}, texts())\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert storage.numbers_on_disk(practice) == {number}
    assert [one.where for one in verify(practice)] == [f"file {number}"]
    row = put(make_claims(1))
    assert row.number > number
    assert storage.numbers_on_disk(practice) == {row.number}
    assert not list(verify(practice))


def test_sweep_leaves_what_has_rows(practice, put, make_claims) -> None:
    row = put(make_claims(1))
    storage.path_of(practice, row.number + 7).write_text("half")
    sweep(practice)
    assert storage.numbers_on_disk(practice) == {row.number}


def test_verify_finds_what_was_altered_or_is_gone(practice, put, make_claims) -> None:
    altered, gone = (
        put(make_claims(1)),
        put(make_claims(0) or [OutgoingClaim.objects.get().claim_id]),
    )
    path = storage.path_of(practice, altered.number)
    path.write_bytes(path.read_bytes().replace(b"QUILL", b"QUINN"))
    storage.path_of(practice, gone.number).unlink()
    assert [one.text for one in verify(practice)] == [
        "Its content was altered.",
        "Its content is gone.",
    ]


def test_mark_sent_only_once(practice, put, make_claims) -> None:
    row = mark_sent(outgoing=put(make_claims(1)), by="lena", at=NOW)
    assert (row.state, row.sent_by) == ("sent", "lena")
    with pytest.raises(SendingError, match="sent already"):
        mark_sent(outgoing=row, by="lena", at=NOW)


def test_route_goes_to_the_payer_until_a_clearinghouse_is_set(practice, payer) -> None:
    from dueline.sending.actions import SubmitterFacts, set_submitter

    assert route_to(practice, payer).receiver_id == "HL001"
    with pytest.raises(SendingError, match="clearinghouse"):
        route_to(practice, None)
    facts = SubmitterFacts(
        sender_id="LAKE1", sender_name="Lakeside", receiver_id="CLR", receiver_name="Clear"
    )
    set_submitter(practice=practice, facts=facts, by="lena", at=NOW)
    assert (route_to(practice, None).sender_id, route_to(practice, payer).receiver_id) == (
        "LAKE1",
        "CLR",
    )
    bad = SubmitterFacts(sender_id="LAKE*1", sender_name="Lakeside")
    with pytest.raises(SendingError, match="sender id: expected"):
        set_submitter(practice=practice, facts=bad, by="lena", at=NOW)


def test_route_without_any_id_is_refused(practice, payer) -> None:
    payer.identifiers.all().delete()
    with pytest.raises(SendingError, match="payer ID"):
        route_to(practice, payer)
    practice.npis.all().delete()
    with pytest.raises(SendingError, match="sender id"):
        route_to(practice, payer)
