"""An appeal from its denial to the decision: what blocks it, what is kept, what moves with it."""

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dueline.accounts.errors import NotAllowed
from dueline.accounts.isolation import verify_isolation
from dueline.accounts.models import AuditEvent
from dueline.appeals import actions
from dueline.appeals.errors import AppealRefused, EnclosureRefused
from dueline.appeals.models import Appeal, TypedFact
from dueline.appeals.packet import packet_of
from dueline.appeals.queries.letters import letterhead_of, letters_of
from dueline.appeals.queries.reading import appeal_counts, appeals_in, draft_of, levels_of
from dueline.appeals.storage import content_of
from dueline.calls.models import FollowUp
from dueline.core.appeals.letters import as_text, shipped
from dueline.core.appeals.levels import AppealLevel, SendMethod
from dueline.core.appeals.states import AppealEvent
from dueline.denials.models import Denial
from dueline.denials.queries import cards_of
from dueline.worklist.models import WorklistItem
from tests.apps.appeals.conftest import AS_OF, NOW, a_pdf, a_picture, complete

PAID = "CLP*LKS-1*1*150*150*0*12*ICN8*11*1 / SVC*HC:99214*150*150**1 / DTM*472*20260803"
REVERSED = "CLP*LKS-1*22*-150*0**12*ICN7*11*1 / SVC*HC:99214*-150*0**-1 / CAS*CO*197*-150"


def ask(appeal: Any, by: Any) -> Appeal:
    return actions.ask_approval(appeal=appeal, by=by, as_of=AS_OF, now=NOW)


def send(appeal: Any, people: Any, **how: Any) -> Appeal:
    given = {"sent_on": AS_OF, "method": SendMethod.MAIL, "tracking_number": "9400"} | how
    return actions.mark_sent(appeal=appeal, by=people.writer, as_of=AS_OF, now=NOW, **given)


def decide(
    appeal: Any, people: Any, what: AppealEvent, cents: int | None = None, **how: Any
) -> Appeal:
    given = {"decided_on": AS_OF, "note": "As their letter says"} | how
    return actions.record_decision(
        appeal=appeal,
        decision=what,
        amount_cents=cents,
        by=people.writer,
        as_of=AS_OF,
        now=NOW,
        **given,
    )


@pytest.fixture
def sent(whole: Any, people: Any) -> Appeal:
    ask(whole, people.writer)
    actions.approve(appeal=whole, by=people.analyst, now=NOW)
    return send(whole, people)


def item() -> WorklistItem:
    return WorklistItem.objects.get()


