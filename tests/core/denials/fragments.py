"""Remittance fragments as readable X12, and what Dueline makes of them in words."""

from pathlib import Path
from typing import NamedTuple

from dueline.core.money import to_cents
from dueline.core.refusals import meaning_of, refusals_of_claim_payment
from dueline.core.x12 import FileReader
from dueline.core.x12.model import ClaimPayment

HEAD = """ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1015*^*00501*000000101*0*P*:~
GS*HP*SENDER*RECEIVER*20260302*1015*7*X*005010X221A1~
ST*835*0001~
BPR*{handling}*{paid}*{sign}*{method}************20260316~
TRN*1*EFT20260316*1999999999~
N1*PR*SAMPLE HEALTH PLAN*XV*99999~
N1*PE*SAMPLE CLINIC*XX*1999999919~
LX*1~"""


class Case(NamedTuple):
    name: str
    segments: list[str]
    expected: list[str]


def cases(table: Path) -> list[Case]:
    """Return the cases of the table: a name, segments, and what is expected, line by line."""
    found: list[Case] = []
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append(Case(line[3:], [], []))
        elif line.startswith("= "):
            found[-1].expected.append(line[2:])
        elif line and not line.startswith("#"):
            found[-1].segments.append(line)
    return found


def read_case(segments: list[str]) -> list[ClaimPayment]:
    """Read a fragment within a remittance whose sum is right: it must balance, and nothing may be fatal."""
    cents = 0
    for segment in segments:
        elements = segment.rstrip("~").split("*")
        cents += to_cents(elements[4]) if elements[0] == "CLP" else 0
        cents -= to_cents(elements[4]) if elements[0] == "PLB" else 0
    paid = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    kind = {"handling": "I" if cents else "H", "method": "ACH" if cents else "NON"}
    head = HEAD.format(paid=paid, sign="C" if cents >= 0 else "D", **kind)
    count = len(segments) + 8
    tail = [f"SE*{count - 1}*0001~", "GE*1*7~", "IEA*1*000000101~"]
    reader = FileReader("\n".join([head, *segments, *tail]).encode() + b"\n")
    items = [item for one in reader.sets() for item in one.items()]
    assert [p for p in reader.problems if p.is_fatal] == []
    return [item for item in items if isinstance(item, ClaimPayment)]


def said(claims: list[ClaimPayment]) -> list[str]:
    """Return what is refused, a line for each refusal."""
    rows = []
    for claim in claims:
        for one in refusals_of_claim_payment(claim):
            where = "claim" if one.line is None else f"line {one.line + 1}"
            if one.is_duplicate:
                extent = "duplicate"
            else:
                extent = "full" if one.is_full else "partial"
            meaning = meaning_of(one.carc)
            reason = f"{one.group_code}-{one.carc} {one.amount_cents / 100:.2f} {extent}"
            rows.append(
                " | ".join(
                    [
                        f"{claim.patient_control_number} {where} {reason}",
                        meaning.category.value if meaning.is_known else "unknown",
                        meaning.owner.value,
                        meaning.usual_fix.value,
                        " ".join(one.rarcs),
                    ]
                ).rstrip(" |")
            )
    return rows or ["no denial"]
