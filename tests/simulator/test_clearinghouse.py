"""The simulated clearinghouse: what practices send is answered as the guides say, once, whatever happens to it."""

from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest

from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader, read_documents, write_interchange
from dueline.core.x12.model import (
    ClaimBatch,
    ClaimPayment,
    ClaimStatus,
    Document,
    Group,
    Interchange,
    Procedure,
    SubmittedClaim,
)
from dueline.loop import Loop
from dueline.sample import practice_plan
from dueline.sample.catalog import KNEE_IMAGE
from dueline.sample.claims import payer_party
from dueline.sample.life import Life
from dueline.sample.payers import BY_CODE
from dueline.simulator import Clearinghouse, boxes
from dueline.simulator.server import listen, user_key

T = TypeVar("T")
START = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
PLAN = practice_plan(code="lakeside", claim_count=40, seed=1, as_of=date(2026, 12, 1))
VERSIONS = {SetKind.CLAIM_PROFESSIONAL: "005010X222A1", SetKind.CLAIM_INSTITUTIONAL: "005010X223A2"}


def claim_of(number: int, **changes: object) -> SubmittedClaim:
    """Return an invented claim that no payer asks an authorization for, served in August 2026."""
    claim = Life(PLAN, number).billed.claim
    days = {"service_from_on": date(2026, 8, 20), "service_through_on": date(2026, 8, 20)}
    return replace(claim, **{"prior_authorization": "PA1", **days, **changes})  # type: ignore[arg-type]


def text_of(claims: Iterable[SubmittedClaim], number: int) -> str:
    """Return an 837 of claims, a set for each kind."""
    groups = []
    for place, (kind, version) in enumerate(VERSIONS.items(), 1):
        items = tuple(c for c in claims if c.kind is kind)
        if items:
            header = ClaimBatch(batch_reference=f"B{number}-{place}", created_on=START.date())
            document = Document(kind, header, items, version)
            group = Group("HC", "LKS", "CH001", START.date(), None, f"{number}{place}", version)
            groups.append((group, [document]))
    outer = Interchange(sender_id="LKS", receiver_id="CH001", control_number=f"{number}")
    return "".join(write_interchange(groups, outer))


class Practice:
    """A practice with a mailbox at a clearinghouse that may be begun anew before each look."""

    def __init__(self, folder: Path, *, is_restarted: bool = False) -> None:
        self.folder, self.is_restarted = folder, is_restarted
        self.box = boxes.make_box(folder, "lakeside")
        self.house = Clearinghouse(folder)
        self.now = START
        self.files = 0

    def send(self, *claims: SubmittedClaim) -> None:
        self.files += 1
        name = f"{self.files}.x12"
        (self.box / boxes.IN / name).write_text(text_of(claims, self.files))
        self.pass_days(0)

    def pass_days(self, days: int) -> None:
        for day in range(days + 1):
            if self.is_restarted:
                self.house = Clearinghouse(self.folder)
            self.house.work(self.now + timedelta(days=day))
        self.now += timedelta(days=days, minutes=1)

    def answers(self, kind: SetKind) -> list[Document]:
        paths = sorted((self.box / boxes.OUT).iterdir())
        return [d for path in paths for d in read_documents(path.read_bytes()) if d.kind is kind]

    def payments(self, claim: SubmittedClaim) -> list[ClaimPayment]:
        own = claim.patient_control_number
        items = [item for d in self.answers(SetKind.REMITTANCE) for item in d.items]
        paid = [item for item in items if isinstance(item, ClaimPayment)]
        return [item for item in paid if item.patient_control_number == own]

    def said(self, claim: SubmittedClaim) -> list[ClaimStatus]:
        own = claim.patient_control_number
        items = [item for d in self.answers(SetKind.CLAIM_ACKNOWLEDGMENT) for item in d.items]
        found = [item for item in items if isinstance(item, ClaimStatus)]
        return [item for item in found if item.trace_number == own]


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


def test_every_claim_is_acknowledged_and_answered_once(practice: Practice) -> None:
    claims = [claim_of(number) for number in range(40)]
    practice.send(*claims)
    practice.pass_days(90)
    for path in (practice.box / boxes.OUT).iterdir():
        reader = FileReader(path.read_bytes(), path.name)
        for found in reader.sets():
            assert list(found.items())
            assert not found.problems
            assert found.is_balanced
        assert not reader.problems
    for claim in claims:
        assert [s.statuses[0].codes[0].category for s in practice.said(claim)] == ["A2"]
        (paid,) = practice.payments(claim)
        assert paid.difference_cents == 0
        assert paid.charge_cents == claim.charge_cents


def test_a_clearinghouse_begun_anew_sends_the_same_files(tmp_path: Path) -> None:
    """It is begun anew before each look; an eighth of the claims is replaced meanwhile."""
    found = []
    for is_restarted in (False, True):
        practice = Practice(tmp_path / str(is_restarted), is_restarted=is_restarted)
        claims = [claim_of(number) for number in range(16)]
        practice.send(*claims[:9])
        practice.pass_days(20)
        number = practice.said(claims[0])[0].payer_claim_control_number
        again = replace(claims[0], frequency_code="7", original_reference=number)
        practice.send(again, *claims[9:])
        practice.pass_days(70)
        out = practice.box / boxes.OUT
        found.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert found[0] == found[1]
    assert found[0]


