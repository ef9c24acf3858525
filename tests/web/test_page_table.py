"""Every page of urls.py as a row of one table: who may, who may not, what is seen, and what the trail keeps.

The data is made once for the module, by actions, and every test takes back what it changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.models import AuditEvent, Practice, User
from dueline.api.actions.drafts import propose
from dueline.api.actions.endpoints import add_endpoint
from dueline.api.actions.tokens import add_service, make_token
from dueline.appeals.actions import add_enclosure, start_appeal
from dueline.calls.actions import save_script, start_call
from dueline.cases.actions import look_for_patterns, open_case, set_fix
from dueline.cases.models import Case, Pattern
from dueline.core.appeals.levels import AppealLevel
from dueline.core.correction import CorrectionKind
from dueline.core.denial_attributes import Attribute
from dueline.core.drafts import DraftKind
from dueline.core.enums import Role, SetKind
from dueline.core.exchange import AfterFetch, MailboxKind
from dueline.core.outgoing import OutgoingPurpose
from dueline.core.scopes import Scope
from dueline.core.scripts import shipped_text
from dueline.core.webhooks import EventKind
from dueline.core.write_offs import WriteOffKind, WriteOffReason
from dueline.core.x12.model import ClaimStatus, Document, Party, StatusBatch
from dueline.corrections.actions import start_correction
from dueline.denials.models import Denial
from dueline.exchange.actions import MailboxFacts, accept_host_key, add_mailbox, switch
from dueline.exchange.models import Delivery, Pickup
from dueline.intake.actions import intake_paths
from dueline.intake.models import MatchProposal
from dueline.ledger.models import Claim, LinePayment, TransactionSet
from dueline.payers.actions import seed_default_rules
from dueline.payers.models import Payer, PayerRule
from dueline.prevention.actions import check_file
from dueline.prevention.models import CheckRun
from dueline.sending.actions import OutgoingSet, begin_sending, put_out
from dueline.sending.queries import Route, outgoing_files
from dueline.sheets.actions import receive_sheet, take_in
from dueline.sheets.models import SheetImport, SheetResolution
from dueline.underpayments.actions import Agreed, load_schedule, set_pricing
from dueline.underpayments.models import Underpayment
from dueline.web.urls import urlpatterns
from dueline.worklist.actions import refresh, take
from dueline.worklist.models import Request, WorklistItem
from dueline.write_offs.actions import ask
from tests.apps.appeals.conftest import a_pdf

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "a long word of passage"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwLxhLY8g7eoZQ9XthIEbIiPsF7+CVkC5qH8gf+HH+5"
BY_ITSELF = ("withdraw_request",)  # what Dueline does on a page's account
SCRIPT = "<script>alert(1)</script>"  # also within the names that the files bring

# ---------------------------------------------------------------- the data


@dataclass
class Site:
    """Two practices: lakeside with 3 claims, summit with 30; of each, ids of the rows pages are about."""

    practices: dict[str, Practice] = field(default_factory=dict)
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    people: dict[Role, User] = field(default_factory=dict)  # of lakeside only
    summit_lead: User = field(default_factory=User)
    both: User = field(default_factory=User)
    nobody: User = field(default_factory=User)
    folder: Path = Path()


def _remittance(npi: str, number: str, trace: str, paid: str, money: str, lines: str) -> str:
    """Return a remittance of one claim: `paid` in BPR02, `money` as charge*paid*patient."""
    return (
        f"BPR*I*{paid}*C*ACH************20261120~TRN*1*{trace}*1999999999~DTM*405*20261120~"
        f"N1*PR*SAMPLE HEALTH PLAN {SCRIPT}~N1*PE*CLINIC*XX*{npi}~LX*1~"
        f"CLP*{number}*1*{money}*12*I{trace}*11*1~NM1*QC*1*SAMPLE*JANE {SCRIPT}****MI*M{number}~{lines}"
    )


def _denied(npi: str, at: int) -> str:
    lines = "SVC*HC:99213*150*0**1~DTM*472*20261001~CAS*CO*197*150~"
    return _remittance(npi, f"LKS{at:03d}", f"D{at}", "0", "150*0*0", lines)


def _paid(npi: str, at: int, number: str, paid: str, kind: str) -> str:
    lines = "SVC*HC:99213*150*80**1~DTM*472*20261001~CAS*CO*45*50~CAS*PR*2*20~"
    return _remittance(npi, number, f"{kind}{at}", paid, "150*80*20", lines)


def _file(name: str, control: int, *bodies: str) -> bytes:
    sets = ""
    for place, body in enumerate(bodies, 1):
        sets += f"ST*835*{place:04d}~{body}SE*{body.count('~') + 2}*{place:04d}~"
    return (
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0900*^*00501*"
        f"{control:09d}*0*P*:~GS*HP*P*Q*20261120*0900*{control}*X*005010X221A1~{sets}"
        f"GE*{len(bodies)}*{control}~IEA*1*{control:09d}~"
    ).encode()


def _take_in(practice: Practice, npi: str, count: int, folder: Path) -> None:
    """Give a practice so many claims, sets out of balance and payments that a person must assign."""
    folder.mkdir()
    first, second = [], []
    for at in range(1, count + 1):
        held = _paid(npi, at, f"HLD{at:03d}", "105", "H")
        first.append(folder / f"first-{at}.835")
        first[-1].write_bytes(_file("first", at, _denied(npi, at), held))
        second.append(folder / f"second-{at}.835")
        # Like the number of a later claim: the first one waits for no person's decision.
        like = f"0LKS{at % (count - 1) + 2:03d}"
        alike = _paid(npi, at, like, "80", "A").replace(f"M{like}", f"X{at}")
        second[-1].write_bytes(_file("second", count + at, alike))
    for paths in (first, second):
        intake_paths(practice=practice, paths=paths, by="tests", as_of=AS_OF, clock=lambda: NOW)
    refresh(practice=practice, as_of=AS_OF)


def _out(npi: str, count: int) -> bytes:
    """Return an 837 of so many claims without a member ID, whose names hold a script."""
    head = (
        "ISA*00*          *00*          *ZZ*PRACTICE       *ZZ*CLEARING       *261120*0900*^*00501*"
        "000000001*0*P*:~GS*HC*P*Q*20261120*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~"
        f"BHT*0019*00*1*20261120*0900*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*{npi}~HL*2*1*22*0~"
        f"SBR*P*18*******CI~NM1*IL*1*SAMPLE*JANE {SCRIPT}~DMG*D8*19800402*F~"
        f"NM1*PR*2*SAMPLE HEALTH PLAN {SCRIPT}*****PI*1~"
    )
    for at in range(1, count + 1):
        head += f"CLM*OUT{at:03d}{SCRIPT[:8]}*150***11:B:1*Y*A*Y*Y~HI*ABK:J069~LX*1~"
        head += f"SV1*HC:99213{SCRIPT[:8]}*150*UN*1***1~DTP*472*D8*20261119~"
    segments = head.count("~") - 2 + 1
    return f"{head}SE*{segments}*0001~GE*1*1~IEA*1*000000001~".encode()


def _look(practice: Practice, npi: str, count: int, folder: Path) -> None:
    path = folder / f"{practice.code}-out.837"
    path.write_bytes(_out(npi, count))
    check_file(practice=practice, path=path, name=f"out {SCRIPT}.837", by="tests", as_of=AS_OF,
               clock=lambda: NOW)  # fmt: skip


def _sheet(name: str, *numbers: str) -> bytes:
    """Return an aging report of these claims, whose names hold a script, and of one row in error."""
    rows = [
        f'{n},"SAMPLE {SCRIPT}, JANE",SAMPLE HEALTH PLAN {SCRIPT},2026-10-01,9,1' for n in numbers
    ]
    head = "Claim #,Patient,Payer,DOS,Charge,Ins Balance"
    return "\n".join([f"{name} {SCRIPT}", head, *rows, f"ERR,A {SCRIPT},P,soon,1,1", ""]).encode()


def _take_in_sheets(practice: Practice, count: int, folder: Path) -> None:
    """Take in two aging reports: of the first one's claims, the second names all but one."""
    numbers = [f"SHT{at:03d}" for at in range(count)]
    for name, some in (("first", numbers), ("second", numbers[1:])):
        path = folder / f"{practice.code}-{name}.csv"
        path.write_bytes(_sheet(name, *some))
        made = receive_sheet(practice=practice, path=path, name=f"{name} {SCRIPT}.csv", by="tests",
                             as_of=AS_OF, now=NOW)  # fmt: skip
        take_in(sheet_import=made, by="tests", as_of=AS_OF, clock=lambda: NOW)


