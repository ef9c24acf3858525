"""Hearing what a 999, TA1, 277CA or 277 says of our files, while the ledger posts what it says of claims."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dueline.accounts.models import Practice
from dueline.bulk import rows_in, set_flag
from dueline.core.enums import SetKind
from dueline.core.outgoing import (
    OutgoingEvent,
    OutgoingState,
    batch_of,
    event_of_counts,
    next_state,
    number_of,
    number_of_identifier,
)
from dueline.core.status import Event, event_of_status_answer
from dueline.core.x12.model import (
    ClaimStatus,
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    SetAcknowledgment,
)
from dueline.sending.models import OutgoingAnswer, OutgoingClaim, OutgoingFile

_ACCEPTED = frozenset({"A", "E"})
_ALL_REFUSED = "R"  # AK901, TA104


@dataclass
class _Said:
    """What one set said of one file."""

    is_of_content: bool = False  # else only that it has arrived
    is_all_refused: bool = False
    refused_sets: set[str] = field(default_factory=set)  # ST02
    refused_claims: set[str] = field(default_factory=set)  # identifiers

    @property
    def has_refusal(self) -> bool:
        return self.is_all_refused or bool(self.refused_sets or self.refused_claims)


class Hearing:
    """Listens to sets as they are posted; `settle` then writes what they said of our files, together.

    One serves one transaction. What names no file of the practice is not ours, and left to the ledger.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._said: dict[tuple[int, int], _Said] = {}  # by file number and transaction set
        self._known: dict[int, bool] = {}

    def is_ours(self, control_number: str) -> bool:
        """Whether an interchange's or group's control number is that of a file of the practice."""
        number = number_of(control_number)
        if number is None:
            return False
        if number not in self._known:
            found = OutgoingFile.objects.filter(practice=self.practice, number=number)
            self._known[number] = found.exists()
        return self._known[number]

    def _of(self, number: int, set_id: int) -> _Said:
        return self._said.setdefault((number, set_id), _Said())

    # ------------------------------------------------------------ listening

    def acknowledgments(
        self,
        set_id: int,
        header: GroupAcknowledgment | None,
        items: Iterable[SetAcknowledgment | InterchangeAcknowledgment],
    ) -> Iterator[SetAcknowledgment | InterchangeAcknowledgment]:
        """Pass on the items of a 999 or TA1, hearing those that name a file of ours."""
        group = number_of(header.group_control_number) if header else None
        for item in items:
            if isinstance(item, InterchangeAcknowledgment):
                number = number_of(item.control_number)
                if number is not None:
                    self._of(number, set_id).is_all_refused |= item.result == _ALL_REFUSED
            elif group is not None:
                said = self._of(group, set_id)
                said.is_of_content = True
                if item.result not in _ACCEPTED:
                    said.refused_sets.add(item.set_control_number)
            yield item
        if header is not None and group is not None:  # AK9 comes last, and may stand alone
            said = self._of(group, set_id)
            said.is_of_content = True
            said.is_all_refused |= header.result == _ALL_REFUSED

    def statuses(
        self, set_id: int, kind: SetKind, items: Iterable[ClaimStatus]
    ) -> Iterator[ClaimStatus]:
        """Pass on the items of a 277CA or 277, hearing those that name a file of ours."""
        is_acknowledgment = kind is SetKind.CLAIM_ACKNOWLEDGMENT
        batch: tuple[int, str] | None = None
        for item in items:
            if not is_acknowledgment:
                number = number_of_identifier(item.trace_number)
                if number is not None:
                    self._of(number, set_id).is_of_content = True
            else:
                if item.level == "receiver":
                    batch = batch_of(item.trace_number)
                if batch is not None:
                    self._hear_claims(set_id, batch, item)
            yield item

    def _hear_claims(self, set_id: int, batch: tuple[int, str], item: ClaimStatus) -> None:
        number, set_control_number = batch
        said = self._of(number, set_id)
        said.is_of_content = True
        if not _is_refused(item):
            return
        if item.level == "claim":
            said.refused_claims.add(item.trace_number.strip())
        elif item.level == "receiver":
            said.refused_sets.add(set_control_number)

    # ------------------------------------------------------------ writing

    def settle(self, *, now: datetime) -> None:
        """Write what was heard, within the surrounding transaction; nothing where no file of ours was named."""
        numbers = {number for number, _ in self._said}
        files = {
            row.number: row
            for row in OutgoingFile.objects.select_for_update().filter(
                practice=self.practice, number__in=numbers
            )
        }
        if not files:
            return
        answers = []
        for (number, set_id), said in self._said.items():
            row = files.get(number)
            if row is not None:
                answers.append(self._hear(row, set_id, said, now))
        OutgoingAnswer.objects.bulk_create(answers)
        OutgoingFile.objects.bulk_update(
            files.values(), ["state", "state_at", "rejected_count"], batch_size=500
        )

    def _hear(self, row: OutgoingFile, set_id: int, said: _Said, now: datetime) -> OutgoingAnswer:
        refused = self._refuse(row, said) if said.has_refusal else 0
        row.rejected_count += refused
        if said.has_refusal or said.is_of_content:
            event = event_of_counts(row.rejected_count, row.claim_count)
        else:
            event = OutgoingEvent.SENT
        after = next_state(OutgoingState(row.state), event)
        if after.value != row.state:
            row.state, row.state_at = after.value, now
        return OutgoingAnswer(
            practice=self.practice,
            file=row,
            transaction_set_id=set_id,
            event=event.value,
            rejected_count=refused,
            heard_at=now,
        )

    def _refuse(self, row: OutgoingFile, said: _Said) -> int:
        """Mark the claims refused; return how many were not before."""
        rows = OutgoingClaim.objects.filter(file=row, is_rejected=False)
        if said.is_all_refused:
            return rows.update(is_rejected=True)
        count = 0
        if said.refused_sets:
            count += rows.filter(set_control_number__in=said.refused_sets).update(is_rejected=True)
        found = rows_in(
            OutgoingClaim,
            ("id", "is_rejected"),
            "identifier",
            said.refused_claims,
            practice_id=self.practice.pk,
            also=f"file_id = {row.pk:d}",
        )
        ids = [pk for pk, is_rejected in found if not is_rejected]
        set_flag(OutgoingClaim, "is_rejected", True, column="id", values=ids)
        return count + len(ids)


def _is_refused(item: ClaimStatus) -> bool:
    return any(
        status.action == "U"
        or any(event_of_status_answer(c.category, c.status) is Event.REJECTED for c in status.codes)
        for status in item.statuses
    )