def test_a_letter_o_in_a_member_number_is_refused_and_the_claim_sent_again_is_taken(
    practice: Practice,
) -> None:
    claim = claim_of(1)
    party = claim.subscriber.party
    wrong = replace(party, identifier=party.identifier.replace("0", "O"))
    practice.send(replace(claim, subscriber=replace(claim.subscriber, party=wrong)))
    practice.pass_days(7)
    practice.send(claim)
    practice.pass_days(7)
    codes = [s.statuses[0].codes[0] for s in practice.said(claim)]
    assert [(code.category, code.status) for code in codes] == [("A7", "164"), ("A2", "20")]


def test_a_replacement_needs_the_payers_number_and_takes_the_first_payment_back(
    practice: Practice,
) -> None:
    claim = claim_of(2)
    practice.send(claim)
    practice.pass_days(90)
    number = practice.said(claim)[0].payer_claim_control_number
    practice.send(replace(claim, frequency_code="7", original_reference="NOBODYS"))
    practice.send(replace(claim, frequency_code="7", original_reference=number))
    practice.pass_days(90)
    assert [s.statuses[0].codes[0].category for s in practice.said(claim)] == ["A2", "A7", "A2"]
    first, back, again = practice.payments(claim)
    assert (back.status_code, back.paid_cents) == ("22", -first.paid_cents)
    assert again.payer_claim_control_number != first.payer_claim_control_number
    assert again.paid_cents > 0


def test_a_void_takes_the_payment_back_and_the_payer_carries_what_it_is_owed(
    practice: Practice,
) -> None:
    claim = claim_of(2)
    practice.send(claim)
    practice.pass_days(90)
    number = practice.said(claim)[0].payer_claim_control_number
    practice.send(replace(claim, frequency_code="8", original_reference=number))
    practice.pass_days(90)
    first, back = practice.payments(claim)
    assert first.paid_cents + back.paid_cents == 0
    *_, last = practice.answers(SetKind.REMITTANCE)
    forwarded = [a.amount_cents for a in last.header.provider_adjustments]  # type: ignore[union-attr]
    assert forwarded == [-first.paid_cents]


def test_what_lacks_an_authorization_is_denied_and_an_appeal_overturns_it(
    practice: Practice,
) -> None:
    knee = Procedure("HC", KNEE_IMAGE.code, ("RT",))
    first = claim_of(0)
    lines = tuple(replace(line, procedure=knee) for line in first.lines)
    claim = replace(first, lines=lines, prior_authorization="", payer=payer_party(BY_CODE["HLHP"]))
    practice.send(claim)
    practice.pass_days(90)
    (denied,) = practice.payments(claim)
    assert {a.carc for line in denied.lines for a in line.adjustments} >= {"197"}
    number = denied.payer_claim_control_number
    (practice.box / boxes.LETTERS / f"{number}.pdf").write_bytes(b"%PDF-1.7")
    practice.pass_days(120)
    after = practice.payments(claim)
    assert [p.status_code for p in after] == ["1", "22", "1"]
    assert after[-1].paid_cents > denied.paid_cents


def test_a_broken_file_is_refused_and_a_half_one_left_alone(practice: Practice) -> None:
    good = text_of([claim_of(3)], 7)
    inbox = practice.box / boxes.IN
    (inbox / "cut.x12").write_text(good[: good.index("CLM*")])
    (inbox / "later.x12.part").write_text(good[:300])
    (inbox / "note.txt").write_text("hello")
    practice.pass_days(5)
    assert [path.name for path in inbox.iterdir()] == ["later.x12.part"]
    (answer,) = (practice.box / boxes.OUT).iterdir()
    assert "TA1*000000007*" in answer.read_text()


def test_a_box_has_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(boxes.NoSuchBox, match="small letters"):
        boxes.make_box(tmp_path, "../outside")


async def _names(folder: Path, user: str, key: Path) -> list[str]:
    server = await listen(folder, 0)
    try:
        host_key = asyncssh.read_public_key(str(folder / "host_key.pub"))
        async with (
            asyncssh.connect(
                "127.0.0.1",
                server.get_port(),
                username=user,
                client_keys=[str(key)],
                known_hosts=([host_key], [], []),
                config=None,
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            with pytest.raises(asyncssh.SFTPError):
                await sftp.put(str(key), "../../summit/to-clearinghouse/x")
            return sorted(str(name) for name in await sftp.listdir("."))
    finally:
        server.close()
        await server.wait_closed()


def test_a_practice_signs_in_with_its_own_key_and_sees_its_own_mailbox(tmp_path: Path) -> None:
    for name in ("lakeside", "summit"):
        boxes.make_box(tmp_path, name)
    run(_close(tmp_path))
    own = user_key(tmp_path, "lakeside")
    seen = run(_names(tmp_path, "lakeside", own))
    assert {*seen} - {".", ".."} == {boxes.IN, boxes.OUT, boxes.LETTERS}
    with pytest.raises(asyncssh.PermissionDenied):
        run(_names(tmp_path, "summit", own))


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    with Loop() as loop:
        return loop.run(coroutine, 20)


async def _close(folder: Path) -> None:
    """Make the keys."""
    (await listen(folder, 0)).close()
