"""From a denied claim to its corrected file and the answer, as billers do it; and what is refused on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from dueline.accounts.errors import NotAllowed
from dueline.core.correction import CorrectionKind, CorrectionState
from dueline.core.x12 import read_documents
from dueline.corrections.actions import (
    approve,
    ask_approval,
    change_correction,
    return_correction,
    start_correction,
    withdraw_correction,
    write_correction,
)
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction
from dueline.corrections.queries import choices_of, prepared
from tests.apps.corrections.conftest import AS_OF, NOW, Site, claims_file, rejection, remittance

R, V, S = CorrectionKind.REPLACEMENT, CorrectionKind.VOID, CorrectionKind.RESEND
LATER = NOW + timedelta(hours=1)
EDITS = {"2.modifiers": "RT 59", "1.modifiers": "25", "diagnoses": "E11.9 M54.50"}


def start(site: Site, number: str = "DEN1", kind: CorrectionKind = R, by: str = "bea") -> Any:
    return start_correction(
        claim=site.claim(number), kind=kind, by=site.people[by], as_of=AS_OF, now=NOW
    )


def changed(site: Site, edits: dict[str, str] = EDITS, **how: Any) -> Any:
    one = start(site, **how)
    return change_correction(correction=one, edits=edits, by=site.people["bea"], now=NOW)


def approved(site: Site, edits: dict[str, str] = EDITS, **how: Any) -> Any:
    one = changed(site, edits, **how) if edits else start(site, **how)
    ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    return approve(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)


def written(site: Site, edits: dict[str, str] = EDITS, **how: Any) -> Any:
    one = approved(site, edits, **how)
    return write_correction(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)


def text_of(one: Any) -> str:
    from dueline.sending.queries import content

    return content(one.file).read_text()


def test_a_denied_claim_is_corrected_approved_written_taken_in_once_and_answered(
    site: Site,
) -> None:
    from dueline.ledger.models import Entry, ServiceLine

    first = site.claim("DEN1")
    one = written(site)
    previewed = prepared(one, as_of=AS_OF).claim
    (document,) = read_documents(text_of(one).encode())
    assert document.items == (previewed,)
    assert (previewed.frequency_code, previewed.original_reference) == ("7", "ICNDEN1")
    assert previewed.charge_cents == sum(line.charge_cents for line in previewed.lines) == 25_000
    claim = site.claim("DEN1")
    assert claim.submissions.count() == 1  # the ledger learns of it from the file, like any 837
    assert (claim.item.work_status, claim.item.next_action) == ("waiting", "await_answer")
    assert claim.item.due_on > AS_OF

    site.take_in(text_of(one))
    site.take_in(text_of(one).replace("~", "~\n"))
    claim = site.claim("DEN1")
    assert claim.submissions.count() == 2
    assert claim.first_submitted_on == first.first_submitted_on  # a correction never makes it young
    assert claim.charge_cents == 25_000
    assert sum(e.amount_cents for e in Entry.objects.filter(claim=claim, kind="charge")) == 25_000
    lines = ServiceLine.objects.filter(claim=claim, is_current=True).order_by("line_number")
    assert [line.modifiers for line in lines] == ["25", "RT 59"]
    one.refresh_from_db()
    assert one.state == CorrectionState.WRITTEN

    site.take_in(remittance("DEN1", 9, paid=150, on="20261122"), at=LATER)
    one.refresh_from_db()
    assert one.state == CorrectionState.ANSWERED
    assert [step.event for step in one.steps.order_by("pk")] == [
        "", "change", "ask", "approve", "write", "answer",
    ]  # fmt: skip


def test_the_preview_tells_the_changes_in_words_and_marks_the_segments(site: Site) -> None:
    one = changed(site)
    found = prepared(one, as_of=AS_OF)
    told = [(c.place, c.label, c.before, c.after) for c in found.changes]
    assert ("", "Frequency", "1, original", "7, replacement") in told
    assert ("Line 2", "Modifiers", "RT", "RT 59") in told
    assert ("", "Diagnoses, principal first", "M5450 E119", "E119 M5450") in told
    marked = [(row.before, row.after) for row in found.rows() if row.is_changed]
    assert ("SV1*HC:99213*150*UN*1***1:2", "SV1*HC:99213:25*150*UN*1***1:2") in marked
    assert any(after == "REF*F8*ICNDEN1" for _, after in marked)
    assert not any("NM1*85" in before for before, _ in marked)


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        ("REJ1", R, "never accepted"),
        ("SENT1", R, "has not said that it has this claim"),
        ("DEN1", S, "would be a duplicate"),
        ("ONLY1", R, "No 837 of this claim"),
        ("ONLY1", V, "No 837 of this claim"),
    ],
)
def test_what_cannot_be_corrected_says_why(
    site: Site, number: str, kind: CorrectionKind, said: str
) -> None:
    with pytest.raises(CorrectionRefused, match=said):
        start(site, number, kind)
    assert not Correction.objects.exists()
    assert said in next(
        c.why_not for c in choices_of(site.claim(number), as_of=AS_OF) if c.kind is kind
    )


def test_a_file_that_is_no_longer_kept_is_said(site: Site) -> None:
    from dueline.ledger.storage import path_of

    one = changed(site)
    path_of(site.practice, one.submission.transaction_set.source_file.sha256).unlink()
    with pytest.raises(CorrectionRefused, match="no longer kept"):
        start(site, "REJ1", S)
    with pytest.raises(CorrectionRefused, match="no longer kept"):
        ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    site.take_in(claims_file("DEN1", "REJ1", "SENT1"))  # the same file again brings it back
    ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)


def test_a_second_correction_waits_for_the_first(site: Site) -> None:
    one = start(site)
    with pytest.raises(CorrectionRefused, match="is open since 11/23/2026"):
        start(site)
    with pytest.raises(IntegrityError):
        Correction.objects.create(
            practice=one.practice, claim=one.claim, submission=one.submission, kind="8",
            started_at=NOW, state_at=NOW, changed_by="x",
        )  # fmt: skip


def test_a_withdrawn_correction_makes_room(site: Site) -> None:
    one = start(site)
    with pytest.raises(CorrectionRefused, match="Say why"):
        withdraw_correction(correction=one, reason=" ", by=site.people["bea"], now=NOW)
    withdraw_correction(correction=one, reason="Not needed.", by=site.people["bea"], now=NOW)
    assert start(site).pk != one.pk


def test_after_the_window_of_the_payers_own_rule_it_is_stopped_and_a_void_is_not(
    site: Site,
) -> None:
    from dueline.payers.models import PayerRule

    rules = PayerRule.objects.filter(practice=site.practice, deadline_kind="corrected_claim")
    assert rules.exists()
    rules.update(count=1, unit="days", confidence="H")
    with pytest.raises(CorrectionRefused, match="time for a corrected claim ended"):
        start(site)
    assert start(site, kind=V).kind == "8"


def test_who_made_it_may_not_approve_it_unless_lead(site: Site) -> None:
    one = changed(site)
    ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    with pytest.raises(CorrectionRefused, match="You made this correction"):
        approve(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    with pytest.raises(NotAllowed):
        approve(correction=one, by=site.people["cal"], as_of=AS_OF, now=NOW)
    return_correction(correction=one, reason="Use XS.", by=site.people["bob"], now=NOW)
    edits = EDITS | {"2.modifiers": "RT XS"}
    change_correction(correction=one, edits=edits, by=site.people["lena"], now=NOW)
    one.refresh_from_db()
    ask_approval(correction=one, by=site.people["lena"], as_of=AS_OF, now=NOW)
    approve(correction=one, by=site.people["lena"], as_of=AS_OF, now=NOW)
    assert [v.number for v in one.versions.order_by("number")] == [1, 2, 3]


def test_a_change_takes_the_approval_back(site: Site) -> None:
    one = approved(site)
    change_correction(correction=one, edits={"1.units": "2"}, by=site.people["bob"], now=NOW)
    one.refresh_from_db()
    assert one.state == CorrectionState.DRAFT
    with pytest.raises(CorrectionRefused, match="cannot be written now"):
        write_correction(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)


def test_what_the_payer_will_refuse_is_not_sent(site: Site) -> None:
    one = changed(site, {"1.pointers": "4"})  # there are two diagnoses
    assert prepared(one, as_of=AS_OF).errors
    with pytest.raises(CorrectionRefused, match="will refuse it so"):
        ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)


def test_a_replacement_without_a_change_is_not_sent(site: Site) -> None:
    with pytest.raises(CorrectionRefused, match="Nothing is changed yet"):
        ask_approval(correction=start(site), by=site.people["bea"], as_of=AS_OF, now=NOW)


@pytest.mark.parametrize(
    "edits",
    [
        {"patient_control_number": "X"},
        {"billing_npi": "1999936606"},
        {"1.charge": "1e5"},
        {"1.units": "-1"},
        {"member_id": "M*1"},
        {"note": "x" * 81},
        {"birth_on": "02/30/1980"},
        {"rendering_provider_npi": "1234567890"},
        {"1.removed": "yes", "2.removed": "yes"},
        {"9.units": "1"},
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_kept(site: Site, edits: dict[str, str]) -> None:
    one = start(site)
    with pytest.raises(CorrectionRefused):
        change_correction(correction=one, edits=edits, by=site.people["bea"], now=NOW)
    assert one.versions.count() == 1


def test_a_rejected_claim_is_sent_anew_and_may_be_rejected_again(site: Site) -> None:
    one = written(site, {"member_id": "M100201"}, number="REJ1", kind=S)
    (document,) = read_documents(text_of(one).encode())
    (claim,) = document.items
    assert (claim.frequency_code, claim.original_reference) == ("1", "")
    site.take_in(text_of(one))
    site.take_in(rejection("REJ1", 12).replace("20261003*U", "20261123*U"), at=LATER)
    one.refresh_from_db()
    assert one.state == CorrectionState.REJECTED
    assert start(site, "REJ1", S).pk != one.pk


def test_a_void_repeats_the_claim_and_ends_corrections(site: Site) -> None:
    one = written(site, {}, kind=V)
    assert ":8*" in text_of(one)
    site.take_in(text_of(one))
    claim = site.claim("DEN1")
    assert (claim.charge_cents, claim.payer_status) == (0, "voided")
    with pytest.raises(CorrectionRefused, match="is open since"):
        start(site)
    reversal = remittance("DEN1", 9, on="20261122").replace("DEN1*1*250*0*0", "DEN1*22*-250*0*0")
    for amount in ("*150*", "*100*"):
        reversal = reversal.replace(amount, amount.replace("*1", "*-1"))
    site.take_in(reversal.replace("*97*1", "*97*-1"), at=LATER)
    one.refresh_from_db()
    assert one.state == CorrectionState.ANSWERED
    with pytest.raises(CorrectionRefused, match="The claim is voided"):
        start(site)


def test_a_written_correction_is_not_withdrawn(site: Site) -> None:
    one = written(site)
    with pytest.raises(CorrectionRefused, match="cannot be withdrawn now"):
        withdraw_correction(correction=one, reason="Late.", by=site.people["bea"], now=NOW)
    assert (site.claim("DEN1").item.course or {})["corrected_sent_on"] == AS_OF.isoformat()
