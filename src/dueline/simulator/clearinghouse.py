"""The clearinghouse at work: it takes in what practices send, and sends what it and the payers answer, in time.

Nothing is decided by the hour at which it looks: an answer has its moment, and its name by it. Begun anew, it
reads what it received in the old order, and sends what it has not sent.
"""

import heapq
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from dueline.core.calendars import add_business_days
from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader
from dueline.core.x12.model import (
    ClaimBatch,
    ClaimPayment,
    ClaimStatus,
    Document,
    InterchangeAcknowledgment,
    Party,
    StatusCode,
    SubmittedClaim,
)
from dueline.core.x12.reader import SetReader
from dueline.core.x12.writers.parts import UnwritableValue
from dueline.sample.adjudication import NOTHING_DENIED, reversal
from dueline.sample.claims import payer_party
from dueline.sample.payers import SamplePayer
from dueline.simulator import answers, boxes
from dueline.simulator.payer import (
    Account,
    Version,
    answer_on,
    decide,
    payer_of,
    payment,
    refusal,
    wins_appeal,
)

ZONE = ZoneInfo("America/New_York")
_CLAIMS = frozenset({SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL, SetKind.CLAIM_DENTAL})
_ANSWERED = _CLAIMS | {SetKind.STATUS_REQUEST, SetKind.OTHER}
_SYNTAX_AFTER = timedelta(minutes=10)
_EDITS_AFTER = timedelta(hours=2)  # the clearinghouse's own, before a payer sees the claim
_STATUS_AFTER = timedelta(hours=3)
_TAKEN_AT, _PAID_AT = time(12, 15), time(18, 30)
_APPEAL_DAYS = 25  # business days that a payer takes over an appeal


_UNNAMED = re.compile(r"[^A-Za-z0-9.-]")  # in the name of a file
_NOBODY = answers.Sender("ZZ", "", "")


@dataclass(order=True)
class _Due:
    """Something to be answered at a moment. `key` says with what it stands in one file."""

    at: datetime
    place: int
    box: str = field(compare=False)
    key: tuple[str, ...] = field(compare=False)
    do: Callable[[datetime], object] = field(compare=False)  # returns what it adds to the file


@dataclass
class _Mail:
    """What is known of a practice's mailbox."""

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)  # by payer and claim
    carried: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    sender: answers.Sender = _NOBODY


