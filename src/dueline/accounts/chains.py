"""Chains of hashed records: each record's hash covers its content and the hash before it.

A changed, removed or inserted record breaks every hash after it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dueline.accounts.models import HashChain


@dataclass(frozen=True)
class Link:
    """The place of a new record in its chain."""

    sequence: int
    previous_hash: str
    hash: str


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a hashed record")


def hash_of(sequence: int, previous_hash: str, payload: Mapping[str, object]) -> str:
    """Return the SHA-256 of a record: its canonical JSON, its place and the hash before it."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(f"{sequence}\n{previous_hash}\n{text}".encode()).hexdigest()


def extend(kind: str, scope: str, payload: Mapping[str, object]) -> Link:
    """Return the next link of a chain, its end locked until the surrounding transaction is over.

    `scope` is the practice code, or "" for what belongs to none. Call it inside a transaction.
    """
    return extend_all(kind, scope, [payload])[0]


def extend_all(kind: str, scope: str, payloads: Sequence[Mapping[str, object]]) -> list[Link]:
    """Return the next links of a chain, one for each payload, as `extend` does for one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a chain is extended within a transaction")
    locked = HashChain.objects.select_for_update().filter(kind=kind, scope=scope)
    chain = locked.first()
    if chain is None:
        HashChain.objects.get_or_create(kind=kind, scope=scope)
        chain = locked.get()
    links: list[Link] = []
    sequence, previous = chain.last_sequence, chain.last_hash
    for payload in payloads:
        sequence += 1
        links.append(Link(sequence, previous, hash_of(sequence, previous, payload)))
        previous = links[-1].hash
    HashChain.objects.filter(pk=chain.pk).update(last_sequence=sequence, last_hash=previous)
    return links


def last_link(kind: str, scope: str) -> tuple[int, str]:
    """Return the sequence and hash the chain should end with; (0, "") for an empty one."""
    chain = HashChain.objects.filter(kind=kind, scope=scope).first()
    return (chain.last_sequence, chain.last_hash) if chain else (0, "")