def text_of(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


# ---------------------------------------------------------------- writing


def test_letter_is_filled_from_the_ledger_and_blank_where_nothing_is_on_file(appeal: Any) -> None:
    draft = draft_of(appeal, as_of=AS_OF)
    known = {name: value.text for name, value in draft.dossier.values.items()}
    assert known["amount_disputed"] == "$150.00"
    assert known["denial_reason"] == "CARC 197 (CO), no authorization"
    assert known["first_submitted_on"] == "August 5, 2026"
    assert known["billing_npi"] == "1999936606"
    assert "interchange 000000001" in known["submission_history"]
    assert "filing_due_on" not in known, "a default rule is a guess, and no fact of a letter"
    assert {"authorization_number", "authorization_scope", "send_to"} <= set(draft.letter.blanks)
    assert draft.missing == ("Authorization approval",)


def test_what_is_missing_blocks_sending_and_is_named(appeal: Any, people: Any) -> None:
    with pytest.raises(
        AppealRefused, match=r"Missing: .*Authorization number.*Authorization approval"
    ):
        ask(appeal, people.writer)
    complete(appeal, people.writer)
    row = ask(appeal, people.writer)
    assert row.state == "awaiting_approval"
    assert text_of(content_of(row.practice, row.packet_sha256)) == row.packet_pages == 5


def test_typed_fact_is_marked_as_whose_and_kept(appeal: Any, people: Any) -> None:
    give = {"appeal": appeal, "by": people.writer, "as_of": AS_OF, "now": NOW}
    actions.type_fact(name="authorization_number", value=" A-77 \n", **give)
    value = draft_of(appeal, as_of=AS_OF).dossier.values["authorization_number"]
    assert (value.text, value.typed_by) == ("A-77", "wren")
    assert value.source == "Typed by wren on 11/23/2026"
    actions.type_fact(name="authorization_number", value="", **give)
    assert "authorization_number" in draft_of(appeal, as_of=AS_OF).letter.blanks
    assert TypedFact.objects.count() == 2
    for name, text, reason in (
        ("member_id", "X", "is on file"),
        ("nothing", "X", "no such fact"),
        ("authorization_number", "x" * 1501, "1,500 characters at most"),
    ):
        with pytest.raises(AppealRefused, match=reason):
            actions.type_fact(name=name, value=text, **give)


def test_hostile_text_is_data_on_paper(whole: Any, people: Any) -> None:
    harm = (
        '#eval(read("/etc/passwd")) $x^2$ *b* \\ ]]) @a <b> '
        + "w" * 200
        + " \u202eשלום "
        + "A" * 900
    )
    changes = actions.AppealChanges(whole.template, f"{harm}\n\n{harm}", SendMethod.FAX, "x" * 200)
    actions.change_appeal(appeal=whole, changes=changes, by=people.writer, now=NOW)
    whole.refresh_from_db()
    whole.claim.patient.first_name, whole.claim.patient.last_name = "ש" * 40, "X" * 80
    whole.claim.patient.save()
    draft = draft_of(whole, as_of=AS_OF)
    assert packet_of(draft, as_of=AS_OF).pages >= 4
    for text, reason in (("{nothing}", "is no fact"), ("x" * 20_001, "20,000 at most")):
        changes = actions.AppealChanges(whole.template, text, None, "")
        with pytest.raises(AppealRefused, match=reason):
            actions.change_appeal(appeal=whole, changes=changes, by=people.writer, now=NOW)


def test_enclosures_join_the_packet_and_can_be_taken_out(whole: Any, people: Any) -> None:
    give = {"appeal": whole, "by": people.writer, "now": NOW}
    before = packet_of(draft_of(whole, as_of=AS_OF), as_of=AS_OF).pages
    scan = actions.add_enclosure(title="Scan", content=a_picture("TIFF", "1", 3), **give)
    assert packet_of(draft_of(whole, as_of=AS_OF), as_of=AS_OF).pages == before + 3
    actions.remove_enclosure(pk=scan.pk, **give)
    assert packet_of(draft_of(whole, as_of=AS_OF), as_of=AS_OF).pages == before
    with pytest.raises(AppealRefused, match="not part of the packet"):
        actions.remove_enclosure(pk=scan.pk, **give)
    with pytest.raises(EnclosureRefused, match="ZIP archive"):
        actions.add_enclosure(title="Chart", content=b"PK\x03\x04", **give)
    with pytest.raises(AppealRefused, match="found nothing"):
        actions.add_enclosure(title=" ", content=a_pdf(), **give)


def test_no_second_appeal_of_a_level_and_a_withdrawn_one_frees_it(appeal: Any, people: Any) -> None:
    give = {"practice": appeal.practice, "denial": Denial.objects.get(), "by": people.writer,
            "as_of": AS_OF, "now": NOW, "level": AppealLevel.APPEAL_1}  # fmt: skip
    with pytest.raises(AppealRefused, match="No level is gone through twice"):
        actions.start_appeal(**give)
    copy = Appeal.objects.get()
    copy.pk, copy.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    actions.withdraw(appeal=appeal, reason="Sent as a call", by=people.writer, now=NOW)
    assert actions.start_appeal(**give).number == 2


def test_past_the_window_nothing_is_started_asked_or_sent(whole: Any, people: Any) -> None:
    late = whole.due_on + timedelta(days=1)
    with pytest.raises(AppealRefused, match="The window closed on 05/07/2027"):
        actions.ask_approval(appeal=whole, by=people.writer, as_of=late, now=NOW)
    actions.withdraw(appeal=whole, reason="Too late", by=people.writer, now=NOW)
    choice = {one.level: one for one in levels_of(Denial.objects.get(), as_of=late)}
    assert choice[AppealLevel.APPEAL_1].why_not == "The window closed on 05/07/2027, 1 day ago."


def test_a_settled_denial_is_not_appealed(
    practice: Any, denial: Any, remit: Any, people: Any
) -> None:
    remit("2026-11-20", PAID)
    settled = Denial.objects.select_related("claim", "payer").get()
    with pytest.raises(AppealRefused, match="recovered: nothing is left to appeal"):
        actions.start_appeal(practice=practice, denial=settled, level=AppealLevel.APPEAL_1,
                             by=people.writer, as_of=AS_OF, now=NOW)  # fmt: skip


# ---------------------------------------------------------------- approval


def test_who_wrote_it_does_not_approve_it_but_the_lead_may(whole: Any, people: Any) -> None:
    ask(whole, people.writer)
    for nobody in (people.writer, people.caller, people.auditor):
        with pytest.raises(NotAllowed):
            actions.approve(appeal=whole, by=nobody, now=NOW)
    Appeal.objects.update(opened_by="noor")
    with pytest.raises(NotAllowed, match="Who wrote an appeal does not approve it"):
        actions.approve(appeal=whole, by=people.analyst, now=NOW)
    Appeal.objects.update(opened_by="lena", asked_by="lena")
    assert actions.approve(appeal=whole, by=people.lead, now=NOW).approved_by == "lena"


def test_returned_appeal_needs_approval_anew(whole: Any, people: Any) -> None:
    ask(whole, people.writer)
    with pytest.raises(AppealRefused, match="is awaiting approval"):
        complete(whole, people.writer)
    row = actions.return_appeal(appeal=whole, reason="Name the dates", by=people.analyst, now=NOW)
    assert (row.state, row.packet_sha256) == ("returned", "")
    assert row.steps.order_by("pk").last().note == "Name the dates"
    ask(whole, people.writer)
    actions.approve(appeal=whole, by=people.analyst, now=NOW)
    assert actions.take_back(appeal=whole, by=people.writer, now=NOW).approved_by == ""
    with pytest.raises(AppealRefused, match="Expected an approved appeal"):
        send(whole, people)


def test_what_was_approved_is_what_is_kept_whatever_changes(whole: Any, people: Any) -> None:
    row = ask(whole, people.writer)
    kept = content_of(row.practice, row.packet_sha256)
    head = actions.LetterheadFacts("Other", "2 Road", "", "", "", "")
    actions.save_letterhead(practice=row.practice, facts=head, by=people.lead, now=NOW)
    row.refresh_from_db()
    assert content_of(row.practice, row.packet_sha256) == kept


# ---------------------------------------------------------------- with the payer


def test_sent_appeal_waits_in_appeal_until_a_decision_is_expected(sent: Any) -> None:
    assert (sent.state, sent.expected_on.isoformat()) == ("sent", "2026-12-23")
    assert (item().work_status, item().due_on) == ("in_appeal", sent.expected_on)
    assert Denial.objects.get().state == "appealed"
    told = FollowUp.objects.get()
    assert (told.outcome, told.reference_number) == ("submitted", "9400")
    practice = sent.practice
    assert list(appeals_in(practice, shown="late", as_of=AS_OF)) == []
    assert list(appeals_in(practice, shown="late", as_of=sent.expected_on + timedelta(days=1))) == [
        sent
    ]
    assert appeal_counts(practice, as_of=AS_OF)["with_payer"] == 1


def test_sending_that_cannot_be_is_refused(whole: Any, people: Any) -> None:
    with pytest.raises(AppealRefused, match="Expected an appeal that was sent"):
        decide(whole, people, AppealEvent.UPHOLD)
    ask(whole, people.writer)
    actions.approve(appeal=whole, by=people.lead, now=NOW)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"sent_on": AS_OF + timedelta(days=1)}, "Sent: expected a day from"),
        ({"sent_on": AS_OF - timedelta(days=1)}, "Sent: expected a day from"),
        ({"method": SendMethod.CERTIFIED_MAIL, "tracking_number": ""}, "certified mail has one"),
        ({"tracking_number": "9" * 81}, "80 characters at most"),
        ({"expected_on": AS_OF}, "no working day to come"),
    )
    for how, reason in wrong:
        with pytest.raises(AppealRefused, match=reason):
            send(whole, people, **how)
    assert not FollowUp.objects.exists()


