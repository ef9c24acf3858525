"""How fast denials are analyzed at 1 million claims: counting the facts, the page, the claims behind a figure."""

import os
import resource
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from bench.practice import AS_OF, NOW, analyze, make_claims, people
from bench.report import Report
from bench.timing import p95_row, times

SIZE = 1_000_000
ROUNDS = 12
TARGET_MS = 1_000
BATCH = 20_000
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOTE = (
    "Nine claims in ten are answered, one answer in eight refuses something. The facts are counted from the database "
    "into columns once; afterwards only what changed. Pages by Django's test client, as an analyst opens them."
)
# Reason code, its category, and of eight refusals how many.
_REASONS = (
    *(("197", "authorization_referral"),) * 2,
    *(("16", "missing_information"),) * 2,
    *(("97", "coding_bundling"),) * 2,
    ("50", "medical_necessity"),
    ("29", "timely_filing"),
)
_STATES = ("open", "recovered", "recovered", "appealed", "written_off")
_PROCEDURES = 60
_DIAGNOSES = ("M54.50", "J06.9", "E11.9", "I10", "R07.9", "Z00.00", "F32.1", "S93.401A")


def run(out: Report) -> None:
    """Measure on the database that is set up."""
    from dueline.accounts.models import Membership
    from dueline.core.enums import Role

    practice, users = people(SIZE)
    Membership.objects.filter(practice=practice, user=users[0]).update(role=Role.ANALYST)
    make_claims(practice, SIZE)
    _answer(practice)
    analyze()
    out.section(f"Denials analyzed, {SIZE:,} claims, {out.database}", NOTE)
    _count(out, practice)
    _pages(out, practice, users[0])


