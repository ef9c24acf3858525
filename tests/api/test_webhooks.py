"""What other systems are told: found once, signed, sent until taken or given up, and nowhere but to public machines."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent
from dueline.api import outbound
from dueline.api.actions.endpoints import add_endpoint, end_endpoint
from dueline.api.actions.telling import collect, send_due
from dueline.api.errors import EndpointRefused
from dueline.api.models import Endpoint, Event, EventMark, Message
from dueline.cases.models import Pattern
from dueline.core.enums import Role
from dueline.core.webhooks import EventKind, next_try, signature
from dueline.intake.actions import intake_paths
from dueline.worklist.models import WorklistItem
from tests.api.site import AS_OF, NOW, Site, denied, remittance

ALL = list(EventKind)


class Receiver(BaseHTTPRequestHandler):
    """Keeps what is posted; answers with the status that is set."""

    got: list[tuple[dict[str, str], bytes]] = []
    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((dict(self.headers.items()), body))
        self.send_response(type(self).status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[str]:
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    Receiver.got, Receiver.status = [], 204
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?x=1"
    server.shutdown()
    server.server_close()


def add(site: Site, url: str, kinds: list[EventKind] = ALL) -> tuple[Endpoint, str]:
    admin = site.people[Role.ADMIN]
    return add_endpoint(practice=site.lakeside, url=url, kinds=kinds, by=admin, now=NOW)


def take_in(site: Site, tmp_path: Path, *numbers: str) -> None:
    path = tmp_path / f"{numbers[0]}.835"
    bodies = [denied("1234567893", number) for number in numbers]
    path.write_bytes(remittance("1234567893", 50 + len(numbers), *bodies))
    intake_paths(practice=site.lakeside, paths=[path], by="tests", as_of=AS_OF, clock=lambda: NOW)


def fixed(moment: datetime) -> datetime:
    return moment


def told(kind: EventKind) -> list[Any]:
    return [
        json.loads(row.body)["data"] for row in Message.objects.filter(kind=kind).order_by("pk")
    ]


def gather(site: Site, now: datetime = NOW) -> int:
    return collect(practice=site.lakeside, as_of=AS_OF, now=now)


def test_what_happens_is_told_once_by_our_own_numbers(
    site: Site, receiver: str, tmp_path: Path
) -> None:
    _, secret = add(site, receiver)
    assert gather(site) == 0  # what happened before is not told
    take_in(site, tmp_path, "NEW1", "NEW2")
    item = WorklistItem.objects.filter(practice=site.lakeside, is_open=True).order_by("pk")[0]
    WorklistItem.objects.filter(pk=item.pk).update(
        deadline_on=AS_OF + timedelta(days=6), deadline_kind="appeal_1"
    )
    Pattern.objects.filter(practice=site.lakeside).update(id=10_000)
    assert gather(site) == 2 + 2 + 1 + 1
    assert gather(site) == 0
    assert gather(site, NOW + timedelta(days=2)) == 0
    ((answered,), (denials,)) = told(EventKind.CLAIM_ANSWERED), told(EventKind.DENIAL_OPENED)
    assert len(answered["claims"]) == 2
    assert [one["claim"] for one in denials["denials"]] == answered["claims"]
    (near,) = told(EventKind.DEADLINE_NEAR)
    assert near["deadlines"] == [
        {"claim": item.claim_id, "kind": "appeal_1", "due_on": "2026-11-29"}
    ]
    (patterns,) = told(EventKind.PATTERN_FOUND)
    assert patterns["patterns"] == [10_000]

    assert send_due(clock=lambda: NOW) == 4
    assert send_due(clock=lambda: NOW) == 0
    assert len(Receiver.got) == 4
    for headers, body in Receiver.got:
        assert b"NEW" not in body
        assert b"JANE" not in body
        facts = {name.lower(): value for name, value in headers.items()}
        at = int(facts["webhook-timestamp"])
        assert at == int(NOW.timestamp())
        expected = signature(secret, message_id=facts["webhook-id"], at=at, body=body)
        assert facts["webhook-signature"] == expected
    assert not Message.objects.filter(taken_at__isnull=True).exists()
    assert AuditEvent.objects.filter(action="send_message").count() == 4


def test_nothing_is_found_where_no_one_is_told(site: Site, tmp_path: Path) -> None:
    take_in(site, tmp_path, "NEW1")
    assert gather(site) == 0
    assert not Event.objects.exists()


def test_row_of_a_transaction_that_ended_late_is_told(
    site: Site, receiver: str, tmp_path: Path
) -> None:
    """A number smaller than one already seen is not missed, nor is one told twice when the mark moves on."""
    add(site, receiver, [EventKind.DENIAL_OPENED])
    take_in(site, tmp_path, "NEW1", "NEW2")
    gather(site)
    late = Event.objects.filter(kind="denial").order_by("pk")[0]
    late.delete()  # as if its row had not been there yet
    assert gather(site, NOW + timedelta(hours=23)) == 1
    later = NOW + timedelta(days=1)
    for days in range(4):
        assert gather(site, later + timedelta(days=days)) == 0
    mark = EventMark.objects.get(practice=site.lakeside, kind="denial")
    assert mark.settled_id == mark.seen_id > 0


def test_many_events_make_few_messages(site: Site, receiver: str, tmp_path: Path) -> None:
    add(site, receiver, [EventKind.CLAIM_ANSWERED])
    take_in(site, tmp_path, *(f"N{at:03d}" for at in range(101)))
    gather(site)
    assert [len(data["claims"]) for data in told(EventKind.CLAIM_ANSWERED)] == [100, 1]
    assert not Message.objects.exclude(kind=EventKind.CLAIM_ANSWERED).exists()


def test_failed_message_is_tried_again_and_given_up_after_a_day(
    site: Site, receiver: str, tmp_path: Path
) -> None:
    add(site, receiver, [EventKind.CLAIM_ANSWERED])
    take_in(site, tmp_path, "NEW1")
    gather(site)
    Receiver.status = 302
    now, moments = NOW, []
    while True:
        moments.append(now - NOW)
        assert send_due(clock=partial(fixed, now)) == 1
        message = Message.objects.get()
        assert message.last_answer == "HTTP 302: redirects are not followed."
        if message.next_at is None:
            break
        assert send_due(clock=partial(fixed, message.next_at - timedelta(seconds=1))) == 0
        now = message.next_at
    assert moments[:4] == [timedelta(minutes=m) for m in (0, 0.5, 2.5, 7.5)]
    assert timedelta(hours=16) < moments[-1] <= timedelta(days=1)
    assert message.given_up_at == now
    assert len({headers["webhook-id"] for headers, _ in Receiver.got}) == 1
    assert AuditEvent.objects.filter(action="give_up_message").count() == 1


def test_endpoint_that_is_ended_is_told_nothing_more(
    site: Site, receiver: str, tmp_path: Path
) -> None:
    endpoint, _ = add(site, receiver)
    take_in(site, tmp_path, "NEW1")
    gather(site)
    end_endpoint(endpoint=endpoint, by=site.people[Role.ADMIN], now=NOW)
    assert send_due(clock=lambda: NOW) == 0
    assert gather(site) == 0
    endpoint.refresh_from_db()
    assert endpoint.secret == ""


def test_secret_is_kept_sealed(
    site: Site, receiver: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endpoint, secret = add(site, receiver)
    assert secret not in endpoint.secret
    take_in(site, tmp_path, "NEW1")
    gather(site)
    monkeypatch.setenv("DUELINE_ENCRYPTION_KEY", "x" * 43 + "=")
    send_due(clock=lambda: NOW)
    assert {row.last_answer[:30] for row in Message.objects.all()} == {
        "Not sent: its secret was seale"
    }


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://", "ftp://example.com/", "https://user:pass@example.com/",
     "https://example.com/#part", "https://example.com:99999/", "https://exa mple.com/", "",
     "https://ex\u00e4mple.com/", "https://example.com/" + "x" * 500, "https://e.com/\r\nHost: x"],
)  # fmt: skip
def test_address_that_is_none_is_refused(site: Site, url: str) -> None:
    with pytest.raises(EndpointRefused):
        add(site, url)


def test_only_administrators_and_ten_at_most(site: Site) -> None:
    with pytest.raises(NotAllowed):
        add_endpoint(practice=site.lakeside, url="https://example.com/", kinds=ALL,
                     by=site.people[Role.LEAD], now=NOW)  # fmt: skip
    with pytest.raises(EndpointRefused, match="one kind"):
        add(site, "https://example.com/", [])
    for at in range(10):
        add(site, f"https://example.com/{at}")
    with pytest.raises(EndpointRefused, match="10 endpoints"):
        add(site, "https://example.com/more")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "no address"],
)  # fmt: skip
def test_machine_that_is_not_public_is_never_reached(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolved(*args: Any, **how: Any) -> Any:
        return [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", (address, 443))]

    def connected(*args: Any, **how: Any) -> Any:
        raise AssertionError("it connected")

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)
    with pytest.raises(outbound.NotSent, match="not a public one"):
        outbound.post("https://hook.example.com/", b"{}", {}, may_be_local=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_machine_is_taken(address: str) -> None:
    assert outbound.is_public(address)


def test_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def connected(address: Any, timeout: float) -> Any:
        asked.append((address, timeout))
        raise ConnectionRefusedError

    found = [(0, 0, 0, "", ("8.8.8.8", 8443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **how: found)
    monkeypatch.setattr(socket, "create_connection", connected)
    with pytest.raises(outbound.NotSent, match="ConnectionRefusedError"):
        outbound.post("https://hook.example.com:8443/", b"{}", {}, may_be_local=False)
    assert asked == [(("8.8.8.8", 8443), outbound.EACH_SECONDS)]


def test_silent_receiver_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "EACH_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(outbound.NotSent, match="no answer in time"):
            outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, may_be_local=True)


def test_receiver_without_tls_is_left(receiver: str) -> None:
    with pytest.raises(outbound.NotSent, match="no TLS connection"):
        outbound.post(receiver.replace("http:", "https:"), b"{}", {}, may_be_local=True)


def test_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks specification's own libraries."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=1614265330, body=body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(("tries", "minutes"), [(1, 0.5), (2, 2), (8, 240), (9, 240), (30, 240)])
def test_next_try_waits_longer(tries: int, minutes: float) -> None:
    assert next_try(made_at=NOW, tries=tries, now=NOW) == NOW + timedelta(minutes=minutes)


def test_next_try_ends_after_a_day() -> None:
    late = NOW + timedelta(hours=20, minutes=1)
    assert next_try(made_at=NOW, tries=9, now=late) is None
    assert next_try(made_at=NOW, tries=9, now=NOW + timedelta(hours=20)) is not None
