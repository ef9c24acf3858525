"""How fast appeals become PDFs: facts read, letter filled, sheets set, a scan joined; one process, one core."""

import io
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.practice import AS_OF, NOW
from bench.report import Report

COUNT = 1000
CLAIMS = 3000
TARGET_SECONDS = 300
NOTE = (
    "An invented practice's denials, each appealed once, drafted and made into a packet: cover sheet, letter, "
    "remittance or proof of filing, and a scan of two pages as fax machines write it. One process on one core."
)


def run(out: Report) -> None:
    """Measure on the database that is set up."""
    practice, by = _practice()
    appeals = list(_appeals(practice, by))
    out.section(f"Appeals, {out.database}", NOTE)
    began = time.perf_counter()
    pages = sum(_packet(appeals[at % len(appeals)]) for at in range(COUNT))
    took = time.perf_counter() - began
    out.row(
        f"{COUNT:,} packets of {len(appeals):,} appeals",
        f"{took:,.0f} s",
        ratio=f"{pages:,} pages",
        target=f"under {TARGET_SECONDS} s on 2 cores",
        is_met=took < TARGET_SECONDS,
    )


def _practice() -> tuple[Any, Any]:
    from dueline.accounts.actions import add_practice, add_user
    from dueline.core.enums import Role
    from dueline.intake.actions import intake_paths
    from dueline.payers.actions import seed_default_rules
    from dueline.sample import practice_plan, write_sample

    plan = practice_plan(code="letters", claim_count=CLAIMS, seed=11, as_of=AS_OF)
    npis = [(party.identifier, "") for party in (plan.billing, plan.facility)]
    practice = add_practice(code="letters", name=plan.name, npis=npis, by="bench", at=NOW)
    seed_default_rules(practice=practice)
    with tempfile.TemporaryDirectory() as folder:
        write_sample(plan, Path(folder))
        paths = [Path(folder) / "files"]
        intake_paths(practice=practice, paths=paths, by="bench", as_of=AS_OF, clock=lambda: NOW)
    by = add_user(
        username="bench", password=None, memberships={practice: Role.LEAD}, by="bench", at=NOW
    )
    return practice, by


def _appeals(practice: Any, by: Any) -> Any:
    from dueline.appeals.actions import add_enclosure, start_appeal
    from dueline.appeals.errors import AppealRefused
    from dueline.core.appeals.levels import AppealLevel
    from dueline.denials.models import Denial

    scan, level = _scan(), AppealLevel.APPEAL_1
    rows = Denial.objects.filter(practice=practice, state="open").select_related("claim", "payer")
    made = 0
    for denial in rows.order_by("pk"):
        try:
            appeal = start_appeal(
                practice=practice, denial=denial, level=level, by=by, as_of=AS_OF, now=NOW
            )
        except AppealRefused:  # past its window, or appealed with another line of its claim
            continue
        add_enclosure(appeal=appeal, title="Medical records", content=scan, by=by, now=NOW)
        yield appeal
        made += 1
        if made == COUNT:
            return


def _scan() -> bytes:
    """Return a TIFF of two pages at 200 dots an inch, black and white."""
    from PIL import Image, ImageDraw

    pages = []
    for page in range(2):
        picture = Image.new("1", (1700, 2200), 1)
        for line in range(60):
            at = (150, 150 + 32 * line)
            ImageDraw.Draw(picture).text(at, f"Page {page + 1}, line {line + 1} of a chart", fill=0)
        pages.append(picture)
    kept = io.BytesIO()
    pages[0].save(kept, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    return kept.getvalue()


def _packet(appeal: Any) -> int:
    from dueline.appeals.packet import packet_of
    from dueline.appeals.queries.reading import draft_of

    return packet_of(draft_of(appeal, as_of=AS_OF), as_of=AS_OF).pages
