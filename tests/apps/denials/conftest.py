"""A practice whose files are written by a test, segment by segment, and taken in. Models are imported inside."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NPI = "1999936606"


@pytest.fixture
def practice(db: None) -> Any:
    from dueline.accounts.actions import add_practice
    from dueline.core.enums import PayerType
    from dueline.payers.actions import add_payer, seed_default_rules

    found = add_practice(
        code="lakeside", name="Lakeside", tax_id="995550187", npis=[(NPI, "")], by="test", at=NOW
    )
    seed_default_rules(practice=found)
    for name, kind, number in (
        ("Harborlight", PayerType.COMMERCIAL, "HLH01"),
        ("Prairie Union", PayerType.MEDICARE, "PRA01"),
    ):
        add_payer(
            practice=found,
            name=name,
            payer_type=kind,
            identifiers=[("PI", number), ("TIN", f"1{number}")],
            source="test",
        )
    return found


@pytest.fixture
def take_in(practice: Any, tmp_path: Path) -> Callable[..., Any]:
    """Take in a file of one set."""
    numbers = count(1)

    def take(kind: str, version: str, segments: list[str]) -> Any:
        from dueline.intake.actions import intake_paths

        number = next(numbers)
        functional = "HP" if kind == "835" else "HC"
        head = [
            "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*1015*^*00501"
            f"*{number:09d}*0*P*:",
            f"GS*{functional}*SENDER*RECEIVER*20261123*1015*{number}*X*{version}",
            f"ST*{kind}*0001" + (f"*{version}" if kind == "837" else ""),
        ]
        tail = [f"SE*{len(segments) + 2}*0001", f"GE*1*{number}", f"IEA*1*{number:09d}"]
        path = tmp_path / f"{number:03d}.x12"
        path.write_text("~\n".join([*head, *segments, *tail]) + "~\n")
        summary = intake_paths(
            practice=practice, paths=[path], by="test", as_of=AS_OF, clock=lambda: NOW
        )
        assert summary.total("quarantined_count") == 0, "the file should have been posted"
        assert summary.total("posted_count") == 1
        return summary

    return take


@pytest.fixture
def remit(take_in: Callable[..., Any]) -> Callable[..., Any]:
    """Take in a remittance of a day: its claim payments as segments."""
    traces = count(1)

    def take(on: str, *segments: str, payer: str = "Harborlight*PI*HLH01") -> Any:
        from dueline.core.money import to_cents

        lines = [line.strip() for text in segments for line in text.split(" / ")]
        paid = sum(to_cents(s.split("*")[4]) for s in lines if s.startswith("CLP"))
        paid -= sum(to_cents(s.split("*")[4]) for s in lines if s.startswith("PLB"))
        day = on.replace("-", "")
        amount = f"{abs(paid) // 100}.{abs(paid) % 100:02d}"
        tin = "1" + payer.rpartition("*")[2]
        handling = f"BPR*{'I' if paid else 'H'}*{amount}*{'C' if paid >= 0 else 'D'}*{'ACH' if paid else 'NON'}"
        head = [
            f"{handling}************{day}",
            f"TRN*1*EFT{next(traces):06d}*{tin}",
            f"N1*PR*{payer}",
            f"N1*PE*LAKESIDE*XX*{NPI}",
            "LX*1",
        ]
        return take_in("835", "005010X221A1", [*head, *lines])

    return take


@pytest.fixture
def submit(take_in: Callable[..., Any]) -> Callable[..., Any]:
    """Take in a claim as sent on a day: lines as (procedure, charge)."""

    def take(
        on: str,
        number: str = "LKS-1",
        *lines: tuple[str, int],
        frequency: str = "1",
        payer: str = "HARBORLIGHT*PI*HLH01",
        sequence: str = "P",
        authorization: str = "",
        facility: str = "",
    ) -> Any:
        billed = lines or (("99214", 150),)
        name, kind, identifier = payer.split("*")
        day = on.replace("-", "")
        segments = [
            f"BHT*0019*00*{day}*{day}*1015*CH",
            "NM1*41*2*LAKESIDE*****46*SUB1",
            "PER*IC*DESK*TE*5555550100",
            "NM1*40*2*CLEARING*****46*CLR1",
            "HL*1**20*1",
            f"NM1*85*2*LAKESIDE*****XX*{NPI}",
            "N3*1 WATER ST",
            "N4*ANYTOWN*OH*440010001",
            "REF*EI*995550187",
            "HL*2*1*22*0",
            f"SBR*{sequence}*18*******CI",
            "NM1*IL*1*QUILL*ADA****MI*HLH4471203",
            "N3*2 HILL ST",
            "N4*ANYTOWN*OH*440010001",
            "DMG*D8*19800402*F",
            f"NM1*PR*2*{name}*****{kind}*{identifier}",
            f"CLM*{number}*{sum(charge for _, charge in billed)}***11:B:{frequency}*Y*A*Y*Y",
            *([f"REF*G1*{authorization}"] if authorization else []),
            "HI*ABK:J069",
            *(
                [f"NM1*77*2*{facility}", "N3*9 HILL ST", "N4*ANYTOWN*OH*440010001"]
                if facility
                else []
            ),
        ]
        for place, (code, charge) in enumerate(billed, 1):
            segments += [
                f"LX*{place}",
                f"SV1*HC:{code}*{charge}*UN*1***1",
                "DTP*472*D8*20260901",
            ]
        return take_in("837", "005010X222A1", segments)

    return take


@pytest.fixture
def told(practice: Any) -> Callable[[], list[str]]:
    """Say all denials in words: claim, reason, amount, state, what was recovered, first or repeat."""

    def tell() -> list[str]:
        from dueline.denials.models import Denial

        rows = Denial.objects.filter(practice=practice).select_related("claim", "service_line")
        words = []
        for row in rows.order_by("claim__patient_control_number", "id"):
            line = f"line {row.service_line.line_number}" if row.service_line else "claim"
            text = f"{row.claim.patient_control_number} {line} {row.group_code}-{row.carc}"
            text += f" {row.amount_cents / 100:.2f} {row.state}"
            if row.recovered_cents:
                text += f" {row.recovered_cents / 100:.2f}"
            words.append(text + (" again" if row.repeats_id else ""))
        return words

    return tell