def test_received_then_upheld_opens_the_denial_and_proposes_the_next_level(
    sent: Any, people: Any
) -> None:
    row = actions.mark_received(appeal=sent, received_on=AS_OF, reference="R-1", by=people.writer,
                                as_of=AS_OF, now=NOW)  # fmt: skip
    assert (row.state, item().work_status) == ("received", "in_appeal")
    assert decide(row, people, AppealEvent.UPHOLD).state == "upheld"
    denial = Denial.objects.select_related("claim", "payer").get()
    assert (denial.state, item().next_action) == ("open", "appeal")
    choice = {one.level: one for one in levels_of(denial, as_of=AS_OF)}
    assert choice[AppealLevel.APPEAL_2].is_open
    second = actions.start_appeal(practice=row.practice, denial=denial, level=AppealLevel.APPEAL_2,
                                  by=people.writer, as_of=AS_OF, now=NOW)  # fmt: skip
    values = draft_of(second, as_of=AS_OF).dossier.values
    assert values["earlier_decision_on"].text == "November 23, 2026"
    assert second.template == "next_level"


def test_overturned_waits_for_the_money_and_then_counts_as_recovered(
    sent: Any, people: Any, remit: Any
) -> None:
    decide(sent, people, AppealEvent.OVERTURN, 15000)
    assert Denial.objects.get().state == "appealed", "by word alone nothing is paid"
    assert item().next_action == "await_payment"
    remit("2026-11-23", REVERSED, PAID)
    denial = Denial.objects.get()
    assert (denial.state, denial.recovered_cents) == ("recovered", 15000)
    assert cards_of(sent.claim, as_of=AS_OF)[0].is_ended