def _count(out: Report, practice: Any) -> None:
    from dueline.denials.actions import count_facts
    from dueline.denials.actions.facts import mark_changed
    from dueline.denials.fact_store import folder_of
    from dueline.ledger.models import Claim

    start = time.perf_counter()
    done = count_facts(practice=practice, now=NOW)
    out.row(
        "all facts counted", f"{time.perf_counter() - start:,.1f} s", ratio=f"{done.parts} parts"
    )
    mark_changed(practice, [Claim.objects.filter(practice=practice).order_by("-pk")[0].pk])
    start = time.perf_counter()
    count_facts(practice=practice, now=NOW)
    out.row("one part counted anew, after a follow-up", f"{time.perf_counter() - start:,.2f} s")
    size = sum(path.stat().st_size for path in folder_of(practice).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.row("the files", f"{size / 2**20:,.0f} MB", ratio=f"{peak:,.0f} MB peak of memory")


def _pages(out: Report, practice: Any, user: Any) -> None:
    from django.test import Client

    os.environ["DUELINE_AS_OF"] = AS_OF.isoformat()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    base = f"/practices/{practice.code}/denials/"
    with patch("dueline.clock.now", lambda: NOW):
        for what, address in _addresses(practice):

            def one(address: str = address) -> None:
                answer = client.get(base + address)
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert answer.status_code == 200, (address, answer.status_code)
                assert content

            p95_row(out, what, times(one, ROUNDS), TARGET_MS)


def _addresses(practice: Any) -> Iterator[tuple[str, str]]:
    from dueline.payers.models import Payer

    payer = Payer.objects.filter(practice=practice).order_by("pk")[3].pk
    yield "Denials", ""
    yield "Denials, all answers, by procedure", "?period=all&by=procedure"
    yield "Denials of a payer, by remark", f"?period=all&payer={payer}&by=rarc"
    yield (
        "Denials, diagnosis and provider",
        "?period=12m&rows=diagnosis&columns=billing_provider&measure=rate",
    )
    yield "Claims refused", "claims/?period=all&show=refused"
    yield "Every claim answered, a late page", "claims/?period=all&show=answered&page=3000"
    yield "Claims answered of a month", "claims/?period=all&show=answered&service_month=2026-08"
    yield "One-page PDF", "sheet/?period=all"
    yield "Heat map as PNG", "export/heat/png/?period=all"
    yield "Breakdown as CSV", "export/breakdown/csv/?period=all&by=diagnosis"


def _answer(practice: Any) -> None:
    """Give nine of ten claims an answer of one line, and every eighth answer a refusal."""
    from dueline.bulk import insert, new_ids, row_type, tuple_of
    from dueline.denials.models import Denial
    from dueline.ledger.models import Claim, ClaimPayment, LinePayment

    remittances = _remittances(practice)
    kinds = (ClaimPayment, LinePayment, Denial)
    rows: dict[Any, list[Any]] = {kind: [] for kind in kinds}
    columns = ("pk", "payer_id", "charge_cents", "service_from_on")
    claims = Claim.objects.filter(practice=practice).order_by("pk").values_list(*columns)
    last = number = 0
    while part := list(claims.filter(pk__gt=last)[:BATCH]):
        last = part[-1][0]
        ids = {kind: new_ids(kind) for kind in kinds}
        for claim_id, payer_id, cents, service_on in part:
            number += 1
            paid_on = service_on + timedelta(days=20 + number % 47)
            if not number % 10 or paid_on > AS_OF:
                continue
            is_refused = not number % 8
            payment = row_type(ClaimPayment)(
                id=next(ids[ClaimPayment]),
                practice_id=practice.pk,
                remittance_id=remittances[payer_id, paid_on],
                claim_id=claim_id,
                match_method="patient_control_number",
                segment_number=number,
                patient_control_number=f"B{number}",
                status_code="1",
                charge_cents=cents,
                paid_cents=0 if is_refused else cents // 2,
                filing_indicator="CI",
                is_denial=is_refused,
                denied_cents=cents if is_refused else 0,
            )
            line = row_type(LinePayment)(
                id=next(ids[LinePayment]),
                practice_id=practice.pk,
                claim_payment_id=payment.id,
                segment_number=number,
                procedure_code=str(99000 + number * 7 % _PROCEDURES),
                modifiers="25" if number % 3 else "",
                charge_cents=cents,
                paid_cents=payment.paid_cents,
            )
            rows[ClaimPayment].append(payment)
            rows[LinePayment].append(line)
            if is_refused:
                rows[Denial].append(
                    _denial(number, next(ids[Denial]), payment, line, payer_id, paid_on)
                )
        for kind in kinds:
            insert(kind, [tuple_of(kind)(row) for row in rows[kind]])
            rows[kind].clear()
    for place, code in enumerate(_DIAGNOSES):
        some = Claim.objects.filter(practice=practice, charge_cents__range=_span(place))
        some.update(
            diagnoses=code, facility_code="11", prior_authorization="A" if place % 2 else ""
        )


def _span(place: int) -> tuple[int, int]:
    step = 500_000 // len(_DIAGNOSES)
    return 5000 + place * step, 5000 + (place + 1) * step


def _denial(number: int, pk: int, payment: Any, line: Any, payer_id: int, denied_on: date) -> Any:
    from dueline.bulk import row_type
    from dueline.denials.models import Denial

    carc, category = _REASONS[number // 8 % len(_REASONS)]
    state = _STATES[number // 8 % len(_STATES)]
    return row_type(Denial)(
        id=pk,
        practice_id=payment.practice_id,
        claim_id=payment.claim_id,
        claim_payment_id=payment.id,
        line_payment_id=line.id,
        payer_id=payer_id,
        group_code="CO",
        carc=carc,
        rarcs="N706 M127" if carc == "16" else "",
        amount_cents=payment.denied_cents,
        is_full=True,
        category=category,
        owner="billing",
        preventable="yes",
        usual_fix="corrected_claim",
        level="L1",
        denied_on=denied_on,
        state=state,
        state_on=denied_on + timedelta(days=30),
        contested_on=denied_on + timedelta(days=14) if number % 3 else None,
        recovered_cents=payment.denied_cents // 2 if state == "recovered" else 0,
    )


def _remittances(practice: Any) -> dict[tuple[int, date], int]:
    """Make a remittance of each payer for each day; return their ids."""
    from dueline.ledger.models import Remittance, SourceFile, TransactionSet
    from dueline.payers.models import Payer

    file = SourceFile.objects.create(
        practice=practice, name="bench", sha256="0" * 64, size_bytes=0, received_at=NOW,
        received_by="bench", is_complete=True,
    )  # fmt: skip
    days = [AS_OF - timedelta(days=back) for back in range(310)]
    keys = [(payer, day) for payer in Payer.objects.filter(practice=practice) for day in days]
    sets = TransactionSet.objects.bulk_create(
        TransactionSet(
            practice=practice, source_file=file, kind="835", status="posted", segment_from=n,
            segment_through=n, content_hash=f"bench {n}", posted_at=NOW,
        )
        for n in range(len(keys))
    )  # fmt: skip
    made = Remittance.objects.bulk_create(
        Remittance(
            practice=practice, transaction_set=one, payer=payer, payment_cents=0,
            payment_method="ACH", paid_on=day, trace_number=f"T{one.pk}",
        )
        for one, (payer, day) in zip(sets, keys)
    )  # fmt: skip
    return {(row.payer_id, row.paid_on): row.pk for row in made if row.paid_on}
