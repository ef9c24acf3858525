"""The state of one posting: what it knows, the rows that wait to be written, look-ups shared by a run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

from dueline.accounts.models import Practice
from dueline.bulk import (
    ids_outlive_transactions,
    insert,
    new_ids,
    row_type,
    rows_in,
    set_flag,
    tuple_of,
    update,
)
from dueline.core.enums import ClaimOrigin
from dueline.core.matching import folded, patient_key, search_name
from dueline.core.x12.model import Party, Problem
from dueline.ledger.models import (
    Claim,
    ClaimEvent,
    ClaimPayment,
    Coverage,
    Entry,
    LinePayment,
    Patient,
    PayerClaimNumber,
    Provider,
    ProviderAdjustment,
    Remittance,
    ServiceLine,
    SourceFile,
    Submission,
    TransactionSet,
)
from dueline.payers.directory import PayerDirectory

CHUNK = 500  # items looked up and written together
MOST_ROWS = 30_000  # that wait to be written
ROWS_WRITTEN_ASIDE = 5_000  # that wait, until a thread begins to write them
LONGEST_IN = 500  # values in one IN (...): SQLite takes 999 parameters at least

# In the order in which they may be written: a row's references come before it.
TABLES = (
    SourceFile,
    TransactionSet,
    Remittance,
    Patient,
    Claim,
    Coverage,
    PayerClaimNumber,
    Submission,
    ServiceLine,
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    Entry,
    ClaimEvent,
)

T = TypeVar("T")


class PostingRefused(Exception):
    """The set cannot be posted for a reason that only the ledger knows; nothing of it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield the items in lists of up to `size`, never holding more."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield distinct values in lists short enough for an IN (...)."""
    return chunks(sorted(set(values)), LONGEST_IN)


def lock(practice: Practice) -> None:
    """Let one posting at a time change the practice's claims, until the transaction ends.

    Others read on, and record follow-ups. SQLite lets one writer in anyway.
    """
    if connection.features.has_select_for_no_key_update:
        Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)


class Directory:
    """Look-ups kept for a whole run: the practice's NPIs, payers and providers. All of them are few."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.npis = frozenset(practice.npis.values_list("npi", flat=True))
        self.payers = PayerDirectory(practice)
        self.ids: dict[type, Iterator[int]] = {model: new_ids(model) for model in TABLES}
        self._providers = self._stored_providers()

    @cached_property
    def has_sheet_claims(self) -> bool:
        """Whether a claim is known from a spreadsheet only; asked once a run."""
        known = Claim.objects.filter(practice=self.practice, origin=ClaimOrigin.SHEET.value)
        return known.exists()

    def _stored_providers(self) -> dict[str, int]:
        providers = Provider.objects.filter(practice=self.practice)
        return dict(providers.values_list("npi", "id"))

    def reload(self) -> None:
        """Read payers and providers again: those that a set brought which was rolled back are gone."""
        added = self.payers.added
        self.payers = PayerDirectory(self.practice)
        stored = set(self.payers.names.values())
        added[:] = [name for name in added if name in stored]
        self.payers.added = added  # the same list: whoever counts the new payers holds it
        self._providers = self._stored_providers()

    def provider_id(self, party: Party | None) -> int | None:
        """Return the provider's id, adding one not seen before; None where none is named."""
        if party is None or not (party.identifier or party.last_name):
            return None
        key = (party.identifier or party.last_name)[:80]
        found = self._providers.get(key)
        if found is None:
            name = " ".join(part for part in (party.first_name, party.last_name) if part)
            provider, _ = Provider.objects.get_or_create(
                practice=self.practice,
                npi=key,
                defaults={"name": name[:200], "taxonomy": party.taxonomy[:12]},
            )
            found = self._providers[key] = provider.pk
        return found


@dataclass
class Known:
    """What has been read of the ledger, and made, in one posting: nothing is asked for twice.

    `complete` holds the claims made here: nothing of them is stored that is not known.
    """

    claims: dict[str, Any] = field(default_factory=dict)  # by patient control key
    absent: set[str] = field(default_factory=set)  # keys that were asked for in vain
    by_id: dict[int, Any] = field(default_factory=dict)
    complete: set[int] = field(default_factory=set)
    patients: dict[str, int] = field(default_factory=dict)  # by identity key
    patient_names: dict[int, str] = field(default_factory=dict)  # last names, folded
    fingerprints: dict[tuple[int, str], int] = field(default_factory=dict)  # to submission
    with_fingerprints: set[int] = field(default_factory=set)  # claims
    numbers: set[tuple[str, int]] = field(default_factory=set)  # the payer's number, claim
    with_numbers: set[int] = field(default_factory=set)
    lines: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)  # current, by claim
    payments: dict[int, list[Any]] = field(default_factory=dict)  # made here, by claim
    with_payments: set[int] = field(default_factory=set)  # claims: the stored ones stand there too
    submitted: dict[int, list[int]] = field(default_factory=dict)  # set to claims, of this posting
    sets: dict[tuple[str, str], int] = field(default_factory=dict)  # (group, set) to set, likewise

    def add_claim(self, claim: Any) -> None:
        """Know a claim that is made here."""
        self.claims[claim.patient_control_key] = claim
        self.by_id[claim.id] = claim
        self.complete.add(claim.id)
        self.lines[claim.id] = []


@dataclass
class SetRows:
    """What one set has brought: the claims it touched, and remarks to keep with it."""

    touched: set[int] = field(default_factory=set)  # claims whose worklist item may change
    problems: list[Problem] = field(default_factory=list)


