"""Writing an interchange and its rows together, or neither."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.db import transaction

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.bulk import insert, new_ids
from dueline.core.collector import collector_held_off
from dueline.core.enums import SetKind
from dueline.core.outgoing import (
    FIRST_NUMBER,
    LAST_NUMBER,
    OutgoingPurpose,
    batch_reference,
)
from dueline.core.x12 import FileReader, write_interchange
from dueline.core.x12.model import ClaimBatch, Document, Group, Interchange, StatusBatch
from dueline.core.x12.writers.parts import UnwritableValue
from dueline.payers.models import Payer
from dueline.sending import storage
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingClaim, OutgoingFile, OutgoingNumber
from dueline.sending.queries import Route

_GROUPS = {SetKind.STATUS_REQUEST: "HR"}  # GS01; claims of every kind are HC
_KINDS = frozenset(
    {
        SetKind.STATUS_REQUEST,
        SetKind.CLAIM_PROFESSIONAL,
        SetKind.CLAIM_INSTITUTIONAL,
        SetKind.CLAIM_DENTAL,
    }
)
MOST_SETS = 9_999  # ST02 of four digits


@dataclass(frozen=True)
class OutgoingSet:
    """A set to be written, and the claims in it: each the ledger's id and what names it in the file.

    ST02 and BHT03 are filled in. The items of `document` are as many as the claims, in their order.
    """

    document: Document
    claims: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class PutOut:
    """A file just written, and of each claim in it: the id of its OutgoingClaim, and the claim's."""

    file: OutgoingFile
    claims: Sequence[tuple[int, int]]


@dataclass
class _Draft:
    """What is told of a file while it is written."""

    number: int
    version: str
    kind: SetKind
    claims: list[tuple[int, str, str]] = field(default_factory=list)  # id, ST02, identifier
    set_count: int = 0

    def documents(self, sets: Iterable[OutgoingSet]) -> Iterator[Document]:
        """Yield the documents, numbered, noting what is in them. Raises SendingError for one that cannot be."""
        for one in sets:
            document = one.document
            self.set_count += 1
            if (document.kind, document.version) != (self.kind, self.version):
                raise SendingError(
                    f"expected sets of one kind, {self.kind} {self.version}, "
                    f"found {document.kind} {document.version}"
                )
            if self.set_count > MOST_SETS:
                raise SendingError(f"expected at most {MOST_SETS:,} sets in a file, found more")
            if not one.claims or len(one.claims) != len(document.items):
                raise SendingError(
                    f"expected a claim for each item of set {self.set_count}, "
                    f"found {len(one.claims)} for {len(document.items)}"
                )
            control = f"{self.set_count:04d}"
            self.claims += [(claim_id, control, named) for claim_id, named in one.claims]
            yield replace(
                document,
                control_number=control,
                header=_referenced(document, batch_reference(self.number, control)),
            )


def _referenced(document: Document, reference: str) -> ClaimBatch | StatusBatch:
    header = document.header
    assert isinstance(header, ClaimBatch | StatusBatch)
    return replace(header, batch_reference=reference)


def put_out(
    *,
    practice: Practice,
    purpose: OutgoingPurpose,
    payer: Payer | None,
    route: Route,
    sets: Callable[[int], Iterable[OutgoingSet]],
    by: str,
    at: datetime,
    beside: Callable[[PutOut], None] | None = None,
) -> OutgoingFile:
    """Write sets of one kind as an interchange; return its row, which is there with its file or not at all.

    `sets` is told the file's number, for what names the claims (core.outgoing.claim_identifier), and is read
    lazily: sets are written as they come. `beside` writes the caller's own rows in the same transaction; what
    it raises takes the file back. Not to be called within a transaction: a file cannot be rolled back with it.

    Raises SendingError where there is no set, a value cannot be written, or what was written does not read
    back without an error; OSError where the disk does not take it. Nothing stays then.
    """
    with storage.exclusive(practice):
        number = _next_number(practice)
        _sweep(practice)
        try:
            with collector_held_off():
                draft, stored = _written(practice, number, route, sets(number), at)
                _read_back(stored.path, draft)
            with transaction.atomic(durable=True):
                return _stored(practice, purpose, payer, route, draft, stored, by, at, beside)
        except BaseException:
            _sweep(practice)
            raise


def sweep(practice: Practice) -> None:
    """Take away what a writer that was killed left: files without rows. Waits for one that is at work."""
    if storage.numbers_on_disk(practice):
        with storage.exclusive(practice):
            _sweep(practice)


def _sweep(practice: Practice) -> None:
    there = storage.numbers_on_disk(practice)
    known = OutgoingFile.objects.filter(practice=practice).values_list("number", flat=True)
    storage.remove(practice, there.difference(known))


