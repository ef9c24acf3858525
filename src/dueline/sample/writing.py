"""Write an invented practice's files, a day at a time, in the order in which they would come in."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import yaml

from dueline.core.calendars import next_business_day
from dueline.core.enums import SetKind
from dueline.core.money import dollars
from dueline.core.x12.model import (
    ClaimBatch,
    ClaimPayment,
    Document,
    Group,
    GroupAcknowledgment,
    Interchange,
    Party,
    SegmentError,
    SetAcknowledgment,
    SubmittedClaim,
)
from dueline.core.x12.writer import write_interchange
from dueline.sample.life import Event, Life
from dueline.sample.payers import BY_CODE
from dueline.sample.practice import PracticePlan
from dueline.sample.remitting import RemittanceDesk
from dueline.sample.spill import DaySpill
from dueline.sample.statuses import status_documents

CLAIMS_A_SET = 2000
_VERSIONS = {
    SetKind.CLAIM_PROFESSIONAL: ("HC", "005010X222A1"),
    SetKind.CLAIM_INSTITUTIONAL: ("HC", "005010X223A2"),
    SetKind.REMITTANCE: ("HP", "005010X221A1"),
    SetKind.STATUS_RESPONSE: ("HN", "005010X212"),
    SetKind.CLAIM_ACKNOWLEDGMENT: ("HN", "005010X214"),
    SetKind.IMPLEMENTATION_ACKNOWLEDGMENT: ("FA", "005010X231A1"),
}
_SYNTAX_ERROR_RATE = 0.01  # of 837 files


@dataclass
class SampleResult:
    """What was written: the oracle that an intake can be held against. Amounts in cents."""

    claims: int = 0
    charge_cents: int = 0  # as first billed
    files: int = 0
    remittances: int = 0
    payment_cents: int = 0  # sum of BPR02
    claim_payment_cents: int = 0  # sum of CLP04
    claim_payments: int = 0
    patterns: dict[str, list[str]] = field(default_factory=dict)  # name to patient control numbers

    def document(self) -> dict[str, object]:
        """Return what truth.json says."""
        return {
            "claims": self.claims,
            "charge": str(dollars(self.charge_cents)),
            "files": self.files,
            "remittances": self.remittances,
            "payment": str(dollars(self.payment_cents)),
            "claim_payments": self.claim_payments,
            "claim_payment": str(dollars(self.claim_payment_cents)),
            "patterns": dict(sorted(self.patterns.items())),
        }


def write_sample(
    plan: PracticePlan, folder: Path, progressed: Callable[[int], None] | None = None
) -> SampleResult:
    """Write practice.yaml, files/ and truth.json into an empty or new folder.

    `progressed` is told how many claims have been made. Raises FileExistsError where files are there.
    """
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=False)
    result = SampleResult()
    spill = DaySpill(folder / ".days")
    for number in range(plan.claim_count):
        life = Life(plan, number)
        result.claims += 1
        result.charge_cents += life.billed.claim.charge_cents
        for event in life.events():
            spill.add(event)
        if life.pattern:
            result.patterns.setdefault(life.pattern, []).append(life.billed.control_number)
        if progressed and number % 500 == 0:
            progressed(number)
    _DayWriter(plan, files, result).write(spill.days())
    (folder / "practice.yaml").write_text(
        yaml.safe_dump(plan.document, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    (folder / "truth.json").write_text(json.dumps(result.document(), indent=1) + "\n")
    return result


class _DayWriter:
    """Turns days of events into files; numbers interchanges and keeps what goes over to the next day."""

    def __init__(self, plan: PracticePlan, folder: Path, result: SampleResult) -> None:
        self.plan = plan
        self.folder = folder
        self.result = result
        self.control_number = 0
        self.desk = RemittanceDesk(plan)
        self._resend: dict[str, list[SubmittedClaim]] = {}
        self._asked: list[Event] = []

    def write(self, days: Iterator[tuple[date, list[Event]]]) -> None:
        for day, events in days:
            for stream in ("837P", "837I"):
                items = [e.item for e in events if e.stream == stream]
                self._write_claims(day, stream, [*self._resend.pop(stream, []), *items])
            self._write_statuses(day, "277CA", [e for e in events if e.stream == "277CA"])
            self._asked += [e for e in events if e.stream == "277"]
            if day.weekday() == 4:
                self._write_statuses(day, "277", self._asked)
                self._asked = []
            self._write_remittances(day, [e for e in events if e.stream == "835"])
        if self._asked:
            self._write_statuses(self.plan.as_of, "277", self._asked)

    def _write_claims(self, day: date, stream: str, items: Sequence[Any]) -> None:
        if not items:
            return
        kind = SetKind(stream)
        chance = Random(f"{self.plan.seed} syntax {day} {stream}")
        is_refused = (
            chance.random() < _SYNTAX_ERROR_RATE and next_business_day(day) <= self.plan.as_of
        )
        number = self._interchange_number()
        documents = [
            Document(
                kind,
                self._batch(day, stream, place),
                tuple(items[start : start + CLAIMS_A_SET]),
                _VERSIONS[kind][1],
                f"{place:04d}",
            )
            for place, start in enumerate(range(0, len(items), CLAIMS_A_SET), 1)
        ]
        self._write(day, f"10_{stream}", number, kind, documents)
        self._acknowledge(day, stream, number, documents, is_refused)
        if is_refused:
            self._resend[stream] = list(items)

    def _batch(self, day: date, stream: str, place: int) -> ClaimBatch:
        practice = Party(
            entity="41", last_name=self.plan.name, id_qualifier="46", identifier=self.plan.prefix
        )
        clearinghouse = Party(
            entity="40", last_name="INVENTED CLEARINGHOUSE", id_qualifier="46", identifier="CH001"
        )
        return ClaimBatch(
            batch_reference=f"{self.plan.prefix}{day:%y%m%d}{stream[-1]}{place}",
            created_on=day,
            submitter=practice,
            receiver=clearinghouse,
        )

    def _acknowledge(
        self, day: date, stream: str, number: int, documents: Sequence[Document], is_refused: bool
    ) -> None:
        error = SegmentError("NM1", 18, "2010BB", "8")
        items = tuple(
            SetAcknowledgment(
                "837",
                document.control_number,
                document.version,
                errors=(error,) if is_refused else (),
                result="R" if is_refused else "A",
                error_codes=("5",) if is_refused else (),
            )
            for document in documents
        )
        count = len(documents)
        header = GroupAcknowledgment(
            "HC",
            str(number),
            documents[0].version,
            "R" if is_refused else "A",
            count,
            count,
            0 if is_refused else count,
        )
        kind = SetKind.IMPLEMENTATION_ACKNOWLEDGMENT
        answer = Document(kind, header, items, _VERSIONS[kind][1])
        self._write(day, f"20_999_{stream}", self._interchange_number(), kind, [answer])

    def _write_statuses(self, day: date, stream: str, events: Sequence[Event]) -> None:
        if not events:
            return
        kind = SetKind(stream)
        documents = status_documents(self.plan, kind, day, events, _VERSIONS[kind][1])
        place = "30" if stream == "277CA" else "40"
        self._write(day, f"{place}_{stream}", self._interchange_number(), kind, documents)

    def _write_remittances(self, day: date, events: Sequence[Event]) -> None:
        kind = SetKind.REMITTANCE
        for code in BY_CODE:
            items = [e.item for e in events if e.payer == code and isinstance(e.item, ClaimPayment)]
            if not items:
                continue
            header = self.desk.remit(day, BY_CODE[code], items)
            self.result.remittances += 1
            self.result.payment_cents += header.payment_cents
            self.result.claim_payments += len(items)
            self.result.claim_payment_cents += sum(item.paid_cents for item in items)
            document = Document(kind, header, tuple(items), _VERSIONS[kind][1])
            self._write(day, f"50_835_{code}", self._interchange_number(), kind, [document])

    def _interchange_number(self) -> int:
        self.control_number += 1
        return self.control_number

    def _write(
        self, day: date, name: str, number: int, kind: SetKind, documents: Sequence[Document]
    ) -> None:
        functional_id, version = _VERSIONS[kind]
        group = Group(functional_id, self.plan.prefix, "CH001", day, None, str(number), version)
        interchange = Interchange(
            sender_id=self.plan.prefix,
            receiver_id="CH001",
            sent_on=day,
            control_number=f"{number:09d}",
        )
        path = self.folder / f"{day}_{name}.x12"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(write_interchange([(group, documents)], interchange))
        self.result.files += 1
