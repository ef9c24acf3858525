"""Posting to an address that someone else chose: to public machines over TLS only, and nowhere a name leads besides.

The name is resolved here, each of its addresses is checked, and the connection is made to the address that
was checked: a name cannot change its mind between. No redirect is followed; no answer is read beyond its status.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

EACH_SECONDS = 10  # to connect, and between pieces of the answer
ALL_SECONDS = 30
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotSent(Exception):
    """Nothing was sent, or no answer came; the message says why, in a few words."""


@dataclass(frozen=True)
class Target:
    """Where an address leads: host and port by name, and what is asked there."""

    is_tls: bool
    host: str
    port: int
    path: str


def target_of(url: str, *, may_be_local: bool) -> Target:
    """Return where an address leads. Raises NotSent for one that is not taken."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > 500:
        raise NotSent("not an address of 500 plain characters at most")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotSent("not an address") from None
    if parts.scheme not in (("https", "http") if may_be_local else ("https",)):
        raise NotSent("not an https address")
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise NotSent("an address without a host, or with a user or fragment")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    usual = 443 if parts.scheme == "https" else 80
    return Target(parts.scheme == "https", parts.hostname, port or usual, path)


def addresses_of(target: Target, *, may_be_local: bool) -> list[str]:
    """Return the addresses of a host, all of them public. Raises NotSent where one is not."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent("the host's name is not known") from None
    addresses = [str(info[4][0]) for info in found]
    if not may_be_local and not all(map(is_public, addresses)):
        raise NotSent("the host is not a public one")
    return addresses


def is_public(text: str) -> bool:
    """Whether an address is of the public Internet, also where it stands for one of another family."""
    try:
        address: _Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        within = address.sixtofour
        if address in _NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo:
            within = address.teredo[1]
        if within is not None and not is_public(str(within)):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def post(url: str, body: bytes, headers: Mapping[str, str], *, may_be_local: bool) -> int:
    """Return the status with which a message was answered. Raises NotSent."""
    target = target_of(url, may_be_local=may_be_local)
    (address, *_) = addresses_of(target, may_be_local=may_be_local)
    try:
        with socket.create_connection((address, target.port), timeout=EACH_SECONDS) as raw:
            watch = threading.Timer(ALL_SECONDS, _cut, [raw])
            watch.start()
            try:
                return _ask(target, raw, body, headers)
            finally:
                watch.cancel()
    except ssl.SSLError as error:
        raise NotSent(f"no TLS connection: {error.reason or 'broken off'}"[:100]) from None
    except TimeoutError:
        raise NotSent("no answer in time") from None
    except (OSError, HTTPException) as error:
        raise NotSent(f"no answer: {type(error).__name__}") from None


def _cut(raw: socket.socket) -> None:
    """End a connection whose other side answers too slowly."""
    with suppress(OSError):  # it ended by itself
        raw.shutdown(socket.SHUT_RDWR)


def _ask(target: Target, raw: socket.socket, body: bytes, headers: Mapping[str, str]) -> int:
    used = raw
    if target.is_tls:
        used = ssl.create_default_context().wrap_socket(raw, server_hostname=target.host)
    usual = 443 if target.is_tls else 80
    named = f"[{target.host}]" if ":" in target.host else target.host
    host = named if target.port == usual else f"{named}:{target.port}"
    connection = HTTPConnection(target.host, target.port)
    connection.sock = used
    with used:
        connection.request(
            "POST", target.path, body, {**headers, "Host": host, "Connection": "close"}
        )
        with connection.getresponse() as answer:
            return answer.status
