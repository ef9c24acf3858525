"""Write an invented practice's files, a day at a time, in the order in which they would come in."""

import csv
import gc
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from random import Random
from statistics import median_low
from typing import Any, NamedTuple, TextIO

import yaml

from dueline.core.calendars import add_business_days
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
_CLEARINGHOUSE = "CH001"


class Stream(NamedTuple):
    """How a kind of set is sent: its group, its version, when in the day, and whether it comes in."""

    functional_id: str
    version: str
    sent_at: time
    is_inbound: bool = True


# In the order in which a day's files are named, so that names sort by time.
STREAMS = {
    SetKind.CLAIM_PROFESSIONAL: Stream("HC", "005010X222A1", time(7, 10), is_inbound=False),
    SetKind.CLAIM_INSTITUTIONAL: Stream("HC", "005010X223A2", time(7, 10), is_inbound=False),
    SetKind.IMPLEMENTATION_ACKNOWLEDGMENT: Stream("FA", "005010X231A1", time(7, 40)),
    SetKind.CLAIM_ACKNOWLEDGMENT: Stream("HN", "005010X214", time(12, 15)),
    SetKind.STATUS_RESPONSE: Stream("HN", "005010X212", time(15, 5)),
    SetKind.REMITTANCE: Stream("HP", "005010X221A1", time(18, 30)),
}
_SYNTAX_ERROR_RATE = 0.01  # of 837 files
_TRUTH_COLUMNS = (
    "patient_control_number",
    "payer",
    "service_on",
    "submitted_on",
    "charge",
    "paid",
    "payer_balance",
    "patient_balance",
    "pattern",
)


@dataclass
class SampleResult:
    """What was written: the oracle that an intake can be held against. Amounts in cents."""

    claims: int = 0
    charge_cents: int = 0  # as first billed
    open_claims: int = 0  # with something left at the payer
    payer_balance_cents: int = 0
    patient_balance_cents: int = 0
    files: int = 0
    remittances: int = 0
    payment_cents: int = 0  # sum of BPR02
    claim_payment_cents: int = 0  # sum of CLP04
    claim_payments: int = 0
    patterns: dict[str, list[str]] = field(default_factory=dict)  # name to patient control numbers
    # payer: days from sending to its answer, also of answers that come after the last day
    answer_days: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def document(self) -> dict[str, object]:
        """Return what truth.json says."""
        return {
            "claims": self.claims,
            "charge": str(dollars(self.charge_cents)),
            "open_claims": self.open_claims,
            "payer_balance": str(dollars(self.payer_balance_cents)),
            "patient_balance": str(dollars(self.patient_balance_cents)),
            "files": self.files,
            "remittances": self.remittances,
            "payment": str(dollars(self.payment_cents)),
            "claim_payments": self.claim_payments,
            "claim_payment": str(dollars(self.claim_payment_cents)),
            "patterns": dict(sorted(self.patterns.items())),
            "time_to_pay": {
                payer: {"claims": days.total(), "median_days": median_low(days.elements())}
                for payer, days in sorted(self.answer_days.items())
            },
        }