def _ids(practice: Practice) -> dict[str, int]:
    item = WorklistItem.objects.filter(practice=practice, is_open=True).order_by("pk")[0]
    held = TransactionSet.objects.filter(practice=practice, status="quarantined")
    proposal = MatchProposal.objects.filter(practice=practice).order_by("pk")[0]
    candidate = proposal.candidates.get()
    return {
        "claim": item.claim_id,
        "candidate": candidate.pk,
        "item": item.pk,
        "set": held.order_by("pk")[0].pk,
        "proposal": proposal.pk,
        "payer": item.payer_id or 0,
        "request": Request.objects.get(practice=practice, claim=candidate).pk,
        "denial": Denial.objects.filter(practice=practice, claim=item.claim).get().pk,
        "rule": PayerRule.objects.filter(practice=practice).order_by("pk")[0].pk,
        "call": 0,  # made by those who need one
        "correction": 0,  # likewise
        "run": CheckRun.objects.get(practice=practice).pk,
        "sheet": SheetImport.objects.filter(practice=practice).latest("pk").pk,
        "resolution": SheetResolution.objects.get(practice=practice).pk,
        "outgoing": _outgoing(practice, 2 if practice.code == "lakeside" else 4),
    }


def _build(folder: Path) -> Site:
    made = Site(folder=folder)
    for code, npi, count in (("lakeside", "1234567893", 3), ("summit", "1999999992", 30)):
        practice = add_practice(
            code=code,
            name=code.title(),
            tax_id="995550187",
            npis=[(npi, "Clinic")],
            by="tests",
            at=NOW,
        )
        seed_default_rules(practice=practice)
        _take_in(practice, npi, count, folder / code)
        _look(practice, npi, count, folder)
        _take_in_sheets(practice, count, folder)
        made.practices[code] = practice
        made.ids[code] = _ids(practice)

    def person(name: str, **roles: Role) -> User:
        where = {made.practices[code]: role for code, role in roles.items()}
        return add_user(username=name, password=None, memberships=where, by="tests", at=NOW)

    made.people = {role: person(role.value, lakeside=role) for role in Role}
    made.summit_lead = person("summit-lead", summit=Role.LEAD)
    made.both = person("both", lakeside=Role.ADMIN, summit=Role.ADMIN)
    made.nobody = person("nobody")
    for code, lead in (("lakeside", made.people[Role.LEAD]), ("summit", made.summit_lead)):
        made.ids[code]["pattern"] = _pattern(made.practices[code], lead)
        made.ids[code]["underpayment"] = _underpayment(made.practices[code], lead)
        made.ids[code] |= _programs(made, made.practices[code], lead)
        made.ids[code] |= _appeal(made.practices[code], made.ids[code]["denial"], lead)
        made.ids[code] |= _mailbox(made.practices[code], 1 if code == "lakeside" else 5)
        made.ids[code]["write_off"] = _write_off(
            made.practices[code], 1 if code == "lakeside" else 10
        )
    return made


def _write_off(practice: Practice, count: int) -> int:
    """Ask for balances to be written off, the latest claims' first; return the id of the first."""
    asker = add_user(username=f"{practice.code}-biller", password=None,
                     memberships={practice: Role.BILLER}, by="tests", at=NOW)  # fmt: skip
    claims = Claim.objects.filter(practice=practice, payer_balance_cents__gt=100).order_by("-pk")
    made = [
        ask(claim=claim, kind=WriteOffKind.PAYER, reason=WriteOffReason.BUNDLED, amount_cents=100,
            note=SCRIPT, by=asker, now=NOW)
        for claim in claims[:count]
    ]  # fmt: skip
    return made[0].pk


def _mailbox(practice: Practice, count: int) -> dict[str, int]:
    """Give a practice a mailbox where no server is, files that were found there, and one that it refused."""
    facts = MailboxFacts(
        name="share", kind=MailboxKind.SFTP, host="127.0.0.1", port=1, username="us", password="-",
        out_folder="out", in_folder="in", after_fetch=AfterFetch.DELETE,
    )  # fmt: skip
    box = add_mailbox(practice=practice, facts=facts, by="tests", now=NOW)
    accept_host_key(mailbox=box, host_key=HOST_KEY, by="tests", now=NOW)
    switch(mailbox=box, is_on=True, by="tests", now=NOW)
    for at in range(count):
        Pickup.objects.create(practice=practice, mailbox=box, name=f"{SCRIPT}-{at}", size_bytes=1,
                              modified_at=1, seen_at=NOW, state="set_aside", reason=SCRIPT)  # fmt: skip
    file = outgoing_files(practice).latest("number")
    begin_sending(outgoing=file, at=NOW)
    refused = Delivery.objects.create(practice=practice, outgoing_file=file, mailbox=box, begun_at=NOW,
                                      begun_by="tests", state="refused", trouble=SCRIPT)  # fmt: skip
    return {"mailbox": box.pk, "delivery": refused.pk}


def _programs(made: Site, practice: Practice, lead: User) -> dict[str, int]:
    """Give a practice a service with a token, a person's token, an address to tell, and drafts."""
    admin = add_user(username=f"{practice.code}-admin", password=None, memberships={practice: Role.ADMIN},
                     by="tests", at=NOW)  # fmt: skip
    service = add_service(username=f"{practice.code}-robot", purpose=f"Files {SCRIPT}", practice=practice,
                          role=Role.BILLER, by=admin, name="tests", now=NOW)  # fmt: skip
    who = made.people[Role.QUALITY] if practice.code == "lakeside" else lead
    tokens = [
        make_token(user=user, practices=[practice], scopes=[Scope.READ_CLAIMS], name=f"Reads {SCRIPT}",
                   days=90, by="tests", now=NOW)[0]
        for user in (who, service.user)
    ]  # fmt: skip
    endpoint, _ = add_endpoint(practice=practice, url=f"https://{practice.code}.example.com/hook",
                               kinds=list(EventKind), by=admin, now=NOW)  # fmt: skip
    claim = Claim.objects.get(pk=made.ids[practice.code]["claim"])
    facts = {
        name: value for name, value in FOLLOW_UP.items() if name not in ("request_key", "stay")
    }
    facts |= {"occurred_at": "2026-11-23T10:26:00-05:00", "said": f"It was paid {SCRIPT}"}
    drafts = [
        propose(practice=practice, claim=claim, token=tokens[0], kind=kind, text=f"Ask {SCRIPT}",
                facts=facts if kind is DraftKind.FOLLOW_UP else {}, as_of=AS_OF, now=NOW)
        for _ in range(1 if practice.code == "lakeside" else 10) for kind in DraftKind
    ]  # fmt: skip
    return {
        "service": service.pk,
        "token": tokens[0].pk,
        "service_token": tokens[1].pk,
        "endpoint": endpoint.pk,
        "draft": drafts[0].pk,
        "note": drafts[1].pk,
    }


