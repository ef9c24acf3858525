"""How long a night's status requests take: chosen, written, read back, kept, and their claims set to wait."""

from bench.memory import peak_bytes
from bench.practice import AS_OF, NOW, analyze, make_claims, people
from bench.report import Report
from bench.timing import seconds

CLAIMS = 230_000  # of which a good 100,000 are due and whose payer takes a 276
WANTED = 100_000
TARGET_SECONDS = 60


def run(out: Report) -> None:
    """Measure on the database that is set up: one run of `write_status_requests`, then one with nothing to ask."""
    from dueline.ledger.models import Claim, Provider
    from dueline.payers.models import Payer, PayerIdentifier
    from dueline.sending.actions import SubmitterFacts, set_submitter
    from dueline.status_requests.actions import write_status_requests
    from dueline.worklist.actions import refresh
    from dueline.worklist.models import WorklistItem

    practice, _ = people(CLAIMS)
    make_claims(practice, CLAIMS)
    provider = Provider.objects.create(practice=practice, npi="1999936606", name="BENCH")
    Claim.objects.filter(practice=practice).update(billing_provider=provider)
    PayerIdentifier.objects.bulk_create(
        PayerIdentifier(practice=practice, payer=payer, kind="PI", value=f"P{payer.pk}")
        for payer in Payer.objects.filter(practice=practice)
    )
    facts = SubmitterFacts("BENCH", "BENCH", receiver_id="CLEAR", receiver_name="CLEAR")
    set_submitter(practice=practice, facts=facts, by="bench", at=NOW)
    refresh(practice=practice, as_of=AS_OF)
    # Every look that is to come has come: the mix of a practice that never asked electronically.
    WorklistItem.objects.filter(practice=practice, due_on__gt=AS_OF).update(due_on=AS_OF)
    analyze()

    def write() -> int:
        run = write_status_requests(practice=practice, as_of=AS_OF, by="bench", at=NOW)
        return run.asked

    asked: list[int] = []
    took = seconds(lambda: asked.append(write()))
    again = seconds(lambda: asked.append(write()))
    out.section(
        f"Status requests, {CLAIMS:,} open claims, {out.database}",
        "All claims that wait for their payer are due: a 276 for each whose payer takes it and of which enough is "
        "known, a file for each payer, read back before it is kept; then the claims wait for the answer.",
    )
    per = took / asked[0] * WANTED
    out.row("requests written", f"{asked[0]:,}")
    out.row("in", f"{took:,.1f} s", ratio=f"{asked[0] / took:,.0f} a second")
    out.row(
        f"for {WANTED:,} requests",
        f"{per:,.1f} s",
        target=f"under {TARGET_SECONDS} s",
        is_met=per < TARGET_SECONDS,
    )
    out.row("a second run, which asks nothing", f"{again:,.1f} s", is_met=asked[1] == 0)
    out.row("peak memory of the process", f"{peak_bytes() / 2**20:,.0f} MB")