def write_sample(
    plan: PracticePlan, folder: Path, progressed: Callable[[int], None] | None = None
) -> SampleResult:
    """Write practice.yaml, files/, truth.json and truth-claims.csv into an empty or new folder.

    `progressed` is told how far the work is, as a number of claims: half of it is making them, half is
    writing the days. Raises FileExistsError where files are there.
    """
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=False)
    result = SampleResult()
    was_on = gc.isenabled()
    gc.disable()  # claims form no cycles; searching them for some takes a fifth of the time
    try:
        spill = DaySpill(folder / ".days")
        with (folder / "truth-claims.csv").open("w", encoding="utf-8", newline="") as truth:
            _make_claims(plan, spill, result, truth, progressed)
        _DayWriter(plan, files, result).write(spill.days(), progressed)
    finally:
        if was_on:
            gc.enable()
    (folder / "practice.yaml").write_text(
        yaml.safe_dump(plan.document, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    (folder / "truth.json").write_text(json.dumps(result.document(), indent=1) + "\n")
    return result


def _make_claims(
    plan: PracticePlan,
    spill: DaySpill,
    result: SampleResult,
    truth: TextIO,
    progressed: Callable[[int], None] | None,
) -> None:
    """Play every claim's life into the spill, and write what must come of it, a row each."""
    rows = csv.writer(truth, lineterminator="\n")
    rows.writerow(_TRUTH_COLUMNS)
    for number in range(plan.claim_count):
        life = Life(plan, number)
        for event in life.events():
            spill.add(event)
        billed, books = life.billed, life.books
        result.claims += 1
        result.answer_days[billed.payer.code].update(life.answer_days)
        result.charge_cents += billed.claim.charge_cents
        payer_cents, patient_cents = books.balances()
        result.open_claims += payer_cents > 0
        result.payer_balance_cents += payer_cents
        result.patient_balance_cents += patient_cents
        if life.pattern:
            result.patterns.setdefault(life.pattern, []).append(billed.control_number)
        amounts = (billed.claim.charge_cents, books.paid_cents, payer_cents, patient_cents)
        rows.writerow(
            (
                billed.control_number,
                billed.payer.code,
                billed.service_on,
                billed.submitted_on,
                *map(dollars, amounts),
                life.pattern,
            )
        )
        if progressed and number % 500 == 0:
            progressed(number // 2)


class _DayWriter:
    """Turns days of events into files; numbers interchanges and keeps what goes over to the next day."""

    def __init__(self, plan: PracticePlan, folder: Path, result: SampleResult) -> None:
        self.plan = plan
        self.folder = folder
        self.result = result
        self.control_number = 0
        self.desk = RemittanceDesk(plan)
        self._part = 1  # of the day, where a busy one comes in portions
        self._resend: dict[str, list[SubmittedClaim]] = {}  # refused on an earlier day
        self._refused: dict[str, list[SubmittedClaim]] = {}  # on this day

    def write(
        self,
        days: Iterator[tuple[date, int, list[Event]]],
        progressed: Callable[[int], None] | None,
    ) -> None:
        first: date | None = None
        for day, part, events in days:
            self._part = part
            if part == 1:
                self._take_over()
            for stream in ("837P", "837I"):
                items = [e.item for e in events if e.stream == stream]
                self._write_claims(day, stream, [*self._resend.pop(stream, []), *items])
            self._write_statuses(day, "277CA", [e for e in events if e.stream == "277CA"])
            self._write_statuses(day, "277", [e for e in events if e.stream == "277"])
            self._write_remittances(day, [e for e in events if e.stream == "835"])
            first = first or day
            if progressed:
                progressed(self._done(first, day))

    def _take_over(self) -> None:
        """Begin a day: what was refused on the last one is sent again."""
        for stream, items in self._refused.items():
            self._resend.setdefault(stream, []).extend(items)
        self._refused = {}

    def _done(self, first: date, day: date) -> int:
        """Return how far the work is after a day, in claims: the second half is writing."""
        span = max(1, (self.plan.as_of - first).days)
        count = self.plan.claim_count
        return count // 2 + (count - count // 2) * (day - first).days // span

    def _write_claims(self, day: date, stream: str, items: Sequence[Any]) -> None:
        if not items:
            return
        kind = SetKind(stream)
        chance = Random(f"{self.plan.seed} syntax {day} {stream}")
        is_refused = (
            chance.random() < _SYNTAX_ERROR_RATE and add_business_days(day, 1) <= self.plan.as_of
        )
        number = self._interchange_number()
        documents = [
            Document(
                kind,
                self._batch(day, stream, place + 1000 * (self._part - 1)),
                tuple(items[start : start + CLAIMS_A_SET]),
                STREAMS[kind].version,
                f"{place:04d}",
            )
            for place, start in enumerate(range(0, len(items), CLAIMS_A_SET), 1)
        ]
        self._write(day, f"10_{stream}", number, kind, documents)
        self._acknowledge(day, stream, number, documents, is_refused)
        if is_refused:
            self._refused.setdefault(stream, []).extend(items)

    def _batch(self, day: date, stream: str, place: int) -> ClaimBatch:
        practice = Party(
            entity="41", last_name=self.plan.name, id_qualifier="46", identifier=self.plan.prefix
        )
        clearinghouse = Party(
            entity="40",
            last_name="INVENTED CLEARINGHOUSE",
            id_qualifier="46",
            identifier=_CLEARINGHOUSE,
        )
        return ClaimBatch(
            batch_reference=f"{self.plan.prefix}{day:%y%m%d}{stream[-1]}{place}",
            created_on=day,
            created_at=STREAMS[SetKind(stream)].sent_at,
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
        answer = Document(kind, header, items, STREAMS[kind].version)
        self._write(day, f"20_999_{stream}", self._interchange_number(), kind, [answer])

    def _write_statuses(self, day: date, stream: str, events: Sequence[Event]) -> None:
        if not events:
            return
        kind = SetKind(stream)
        how = STREAMS[kind]
        documents = status_documents(self.plan, kind, day, how.sent_at, events, how.version)
        place = "30" if stream == "277CA" else "40"
        self._write(day, f"{place}_{stream}", self._interchange_number(), kind, documents)

    def _write_remittances(self, day: date, events: Sequence[Event]) -> None:
        kind = SetKind.REMITTANCE
        for code in BY_CODE:
            own = [e for e in events if e.payer == code]
            items = [e.item for e in own if isinstance(e.item, ClaimPayment)]
            if not items:
                continue
            taken = [e.item for e in own if e.is_recovery and isinstance(e.item, ClaimPayment)]
            header, items = self.desk.remit(day, BY_CODE[code], items, taken)
            self.result.remittances += 1
            self.result.payment_cents += header.payment_cents
            self.result.claim_payments += len(items)
            self.result.claim_payment_cents += sum(item.paid_cents for item in items)
            document = Document(kind, header, tuple(items), STREAMS[kind].version)
            number = self._interchange_number()
            sender = BY_CODE[code].identifier
            self._write(day, f"50_835_{code}", number, kind, [document], sender)

    def _interchange_number(self) -> int:
        self.control_number += 1
        return self.control_number

    def _write(
        self,
        day: date,
        name: str,
        number: int,
        kind: SetKind,
        documents: Sequence[Document],
        sender: str = _CLEARINGHOUSE,
    ) -> None:
        how, own = STREAMS[kind], self.plan.prefix
        one, other = (sender, own) if how.is_inbound else (own, _CLEARINGHOUSE)
        group = Group(how.functional_id, one, other, day, how.sent_at, str(number), how.version)
        interchange = Interchange(
            sender_id=one,
            receiver_id=other,
            sent_on=day,
            sent_at=how.sent_at,
            control_number=f"{number:09d}",
        )
        more = f"_{self._part:02d}" if self._part > 1 else ""
        path = self.folder / f"{day}_{name}{more}.x12"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(write_interchange([(group, documents)], interchange))
        self.result.files += 1