def _outgoing(practice: Practice, count: int) -> int:
    """Write files of one status request each; return the id of the first."""
    ask = ClaimStatus(
        trace_number="1",
        trace_type="1",
        receiver=Party(entity="41", last_name="US", id_qualifier="46", identifier="US"),
        provider=Party(entity="1P", last_name="US", id_qualifier="XX", identifier="1999999992"),
        subscriber=Party(entity="IL", is_person=True, last_name=SCRIPT, id_qualifier="MI",
                         identifier="M"),
    )  # fmt: skip
    header = StatusBatch("0010", "13", "", AS_OF, None, Party(entity="PR", last_name="THEM"))
    document = Document(SetKind.STATUS_REQUEST, header, (ask,), "005010X212")
    claim = Claim.objects.filter(practice=practice).order_by("pk")[0]
    route = Route("ZZ", "US", "Us", "", "", "ZZ", "THEM", f"Them {SCRIPT}")
    made = [
        put_out(
            practice=practice, purpose=OutgoingPurpose.STATUS_REQUESTS, payer=claim.payer,
            route=route, sets=lambda number: [OutgoingSet(document, [(claim.pk, "1")])],
            by="tests", at=NOW,
        )
        for _ in range(count)
    ]  # fmt: skip
    return made[0].pk


def _pattern(practice: Practice, lead: User) -> int:
    """Look for patterns, in too few claims; then make one, with a case about the same at another procedure."""
    run = look_for_patterns(practice=practice, by="tests", as_of=AS_OF, now=NOW)
    payer = str(Payer.objects.get(practice=practice).pk)
    made = Pattern.objects.create(
        practice=practice, run=run, key="made", kind="pattern", carc="197", refused=3, lines=4,
        conditions=[["payer", payer]], expected=0.5, lift=6, lift_low=3, lift_high=9, q_value=0.01,
        refused_cents=45000, avoidable_cents=40000, patients=3, first_found_on=AS_OF, last_found_on=AS_OF,
    )  # fmt: skip
    values = [("payer", payer), ("procedure", "99213")]
    open_case(practice=practice, by=lead, statement=f"No authorization {SCRIPT}", carc="197",
              conditions=values, as_of=AS_OF, now=NOW)  # fmt: skip
    return made.pk


def _underpayment(practice: Practice, lead: User) -> int:
    """Set a contract's terms, and take every answered line for short by them."""
    rows = [["Code", "Amount"], ["99213", "120"]]
    schedule = load_schedule(practice=practice, name=f"Ours {SCRIPT}", effective_from=date(2026, 1, 1),
                             source="Exhibit B", rows=enumerate(rows, start=1), by=lead, now=NOW)  # fmt: skip
    payer = Payer.objects.get(practice=practice)
    agreed = Agreed("2026", schedule.name, "Exhibit B")
    pricing = set_pricing(payer=payer, agreed=agreed, by=lead, now=NOW)
    made = [
        Underpayment(practice=practice, claim=line.claim_payment.claim, line_payment=line, pricing=pricing,
                     schedule=schedule, expected_cents=12000, allowed_cents=9000, short_cents=3000,
                     arithmetic="99213 $120.00", paid_on=AS_OF, found_at=NOW)
        for line in LinePayment.objects.filter(practice=practice, claim_payment__claim__isnull=False)
    ]  # fmt: skip
    return Underpayment.objects.bulk_create(made)[0].pk


def _appeal(practice: Practice, denial: int, lead: User) -> dict[str, int]:
    """Start an appeal of one denial, with an enclosure, and leave another denial without."""
    row = Denial.objects.select_related("claim", "payer").get(pk=denial)
    appeal = start_appeal(practice=practice, denial=row, level=AppealLevel.APPEAL_1, by=lead,
                          as_of=AS_OF, now=NOW)  # fmt: skip
    enclosure = add_enclosure(
        appeal=appeal, title=f"Chart {SCRIPT}", content=a_pdf(), by=lead, now=NOW
    )
    other = Denial.objects.filter(practice=practice).exclude(claim=row.claim_id).order_by("pk")[0]
    return {"enclosure": enclosure.pk, "other_denial": other.pk}


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    ground = transaction.atomic()
    ground._from_testcase = True  # type: ignore[attr-defined]  # what asks for the outermost one may have it
    with django_db_blocker.unblock(), ground:
        yield _build(tmp_path_factory.mktemp("pages"))
        transaction.set_rollback(True)