def test_amount_of_a_decision(sent: Any, people: Any) -> None:
    for what, cents, reason in (
        (AppealEvent.OVERTURN, None, "at most 150.00 in dispute"),
        (AppealEvent.OVERTURN_PARTLY, 15001, "at most 150.00 in dispute"),
        (AppealEvent.UPHOLD, 100, "Leave it empty"),
    ):
        with pytest.raises(AppealRefused, match=reason):
            decide(sent, people, what, cents)
    assert Appeal.objects.get().state == "sent"


# ---------------------------------------------------------------- all of it


def test_every_write_leaves_one_event_without_patient_data(sent: Any, people: Any) -> None:
    decide(sent, people, AppealEvent.DISMISS)
    events = AuditEvent.objects.filter(object_kind="appeal").order_by("sequence")
    told = [event.action for event in events]
    assert told[0] == "start_appeal"
    assert told[-4:] == ["ask_approval_appeal", "approve_appeal", "send_appeal", "dismiss_appeal"]
    assert "QUILL" not in str([event.detail for event in events])
    assert list(verify_isolation(sent.practice)) == []


def test_roles_that_may_not_write(denial: Any, practice: Any, people: Any) -> None:
    for nobody in (people.caller, people.analyst, people.auditor):
        with pytest.raises(NotAllowed, match="Only these roles may write appeals"):
            actions.start_appeal(practice=practice, denial=denial, level=AppealLevel.APPEAL_1,
                                 by=nobody, as_of=AS_OF, now=NOW)  # fmt: skip