class Posting:
    """The sets posted in one database transaction: rows that wait to be written, and `known`.

    Rows are written in bulk, when many wait and at the end. What a set is posted from is read
    once: its claims stand in `known`, as they are after the sets before it.
    """

    def __init__(self, directory: Directory, *, received_on: date) -> None:
        self.directory = directory
        self.practice_id = directory.practice.pk
        self.received_on = received_on  # stands in for a date that a file does not give
        self.transaction_set_id = 0
        self.of_set = SetRows()
        self.known = Known()
        self._ids: dict[type, Iterator[int]] = (
            directory.ids
            if ids_outlive_transactions()
            else {model: new_ids(model) for model in TABLES}
        )
        self._rows: dict[type, list[Any]] = {model: [] for model in TABLES}
        self._changed: dict[int, Any] = {}  # claims that existed before
        self._settled: dict[int, Any] = {}  # coverages that existed before
        self._with_new_lines: set[int] = set()  # claims whose lines wait to be written
        self._replaced: set[int] = set()  # claims whose stored lines are no longer current
        self.reversed_payments: set[int] = set()  # stored claim payments that have been taken back

    def begin_set(self, pk: int) -> SetRows:
        """Begin a set; return what will tell of it."""
        self.transaction_set_id = pk
        self.of_set = SetRows()
        return self.of_set

    def new_id(self, model: type) -> int:
        return next(self._ids[model])

    def add(self, model: type, row: Any) -> None:
        """Add a row object; its columns are read when it is written."""
        self._rows[model].append(row)

    def add_tuple(self, model: type, row: tuple[Any, ...]) -> None:
        """Add a row in column order, for the tables with most rows."""
        self._rows[model].append(row)

    def change(self, claim: Any) -> None:
        """Note that a claim differs from what is stored (or will be written new)."""
        self.of_set.touched.add(claim.id)
        if not claim.is_new:
            self._changed[claim.id] = claim

    def change_coverage(self, coverage: Any) -> None:
        if not coverage.is_new:
            self._settled[coverage.id] = coverage

    def remark(self, code: str, message: str, segment_number: int) -> None:
        """Keep a remark with the set. No patient data: it says what, and the segment says where."""
        self.of_set.problems.append(Problem(code, message, segment_number, is_fatal=False))

    def flush(self) -> None:
        """Write what has been added and changed since the last flush."""
        self.write()
        update(Claim, self._changed.values())
        update(Coverage, self._settled.values())
        self._changed = {}
        self._settled = {}

    def end_set(self) -> None:
        """Begin to write the rows that wait, where they are many; what changes waits for the next flush."""
        if sum(map(len, self._rows.values())) >= ROWS_WRITTEN_ASIDE:
            self.write()

    def write(self) -> None:
        """Write the rows that wait, and what they put an end to."""
        set_flag(ServiceLine, "is_current", False, column="claim_id", values=self._replaced)
        set_flag(ClaimPayment, "is_reversed", True, column="id", values=self.reversed_payments)
        self._replaced = set()
        self.reversed_payments = set()
        for model in TABLES:
            rows = self._rows[model]
            if rows and isinstance(rows[0], tuple):
                insert(model, rows)
            elif rows:
                tuples = list(map(tuple_of(model), rows))
                insert(model, tuples)
                for row, stored in zip(rows, tuples):
                    row.is_new, row.stored = False, stored
            self._rows[model] = []
        self._with_new_lines = set()

    def end_chunk(self) -> None:
        """Write and forget where much has gathered: memory does not grow with a set."""
        if sum(map(len, self._rows.values())) + len(self._changed) > MOST_ROWS:
            self.flush()
            self.known = Known()

    def lines_added(self, claim_id: int) -> None:
        self._with_new_lines.add(claim_id)

    def lines_replaced(self, claim_id: int) -> None:
        """Note that a claim's lines so far are no longer current."""
        if claim_id in self._with_new_lines:
            self.write()
        self._replaced.add(claim_id)
        self.known.lines[claim_id] = []

    def load_patients(self, parties: Sequence[Party]) -> None:
        """Look up, and add where new, the patients of a chunk."""
        patients = self.known.patients
        by_key: dict[str, Party] = {}
        for party in parties:
            key = _key(party)
            if key not in patients:
                by_key.setdefault(key, party)
        columns = ("identity_key", "id")
        patients.update(
            rows_in(Patient, columns, "identity_key", by_key, practice_id=self.practice_id)
        )
        for key, party in by_key.items():
            if key not in patients:
                patients[key] = self._add_patient(key, party)

    def patient_id(self, party: Party) -> int:
        """Return the id of a patient that was loaded with the chunk."""
        return self.known.patients[_key(party)]

    def _add_patient(self, key: str, party: Party) -> int:
        pk = self.new_id(Patient)
        self.known.patient_names[pk] = folded(party.last_name)
        self.add_tuple(
            Patient,
            (
                pk,
                self.practice_id,
                key,
                party.last_name[:80],
                party.first_name[:40],
                party.middle_name[:40],
                search_name(party.last_name, party.first_name),
                party.birth_on,
                party.sex[:1],
            ),
        )
        return pk


@lru_cache(maxsize=4096)
def _patient_key(last_name: str, first_name: str, birth_on: date | None, member: str) -> str:
    return patient_key(last_name, first_name, birth_on, member)


def _key(party: Party) -> str:
    return _patient_key(party.last_name, party.first_name, party.birth_on, party.identifier)


CLAIM_ROW = row_type(Claim)
COVERAGE_ROW = row_type(Coverage)