@pytest.fixture
def site(built: Site, db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Site:
    """Give the data at a set time, uploads read at once; what a test changes is rolled back to it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: AS_OF)
    return built


# ---------------------------------------------------------------- the table

FOLLOW_UP = {
    "request_key": "page-table-1",
    "occurred_at": "2026-11-23T10:26",
    "channel": "call",
    "contact_name": "Dana M.",
    "reference_number": "7741-20C",
    "said": "Payment goes out on December 4.",
    "outcome": "payment_promised",
    "promised_on": "2026-12-04",
    "next_action": "await_payment",
    "next_due_on": "2026-12-07",
    "stay": "1",
}


_WRITE_OFF = (
    ("kind", "payer"),
    ("reason", "timely_filing"),
    ("amount", "1.00"),
    ("note", "As their letter says."),
)
_LIMITS = (("one_person", "500.00"), ("small", "10.00"), ("small_days", "120"))
_MAILBOX = (
    ("name", "clearing"),
    ("kind", "sftp"),
    ("host", "sftp.example.com"),
    ("port", "22"),
    ("username", "lakeside"),
    ("password", "not a secret"),
    ("out_folder", "in"),
    ("in_folder", "out"),
    ("after_fetch", "delete"),
    ("archive_folder", ""),
)


@dataclass(frozen=True)
class Page:
    """One page: its address, who may see or do it, what is then read, and what the trail keeps."""

    name: str
    text: str  # stands on the page, or on the one it leads to
    may: Role
    may_not: Role | None = None  # None: every role may
    method: str = "get"  # where it takes several, the last one is tried
    pk: str = ""  # which id of the site its address names
    parts: tuple[tuple[str, str], ...] = ()  # other parts of the address
    data: tuple[tuple[str, str], ...] = ()  # of the form, or of the query string
    asks: tuple[str, ...] = ()  # names it reads from the query string or the form
    action: str | None = None  # of its audit event; several where it leaves several
    before: Callable[[Site, User], object] | None = None
    is_list: bool = False
    is_of_practice: bool = True

    @property
    def id(self) -> str:
        """Return the page's name, with what tells it from another row of that name."""
        chosen = [name for name, value in self.data if value.startswith("$") and not self.pk]
        return "-".join([self.name, *(value for _, value in self.parts), *chosen])

    def url(self, site: Site, practice: str = "lakeside", of: str = "") -> str:
        """Return the address in a practice; `of` takes the object of another."""
        kwargs: dict[str, Any] = dict(self.parts)
        if self.is_of_practice:
            kwargs["practice"] = practice
        if self.pk:
            kwargs["pk"] = site.ids[of or practice][self.pk]
        return reverse(f"web:{self.name}", kwargs=kwargs)

    def form(self, site: Site, practice: str = "lakeside") -> dict[str, Any]:
        """Return what is sent: ids by their names, and a file where the form takes one."""
        sent: dict[str, Any] = {
            name: str(site.ids[practice][value[1:]]) if value.startswith("$") else value
            for name, value in self.data
        }
        if self.name == "check-files":
            sent["files"] = SimpleUploadedFile("out.837", _out("1234567893", 1))
        if self.name == "load-schedule":
            sent["file"] = SimpleUploadedFile("fees.csv", b"Code,Amount\n99213,92.00\n99214,130\n")
        if self.name == "sheet-files":
            sent["file"] = SimpleUploadedFile("new.csv", _sheet("new", "SHT900"))
        if self.name == "enclose":
            sent["file"] = SimpleUploadedFile("chart.exe", a_pdf())
        if self.name == "upload":
            sent["files"] = SimpleUploadedFile(
                "new.835", _file("new", 900, _denied("1234567893", 900))
            )
        return sent


def _hold(site: Site, user: User) -> None:
    take(item=WorklistItem.objects.get(pk=site.ids["lakeside"]["item"]), user=user, now=NOW)


def _call(site: Site, user: User) -> None:
    claim = Claim.objects.get(pk=site.ids["lakeside"]["claim"])
    call = start_call(
        practice=site.practices["lakeside"], claims=[claim], by=user, as_of=AS_OF, now=NOW
    )
    site.ids["lakeside"]["call"] = call.pk


def _sent(site: Site, user: User) -> None:
    """Take in the 837 of a claim that so far was known from its remittance only."""
    practice = site.practices["lakeside"]
    path = site.folder / "sent.837"
    path.write_bytes(_out("1234567893", 1).replace(f"OUT001{SCRIPT[:8]}".encode(), b"LKS001"))
    intake_paths(practice=practice, paths=[path], by="tests", as_of=AS_OF, clock=lambda: NOW)


def _correct(site: Site, user: User) -> None:
    _sent(site, user)
    claim = Claim.objects.get(practice=site.practices["lakeside"], patient_control_number="LKS001")
    one = start_correction(claim=claim, kind=CorrectionKind.VOID, by=site.people[Role.LEAD],
                           as_of=AS_OF, now=NOW)  # fmt: skip
    site.ids["lakeside"]["correction"] = one.pk


def _drop_rules(_: Site, user: User) -> None:
    PayerRule.objects.all().delete()


def _fixed(site: Site, user: User) -> None:
    case = Case.objects.get(practice=site.practices["lakeside"])
    set_fix(case=case, by=user, fixed_on=AS_OF, as_of=AS_OF, now=NOW)


def _own_script(site: Site, user: User) -> None:
    text = shipped_text("S16").replace("Benefit limit reached", "Visits used up")
    save_script(practice=site.practices["lakeside"], key="S16", text=text, reason="Our words",
                base=0, by=user, at=NOW)  # fmt: skip


def _set_password(_: Site, user: User) -> None:
    known = User.objects.get(pk=user.pk)  # the fixture's own user outlives this test
    known.set_password(PASSWORD)
    known.save()


def _data(**values: str) -> tuple[tuple[str, str], ...]:
    return tuple(values.items())


# fmt: off
_FILTERS = ("queue", "due", "payer", "next_action", "payer_status", "work_status", "watch", "cause")
_LIST = (*_FILTERS, "bucket", "order", "page")
_AGING = ("basis", "payer", "bucket", "page")
_SETTINGS = _data(theme="dark", time_zone="Asia/Kolkata", has_single_keys="on")
_MOVE = _data(due_on="2026-11-24", reason="The portal is down.")
_FACTS = ("request_key", "occurred_at", "contact_name", "said", "outcome", "promised_on", "amount",
          "carc", "next_action", "next_due_on", "next_due_reason")
_CALL = ("claim", "do", "step", "choice", "scenario", "fact-amount", "fact-paid_on", "fact-searches",
         "outcome", "next_action", "next_due_on", "next_due_reason", "words", "contact_name",
         "reference_number", "confirmed", "can_confirm", "proposed_due_on", "turn")
_CASE = _data(number="1")
_CSV, _XLSX = _data(form="csv"), _data(form="xlsx")
_NAMES = ("username", "password", "next")
_RULE = _data(holds_for="payer", kind="filing", count="60", unit="days", start_event="service",
              received_or_sent="received", rolls_forward="no", source="Manual 2026",
              checked_on="2026-11-02", confidence="H", review_days="365")
_RULE_ASKS = (*(name for name, _ in _RULE), "claim_type", "presumed_receipt_days", "effective_from",
              "effective_to", "note", "from", "save")
_CONTACT = _data(phone="1-800-555-0100", mon="08:00-17:00", time_zone="America/Chicago")
_CONTACT_ASKS = (*(name for name, _ in _CONTACT), "ivr_path", "fax", "portal", "address", "closed_on",
                 "claims_per_call", "hold_minutes", "keeps_federal_holidays")
_FILE = _data(form="csv", text="payer_type,kind,count,unit,start_event,source,checked_on,confidence\n"
              "other,filing,45,days,service,Manual,2026-11-02,L\n")
_SCRIPT = _data(
    text="{key: S31, title: Ours, level: L1, first: a, steps: {a: {ask: Which day, note: Day, "
    "facts: [denied_on, carc, appeal_due_on], to: end.b}}, "
    "endings: {b: {outcome: denied, next: appeal, says: We appeal.}}}",
    reason="A payer asks for it.", base="0", save="1")
_DENIALS = ("state", "payer", "category", "owner", "level", "repeat", "watch", "carc", "order", "page")
_ANALYSIS = (*Attribute, "period", "within", "by", "measure", "basis", "rows", "columns", "all")
_ASKED_SO = ("payer", "period", "by")  # what reads the same question by the same code: a few of its names
_MEANING = _data(category="medical_necessity", owner="clinical", preventable="yes", usual_fix="appeal",
                 level="L2", note="Ask for the policy.", reason="This payer means it so.")
_MAP = _data(kind="aging", sheet="CSV", was_kind="claims", was_sheet="CSV", as_of="2026-11-23")
_MAP_ASKS = (*(name for name, _ in _MAP), "date_order", "name_order", "payer_above", "save_as",
             *(f"field-{i}" for i in range(6)))
_SUBMITTER = _data(sender_id="LAKE1", sender_name="Lakeside", receiver_id="CLR", receiver_name="Clear")
_APPEAL = _data(number="1")
_LETTERHEAD = _data(name="Lakeside", address="1 Water St", phone="555-555-0100", fax="", tax_id="",
                    npi="")
_TERMS = _data(payer="$payer", level="appeal_1", method="mail", send_to="PO Box 1", forms="Form A",
               minimum="0", source="Manual 2026")
_RESULT = ("grade", "check", "owner", "by", "page")
R = Role
PAGES = (
    Page("home", "Start here", R.QUALITY, action="view_today", is_of_practice=False),
    Page("sign-in", "Start here", R.QUALITY, method="get post", before=_set_password, asks=_NAMES,
         data=_data(username="quality", password=PASSWORD), action="sign_in", is_of_practice=False),
    Page("sign-out", "Sign in to work claims.", R.QUALITY, method="post", asks=("next",),
         is_of_practice=False),
    Page("account", "Your time zone", R.QUALITY, method="get post", data=_SETTINGS,
         asks=("theme", "time_zone", "has_single_keys"), action="change_settings",
         is_of_practice=False),
    Page("make-token", "dlt_", R.QUALITY, method="post", action="make_token", is_of_practice=False,
         data=_data(name="My reports", days="90", practices="lakeside", scopes="claims:read"),
         asks=("name", "days", "practices", "scopes")),
    Page("revoke-token", "Revoked", R.QUALITY, method="post", pk="token", action="revoke_token",
         is_of_practice=False),
    Page("today", "Start here", R.QUALITY, action="view_today", is_list=True),
    Page("worklist", "LKS001", R.QUALITY, asks=_LIST, action="view_worklist", is_list=True),
    Page("next-claim", "Record a follow-up", R.L2_CALLER, R.QUALITY, method="post",
         action="take_next"),
    Page("why", "What can be recovered", R.QUALITY, pk="item"),
    Page("claim", "LKS001", R.QUALITY, pk="claim", data=_data(list="due=all", at="0"),
         asks=("list", "at", "record", "move"), action="view_claim"),
    Page("take-claim", "Record a follow-up", R.L2_CALLER, R.AUDITOR, method="post", pk="claim",
         action="take_claim"),
    Page("release-claim", "Worklist", R.L2_CALLER, method="post", pk="claim", before=_hold,
         action="release_claim"),
    Page("move-date", "Moved on Nov 23", R.L1_CALLER, R.ANALYST, method="post", pk="claim",
         data=_MOVE, asks=("due_on", "reason"), action="move_due_date"),
    Page("record", "Payment goes out on December 4.", R.L2_CALLER, R.BILLER, method="post",
         pk="claim", data=tuple(FOLLOW_UP.items()), asks=_FACTS, action="record_follow_up"),
    Page("record-fields", "Day by which the payer promised to pay", R.L2_CALLER, pk="claim",
         data=_data(outcome="payment_promised"), asks=("outcome",)),
    Page("ask", "Which modifier fits?", R.L1_CALLER, R.ANALYST, method="post", pk="claim",
         data=_data(owner="coding", question="Which modifier fits?"), action="ask_request",
         asks=("owner", "question", "due_on", "check")),
    Page("override", "Call allowed without: an answer", R.LEAD, R.BILLER, method="post",
         pk="candidate", data=_data(check="answer_waiting", reason="The payer has more."),
         asks=("check", "reason"), action="override_readiness withdraw_request"),
    Page("requests", "Post the 835 that waits", R.QUALITY, asks=("owner", "page"),
         action="view_requests", is_list=True),
    Page("answer", "Requests", R.BILLER, R.L1_CALLER, method="post", pk="request",
         data=_data(answer="It is another claim’s."), asks=("fact", "answer", "owner"),
         action="answer_request"),
    Page("withdraw", "Requests", R.BILLER, R.AUDITOR, method="post", pk="request",
         data=_data(answer="Not needed."), asks=("answer", "owner"), action="withdraw_request"),
    Page("start-call", "Packet", R.L2_CALLER, R.QUALITY, method="post", pk="claim",
         asks=("batch",), action="take_claim start_call"),
    Page("call", "Packet", R.L2_CALLER, R.BILLER, pk="call", before=_call, asks=("claim",),
         action="view_claim"),
    Page("call-work", "On hold", R.L2_CALLER, R.AUDITOR, method="post", pk="call", before=_call,
         data=_data(claim="1", do="talk"), asks=_CALL),
    Page("aging", "SAMPLE HEALTH PLAN", R.QUALITY, asks=_AGING, is_list=True),
    Page("aging", "Claims behind the figure", R.QUALITY, data=_data(payer="$payer"),
         action="view_aging_claims", is_list=True),
    Page("aging-export", "SAMPLE HEALTH PLAN", R.AUDITOR, R.QUALITY, parts=_CSV, asks=_AGING,
         action="export_aging", is_list=True),
    Page("aging-export", "LKS001", R.AUDITOR, R.QUALITY, parts=_CSV, data=_data(payer="$payer"),
         action="export_aging_claims", is_list=True),
    Page("aging-export", "xl/worksheets/sheet1.xml", R.ANALYST, R.L1_CALLER, parts=_XLSX,
         asks=_AGING, action="export_aging", is_list=True),
    Page("denials", "SAMPLE HEALTH PLAN", R.QUALITY, asks=_ANALYSIS, is_list=True),
    Page("denial-claims", "LKS001", R.QUALITY, asks=(*_ASKED_SO, "show", "page"),
         action="view_denial_claims", is_list=True),
    Page("denial-export", "SAMPLE HEALTH PLAN", R.ANALYST, R.L1_CALLER,
         parts=_data(chart="breakdown", form="csv"), data=_data(by="payer"), asks=_ASKED_SO,
         action="export_denials", is_list=True),
    Page("denial-export", "LKS001", R.AUDITOR, R.QUALITY, parts=_data(chart="claims", form="csv"),
         asks=(*_ASKED_SO, "show"), action="export_denials", is_list=True),
    Page("denial-export", "PNG", R.ANALYST, R.L2_CALLER, parts=_data(chart="trend", form="png"),
         asks=_ASKED_SO, action="export_denials", is_list=True),
    Page("outgoing", "Written by Dueline", R.QUALITY, asks=("state", "page"), is_list=True),
    Page("outgoing-file", "What was said of it", R.QUALITY, pk="outgoing"),
    Page("outgoing-download", "BHT*0010*13", R.BILLER, R.L1_CALLER, pk="outgoing",
         action="export_outgoing_file"),
    Page("outgoing-sent", "Outgoing files", R.BILLER, R.AUDITOR, method="post", pk="outgoing",
         action="send_outgoing_file"),
    Page("ask-write-off", "One person other than", R.BILLER, R.L1_CALLER, method="get post",
         pk="claim", data=_WRITE_OFF, asks=tuple(name for name, _ in _WRITE_OFF),
         action="request_write_off"),
    Page("write-offs", "Who asks does not approve", R.QUALITY, asks=("show", "page"),
         action="view_write_offs", is_list=True),
    Page("write-off", "has to approve it", R.QUALITY, pk="write_off", action="view_write_off"),
    Page("write-off-step", "Approved and posted", R.LEAD, R.QUALITY, method="post", pk="write_off",
         data=_data(step="approve", reason=""), asks=("step", "reason"),
         action="post_write_off"),
    Page("small-balances", "no small balance", R.BILLER, R.L1_CALLER,
         action="view_small_balances"),
    Page("ask-small", "There is no small balance", R.BILLER, R.L1_CALLER, method="post",
         data=_data(seal="x", note="x"), asks=("note", "seal")),
    Page("approve-batch", "These were decided already", R.LEAD, R.BILLER, method="post",
         data=_data(batch="x"), asks=("batch",)),
    Page("write-off-limits", "Write-offs", R.ADMIN, R.LEAD, method="post", data=_LIMITS,
         asks=tuple(name for name, _ in _LIMITS), action="set_write_off_limits"),
    Page("mailboxes", "share", R.BILLER, R.L1_CALLER, is_list=True),
    Page("add-mailbox", "clearing", R.ADMIN, R.BILLER, method="post", data=_MAILBOX,
         asks=tuple(name for name, _ in _MAILBOX), action="add_mailbox"),
    Page("mailbox", "Nothing was fetched", R.BILLER, R.AUDITOR, pk="mailbox", asks=("page",),
         is_list=True),
    Page("change-mailbox", "clearing", R.ADMIN, R.LEAD, method="post", pk="mailbox",
         data=_MAILBOX, asks=tuple(name for name, _ in _MAILBOX), action="change_mailbox"),
    Page("mailbox-key", "SHA256:", R.ADMIN, R.LEAD, method="post", pk="mailbox",
         data=_data(host_key=HOST_KEY), asks=("host_key",), action="accept_host_key"),
    Page("mailbox-switch", "Switch on", R.ADMIN, R.LEAD, method="post", pk="mailbox",
         data=_data(to="off"), asks=("to",), action="switch_mailbox"),
    Page("mailbox-round", "share", R.BILLER, R.ANALYST, method="post", pk="mailbox",
         action="ask_for_round"),
    Page("delivery-by-hand", "share", R.BILLER, R.ANALYST, method="post", pk="delivery",
         action="send_outgoing_file"),
    Page("outgoing-call-back", "Wrong payer.", R.BILLER, R.L2_CALLER, method="post", pk="outgoing",
         data=_data(reason="Wrong payer."), asks=("reason",), action="call_back_outgoing_file"),
    Page("outgoing-submitter", "LAKE1", R.LEAD, R.ANALYST, method="post", data=_SUBMITTER,
         asks=(*(name for name, _ in _SUBMITTER), "sender_qualifier", "receiver_qualifier",
               "contact_name", "contact_phone", "is_test"), action="set_submitter"),
    Page("status-requests", "calls spared", R.QUALITY),
    Page("status-requests-write", "being written", R.BILLER, R.AUDITOR, method="post",
         action="ask_for_status_requests"),
    Page("status-requests-nightly", "each night", R.BILLER, R.ANALYST, method="post",
         data=_data(on="no"), asks=("on",), action="switch_nightly_status_requests"),
    Page("denial-sheet", "%PDF-1.", R.AUDITOR, R.L1_CALLER, asks=_ASKED_SO,
         action="export_denials", is_list=True),
    Page("denial-work", "LKS001", R.QUALITY, asks=_DENIALS, action="view_denials", is_list=True),
    Page("denial", "Is there an authorization on the claim?", R.QUALITY, pk="denial",
         action="view_denial"),
    Page("denial-why", "Is there an authorization on the claim?", R.AUDITOR, pk="denial",
         action="view_denial"),
    Page("denial-codes", "No prior authorization", R.QUALITY, asks=("show",), is_list=True),
    Page("denial-codes-export", "No prior authorization", R.AUDITOR, R.L1_CALLER, parts=_CSV,
         action="export_codes", is_list=True),
    Page("denial-code", "This payer means it so.", R.ANALYST, R.L2_CALLER, method="get post",
         parts=_data(carc="197"), data=_MEANING, asks=tuple(name for name, _ in _MEANING),
         action="change_code_meaning"),
    Page("start-appeal", "it cannot be sent", R.L2_CALLER, R.BILLER, method="get post",
         pk="other_denial", data=_data(level="appeal_1"), asks=("level", "template"),
         action="start_appeal"),
    Page("appeals", "LKS0", R.QUALITY, asks=("show", "page"), action="view_appeals", is_list=True),
    Page("appeal", "it cannot be sent", R.AUDITOR, parts=_APPEAL, action="view_appeal"),
    Page("change-appeal", "PO Box 77", R.LEAD, R.AUDITOR, method="post", parts=_APPEAL,
         data=_data(template="authorization", own_text="", method="fax", send_to="PO Box 77"),
         asks=("template", "own_text", "method", "send_to", "due_on"), action="change_appeal"),
    Page("appeal-fact", "Typed by l2_caller", R.L2_CALLER, R.QUALITY, method="post", parts=_APPEAL,
         data=_data(fact="authorization_scope", value="Ten visits"), asks=("fact", "value"),
         action="type_appeal_fact"),
    Page("enclose", "X-ray", R.L2_CALLER, R.BILLER, method="post", parts=_APPEAL,
         data=_data(title="X-ray"), asks=("title", "other_title"), action="add_enclosure"),
    Page("unenclose", "it cannot be sent", R.L2_CALLER, R.BILLER, method="post", parts=_APPEAL,
         pk="enclosure", action="remove_enclosure"),
    Page("appeal-packet", "%PDF-1.", R.AUDITOR, parts=_APPEAL, action="export_appeal_packet"),
    Page("appeal-step", "Withdrawn", R.L2_CALLER, R.ANALYST, method="post",
         parts=_data(number="1", event="withdraw"), data=_data(reason="The payer mended it"),
         asks=("reason",), action="withdraw_appeal"),
    Page("letters", "Filed in time, with proof", R.QUALITY, is_list=True),
    Page("letterhead", "version 1", R.ANALYST, R.L2_CALLER, method="post", data=_LETTERHEAD,
         asks=tuple(name for name, _ in _LETTERHEAD), action="save_letterhead"),
    Page("appeal-terms", "Manual 2026", R.LEAD, R.L2_CALLER, method="post", data=_TERMS,
         asks=tuple(name for name, _ in _TERMS), action="save_appeal_terms"),
    Page("letter", "Ours", R.ANALYST, R.L2_CALLER, method="get post", parts=_data(key="duplicate"),
         data=_data(text="{key: duplicate, title: Ours, subject: None, paragraphs: [It is none.]}",
                    reason="Shorter", base="0"),
         asks=("text", "reason", "base", "withdraw"), action="save_letter"),
    Page("check", "out &lt;script&gt;", R.QUALITY, is_list=True),
    Page("check-files", "1 of 1 claims with warnings", R.BILLER, R.L2_CALLER, method="post",
         action="check_claims"),
    Page("check-run", "OUT001", R.QUALITY, pk="run", asks=_RESULT, action="view_check_run",
         is_list=True),
    Page("check-export", "OUT001", R.AUDITOR, R.QUALITY, pk="run", asks=_RESULT,
         action="export_check_run", is_list=True),
    Page("check-list", "Member ID missing", R.QUALITY, is_list=True),
    Page("check-switch", "Our payers take U.", R.ANALYST, R.BILLER, method="post",
         parts=_data(check="sex_unknown"), data=_data(turn="off", reason="Our payers take U."),
         asks=("turn", "reason"), action="turn_off_check"),
    Page("patterns", "Too little to conclude", R.QUALITY, asks=("payer",), action="view_patterns",
         is_list=True),
    Page("look-again", "Denial patterns", R.BILLER, R.L2_CALLER, method="post",
         action="look_for_patterns"),
    Page("open-case", "Opened with", R.ANALYST, R.QUALITY, method="get post", pk="pattern",
         data=_data(statement="No one asks for authorization"), asks=("statement",),
         action="open_case"),
    Page("open-case-anew", "Opened with", R.ANALYST, R.L1_CALLER, method="get post",
         data=_data(carc="197", payer="$payer", statement="No one asks"), action="open_case",
         asks=("carc", "payer", "procedure", "statement")),
    Page("cases", "No authorization", R.QUALITY, asks=("show",), is_list=True),
    Page("case", "No authorization", R.AUDITOR, parts=_CASE, asks=("page",), action="view_case"),
    Page("change-case", "Nobody asks", R.BILLER, R.AUDITOR, method="post", parts=_CASE,
         data=_data(statement="Nobody asks", owner="clinical"), action="change_case",
         asks=("statement", "owner", "assigned_to", "suspected_cause", "action", "training")),
    Page("fix-case", "Fixed from 09/01/2026 on", R.LEAD, R.L1_CALLER, method="post", parts=_CASE,
         data=_data(fixed_on="2026-09-01"), asks=("fixed_on",), action="fix_case"),
    Page("reopen-case", "Opened again: It is back", R.ANALYST, R.QUALITY, method="post", parts=_CASE,
         data=_data(reason="It is back"), asks=("reason",), before=_fixed, action="reopen_case"),
    Page("note-case", "We asked the front desk", R.BILLER, R.L2_CALLER, method="post", parts=_CASE,
         data=_data(text="We asked the front desk"), asks=("text",), action="note_case"),
    Page("watch-case", "Stop watching", R.BILLER, R.AUDITOR, method="post", parts=_CASE,
         data=_data(watching="yes"), asks=("watching",), action="watch_case"),
    Page("underpayments", "LKS001", R.QUALITY, asks=("state", "payer", "page"),
         action="view_underpayments", is_list=True),
    Page("underpayment-decide", "Underpayments", R.BILLER, R.ANALYST, method="post", pk="underpayment",
         data=_data(state="disputed", reason="Asked by letter"), asks=("state", "reason"),
         action="decide_underpayment"),
    Page("contracts", "Exhibit B", R.QUALITY, is_list=True),
    Page("load-schedule", "Loaded 2 amounts", R.LEAD, R.BILLER, method="post",
         data=_data(name="Ours", effective_from="2026-01-01", source="Letter"),
         asks=("name", "effective_from", "effective_to", "source"), action="load_fee_schedule"),
    Page("set-terms", "90 % of Ours", R.LEAD, R.BILLER, method="post",
         data=_data(payer="$payer", contract="2027", schedule=f"Ours {SCRIPT}", percent="90",
                    terms_source="Letter"),
         asks=("payer", "contract", "first", "last", "schedule", "percent", "lesser", "terms_source"),
         action="set_contract set_contract_pricing"),
    Page("correct-claim", "Ask for approval", R.BILLER, R.L1_CALLER, method="get post", pk="claim",
         before=_sent, data=_data(kind="8"), asks=("kind", "reason"),
         action="start_correction"),
    Page("corrections", "LKS001", R.QUALITY, before=_correct, asks=("show", "page"),
         action="view_corrections"),
    Page("next-payer", "To bill to the next payer", R.QUALITY, asks=("page",),
         action="view_next_payer"),
    Page("prepare-next-payer", "No claim waits", R.BILLER, R.L1_CALLER, method="post",
         action="prepare_next_payer"),
    Page("write-corrections", "0 claims written in 0 files.", R.BILLER, R.L2_CALLER, method="post"),
    Page("correction", "8, void", R.AUDITOR, pk="correction", before=_correct, asks=("show",),
         action="view_correction"),
    Page("change-correction", "Void it", R.BILLER, R.L1_CALLER, method="post", pk="correction",
         before=_correct),
    Page("step-correction", "Billed rightly.", R.BILLER, R.ANALYST, method="post", pk="correction",
         before=_correct, data=_data(do="withdraw", reason="Billed rightly."),
         asks=("do", "reason"), action="withdraw_correction"),
    Page("intake", "Out of balance by $25.00", R.QUALITY, asks=("show",), action="view_intake",
         is_list=True),
    Page("upload", "new.835", R.BILLER, R.L2_CALLER, method="post",
         action="post_set take_in_file"),
    Page("release-set", "Intake", R.LEAD, R.BILLER, method="post", pk="set", asks=("reason",),
         data=_data(reason="The bank shows 105.00"), action="release_set"),
    Page("decide-match", "Intake", R.BILLER, R.L1_CALLER, method="post", pk="proposal",
         data=_data(claim="$candidate"), asks=("claim",),
         action="decide_match withdraw_request"),
    Page("list-export", "LKS001", R.AUDITOR, R.L1_CALLER, parts=_data(what="worklist", form="csv"),
         data=_data(due="all"), action="export_list", is_list=True),
    Page("list-export", "LKS001", R.AUDITOR, R.QUALITY, parts=_data(what="denials", form="csv"),
         action="export_list", is_list=True),
    Page("list-export", "Post the 835 that waits", R.AUDITOR, R.QUALITY,
         parts=_data(what="requests", form="csv"), action="export_list", is_list=True),
    Page("list-export", "first-1.835", R.AUDITOR, R.QUALITY,
         parts=_data(what="quarantine", form="csv"), action="export_list", is_list=True),
    Page("list-export", "CARC 197", R.AUDITOR, R.QUALITY,
         parts=_data(what="patterns", form="csv"), action="export_list", is_list=True),
    Page("list-export", "No authorization", R.AUDITOR, R.QUALITY,
         parts=_data(what="cases", form="csv"), action="export_list", is_list=True),
    Page("list-export", "Short", R.AUDITOR, R.QUALITY,
         parts=_data(what="underpayments", form="csv"), action="export_list", is_list=True),
    Page("list-export", "To be sent by", R.AUDITOR, R.QUALITY,
         parts=_data(what="appeals", form="csv"), action="export_list", is_list=True),
    Page("list-export", "Void", R.AUDITOR, R.QUALITY, before=_correct,
         parts=_data(what="corrections", form="csv"), action="export_list"),
    Page("list-export", "Payer before paid on", R.AUDITOR, R.QUALITY,
         parts=_data(what="next_payer", form="csv"), action="export_list", is_list=True),
    Page("list-export", "Follow-up number", R.AUDITOR, R.QUALITY,
         parts=_data(what="notes", form="csv"), action="export_list", is_list=True),
    Page("list-export", "xl/worksheets/sheet1.xml", R.ANALYST, R.L1_CALLER,
         parts=_data(what="worklist", form="xlsx"), action="export_list", is_list=True),
    Page("call-sheet", "%PDF-1.", R.AUDITOR, R.L1_CALLER, data=_data(due="all"),
         action="export_call_sheet", is_list=True),
    Page("sheets", "second", R.QUALITY, action="view_sheets", is_list=True),
    Page("sheet-files", "How it is read", R.BILLER, R.L1_CALLER, method="post",
         action="receive_sheet"),
    Page("sheet", "Not named any more", R.QUALITY, pk="sheet", action="view_sheet"),
    Page("sheet-preview", "as they would be taken", R.BILLER, R.L1_CALLER, method="post",
         pk="sheet", data=_MAP, asks=_MAP_ASKS, action="preview_sheet"),
    Page("sheet-take", "Taken in", R.BILLER, R.L1_CALLER, method="post", pk="sheet", data=_MAP,
         asks=_MAP_ASKS, action="map_sheet take_in_sheet"),
    Page("sheet-faults", "a date such as", R.BILLER, R.AUDITOR, pk="sheet", parts=_CSV,
         action="export_sheet_faults"),
    Page("sheet-resolve", "Taken in", R.BILLER, R.L1_CALLER, method="post", pk="sheet",
         data=_data(resolution="$resolution", reason="Paid.", do="resolve"),
         asks=("reason", "do"), action="resolve_sheet_claims"),
    Page("payers", "SAMPLE HEALTH PLAN", R.QUALITY, asks=("show",), is_list=True),
    Page("payer", "What we must do in time", R.QUALITY, pk="payer", is_list=True),
    Page("payer-rule", "Save this version", R.LEAD, R.BILLER, method="get post", pk="payer",
         data=_RULE, asks=_RULE_ASKS, action="check_rules", is_list=True),
    Page("payer-contact", "1-800-555-0100", R.LEAD, R.L2_CALLER, method="get post", pk="payer",
         parts=_data(purpose="claim_status"), data=_CONTACT, asks=_CONTACT_ASKS,
         action="change_payer"),
    Page("rule-checked", "Marked as checked today", R.LEAD, R.ANALYST, method="post", pk="rule",
         data=_data(payer="$payer"), asks=("payer",), action="change_rules"),
    Page("take-default-rules", "default rules taken", R.LEAD, R.QUALITY, method="post",
         before=_drop_rules, action="change_rules"),
    Page("payers-import", "Save all of it", R.ADMIN, R.BILLER, method="get post", data=_FILE,
         asks=("text", "form", "save"), action="check_rules", is_list=True),
    Page("payers-export", "42 CFR 405.942", R.AUDITOR, R.L1_CALLER, parts=_CSV,
         action="export_rules", is_list=True),
    Page("payers-export", "SAMPLE HEALTH PLAN", R.LEAD, R.QUALITY, parts=_data(form="yaml"),
         action="export_rules", is_list=True),
    Page("scripts", "Denied, no authorization", R.QUALITY, is_list=True),
    Page("script", "Is an authorization really required", R.AUDITOR, parts=_data(key="S07"),
         asks=("version",), data=_data(version="0")),
    Page("script-edit", "version 1 holds", R.QUALITY, R.L2_CALLER, method="get post",
         parts=_data(key="S31"), data=_SCRIPT, asks=("text", "reason", "base", "save"),
         action="save_script"),
    Page("script-withdraw", "own holds again", R.LEAD, R.ANALYST, method="post",
         parts=_data(key="S16"), before=_own_script, data=_data(reason="Not better.", base="1"),
         asks=("reason", "base"), action="withdraw_script"),
    Page("programs", "lakeside-robot", R.ADMIN, R.LEAD, is_list=False),
    Page("add-service", "night-robot", R.ADMIN, R.BILLER, method="post", action="add_user assign_role add_service",
         data=_data(username="night-robot", purpose="Hands in files", role="biller"),
         asks=("username", "purpose", "role")),
    Page("service-token", "dlt_", R.ADMIN, R.LEAD, method="post", pk="service", action="make_token",
         data=_data(name="Night", days="30", scopes="intake:write"), asks=("name", "days", "scopes")),
    Page("revoke-service-token", "Revoked", R.ADMIN, R.LEAD, method="post", pk="service_token",
         action="revoke_token"),
    Page("add-endpoint", "whsec_", R.ADMIN, R.ANALYST, method="post", action="add_endpoint",
         data=_data(url="https://example.com/hook", kinds="denial.opened"), asks=("url", "kinds")),
    Page("end-endpoint", "No address is told of anything", R.ADMIN, R.LEAD, method="post", pk="endpoint",
         action="end_endpoint"),
    Page("drafts", "It was paid &lt;script&gt;", R.QUALITY, asks=("page",), action="view_drafts", is_list=True),
    Page("confirm-draft", "Drafts", R.L1_CALLER, R.AUDITOR, method="post", pk="draft",
         action="record_follow_up confirm_draft"),
    Page("discard-draft", "Drafts", R.L2_CALLER, R.ANALYST, method="post", pk="note",
         action="discard_draft"),
    Page("search", "LKS001", R.QUALITY, method="get post", data=_data(text="sample, jane"),
         asks=("text",), action="search", is_list=True),
)
# fmt: on
IN_PRACTICE = [page for page in PAGES if page.is_of_practice]


def each(pages: Any) -> Any:
    """Run a test for each of these rows."""
    return pytest.mark.parametrize("page", [pytest.param(page, id=page.id) for page in pages])


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


def send(client: Client, page: Page, url: str, data: dict[str, Any], **how: Any) -> HttpResponse:
    return getattr(client, page.method.split()[-1])(url, data, **how)


def content(answer: Any) -> str:
    """Return what was answered; no page of it holds a script that came with data."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = raw.decode(errors="replace")
    if answer.get("Content-Type", "").startswith("text/html"):
        assert "<script>alert" not in text.lower()
    return text


def test_table_has_every_page() -> None:
    assert {page.name for page in PAGES} == {pattern.name for pattern in urlpatterns}


@each(PAGES)
def test_works_for_a_role_that_may(site: Site, page: Page) -> None:
    user = site.people[page.may]
    if page.before:
        page.before(site, user)
    client = signed_in(None if page.name == "sign-in" else user)
    answer = send(client, page, page.url(site), page.form(site), follow=True)
    assert answer.status_code == 200
    assert page.text in content(answer)


@each(page for page in PAGES if page.name != "sign-in")
def test_asks_to_sign_in(site: Site, page: Page) -> None:
    answer = send(signed_in(None), page, page.url(site), page.form(site))
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0] == reverse("web:sign-in")


@each(IN_PRACTICE)
@pytest.mark.parametrize("who", ["summit_lead", "nobody"])
def test_practice_of_others_is_404(site: Site, page: Page, who: str) -> None:
    answer = send(signed_in(getattr(site, who)), page, page.url(site), page.form(site))
    assert answer.status_code == 404


def test_home_of_a_person_without_a_practice_is_404(site: Site) -> None:
    client = signed_in(site.nobody)
    for name in ("home", "account"):
        assert client.get(reverse(f"web:{name}")).status_code == 404


@each(page for page in PAGES if page.pk)
def test_object_of_another_practice_is_404(site: Site, page: Page) -> None:
    before = AuditEvent.objects.count()
    for user in (site.people[page.may], site.both):
        url = page.url(site, "lakeside", of="summit")
        assert send(signed_in(user), page, url, page.form(site)).status_code == 404
    assert AuditEvent.objects.count() == before


@each(PAGES)
def test_other_methods_are_405(site: Site, page: Page) -> None:
    client = signed_in(None if page.name == "sign-in" else site.people[page.may])
    for method in {"get", "post", "patch", "delete"} - set(page.method.split()):
        assert getattr(client, method)(page.url(site)).status_code == 405, method


@each(page for page in PAGES if page.may_not)
def test_role_that_may_not_is_told_who_may(site: Site, page: Page) -> None:
    before = AuditEvent.objects.count()
    user = site.people[page.may_not or page.may]
    answer = send(signed_in(user), page, page.url(site), page.form(site))
    assert answer.status_code == 403
    assert "Only these roles may" in content(answer)
    assert AuditEvent.objects.count() == before


@each(page for page in IN_PRACTICE if not page.may_not and not page.before)
@pytest.mark.parametrize("role", [Role.L1_CALLER, Role.AUDITOR, Role.ADMIN])
def test_what_no_role_is_refused(site: Site, page: Page, role: Role) -> None:
    answer = send(signed_in(site.people[role]), page, page.url(site), page.form(site))
    assert answer.status_code == 200


@each(PAGES)
def test_leaves_its_audit_event(site: Site, page: Page) -> None:
    user = site.people[page.may]
    if page.before:
        page.before(site, user)
    client = signed_in(None if page.name == "sign-in" else user)
    last = AuditEvent.objects.order_by("-pk")[0].pk
    content(send(client, page, page.url(site), page.form(site), follow=page.name == "home"))
    events = AuditEvent.objects.filter(pk__gt=last)
    own = ("home", "make-token", "revoke-token")
    scope = "lakeside" if page.is_of_practice or page.name in own else ""
    expected = [
        (
            "" if action == "add_user" else scope,
            "dueline" if action in BY_ITSELF and " " in page.action else user.username,
            action,
        )
        for action in (page.action or "").split()
    ]
    assert [(e.scope, e.username, e.action) for e in events] == expected


@each(page for page in PAGES if page.is_list)
def test_ten_times_the_claims_take_no_more_queries(site: Site, page: Page) -> None:
    client = signed_in(site.both)
    counts = []
    for code in ("lakeside", "summit"):
        for _ in range(2):  # the first visit of a day prices the list
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = send(client, page, page.url(site, code), page.form(site, code))
                assert page.text in content(answer)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


# ---------------------------------------------------------------- hostile input

TEXTS = (f"\"'>{SCRIPT}", "a\x00b", "1' OR '1'='1'; DROP TABLE ledger_claim; --", "x" * 10_000)
DATES = ("2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59")
NUMBERS = ("-1", "9" * 30, "9" * 5_000, "\u00b2", "NaN")
# What is also tried in each name alone: what the databases take each in their way on both, a script on one of
# them. What is bound, and what is long, meets the same code in all names at once.
ALONE = {"postgresql": {"a\x00b", *DATES, *NUMBERS}}
ALONE["sqlite"] = {TEXTS[0], *ALONE["postgresql"]}
_NUMBERED = {"payer", "page", "at", "claim", "amount", "count", "from", "claims_per_call"}
_DATED = ("_on", "_at", "effective_from", "effective_to")


def _targets(page: Page, value: str) -> list[str]:
    """Return the names that an input is tried in: text in all, dates and numbers in theirs."""
    if value in DATES:
        return [name for name in page.asks if name.endswith(_DATED) or name == "due"]
    return [name for name in page.asks if value in TEXTS or name in _NUMBERED]


def _tries() -> Iterator[Any]:
    for page in PAGES:
        for value in (*TEXTS, *DATES, *NUMBERS):
            if names := _targets(page, value):
                yield pytest.param(page, names, value, id=f"{page.id} {value[:24]}{len(value)}")


@pytest.mark.parametrize(("page", "names", "value"), list(_tries()))
def test_hostile_input_is_answered(site: Site, page: Page, names: list[str], value: str) -> None:
    client = signed_in(None if page.name == "sign-in" else site.people[page.may])
    valid = page.form(site)
    alone = names if value in ALONE[connection.vendor] else []
    for tried in ([*names, "unknown"], *([name] for name in alone)):
        with transaction.atomic():
            data = valid | dict.fromkeys(tried, value)
            answer = send(client, page, page.url(site), data, follow=True)
            assert answer.status_code < 500, tried
            content(answer)
            transaction.set_rollback(True)


@each(page for page in PAGES if page.pk)
@pytest.mark.parametrize(
    "value", ["0", "-1", "9" * 30, "9" * 5_000, "\u0663", "1 OR 1=1", "\x00", SCRIPT]
)
def test_hostile_id_is_404(site: Site, page: Page, value: str) -> None:
    client = signed_in(site.people[page.may])
    path = page.url(site).replace(f"/{site.ids['lakeside'][page.pk]}/", f"/{quote(value)}/")
    answer = send(client, page, path, page.form(site))
    assert answer.status_code == 404
    content(answer)


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("lakeside", SCRIPT),
        ("lakeside", "pdf"),
        ("nowhere", "csv"),
        (SCRIPT, "csv"),
        ("\x00", "csv"),
    ],
)
def test_export_that_does_not_exist_is_404_and_not_in_the_trail(
    site: Site, code: str, form: str
) -> None:
    before = AuditEvent.objects.count()
    path = f"/practices/{quote(code)}/aging/export/{quote(form, safe='')}/"
    answer = signed_in(site.people[Role.LEAD]).get(path)
    assert answer.status_code == 404
    content(answer)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param(f"{SCRIPT}.835", b"", id="script in the name, empty"),
        pytest.param("x" * 300, b"%PDF-1.7", id="long name, PDF"),
        pytest.param("a\x00b.835", b"\x00\xff" * 5_000, id="NUL in the name, bytes"),
        pytest.param("../../../etc/passwd", SCRIPT.encode(), id="path, script"),
        pytest.param("a.835", b"ISA*" + b"*" * 10_000, id="broken envelope"),
    ],
)
def test_hostile_file_is_refused_in_words(site: Site, name: str, data: bytes) -> None:
    file = SimpleUploadedFile("a.835", data)
    file._name = name
    client = signed_in(site.people[Role.BILLER])
    url = reverse("web:upload", kwargs={"practice": "lakeside"})
    answer = client.post(url, {"files": file}, follow=True)
    assert answer.status_code == 200
    assert "Refused: " in content(answer)
