"""`dueline demo-life`: one claim's whole life between a practice, its clearinghouse and a payer, in a minute.

The clearinghouse is the simulated one, by SFTP on 127.0.0.1; days pass as fast as they are worked. What Dueline does
is what its users would do, by the same actions, and `verify` is asked after every step.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from dueline.cli.startup import fail, operator, ready

app = typer.Typer(add_completion=False)

BOX = "lakeside"
DAYS_AGO = 130  # when the claim was sent: its life ends before today
SEED = 2  # by which the payer grants the appeal: it grants eight of ten
_MARK = ".demo-life"
PEOPLE = ("bea", "luis", "lena")  # biller, L2 caller, lead
_SHOWN = 150  # days that any wait may take


@app.command()
def demo_life(
    folder: Annotated[
        Path, typer.Argument(help="Where all of it is kept; what an earlier run left is replaced.")
    ] = Path("demo-life"),
) -> None:
    """Show a claim sent, rejected, corrected, asked about, denied, appealed and paid; exits 1 where a step fails."""
    _make_anew(folder)
    os.environ.pop("DUELINE_DATABASE_URL", None)
    os.environ["DUELINE_HOME"] = str((folder / "home").resolve())
    os.environ.pop("DUELINE_AS_OF", None)
    ready()
    with _clearinghouse(folder / "clearinghouse") as port:
        life = ClaimLife(folder, port)
        life.live()
    if life.breaches:
        fail(f"verify found {life.breaches} breaches on the way")


def _make_anew(folder: Path) -> None:
    if folder.exists():
        if not (folder / _MARK).is_file():
            fail(f"{folder} is there, and not of an earlier run; name another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


@contextmanager
def _clearinghouse(folder: Path) -> Iterator[int]:
    """Serve a mailbox by SFTP within the block; give the port."""
    from dueline.loop import Loop
    from dueline.simulator import boxes
    from dueline.simulator.server import listen

    boxes.make_box(folder, BOX)
    with Loop() as loop:
        server = loop.run(listen(folder, 0))
        try:
            yield server.get_port()
        finally:
            server.close()
            loop.run(server.wait_closed(), 5)


class ClaimLife:
    """The claim, the people who work it, and the day it is."""

    def __init__(self, folder: Path, port: int) -> None:
        from dueline import clock
        from dueline.simulator import Clearinghouse
        from dueline.simulator.clearinghouse import ZONE

        self.folder = folder
        self.house = Clearinghouse(folder / "clearinghouse", seed=SEED)
        self.box = folder / "clearinghouse" / "boxes" / BOX
        self.zone = ZONE
        self.breaches = 0
        self.today = clock.today()
        self._stand_on(datetime.combine(self.today - timedelta(days=DAYS_AGO), time(9), ZONE))
        self._skip_to_business_day()
        self._set_up(port)

    # ------------------------------------------------------------ time

    def _stand_on(self, moment: datetime) -> None:
        self.now = moment
        os.environ["DUELINE_AS_OF"] = moment.astimezone(self.zone).date().isoformat()

    @property
    def day(self) -> date:
        return self.now.astimezone(self.zone).date()

    def _skip_to_business_day(self) -> None:
        from dueline.core.calendars import next_business_day

        day = next_business_day(self.day)
        self._stand_on(datetime.combine(day, time(9), self.zone))

    def _wait(self, until: Callable[[], bool], what: str) -> list[str]:
        """Let days pass, with a round of the mailbox whenever the clearinghouse has something, until it is so."""
        fetched: list[str] = []
        last = self.now + timedelta(days=_SHOWN)
        while not until():
            at = self.house.next_at()
            if at is None or at > last:
                fail(f"the clearinghouse never answered: expected {what}")
            self._stand_on(max(self.now, at.astimezone(self.zone)) + timedelta(minutes=1))
            self.house.work(self.now)
            fetched += self._exchange()
        return fetched

    # ------------------------------------------------------------ what is there

    def _set_up(self, port: int) -> None:
        import yaml

        from dueline.accounts.actions import add_user
        from dueline.cli.practice import add_from_file
        from dueline.core.enums import Role
        from dueline.core.exchange import AfterFetch, MailboxKind
        from dueline.exchange.actions import MailboxFacts, accept_host_key, add_mailbox, switch
        from dueline.sample import practice_plan
        from dueline.sending.actions import SubmitterFacts, set_submitter
        from dueline.simulator import boxes
        from dueline.simulator.server import user_key

        self.plan = practice_plan(code=BOX, claim_count=200, seed=1, as_of=self.today)
        file = self.folder / "practice.yaml"
        file.write_text(yaml.safe_dump(self.plan.document, sort_keys=False))
        self.practice = add_from_file(file)
        roles = (Role.BILLER, Role.L2_CALLER, Role.LEAD)
        self.bea, self.luis, self.lena = (
            add_user(
                username=name,
                password=None,
                name=f"{name.capitalize()} Sample",
                memberships={self.practice: role},
                by=operator(),
                at=self.now,
            )
            for name, role in zip(PEOPLE, roles)
        )
        facts = SubmitterFacts(
            self.plan.prefix, self.plan.name, contact_name="Billing", contact_phone="555-555-0100",
            receiver_id="CH001", receiver_name="Invented Clearinghouse",
        )  # fmt: skip
        set_submitter(practice=self.practice, facts=facts, by="bea", at=self.now)
        place = self.folder / "clearinghouse"
        mailbox = add_mailbox(
            practice=self.practice,
            facts=MailboxFacts(
                name="clearinghouse", kind=MailboxKind.SFTP, host="127.0.0.1", port=port,
                username=BOX, private_key=user_key(place, BOX).read_text(),
                out_folder=boxes.IN, in_folder=boxes.OUT, after_fetch=AfterFetch.DELETE,
            ),
            by="bea",
            now=self.now,
        )  # fmt: skip
        host_key = (place / "host_key.pub").read_text()
        accept_host_key(mailbox=mailbox, host_key=host_key, by="bea", now=self.now)
        self.mailbox = switch(mailbox=mailbox, is_on=True, by="bea", now=self.now)

    def _exchange(self) -> list[str]:
        """Do a round of the mailbox; return what went through it, in words."""
        from dueline.exchange.actions import do_round

        done = do_round(mailbox=self.mailbox, by="bea", as_of=self.day, clock=lambda: self.now)
        if done.trouble or done.set_aside:
            fail(f"the mailbox: {done.trouble or done.set_aside}")
        out = [f"to the clearinghouse    {name}" for name in done.sent]
        return out + [f"from the clearinghouse  {name}" for name in done.received]

    def _tell(self, text: str, files: list[str]) -> None:
        """Print a step: the day, what was done, the files, where the claim stands, and whether all is in order."""
        from dueline.cli.verify import breaches_of
        from dueline.core.money import dollar_words
        from dueline.web.templatetags.words import spoken

        print(f"\n{self.day:%b %d}  {text}")
        for line in files:
            print(f"        {line}")
        self.claim.refresh_from_db()
        found = breaches_of(self.practice)
        self.breaches += len(found)
        proof = "verify clean" if not found else f"{len(found)} BREACHES"
        said = f" ({self.claim.payer_said})" if self.claim.payer_said else ""
        print(
            f"        {spoken(self.claim.payer_status)}{said}; with the payer "
            f"{dollar_words(self.claim.payer_balance_cents)}, paid "
            f"{dollar_words(self.claim.paid_cents)}, with the patient "
            f"{dollar_words(self.claim.patient_balance_cents)}; {proof}"
        )
        for breach in found:
            print(f"        {breach.rule}: {breach.where}: {breach.text}")

    # ------------------------------------------------------------ the life

    def live(self) -> None:
        """Play it all."""
        self._sent()
        self._corrected()
        self._asked()
        self._denied()
        self._appealed()
        self._paid()
        kept = self.folder / "clearinghouse"
        print(
            f"\nEvery file is in {kept / 'received'} and {kept / 'sent'}; Dueline's own are in "
            f"{self.folder / 'home'}.\nLook around: DUELINE_HOME={self.folder / 'home'} dueline claim "
            f"{self.claim.patient_control_number} --practice {BOX}"
        )

    def _status_is(self, *statuses: str) -> Callable[[], bool]:
        def is_so() -> bool:
            self.claim.refresh_from_db()
            return self.claim.payer_status in statuses

        return is_so

    def _sent(self) -> None:
        """The practice's own system sends a claim, and its file is taken in here as well."""
        from dueline.intake.actions import intake_paths
        from dueline.ledger.queries import claim_by_number
        from dueline.simulator import boxes

        submitted = self._invented()
        path = self.folder / f"{self.day}-claims.x12"
        path.write_text(self._written(submitted))
        shutil.copy(path, self.box / boxes.IN)
        self.house.work(self.now)
        intake_paths(
            practice=self.practice, paths=[path], by="bea", as_of=self.day, clock=lambda: self.now
        )
        self.claim = claim_by_number(self.practice, submitted.patient_control_number)
        self._tell(
            f"The practice's system sends claim {submitted.patient_control_number} to "
            f"{submitted.payer.last_name}. Its member ID has a letter O for a zero.",
            [f"to the clearinghouse    {path.name}"],
        )
        files = self._wait(self._status_is("rejected"), "a rejection")
        self._tell("The syntax is accepted; the payer does not know the member.", files)

    def _invented(self) -> Any:
        """Return an invented claim: an image of a knee, without the authorization that this payer asks for."""
        from dueline.core.x12.model import Procedure
        from dueline.sample.catalog import KNEE_IMAGE
        from dueline.sample.life import Life

        lives = (Life(self.plan, number).billed for number in range(200))
        billed = next(
            one
            for one in lives
            if one.payer.code == "HLHP"
            and not (one.secondary or one.is_dependent or one.is_institutional or one.is_telehealth)
            and "0" in one.member_id
        )
        served_on = self.day - timedelta(days=3)
        line = billed.claim.lines[0]
        procedure = Procedure("HC", KNEE_IMAGE.code, KNEE_IMAGE.modifiers)
        line = replace(
            line, procedure=procedure, charge_cents=KNEE_IMAGE.charge_cents,
            service_from_on=served_on, service_through_on=served_on,
        )  # fmt: skip
        self.member_id = billed.member_id
        party = billed.claim.subscriber.party
        wrong = replace(party, identifier=billed.member_id.replace("0", "O", 1))
        return replace(
            billed.claim, lines=(line,), charge_cents=line.charge_cents, prior_authorization="",
            service_from_on=served_on, service_through_on=served_on,
            subscriber=replace(billed.claim.subscriber, party=wrong),
        )  # fmt: skip

    def _written(self, claim: Any) -> str:
        from dueline.core.x12 import write_interchange
        from dueline.core.x12.model import ClaimBatch, Contact, Document, Group, Interchange, Party

        version, at = "005010X222A1", time(9)
        contact = Contact("IC", "BILLING", (("TE", "5555550100"),))
        us = Party(entity="41", last_name=self.plan.name, id_qualifier="46",
                   identifier=self.plan.prefix, contacts=(contact,))  # fmt: skip
        them = Party(entity="40", last_name="INVENTED CLEARINGHOUSE", id_qualifier="46",
                     identifier="CH001")  # fmt: skip
        header = ClaimBatch("00", f"{self.plan.prefix}1", self.day, at, submitter=us, receiver=them)
        group = Group("HC", self.plan.prefix, "CH001", self.day, at, "1", version)
        outer = Interchange(sender_id=self.plan.prefix, receiver_id="CH001", sent_on=self.day,
                            sent_at=at, control_number="1")  # fmt: skip
        document = Document(claim.kind, header, (claim,), version)
        return "".join(write_interchange([(group, [document])], outer))

    def _corrected(self) -> None:
        from dueline.core.correction import CorrectionKind
        from dueline.corrections import actions

        self._stand_on(self.now + timedelta(hours=2))
        when: dict[str, Any] = {"as_of": self.day, "now": self.now}
        one = actions.start_correction(
            claim=self.claim, kind=CorrectionKind.RESEND, by=self.bea, **when
        )
        actions.change_correction(
            correction=one, edits={"member_id": self.member_id}, by=self.bea, now=self.now
        )
        actions.ask_approval(correction=one, by=self.bea, **when)
        actions.approve(correction=one, by=self.lena, **when)
        one.refresh_from_db()
        actions.write_correction(correction=one, by=self.bea, **when)
        files = self._exchange()
        self.house.work(self.now)
        self._tell("Bea mends the member ID, Lena approves, and the claim goes out again.", files)
        files = self._wait(self._status_is("accepted"), "an acceptance")
        self._tell("The payer has taken the claim in.", files)

    def _asked(self) -> None:
        """When its answer is due, the payer is asked electronically, not by telephone."""
        from dueline.status_requests.actions import write_status_requests
        from dueline.worklist.models import WorklistItem

        item = WorklistItem.objects.get(claim=self.claim)
        answer = self.house.next_at()
        due = datetime.combine(item.due_on, time(9), self.zone)
        if answer is not None and due >= answer:
            return  # this payer is quicker than its rule
        self._stand_on(max(due, self.now))
        self._skip_to_business_day()
        written = write_status_requests(
            practice=self.practice, as_of=self.day, by="nightly", at=self.now
        )
        if not written.asked:
            return
        files = self._exchange()
        self.house.work(self.now)
        files += self._wait(self._status_is("pending", "denied"), "a status answer")
        self._tell("The answer is due: Dueline asks by 276, and no one has to call.", files)

    def _denied(self) -> None:
        files = self._wait(self._status_is("denied", "partly_denied"), "a denial")
        self._tell("The payer denies it: there is no authorization on the claim.", files)

    def _appealed(self) -> None:
        from dueline.appeals import actions
        from dueline.appeals.errors import AppealRefused
        from dueline.appeals.queries.reading import draft_of
        from dueline.appeals.storage import content_of
        from dueline.core.appeals.levels import AppealLevel, SendMethod
        from dueline.denials.models import Denial
        from dueline.simulator import boxes

        self._stand_on(self.now + timedelta(hours=14))
        self._skip_to_business_day()
        when: dict[str, Any] = {"as_of": self.day, "now": self.now}
        facts = actions.LetterheadFacts(
            self.plan.name, "100 Invented Parkway\nAnytown, NY 10001", "555-555-0100", "",
            str(self.plan.document["tax_id"]), "",
        )  # fmt: skip
        actions.save_letterhead(practice=self.practice, facts=facts, by=self.lena, now=self.now)
        denial = Denial.objects.select_related("claim", "payer", "practice").get(claim=self.claim)
        appeal = actions.start_appeal(
            practice=self.practice, denial=denial, level=AppealLevel.APPEAL_1, by=self.luis, **when
        )
        try:
            actions.ask_approval(appeal=appeal, by=self.luis, **when)
        except AppealRefused as lacking:
            missing = str(lacking)
        address = "Appeals\n1 Payer Way\nAnytown, NY 10001"
        changes = actions.AppealChanges(appeal.template, "", SendMethod.CERTIFIED_MAIL, address)
        actions.change_appeal(appeal=appeal, changes=changes, by=self.luis, now=self.now)
        appeal.refresh_from_db()
        draft = draft_of(appeal, as_of=self.day)
        for name in draft.letter.blanks:
            value = _TYPED.get(name, "As the enclosed record shows")
            actions.type_fact(appeal=appeal, name=name, value=value, by=self.luis, **when)
        for title in draft.missing:
            actions.add_enclosure(
                appeal=appeal, title=title, content=_page(), by=self.luis, now=self.now
            )
        actions.ask_approval(appeal=appeal, by=self.luis, **when)
        actions.approve(appeal=appeal, by=self.lena, now=self.now)
        row = actions.mark_sent(
            appeal=appeal, sent_on=self.day, method=SendMethod.CERTIFIED_MAIL,
            tracking_number="9407 1000 0000 0000 0000 00", by=self.luis, **when,
        )  # fmt: skip
        self.appeal = row
        packet = content_of(self.practice, row.packet_sha256)
        (self.folder / "appeal.pdf").write_bytes(packet)
        number = self.claim.payer_claim_control_number
        (self.box / boxes.LETTERS / f"{number}.pdf").write_bytes(packet)
        self.house.work(self.now)
        self._tell(
            f"Luis appeals. First nothing goes: {missing} Then the letter and its enclosures are one "
            f"packet of {row.packet_pages} pages; Lena approves it, and it is mailed.",
            [f"to the payer            {self.folder / 'appeal.pdf'}"],
        )

    def _paid(self) -> None:
        from dueline.appeals.actions import record_decision
        from dueline.core.appeals.states import AppealEvent

        files = self._wait(lambda: self._is_paid(), "a payment")
        record_decision(
            appeal=self.appeal, decision=AppealEvent.OVERTURN, decided_on=self.day,
            amount_cents=self.claim.paid_cents, note="As the remittance shows", by=self.luis,
            as_of=self.day, now=self.now,
        )  # fmt: skip
        self._tell("The appeal is won: the denial is taken back and the claim paid.", files)

    def _is_paid(self) -> bool:
        self.claim.refresh_from_db()
        return self.claim.paid_cents > 0


_TYPED = {"authorization_number": "PA77001", "authorization_scope": "One image of the right knee"}


def _page() -> bytes:
    """Return a PDF of one empty page, in place of a scanned record."""
    import io

    import pikepdf

    kept = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(612, 792))
        pdf.save(kept)
    return kept.getvalue()
