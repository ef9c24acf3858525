"""The state of one posting: the rows that wait to be written, and look-ups shared by all sets of a run."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from dueline.accounts.models import Practice
from dueline.core.matching import patient_key, search_name
from dueline.core.x12.model import Party, Problem
from dueline.ledger.bulk import (
    columns_of,
    ids_outlive_transactions,
    insert,
    new_ids,
    row_type,
    tuple_of,
    update,
)
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
    ServiceLine,
    Submission,
)
from dueline.payers.directory import PayerDirectory

CHUNK = 500  # items looked up and written together
LONGEST_IN = 500  # values in one IN (...): SQLite takes 999 parameters at least

# In the order in which they may be written: a row's references come before it.
_TABLES = (
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


class Directory:
    """Look-ups kept for a whole run: the practice's NPIs, payers and providers. All of them are few."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.npis = frozenset(practice.npis.values_list("npi", flat=True))
        self.payers = PayerDirectory(practice)
        self.ids: dict[type, Iterator[int]] = {model: new_ids(model) for model in _TABLES}
        self._providers = self._stored_providers()

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


class Posting:
    """One transaction set being posted. Rows are added, then written in bulk at the end of each chunk."""

    def __init__(self, directory: Directory, transaction_set_id: int, *, received_on: date) -> None:
        self.directory = directory
        self.practice_id = directory.practice.pk
        self.transaction_set_id = transaction_set_id
        self.received_on = received_on  # stands in for a date that a file does not give
        self.touched: set[int] = set()  # claims whose worklist item may change
        self.problems: list[Problem] = []  # remarks, kept with the set
        self._ids: dict[type, Iterator[int]] = (
            directory.ids
            if ids_outlive_transactions()
            else {model: new_ids(model) for model in _TABLES}
        )
        self._rows: dict[type, list[Any]] = {model: [] for model in _TABLES}
        self._changed: dict[int, Any] = {}  # claims that existed before
        self._settled: dict[int, Any] = {}  # coverages that existed before
        self._patients: dict[str, int] = {}
        self.with_new_lines: set[int] = set()  # claims whose lines wait to be written
        self._replaced: set[int] = set()  # claims whose stored lines are no longer current

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
        self.touched.add(claim.id)
        if not claim.is_new:
            self._changed[claim.id] = claim

    def change_coverage(self, coverage: Any) -> None:
        if not coverage.is_new:
            self._settled[coverage.id] = coverage

    def remark(self, code: str, message: str, segment_number: int) -> None:
        """Keep a remark with the set. No patient data: it says what, and the segment says where."""
        self.problems.append(Problem(code, message, segment_number, is_fatal=False))

    def flush(self) -> None:
        """Write what has been added since the last flush."""
        for some in parts(self._replaced):
            ServiceLine.objects.filter(claim_id__in=some).update(is_current=False)
        for model in _TABLES:
            rows = self._rows[model]
            if rows and isinstance(rows[0], tuple):
                insert(model, rows)
            elif rows:
                insert(model, list(map(tuple_of(model), rows)))
                for row in rows:
                    row.is_new = False
            self._rows[model] = []
        update(Claim, list(self._changed.values()), _CLAIM_CHANGES)
        update(Coverage, list(self._settled.values()), ("is_settled",))
        self._changed = {}
        self._settled = {}
        self._replaced = set()
        self.with_new_lines = set()

    def end_chunk(self) -> None:
        """Write what a chunk has added and forget its patients."""
        self.flush()
        self._patients = {}

    def lines_replaced(self, claim_id: int) -> None:
        """Note that a claim's lines so far are no longer current."""
        if claim_id in self.with_new_lines:
            self.flush()
        self._replaced.add(claim_id)

    def load_patients(self, parties: Sequence[Party]) -> None:
        """Look up, and add where new, the patients of a chunk."""
        by_key: dict[str, Party] = {}
        for party in parties:
            key = _key(party)
            if key not in self._patients:
                by_key.setdefault(key, party)
        for keys in parts(by_key):
            found = Patient.objects.filter(practice_id=self.practice_id, identity_key__in=keys)
            self._patients.update(found.values_list("identity_key", "id"))
        for key, party in by_key.items():
            if key not in self._patients:
                self._patients[key] = self._add_patient(key, party)

    def patient_id(self, party: Party) -> int:
        """Return the id of a patient that was loaded with the chunk."""
        return self._patients[_key(party)]

    def _add_patient(self, key: str, party: Party) -> int:
        pk = self.new_id(Patient)
        row = PATIENT_ROW(
            id=pk,
            practice_id=self.practice_id,
            identity_key=key,
            last_name=party.last_name[:80],
            first_name=party.first_name[:40],
            middle_name=party.middle_name[:40],
            search_name=search_name(party.last_name, party.first_name),
            birth_on=party.birth_on,
            sex=party.sex[:1],
        )
        self.add(Patient, row)
        return pk


def _key(party: Party) -> str:
    return patient_key(party.last_name, party.first_name, party.birth_on, party.identifier)


CLAIM_ROW = row_type(Claim)
COVERAGE_ROW = row_type(Coverage)
PATIENT_ROW = row_type(Patient)
_CLAIM_CHANGES = tuple(
    name for name in columns_of(Claim) if name not in ("id", "practice_id", "patient_control_key")
)
