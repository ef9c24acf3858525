"""A file of claims looked at: each planted fault named once, no clean claim blamed, nothing posted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dueline.accounts.models import AuditEvent
from dueline.core.enums import WarningGrade
from dueline.core.x12 import FileReader
from dueline.core.x12.model import ClaimBatch, Diagnosis, Procedure, Reference, SubmittedClaim
from dueline.ledger.models import Claim
from dueline.prevention.models import CheckedClaim, CheckWarning
from dueline.prevention.queries import warnings_of
from dueline.sample import practice_plan, write_sample
from tests.apps.prevention.conftest import (
    AS_OF,
    PLAN,
    add_sample_practice,
    clean_claims,
    file_of,
    said,
)

Act = Callable[..., Any]


def first_line(claim: SubmittedClaim, **changes: Any) -> SubmittedClaim:
    """Return the claim with its first line changed; its charge follows."""
    lines = (replace(claim.lines[0], **changes), *claim.lines[1:])
    return replace(claim, lines=lines, charge_cents=sum(line.charge_cents for line in lines))


def holder(claim: SubmittedClaim, **changes: Any) -> SubmittedClaim:
    party = replace(claim.subscriber.party, **changes)
    return replace(claim, subscriber=replace(claim.subscriber, party=party))


FAULTS: dict[str, Callable[[SubmittedClaim], SubmittedClaim]] = {
    "member_id_missing": lambda c: holder(c, identifier="", id_qualifier=""),
    "member_id_malformed": lambda c: holder(c, identifier="MED 1000123"),
    "provider_npi_wrong": lambda c: replace(
        c, rendering_provider=replace(c.rendering_provider, identifier="1999990018")  # type: ignore[type-var]
    ),
    "rendering_missing": lambda c: replace(c, rendering_provider=None),
    "billing_address_box": lambda c: replace(
        c, billing_provider=replace(c.billing_provider, address_1="PO BOX 7")
    ),
    "tax_id_not_ours": lambda c: replace(
        c, billing_provider=replace(c.billing_provider, references=(Reference("EI", "991234567"),))
    ),
    "payer_unknown": lambda c: replace(
        c, payer=replace(c.payer, identifier="77777", last_name="NOBODY HEALTH")
    ),
    "diagnosis_malformed": lambda c: replace(c, diagnoses=(Diagnosis("ABK", "E11.9"), *c.diagnoses[1:])),
    "external_cause_first": lambda c: replace(c, diagnoses=(Diagnosis("ABK", "W010XXA"), *c.diagnoses[1:])),
    "procedure_malformed": lambda c: first_line(c, procedure=Procedure("HC", "9921")),
    "modifier_twice": lambda c: first_line(c, procedure=Procedure("HC", "99213", ("25", "25"))),
    "units_not_positive": lambda c: first_line(c, units=Decimal(0)),
    "charge_not_sum": lambda c: replace(c, charge_cents=c.charge_cents + 1),
    "service_date_future": lambda c: first_line(
        c, service_from_on=AS_OF + timedelta(1), service_through_on=AS_OF + timedelta(1)
    ),
    "place_of_service_wrong": lambda c: first_line(c, place_of_service="00"),
    "original_number_missing": lambda c: replace(c, frequency_code="7"),
    "primary_answer_missing": lambda c: replace(
        c, subscriber=replace(c.subscriber, sequence="S"), other_payers=()
    ),
}  # fmt: skip


def _is_plain(claim: SubmittedClaim) -> bool:
    """Whether one fault is one: an adult of a commercial payer, seen lately, with no second payer."""
    is_lately = claim.service_from_on is not None and claim.service_from_on > AS_OF - timedelta(60)
    is_own = claim.patient is None and claim.subscriber.filing_indicator == "CI"
    return is_lately and is_own and not claim.other_payers


@pytest.fixture
def planted() -> tuple[list[SubmittedClaim], list[tuple[str, str]]]:
    """Give claims, every second with another fault, and what is to be said of them."""
    claims = [c for c in clean_claims(200) if _is_plain(c)]
    names, expected = iter(FAULTS), []
    for place in range(0, len(claims), 2):
        name = next(names, None)
        if name is not None:
            claims[place] = FAULTS[name](claims[place])
            expected.append((claims[place].patient_control_number, name))
    assert len(expected) == len(FAULTS), f"{len(claims)} claims are too few"
    return claims, expected


def test_each_planted_fault_is_named_once_and_no_clean_claim_blamed(
    look: Act, practice: Any, planted: Any
) -> None:
    claims, expected = planted
    run = look(file_of(claims))
    assert said(run) == expected
    assert (run.state, run.claim_count, run.warned_count) == ("done", len(claims), len(expected))
    assert not Claim.objects.exists(), "nothing is posted"
    event = AuditEvent.objects.get(action="check_claims")
    assert event.detail == {"claims": len(claims), "warned": len(expected)}


def test_warnings_name_their_place_and_no_patient(look: Act, planted: Any) -> None:
    claims, _ = planted
    text = file_of(claims)
    segments = text.replace("\n", "").split("~")
    for row in warnings_of(look(text)):
        segment = segments[row.segment_number - 1]
        assert segment.split("*")[0] in {"CLM", "LX", "NM1", "SBR", "REF"}, row.check_id
        assert all((row.loop, row.element, row.expected, row.found)), row.check_id
        told = f"{row.found} {row.expected} {row.reason}".upper()
        patients = {c.subscriber.party.last_name for c in claims}
        patients |= {c.subscriber.party.identifier for c in claims} - {""}
        assert not [p for p in patients if p.upper() in told.split()], row.check_id


def test_expected_loss_is_chance_times_charge(look: Act) -> None:
    claim = clean_claims(1)[0]
    (row,) = warnings_of(look(file_of([FAULTS["member_id_missing"](claim)])))
    assert row.grade == WarningGrade.WILL_BE_REFUSED.value
    assert row.charge_cents == claim.charge_cents
    assert row.expected_loss_cents == claim.charge_cents * 9000 // 10_000


def test_clean_sample_holds_nothing_that_will_be_refused(
    look: Act, practice: Any, tmp_path: Path
) -> None:
    """Every 837 of a year of `dueline sample`, looked at on the day on which it goes out.

    What the sample plants is for the payer to see, not on the claim: authorizations and modifiers that a payer
    refuses, places, taxonomies. Claims sent more than 90 days after the service are past the default rule of
    commercial payers, a guess: they may be refused, and some are (CO-29). Voids go to Medicare Part B too.
    """
    write_sample(PLAN, tmp_path / "sample")
    files = sorted((tmp_path / "sample" / "files").glob("*_10_837*"))
    assert len(files) > 100
    claims = 0
    for path in files:
        with path.open("rb") as file:
            header = next(FileReader(file).sets()).header
        assert isinstance(header, ClaimBatch)
        run = look(path.read_bytes(), as_of=header.created_on)
        claims += run.claim_count
        assert run.state == "done"
    assert claims > PLAN.claim_count
    found = set(CheckWarning.objects.values_list("check_id", "grade"))
    allowed = {"filing_past", "filing_near", "replacement_to_medicare", "drug_code_missing"}
    assert {check for check, _ in found} <= allowed
    assert WarningGrade.WILL_BE_REFUSED.value not in {grade for _, grade in found}


# ---------------------------------------------------------------- what is on file, and in the file


def take_in(practice: Any, text: str, folder: Path, name: str = "sent.837") -> None:
    from dueline.intake.actions import intake_paths
    from tests.apps.prevention.conftest import NOW

    path = folder / name
    path.write_text(text)
    summary = intake_paths(
        practice=practice, paths=[path], by="test", as_of=AS_OF, clock=lambda: NOW
    )
    assert summary.total("posted_count") == 1


def test_claims_billed_already_are_named(look: Act, practice: Any, tmp_path: Path) -> None:
    sent, other = clean_claims(2)
    take_in(practice, file_of([sent]), tmp_path)
    again = replace(sent, patient_control_number="LKS-NEW")
    run = look(file_of([again, sent, other]))
    lines = len(sent.lines)
    assert said(run) == [
        *[("LKS-NEW", "duplicate_on_file")] * lines,
        *[(sent.patient_control_number, "duplicate_in_file")] * lines,
        (sent.patient_control_number, "sent_already"),
    ]
    first = warnings_of(run)[0]
    assert first.found == f"{sent.patient_control_number} bills the same (on file, sent)"


def test_other_practices_claims_are_not_looked_at(look: Act, practice: Any, tmp_path: Path) -> None:
    """The same patient, claim number and services, on file in another practice: not known here."""
    plan = practice_plan(code="summit", claim_count=10, seed=1, as_of=AS_OF)
    other = add_sample_practice(plan, "summit")
    (ours,) = clean_claims(1)
    theirs = replace(ours, billing_provider=plan.billing)
    take_in(other, file_of([theirs]), tmp_path)
    assert said(look(file_of([ours]))) == []
    assert said(look(file_of([theirs]), of=other)) == [
        (ours.patient_control_number, "sent_already")
    ]


def test_same_number_twice_in_a_file(look: Act) -> None:
    one, two = clean_claims(2)
    run = look(file_of([one, replace(two, patient_control_number=one.patient_control_number)]))
    assert said(run) == [(one.patient_control_number, "control_number_twice")]


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 nothing of ours", "This is a PDF, not X12."),
        (b"ISA*" + b"*" * 10_000, "The interchange header"),
        (b"\x00\xff" * 5000, "This is not X12."),
    ],
    ids=["empty", "PDF", "broken header", "bytes"],
)
def test_what_is_no_file_of_claims_is_refused(look: Act, content: bytes, refusal: str) -> None:
    run = look(content)
    assert (run.state, run.is_faulty) == ("refused", True)
    assert run.refusal.startswith(refusal)
    assert not CheckedClaim.objects.exists()


def test_remittance_is_refused_with_what_was_expected(look: Act) -> None:
    path = Path(__file__).parents[2] / "core/x12/samples/835.x12"
    assert look(path.read_bytes()).refusal == "No claims. Expected an 837, found 835."


def test_truncated_file_is_looked_at_as_far_as_it_goes(look: Act) -> None:
    good, bad = clean_claims(2)
    text = file_of([FAULTS["member_id_missing"](bad), good])
    run = look(text[: text.index("SE*")])
    assert (run.state, run.is_faulty, run.claim_count) == ("done", True, 2)
    assert run.problems[0]["code"] == "missing_se"
    assert said(run) == [(bad.patient_control_number, "member_id_missing")]


def test_claim_that_cannot_be_read_is_told_with_its_place(look: Act) -> None:
    good, bad = clean_claims(2)
    text = file_of([good, bad]).replace(
        f"CLM*{bad.patient_control_number}*{bad.charge_cents // 100}", "CLM*LKS-BAD*1e5"
    )
    run = look(text)
    assert (run.claim_count, run.is_faulty) == (1, True)
    (problem,) = run.problems
    assert (problem["element"], problem["expected"]) == ("CLM02", "an amount such as 1250.00")
    assert "1e5" not in str(problem), "what a file holds is not kept"


def test_claims_of_another_practice_are_left_out(look: Act) -> None:
    ours, theirs = clean_claims(2)
    theirs = replace(
        theirs, billing_provider=replace(theirs.billing_provider, identifier="1234567893")
    )
    run = look(file_of([theirs, ours]))
    assert (run.state, run.claim_count, run.foreign_count) == ("done", 2, 1)
    assert CheckedClaim.objects.get().patient_control_number == ours.patient_control_number
    alone = look(file_of([theirs]))
    assert alone.state == "refused"
    assert alone.refusal.startswith("No claim of this practice. Expected its NPI")
    assert "1234567893" not in alone.refusal


def test_control_characters_and_long_values_are_kept_short(look: Act) -> None:
    claim = first_line(clean_claims(1)[0], procedure=Procedure("HC", "\x1b[31m" + "9" * 300))
    (row,) = warnings_of(look(file_of([claim])))
    assert row.check_id == "procedure_malformed"
    assert row.found.isprintable()
    assert len(row.found) <= 200


def test_queries_are_by_batch_not_by_claim(look: Act, practice: Any, tmp_path: Path) -> None:
    claims = clean_claims(400)
    take_in(practice, file_of(claims[:200]), tmp_path)
    counts = []
    for some in (claims[:20], claims[:400]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            look(file_of(some))
        counts.append(len(queries))
    assert len(claims) == 400
    assert counts[1] <= counts[0] + 6, counts
