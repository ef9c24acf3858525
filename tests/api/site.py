"""Two practices with claims, denials, a set in quarantine and a pattern; people of them, each with a token."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.models import Practice, User
from dueline.api.actions.tokens import make_token
from dueline.api.models import Token
from dueline.api.permissions import scopes_of
from dueline.cases.actions import look_for_patterns, open_case
from dueline.cases.models import Pattern
from dueline.core.enums import Role
from dueline.core.scopes import Scope
from dueline.denials.models import Denial
from dueline.intake.actions import intake_paths
from dueline.ledger.models import Claim
from dueline.payers.actions import seed_default_rules
from dueline.payers.models import Payer
from dueline.worklist.actions import refresh
from dueline.worklist.models import WorklistItem

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
CONTACT: dict[str, Any] = {
    "occurred_at": "2026-11-23T10:26:00-05:00",
    "channel": "call",
    "contact_name": "Dana M.",
    "reference_number": "7741-20C",
    "said": "Payment goes out on December 4.",
    "outcome": "payment_promised",
    "next_action": "await_payment",
    "next_due_on": "2026-12-07",
    "facts": {"promised_on": "2026-12-04"},
}
_keys = itertools.count(1)


def remittance(npi: str, control: int, *bodies: str) -> bytes:
    """Return an 835 file with a set for each body."""
    sets = ""
    for place, body in enumerate(bodies, 1):
        sets += f"ST*835*{place:04d}~{body}SE*{body.count('~') + 2}*{place:04d}~"
    return (
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0900*^*00501*"
        f"{control:09d}*0*P*:~GS*HP*P*Q*20261120*0900*{control}*X*005010X221A1~{sets}"
        f"GE*{len(bodies)}*{control}~IEA*1*{control:09d}~"
    ).encode()


def denied(npi: str, number: str, *, paid: str = "0") -> str:
    """Return a set that refuses a claim; with another `paid` in BPR02 it is out of balance."""
    return (
        f"BPR*I*{paid}*C*ACH************20261120~TRN*1*T{number}*1999999999~DTM*405*20261120~"
        f"N1*PR*SAMPLE HEALTH PLAN~N1*PE*CLINIC*XX*{npi}~LX*1~"
        f"CLP*{number}*1*150*0*0*12*I{number}*11*1~NM1*QC*1*SAMPLE*JANE****MI*M{number}~"
        "SVC*HC:99213*150*0**1~DTM*472*20261001~CAS*CO*197*150~"
    )


@dataclass
class Site:
    """Lakeside and summit, each with its claims; people of lakeside by role, and the token of each."""

    practices: dict[str, Practice] = field(default_factory=dict)
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    people: dict[Role, User] = field(default_factory=dict)
    tokens: dict[Role, str] = field(default_factory=dict)
    other: str = ""  # the token of summit's lead

    @property
    def lakeside(self) -> Practice:
        return self.practices["lakeside"]


def token_of(user: User, practice: Practice, scopes: list[Scope], **how: Any) -> tuple[Token, str]:
    facts = {"name": "test", "days": 30, "by": "tests", "now": NOW, **how}
    return make_token(user=user, practices=[practice], scopes=scopes, **facts)


def _practice(made: Site, code: str, npi: str, folder: Path) -> Practice:
    practice = add_practice(
        code=code, name=code.title(), tax_id="995550187", npis=[(npi, "Clinic")], by="tests", at=NOW
    )
    seed_default_rules(practice=practice)
    path = folder / f"{code}.835"
    bodies = [denied(npi, f"{code[:3].upper()}{at:03d}") for at in range(1, 6)]
    path.write_bytes(remittance(npi, 1, *bodies, denied(npi, "HELD", paid="9")))
    intake_paths(practice=practice, paths=[path], by="tests", as_of=AS_OF, clock=lambda: NOW)
    refresh(practice=practice, as_of=AS_OF)
    payer = Payer.objects.get(practice=practice)
    run = look_for_patterns(practice=practice, by="tests", as_of=AS_OF, now=NOW)
    Pattern.objects.create(
        practice=practice, run=run, key="made", kind="pattern", carc="197", refused=3, lines=4,
        conditions=[["payer", str(payer.pk)]], expected=0.5, lift=6, lift_low=3, lift_high=9,
        q_value=0.01, refused_cents=45000, avoidable_cents=40000, patients=3,
        first_found_on=AS_OF, last_found_on=AS_OF,
    )  # fmt: skip
    item = WorklistItem.objects.filter(practice=practice, is_open=True).order_by("pk")[0]
    made.ids[code] = {
        "claim": item.claim_id,
        "payer": payer.pk,
        "denial": Denial.objects.filter(practice=practice).order_by("pk")[0].pk,
        "file": practice.receipts.get().pk,
        "number": 1,  # of a follow-up, by those who need one
    }
    made.practices[code] = practice
    return practice


def build(folder: Path) -> Site:
    made = Site()
    lakeside = _practice(made, "lakeside", "1234567893", folder)
    summit = _practice(made, "summit", "1999999992", folder)

    def person(name: str, role: Role, practice: Practice) -> tuple[User, str]:
        user = add_user(
            username=name, password=None, memberships={practice: role}, by="tests", at=NOW
        )
        return user, token_of(user, practice, scopes_of(role))[1]

    for role in Role:
        made.people[role], made.tokens[role] = person(role.value, role, lakeside)
    _, made.other = person("summit-lead", Role.LEAD, summit)
    values = [("payer", str(made.ids["lakeside"]["payer"])), ("procedure", "99213")]
    open_case(practice=lakeside, by=made.people[Role.LEAD], statement="No authorization", carc="197",
              conditions=values, as_of=AS_OF, now=NOW)  # fmt: skip
    return made


def call(
    token: str | None, method: str, path: str, *, practice: str = "lakeside", **how: Any
) -> HttpResponse:
    """Send a request to an address within a practice; a write gets a new key unless `key` says one."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    key = how.pop("key", f"test-key-{next(_keys)}")
    if key is not None:
        headers["Idempotency-Key"] = key
    if "json" in how:
        how |= {"data": how.pop("json"), "content_type": "application/json"}
    address = f"/api/v1/practices/{practice}/{path}"
    return getattr(Client(), method)(address, headers=headers, **how)


def claims_of(practice: Practice) -> list[Claim]:
    return list(Claim.objects.filter(practice=practice).order_by("patient_control_key"))
