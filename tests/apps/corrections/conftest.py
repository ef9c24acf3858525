"""A practice with one denied claim of two lines, one rejected and one known from a remittance only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dueline.core.enums import PayerType, Role

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NPI, DOCTOR, OTHER_DOCTOR = "1999936606", "1234567893", "1992992002"


def interchange(kind: str, version: str, number: int, body: str) -> str:
    """Return a file of one set; `body` is what stands between ST and SE."""
    group = {"837": "HC", "835": "HP", "277": "HN"}[kind]
    st03 = "" if kind == "835" else f"*{version}"
    return (
        "ISA*00*          *00*          *ZZ*LAKESIDE       *ZZ*CLEARING       *261001*0900*^*00501*"
        f"{number:09d}*0*P*:~GS*{group}*L*C*20261001*0900*{number}*X*{version}~"
        f"ST*{kind}*0001{st03}~{body}SE*{body.count('~') + 2}*0001~GE*1*{number}~IEA*1*{number:09d}~"
    )


def claim_text(number: str) -> str:
    return (
        f"CLM*{number}*250***11:B:1*Y*A*Y*Y~REF*G1*AUTH-7~HI*ABK:M5450*ABF:E119~"
        f"NM1*DN*1*REED*ROSA****XX*{OTHER_DOCTOR}~NM1*82*1*DOE*DANA****XX*{DOCTOR}~PRV*PE*PXC*207Q00000X~"
        "LX*1~SV1*HC:99213*150*UN*1***1:2~DTP*472*D8*20261001~REF*6R*L1~"
        "LX*2~SV1*HC:20610:RT*100*UN*1***1~DTP*472*D8*20261001~REF*6R*L2~"
    )


def claims_file(*numbers: str, control: int = 1) -> str:
    body = (
        f"BHT*0019*00*B{control}*20261002*0900*CH~NM1*41*2*LAKESIDE*****46*LAKE~PER*IC*BILLING*TE*3125550100~"
        "NM1*40*2*CLEARING*****46*CLEAR~HL*1**20*1~PRV*BI*PXC*207Q00000X~"
        f"NM1*85*2*LAKESIDE*****XX*{NPI}~N3*1 LAKE ST~N4*CHICAGO*IL*606011234~REF*EI*995550187~"
        "HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*SAMPLE*JANE****MI*M100200~N3*2 ELM ST~N4*CHICAGO*IL*60601~"
        "DMG*D8*19800402*F~NM1*PR*2*HARBORLIGHT*****PI*HL001~"
    )
    return interchange("837", "005010X222A1", control, body + "".join(map(claim_text, numbers)))


def remittance(number: str, control: int, *, paid: int = 0, on: str = "20261020") -> str:
    """Return an 835 that pays a claim's first line so much, or denies both as bundled."""
    owed = f"CAS*CO*97*{150 - paid}~" if paid < 150 else ""
    body = (
        f"BPR*I*{paid}*C*ACH************{on}~TRN*1*T{control}*1999999999~DTM*405*{on}~"
        f"N1*PR*HARBORLIGHT~N1*PE*LAKESIDE*XX*{NPI}~LX*1~CLP*{number}*1*250*{paid}*0*12*ICN{number}*11*1~"
        f"NM1*QC*1*SAMPLE*JANE****MI*M100200~SVC*HC:99213*150*{paid}**1~DTM*472*20261001~{owed}"
        "SVC*HC:20610:RT*100*0**1~DTM*472*20261001~CAS*CO*97*100~"
    )
    return interchange("835", "005010X221A1", control, body)


def rejection(number: str, control: int) -> str:
    body = (
        "BHT*0085*08*B9*20261003*0900*TH~HL*1**20*1~NM1*PR*2*HARBORLIGHT*****PI*HL001~TRN*1*R9~"
        "DTP*050*D8*20261003~DTP*009*D8*20261003~HL*2*1*21*1~NM1*41*2*LAKESIDE*****46*LAKE~"
        f"TRN*2*B1~STC*A1:19*20261003*WQ*250~HL*3*2*19*1~NM1*85*2*LAKESIDE*****XX*{NPI}~HL*4*3*PT~"
        f"NM1*QC*1*SAMPLE*JANE****MI*M100200~TRN*2*{number}~STC*A3:21*20261003*U*250~DTP*472*D8*20261001~"
    )
    return interchange("277", "005010X214", control, body)


@dataclass
class Site:
    """The practice, its people by role (two billers) and its claims by number."""

    practice: Any = None
    people: dict[str, Any] = field(default_factory=dict)
    folder: Path = Path()

    def take_in(self, *texts: str, at: datetime = NOW) -> None:
        from dueline.intake.actions import intake_paths

        for text in texts:
            path = self.folder / f"{len(list(self.folder.iterdir())):03d}.x12"
            path.write_text(text)
            intake_paths(
                practice=self.practice,
                paths=[path],
                by="tests",
                as_of=AS_OF,
                clock=lambda: at,
            )

    def claim(self, number: str) -> Any:
        from dueline.ledger.models import Claim

        return Claim.objects.get(practice=self.practice, patient_control_number=number)


def build(folder: Path) -> Site:
    from dueline.accounts.actions import add_practice, add_user
    from dueline.payers.actions import add_payer, seed_default_rules

    practice = add_practice(
        code="lakeside", name="Lakeside", tax_id="995550187", npis=[(NPI, "")], by="tests", at=NOW
    )
    seed_default_rules(practice=practice)
    add_payer(
        practice=practice,
        name="Harborlight",
        payer_type=PayerType.COMMERCIAL,
        identifiers=[("PI", "HL001")],
        source="tests",
    )
    site = Site(practice, folder=folder)
    people = {"bea": Role.BILLER, "bob": Role.BILLER, "lena": Role.LEAD, "cal": Role.L1_CALLER}
    for name, role in people.items():
        site.people[name] = add_user(
            username=name, password=None, memberships={practice: role}, by="tests", at=NOW
        )
    before = NOW - timedelta(days=20)
    site.take_in(claims_file("DEN1", "REJ1", "SENT1"), at=before)
    only = remittance("ONLY1", 4).replace("M100200", "M777").replace("20261001", "20260901")
    only = only.replace("SAMPLE*JANE", "OTHER*ANN")
    site.take_in(remittance("DEN1", 2, on="20261118"), rejection("REJ1", 3), only, at=before)
    return site


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    from django.db import transaction

    ground = transaction.atomic()
    ground._from_testcase = True  # type: ignore[attr-defined]  # what asks for the outermost one may have it
    with django_db_blocker.unblock(), ground:
        yield build(tmp_path_factory.mktemp("in"))
        transaction.set_rollback(True)


@pytest.fixture
def site(built: Site, db: None) -> Site:
    """Give the data of the module; what a test changes is rolled back to it."""
    return built