def _next_number(practice: Practice) -> int:
    """Return a number that no file of the practice had, also none that a restored database forgot."""
    there = storage.numbers_on_disk(practice)
    with transaction.atomic():
        OutgoingNumber.objects.get_or_create(practice=practice)
        row = OutgoingNumber.objects.select_for_update().get(practice=practice)
        number = max(row.next_number, max(there, default=FIRST_NUMBER - 1) + 1)
        if number > LAST_NUMBER:
            raise SendingError("every control number of nine digits has been used")
        row.next_number = number + 1
        row.save(update_fields=["next_number"])
    return number


def _written(
    practice: Practice, number: int, route: Route, sets: Iterable[OutgoingSet], at: datetime
) -> tuple[_Draft, storage.Stored]:
    source = iter(sets)
    first = next(source, None)
    if first is None:
        raise SendingError("expected a claim to write, found none")
    if first.document.kind not in _KINDS:
        raise SendingError(f"a {first.document.kind} is not sent")
    draft = _Draft(number, first.document.version, first.document.kind)
    documents = draft.documents(chain([first], source))
    interchange, group = _envelope(draft, route, at)
    try:
        stored = storage.write(
            practice, number, write_interchange([(group, documents)], interchange)
        )
    except UnwritableValue as error:
        raise SendingError(f"set {draft.set_count} cannot be written: {error}") from None
    return draft, stored


def _envelope(draft: _Draft, route: Route, at: datetime) -> tuple[Interchange, Group]:
    local = at.astimezone(clock.BUSINESS_ZONE)
    day, moment = local.date(), local.time().replace(second=0, microsecond=0, tzinfo=None)
    interchange = Interchange(
        sender_qualifier=route.sender_qualifier,
        sender_id=route.sender_id,
        receiver_qualifier=route.receiver_qualifier,
        receiver_id=route.receiver_id,
        sent_on=day,
        sent_at=moment,
        control_number=str(draft.number),
        acknowledgment_requested="1",
        usage="T" if route.is_test else "P",
    )
    group = Group(
        functional_id=_GROUPS.get(draft.kind, "HC"),
        sender_code=route.sender_id,
        receiver_code=route.receiver_id,
        sent_on=day,
        sent_at=moment,
        control_number=str(draft.number),
        version=draft.version,
    )
    return interchange, group


def _read_back(path: Path, draft: _Draft) -> None:
    """Read a file as its receiver will. Raises SendingError for any fault, or a count that differs."""
    sets = claims = 0
    with path.open("rb") as file:
        reader = FileReader(file, path.name)
        for found in reader.sets():
            sets += 1
            claims += sum(1 for _ in found.items())
            _refuse_faults(found.problems)
            numbers = (found.interchange.control_number, found.group and found.group.control_number)
            if numbers != (str(draft.number), str(draft.number)):
                raise SendingError(
                    f"the file reads back with control numbers {numbers}, expected {draft.number}"
                )
    _refuse_faults(reader.problems)
    if (sets, claims) != (draft.set_count, len(draft.claims)):
        raise SendingError(
            f"the file reads back with {sets} sets and {claims} claims, "
            f"expected {draft.set_count} and {len(draft.claims)}"
        )


def _refuse_faults(problems: Sequence[object]) -> None:
    """Raise SendingError for the first fault, a remark too: a receiver may be stricter than we are."""
    for problem in problems:
        if getattr(problem, "code", "") != "test_usage":
            place, message = getattr(problem, "place", ""), getattr(problem, "message", "")
            raise SendingError(f"the file does not read back: {place}: {message}")


def _stored(
    practice: Practice,
    purpose: OutgoingPurpose,
    payer: Payer | None,
    route: Route,
    draft: _Draft,
    stored: storage.Stored,
    by: str,
    at: datetime,
    beside: Callable[[PutOut], None] | None,
) -> OutgoingFile:
    row = OutgoingFile.objects.create(
        practice=practice,
        number=draft.number,
        purpose=purpose.value,
        kind=draft.kind.value,
        payer=payer,
        receiver_id=route.receiver_id,
        receiver_name=route.receiver_name,
        name=f"{practice.code}-{purpose.value.replace('_', '-')}-{draft.number}.x12",
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        set_count=draft.set_count,
        claim_count=len(draft.claims),
        made_at=at,
        made_by=by,
        state_at=at,
    )
    ids = new_ids(OutgoingClaim)
    rows = [
        (next(ids), practice.pk, row.pk, claim_id, control, named, False)
        for claim_id, control, named in draft.claims
    ]
    insert(OutgoingClaim, rows)
    if beside is not None:
        beside(PutOut(row, [(pk, claim_id) for pk, _, _, claim_id, *_ in rows]))
    audit.record(
        practice=practice,
        by=by,
        action="write_outgoing_file",
        at=at,
        object_kind="outgoing_file",
        object_key=str(row.pk),
        detail={"number": draft.number, "purpose": purpose.value, "claims": len(rows)},
    )
    return row