class Clearinghouse:
    """A clearinghouse over a folder. `speed`: how many times faster its and its payers' days pass."""

    def __init__(self, folder: Path, *, speed: float = 1.0, seed: int = 1) -> None:
        self.folder = folder
        self.speed = speed
        self.seed = seed
        self._agenda: list[_Due] = []
        self._places = count()
        self._mail: dict[str, _Mail] = {}
        self._sent: list[str] = []
        for one in boxes.received(folder):
            self._answer(one.at)
            self._take(one)

    def work(self, now: datetime) -> list[str]:
        """Take in what is there, answer what is due; return the names of the files sent, with their box."""
        self._sent = []
        self._answer(now)
        for box in boxes.box_names(self.folder):
            for one in boxes.receive(self.folder, box, at=now):
                self._take(one)
        self._answer(now)
        return self._sent

    def next_at(self) -> datetime | None:
        """Return when the next answer is due; None while nothing waits."""
        return self._agenda[0].at if self._agenda else None

    # ------------------------------------------------------------ what comes in

    def _plan(
        self,
        received: boxes.Received,
        target: datetime,
        key: tuple[str, ...],
        do: Callable[[datetime], object],
    ) -> None:
        at = received.at + (target - received.at) / self.speed
        heapq.heappush(self._agenda, _Due(at, next(self._places), received.box, key, do))

    def _take(self, one: boxes.Received) -> None:
        self._mail.setdefault(one.box, _Mail())
        if one.path.suffix.lower() == ".pdf":
            self._appeal(one)
            return
        reader = FileReader(one.path.read_bytes(), one.name)
        sets, batches = [], []
        for found in reader.sets():
            batches.append((found, list(found.items())))
            sets.append(found)
        if not sets or sets[0].kind not in _ANSWERED:
            return  # not X12, or nothing that is answered
        outer, group = sets[0].interchange, sets[0].group
        code = group.sender_code if group else outer.sender_id
        self._mail[one.box].sender = answers.Sender(outer.sender_qualifier, outer.sender_id, code)
        number = f"{one.number:06d}"
        if any(problem.is_fatal for problem in reader.problems):
            refused = answers.refused_interchange(outer)
            self._plan(one, one.at + _SYNTAX_AFTER, ("ta1", number), lambda _: refused)
            return
        syntax = answers.acknowledged_sets(sets)
        self._plan(one, one.at + _SYNTAX_AFTER, ("999", number), lambda _: syntax)
        for found, items in batches:
            if not found.is_fatal:
                self._take_set(one, found, items)

    def _take_set(self, one: boxes.Received, found: SetReader, items: Sequence[object]) -> None:
        group = found.group.control_number if found.group else ""
        key = (f"{one.number:06d}", group, found.control_number)
        if found.kind in _CLAIMS and isinstance(found.header, ClaimBatch):
            claims = [item for item in items if isinstance(item, SubmittedClaim)]
            for claim in claims:
                self._take_claim(one, claim, found.header, key)
        elif found.kind is SetKind.STATUS_REQUEST:
            for item in items:
                if isinstance(item, ClaimStatus) and item.source is not None:
                    self._take_question(one, item, key)

    def _take_claim(
        self, one: boxes.Received, claim: SubmittedClaim, header: ClaimBatch, key: tuple[str, ...]
    ) -> None:
        payer = payer_of(claim)
        reference = header.batch_reference
        if payer is None:
            code = StatusCode("A3", "116", "PR")
            self._acknowledge(one, claim, code, "", answers.CLEARINGHOUSE, reference, key)
            return
        accounts = self._mail[one.box].accounts
        where = (payer.identifier, claim.patient_control_number.strip().upper())
        account = accounts.get(where) or Account(payer)
        source = payer_party(payer)
        refused = refusal(claim, account)
        if refused is not None:
            self._acknowledge(one, claim, refused, "", source, reference, key)
            return
        accounts[where] = account
        chance = Random(f"{self.seed} {where} {len(account.versions)}")
        number = f"{payer.code}{one.number:06d}{chance.randrange(10**5):05d}"
        version = Version(claim, number, self._day(one.at))
        account.versions.append(version)
        taken = StatusCode("A2", "20", "PR")
        self._acknowledge(one, claim, taken, number, source, reference, key)
        day = answer_on(payer, version.received_on, chance)
        self._remit(one, account, version, day, chance)

    def _acknowledge(
        self,
        one: boxes.Received,
        claim: SubmittedClaim,
        code: StatusCode,
        number: str,
        source: Party,
        reference: str,
        key: tuple[str, ...],
    ) -> None:
        """Plan a claim's part of a 277CA: a payer's comes on the next business day."""
        target = one.at + _EDITS_AFTER
        if source is not answers.CLEARINGHOUSE:
            target = _at(add_business_days(self._day(one.at), 1), _TAKEN_AT)

        def do(at: datetime) -> ClaimStatus:
            return answers.claim_acknowledgment(claim, code, number=number, on=self._day(at))

        where = (*key, source.identifier, source.last_name, source.entity, reference)
        self._plan(one, target, ("277CA", *where), do)

    def _take_question(
        self, one: boxes.Received, question: ClaimStatus, key: tuple[str, ...]
    ) -> None:
        assert question.source is not None
        source = question.source.identifier
        account = self._account(one.box, source, question)

        def do(at: datetime) -> ClaimStatus:
            return answers.status_answer(question, account, on=self._day(at))

        self._plan(one, one.at + _STATUS_AFTER, ("277", *key, source), do)

    def _account(self, box: str, payer: str, question: ClaimStatus) -> Account | None:
        accounts = self._mail[box].accounts
        found = accounts.get((payer, question.patient_account.strip().upper()))
        if found is not None or not question.payer_claim_control_number:
            return found
        number = question.payer_claim_control_number
        return next(
            (
                account
                for (identifier, _), account in accounts.items()
                if identifier == payer and any(v.number == number for v in account.versions)
            ),
            None,
        )

    def _appeal(self, one: boxes.Received) -> None:
        """A letter about a denied claim: where it wins, the denial is taken back and the claim paid."""
        name = Path(one.name).stem.upper()
        for account in self._mail[one.box].accounts.values():
            for version in account.versions:
                names = (version.number.upper(), version.claim.patient_control_number.upper())
                paid = version.payment
                if name in names and paid is not None and paid.paid_cents < paid.charge_cents:
                    chance = Random(f"{self.seed} appeal {version.number}")
                    if wins_appeal(chance):
                        due = add_business_days(self._day(one.at), _APPEAL_DAYS)
                        day = answer_on(account.payer, due, chance)
                        self._remit(one, account, version, day, chance, is_won=True)
                    return

    # ------------------------------------------------------------ what payers pay

    def _remit(
        self,
        one: boxes.Received,
        account: Account,
        version: Version,
        day: date,
        chance: Random,
        *,
        is_won: bool = False,
    ) -> None:
        npi = version.claim.billing_provider.identifier

        def do(at: datetime) -> list[ClaimPayment]:
            return self._paid(account, version, at, chance, is_won)

        key = ("835", account.payer.identifier, npi)
        self._plan(one, _at(day, _PAID_AT), key, do)

    def _paid(
        self, account: Account, version: Version, at: datetime, chance: Random, is_won: bool
    ) -> list[ClaimPayment]:
        """Return what an 835 says of a version: the payment that stands taken back, and the new one."""
        claim, made = version.claim, []
        answer = NOTHING_DENIED if is_won else decide(account, version, chance)
        standing = account.standing
        is_instead = is_won or claim.frequency_code in ("7", "8")
        if standing is not None and is_instead and standing.payment is not None:
            made.append(reversal(standing.payment))
            standing.payment = None
        if claim.frequency_code == "8":
            return made
        paid = payment(account, version, answer, chance)
        version.payment, version.paid_on = paid, self._day(at)
        version.trace_number = _trace(account.payer, at)
        return [*made, paid]

    # ------------------------------------------------------------ what goes out

    def _day(self, at: datetime) -> date:
        return at.astimezone(ZONE).date()

    def _answer(self, now: datetime) -> None:
        """Send what is due until now. What has the same moment and key stands in one file."""
        while self._agenda and self._agenda[0].at <= now:
            at = self._agenda[0].at
            files: dict[tuple[str, tuple[str, ...]], list[object]] = {}
            while self._agenda and self._agenda[0].at == at:
                due = heapq.heappop(self._agenda)
                files.setdefault((due.box, due.key), []).append(due.do(at))
            for (box, key), made in files.items():
                self._send(box, key, made, at.astimezone(ZONE))

    def _send(self, box: str, key: tuple[str, ...], made: list[object], at: datetime) -> None:
        mail, kind = self._mail[box], key[0]
        moment = f"{at:%Y%m%d-%H%M%S}" + (f"{at:%f}" if at.microsecond else "")
        name = f"{moment}_{kind}_{_UNNAMED.sub('_', '-'.join(key[1:5]))[:80]}.x12"
        acknowledgments: list[InterchangeAcknowledgment] = []
        documents: list[Document] = []
        if kind == "ta1":
            acknowledgments = [m for m in made if isinstance(m, InterchangeAcknowledgment)]
        elif kind == "999":
            documents = [d for m in made if isinstance(m, list) for d in m]
        elif kind in ("277CA", "277"):
            items = [m for m in made if isinstance(m, ClaimStatus)]
            documents = [self._statuses(mail, key, items, at)]
        else:
            documents = self._remittance(mail, key, made, at)
            if not documents:
                return
        number = boxes.sent_count(self.folder, box) + 1
        text = answers.interchange(documents, acknowledgments, to=mail.sender, at=at, number=number)
        try:
            if boxes.send(self.folder, box, name, text):
                self._sent.append(f"{box}/{name}")
        except (
            UnwritableValue
        ) as error:  # a sign that is plain text in their file, a separator in ours
            self._sent.append(f"nothing to {box}: {kind} cannot be written: {error}")

    def _statuses(
        self, mail: _Mail, key: tuple[str, ...], items: list[ClaimStatus], at: datetime
    ) -> Document:
        if key[0] == "277":
            assert items[0].source is not None
            return answers.told(items[0].source, items, at=at)
        *_, identifier, name, entity, reference = key
        qualifier = answers.CLEARINGHOUSE.id_qualifier if entity == "AY" else "PI"
        source = Party(entity=entity, last_name=name, id_qualifier=qualifier, identifier=identifier)
        receiver = Party(
            entity="41", last_name="PRACTICE", id_qualifier="46", identifier=mail.sender.identifier
        )
        return answers.taken_claims(source, receiver, reference, items, at=at)

    def _remittance(
        self, mail: _Mail, key: tuple[str, ...], made: Iterable[object], at: datetime
    ) -> list[Document]:
        items = [p for m in made if isinstance(m, list) for p in m if isinstance(p, ClaimPayment)]
        if not items:
            return []
        _, identifier, npi = key
        account = next(a for (i, _), a in mail.accounts.items() if i == identifier)
        trace = _trace(account.payer, at)
        payee = self._payee(mail, identifier, npi)
        carried, carried_trace = mail.carried.pop((identifier, npi), (0, ""))
        document, left = answers.remittance(
            account.payer,
            payee,
            items,
            carried=carried,
            carried_trace=carried_trace,
            trace=trace,
            on=at.date(),
        )
        if left:
            mail.carried[identifier, npi] = (left, trace)
        return [document]

    def _payee(self, mail: _Mail, identifier: str, npi: str) -> Party:
        """Return the billing provider of the payer's claims with this NPI."""
        billing = next(
            version.claim.billing_provider
            for (payer, _), account in mail.accounts.items()
            if payer == identifier
            for version in account.versions
            if version.claim.billing_provider.identifier == npi
        )
        return Party(entity="PE", last_name=billing.last_name, id_qualifier="XX", identifier=npi)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZONE)


def _trace(payer: SamplePayer, at: datetime) -> str:
    """Return TRN02: one a day, but where time is sped up."""
    local = at.astimezone(ZONE)
    return f"{payer.code}{local:%y%m%d}" + ("" if local.time() == _PAID_AT else f"{local:%H%M%S%f}")