def test_own_letters_and_letterhead_are_versions(
    practice: Any, people: Any, letterhead: Any
) -> None:
    assert letterhead_of(practice).number == 1
    give = {"practice": practice, "key": "duplicate", "by": people.lead, "now": NOW}
    text = as_text(shipped()["duplicate"]).replace("Not a duplicate", "Ours")
    actions.save_letter(text=text, reason="Our words", base=0, **give)
    assert letters_of(practice)["duplicate"].template.title == "Ours"
    with pytest.raises(AppealRefused, match="Someone saved another version"):
        actions.save_letter(text=text, reason="Again", base=0, **give)
    with pytest.raises(AppealRefused, match="A letter keeps its key"):
        actions.save_letter(text=as_text(shipped()["coding"]), reason="x", base=1, **give)
    actions.withdraw_letter(reason="Back", base=1, **give)
    assert letters_of(practice)["duplicate"].version == 0
    logo = actions.LetterheadFacts("L", "1 St", "1", "", "2", "", a_picture("PNG"))
    assert actions.save_letterhead(
        practice=practice, facts=logo, by=people.lead, now=NOW
    ).logo_sha256
    wrong = actions.LetterheadFacts("L", "1 St", "", "", "", "123")
    with pytest.raises(AppealRefused, match="NPI"):
        actions.save_letterhead(practice=practice, facts=wrong, by=people.lead, now=NOW)


def test_packet_with_a_logo_and_terms_of_the_payer(appeal: Any, people: Any) -> None:
    head = actions.LetterheadFacts("L", "1 St", "1", "", "2", "", a_picture("PNG"))
    actions.save_letterhead(practice=appeal.practice, facts=head, by=people.lead, now=NOW)
    actions.save_terms(payer=appeal.payer, level=AppealLevel.APPEAL_1, method=SendMethod.FAX,
                       send_to="555-0199", forms=["Form A"], minimum_cents=20000, source="Manual",
                       by=people.lead, now=NOW)  # fmt: skip
    draft = draft_of(appeal, as_of=AS_OF)
    assert "Form A" in draft.missing
    assert packet_of(draft, as_of=AS_OF).pages == 3
    actions.withdraw(appeal=appeal, reason="x", by=people.writer, now=NOW)
    choice = levels_of(Denial.objects.select_related("claim", "payer").get(), as_of=AS_OF)
    first = next(one for one in choice if one.level is AppealLevel.APPEAL_1)
    assert first.why_not == "At least $200.00 must be in dispute; here it is $150.00."


def test_lists_take_as_many_queries_for_many_as_for_one(appeal: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        rows = list(appeals_in(appeal.practice, shown="open", as_of=AS_OF))
        assert [row.claim.patient.last_name for row in rows] == ["QUILL"]
    assert len(queries) == 1


def test_command_lists_and_writes_a_packet(appeal: Any, tmp_path: Any) -> None:
    from typer.testing import CliRunner

    from dueline.cli.appeal import app

    run = CliRunner()
    listed = run.invoke(app, ["list", "--practice", "lakeside", "--as-of", "2026-11-23", "--json"])
    assert '"disputed": "150.00"' in listed.output
    path = tmp_path / "a.pdf"
    done = run.invoke(
        app, ["packet", "1", str(path), "--practice", "lakeside", "--as-of", "2026-11-23"]
    )
    assert "It holds patient data" in done.output
    assert path.read_bytes().startswith(b"%PDF")
    assert run.invoke(app, ["packet", "1", str(path), "--practice", "lakeside"]).exit_code == 1
    assert run.invoke(app, ["packet", "9", "x.pdf", "--practice", "lakeside"]).exit_code == 1
