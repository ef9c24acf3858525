"""Spreadsheets taken in: once, beside X12 files, with the money right whatever comes first."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dueline.accounts.actions import add_practice
from dueline.accounts.audit import verify_chain
from dueline.accounts.isolation import verify_isolation
from dueline.accounts.models import AuditEvent, Practice, User
from dueline.core.enums import ClaimOrigin
from dueline.core.sheets.fields import DateOrder, Field
from dueline.core.sheets.mapping import Mapping
from dueline.intake.actions import intake_paths
from dueline.ledger.models import Claim, Entry
from dueline.ledger.verify import verify as verify_ledger
from dueline.sheets.actions import keep_open, map_sheet, receive_sheet, resolve, take_in, taking
from dueline.sheets.errors import SheetError
from dueline.sheets.models import SheetDifference, SheetFault, SheetImport, SheetResolution
from dueline.sheets.queries import look, suggest
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import verify as verify_worklist

AS_OF = date(2026, 11, 20)
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NPI = "1999999976"
HEAD = "Claim #,Patient,DOB,Payer,Member ID,DOS,Billed Date,Charge,Ins Balance,Pat Balance"
ROW = 'LKS1,"DOE, JANE Q",1980-04-02,SAMPLE PLAN,W1,2026-10-01,2026-10-03,{},{},{}'


@pytest.fixture
def practice(db: None) -> Practice:
    return add_practice(
        code="lakeside",
        name="Lakeside",
        tax_id="995550187",
        npis=[(NPI, "Lakeside")],
        by="t",
        at=NOW,
    )


def row(number="LKS1", charge="100", balance="40", patient="") -> str:
    return ROW.replace("LKS1", number).format(charge, balance, patient)


@pytest.fixture
def sheet(practice: Practice, tmp_path: Path) -> Callable[..., SheetImport]:
    """Hand a CSV of these rows in and take it in as it is suggested."""

    def act(*rows: str, head: str = HEAD, as_of: date = AS_OF, **changed: object) -> SheetImport:
        path = tmp_path / "aging.csv"
        path.write_text("\n".join([head, *rows]) + "\n")
        made = receive_sheet(
            practice=practice, path=path, name="aging.csv", by="t", as_of=as_of, now=NOW
        )
        if changed:
            made.mapping |= changed
            made.save()
        return take_in(sheet_import=made, by="t", as_of=TODAY, clock=lambda: NOW)

    return act


def sound(practice: Practice) -> bool:
    breaches = [*verify_ledger(practice), *verify_worklist(practice, now=NOW)]
    breaches += [*verify_isolation(practice), *verify_chain(practice.code)]
    assert breaches == []
    return True


def x12(kind: str, body: str, control: int) -> bytes:
    version = {"835": "005010X221A1", "837": "005010X222A1"}[kind]
    group = {"835": "HP", "837": "HC"}[kind]
    own = f"*{version}" if kind == "837" else ""
    return (
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261120*0900*^*00501*"
        f"{control:09d}*0*P*:~GS*{group}*A*B*20261120*0900*{control}*X*{version}~"
        f"ST*{kind}*0001{own}~{body}SE*{body.count('~') + 2}*0001~GE*1*{control}~IEA*1*{control:09d}~"
    ).encode()


@pytest.fixture
def file(practice: Practice, tmp_path: Path) -> Callable[..., None]:
    def act(kind: str, body: str, control: int) -> None:
        path = tmp_path / f"{control}.x12"
        path.write_bytes(x12(kind, body, control))
        done = intake_paths(practice=practice, paths=[path], by="t", as_of=TODAY, clock=lambda: NOW)
        assert done.total("posted_count") == 1, done.receipts[0].refusal

    return act


def claim_837(charge: str = "100", number: str = "LKS1") -> str:
    return (
        "BHT*0019*00*1*20261003*0900*CH~HL*1**20*1~"
        f"NM1*85*2*CLINIC*****XX*{NPI}~HL*2*1*22*0~SBR*P*18*******CI~"
        "NM1*IL*1*DOE*JANE****MI*W1~DMG*D8*19800402*F~NM1*PR*2*SAMPLE HEALTH PLAN*****PI*1~"
        f"CLM*{number}*{charge}***11:B:1*Y*A*Y*Y~HI*ABK:J069~LX*1~SV1*HC:99213*{charge}*UN*1***1~"
        "DTP*472*D8*20261001~"
    )


def paid_835(on: str, status: str, charge: str, paid: str, patient: str, adjustments: str) -> str:
    return (
        f"BPR*I*{paid}*C*ACH************{on}~TRN*1*T{on}*1999999999~DTM*405*{on}~"
        f"N1*PR*SAMPLE HEALTH PLAN~N1*PE*CLINIC*XX*{NPI}~LX*1~"
        f"CLP*LKS1*{status}*{charge}*{paid}*{patient}*12*I1*11*1~NM1*QC*1*DOE*JANE****MI*W1~"
        f"SVC*HC:99213*{charge}*{paid}**1~DTM*472*20261001~{adjustments}"
    )


EARLY = paid_835("20261105", "1", "100", "50", "40", "CAS*CO*45*10~CAS*PR*2*40~")
LATE = paid_835("20261122", "1", "100", "50", "40", "CAS*CO*45*10~CAS*PR*2*40~")
DENIED = paid_835("20261122", "1", "100", "0", "0", "CAS*CO*197*100~")


# ---------------------------------------------------------------- a sheet alone


def test_a_sheet_alone_makes_claims_with_what_it_says_and_nothing_else(practice, sheet) -> None:
    done = sheet(row(), row("LKS2", balance="(5.00)"), "Total,,,,,,,200,35,")
    assert (done.state, done.new_count, done.claim_count) == ("done", 2, 2)
    assert (done.balance_cents, done.stated_cents, done.unexplained_cents) == (3500, 3500, 0)
    claim = Claim.objects.get(patient_control_number="LKS1")
    assert claim.origin == ClaimOrigin.SHEET
    assert (claim.charge_cents, claim.payer_balance_cents, claim.paid_cents) == (10000, 4000, 0)
    assert claim.patient.search_name == "DOE JANE"
    assert (claim.member_id, claim.service_from_on) == ("W1", date(2026, 10, 1))
    assert (claim.first_submitted_on, claim.payer_status) == (date(2026, 10, 3), "sent")
    assert claim.claim_type == "U"
    entries = Entry.objects.filter(claim=claim).order_by("id")
    assert [(e.kind, e.payer_effect_cents, e.segment_number) for e in entries] == [
        ("charge", 10000, 2),
        ("opening", -6000, 2),
    ]
    assert entries[0].transaction_set.source_file.name == "aging.csv"
    assert WorklistItem.objects.filter(practice=practice, is_open=True).count() == 2
    assert sound(practice)


def test_a_sheet_without_charges_shows_them_as_not_known(practice, sheet) -> None:
    sheet("A1,PLAN,75.00", head="Claim #,Payer,Balance")
    claim = Claim.objects.get()
    assert (claim.charge_cents, claim.payer_balance_cents) == (0, 7500)
    assert claim.service_from_on is None
    assert claim.payer_status == "not_sent"
    assert sound(practice)


def test_the_same_sheet_again_changes_nothing(practice, sheet) -> None:
    sheet(row(), row("LKS2"))
    before = list(Entry.objects.values_list("id", flat=True))
    again = sheet(row(), row("LKS2"))
    assert (again.new_count, again.changed_count, again.same_count) == (0, 0, 2)
    assert list(Entry.objects.values_list("id", flat=True)) == before


def test_a_changed_balance_is_a_new_entry_for_the_difference(practice, sheet) -> None:
    sheet(row())
    later = date(2026, 11, 22)
    done = sheet(row(balance="25.50"), row("LKS2"), as_of=later)
    assert (done.new_count, done.changed_count) == (1, 1)
    claim = Claim.objects.get(patient_control_number="LKS1")
    assert claim.payer_balance_cents == 2550
    last = Entry.objects.filter(claim=claim).latest("id")
    assert (last.kind, last.payer_effect_cents, last.effective_on) == ("opening", -1450, later)
    older = sheet(row(balance="99"), as_of=date(2026, 11, 1))
    assert older.older_count == 1
    claim.refresh_from_db()
    assert claim.payer_balance_cents == 2550
    assert sound(practice)


def test_rows_in_error_are_listed_while_the_rest_go_in(practice, sheet) -> None:
    rows = [row(), row("LKS2", balance="lots"), row(), row("LKS3").replace("LKS3", ""), row("LKS4")]
    done = sheet(*rows)
    assert (done.claim_count, done.faulty_count) == (2, 3)
    faults = SheetFault.objects.filter(sheet_import=done).order_by("row_number")
    assert [(f.row_number, f.column, f.reason) for f in faults] == [
        (3, "I", "An amount cannot be read."),
        (4, "A", "The claim stands in row 2 already."),
        (5, "A", "The row has no claim number."),
    ]
    assert faults[0].expected == "an amount such as 1,234.50"
    assert faults[0].found == "lots"
    assert sound(practice)


# ---------------------------------------------------------------- sheets and X12, in either order


@pytest.mark.parametrize(
    ("balance", "files", "payer", "patient"),
    [
        pytest.param("40", [], 4000, 0, id="sheet alone"),
        pytest.param(
            "40", [("837", claim_837())], 4000, 0, id="837: what is settled stays settled"
        ),
        pytest.param("100", [("837", claim_837("120"))], 12000, 0, id="837 charges more"),
        pytest.param("40", [("835", EARLY)], 0, 4000, id="835 of before: stands in the balance"),
        pytest.param("100", [("835", LATE)], 0, 4000, id="835 of after, nothing settled before"),
        pytest.param("40", [("835", LATE)], 0, 4000, id="835 of after settles the whole charge"),
        pytest.param("40", [("835", DENIED)], 4000, 0, id="835 denies: what is open stays open"),
        pytest.param("40", [("837", claim_837()), ("835", EARLY)], 0, 4000, id="837, then 835"),
        pytest.param("40", [("835", EARLY), ("837", claim_837())], 0, 4000, id="835, then 837"),
    ],
)
def test_x12_that_comes_later_meets_the_same_claim(
    practice, sheet, file, balance, files, payer, patient
) -> None:
    sheet(row(balance=balance))
    for place, (kind, body) in enumerate(files, 1):
        file(kind, body, place)
    claim = Claim.objects.get()
    assert (claim.payer_balance_cents, claim.patient_balance_cents) == (payer, patient)
    assert claim.origin == (
        ClaimOrigin.SUBMISSION
        if any(kind == "837" for kind, _ in files)
        else ClaimOrigin.REMITTANCE
        if files
        else ClaimOrigin.SHEET
    )
    if files:
        assert claim.payer.name == "SAMPLE HEALTH PLAN"
        assert {c.payer.name for c in claim.coverages.all()} == {"SAMPLE HEALTH PLAN"}
    assert claim.first_submitted_on == date(2026, 10, 3)
    assert sound(practice)


def test_a_reversal_and_new_payment_after_the_sheet_come_out_as_x12_says(
    practice, sheet, file
) -> None:
    sheet(row())
    file("835", EARLY, 1)
    back = paid_835("20261121", "22", "-100", "-50", "-40", "CAS*CO*45*-10~CAS*PR*2*-40~")
    file("835", back, 2)
    assert Claim.objects.get().payer_balance_cents == 10000
    file("835", LATE, 3)
    assert Claim.objects.get().payer_balance_cents == 0
    assert sound(practice)


def test_a_charge_that_the_sheet_did_not_name_comes_from_x12(practice, sheet, file) -> None:
    sheet("LKS1,PLAN,40.00", head="Claim #,Payer,Balance")
    file("837", claim_837(), 1)
    claim = Claim.objects.get()
    assert (claim.charge_cents, claim.payer_balance_cents) == (10000, 4000)
    file("835", EARLY, 2)
    assert Claim.objects.get().payer_balance_cents == 0
    assert sound(practice)


def test_a_claim_known_from_x12_is_only_compared(practice, sheet, file) -> None:
    file("837", claim_837(), 1)
    entries = Entry.objects.count()
    done = sheet(row(balance="60", charge="110"))
    assert (done.compared_count, done.new_count, done.difference_count) == (1, 0, 2)
    found = SheetDifference.objects.filter(sheet_import=done).order_by("what")
    assert [(d.what, d.in_sheet, d.in_ledger, d.difference_cents) for d in found] == [
        ("Charge", "$110.00", "$100.00", 1000),
        ("Open with the payer", "$60.00", "$100.00", -4000),
    ]
    assert Entry.objects.count() == entries
    assert sound(practice)


def test_a_number_that_lost_its_zeros_meets_its_claim_where_day_and_charge_agree(
    practice, sheet, file
) -> None:
    file("837", claim_837(number="000123"), 1)
    done = sheet(row("123", balance="100"))
    assert (done.compared_count, done.faulty_count) == (1, 0)
    other = sheet(row("123", charge="90", balance="90"))
    assert (other.compared_count, other.faulty_count) == (0, 1)
    assert "alike is on file: 000123" in SheetFault.objects.get(sheet_import=other).reason
    assert Claim.objects.count() == 1


def test_an_837_with_its_zeros_meets_the_sheets_claim(practice, sheet, file) -> None:
    sheet(row("123", balance="100"))
    file("837", claim_837(number="000123"), 1)
    claim = Claim.objects.get()
    assert (claim.patient_control_number, claim.payer_balance_cents) == ("000123", 10000)
    assert sound(practice)


# ---------------------------------------------------------------- what vanishes


def test_what_vanished_is_proposed_and_closed_only_by_a_person(practice, sheet) -> None:
    lead = User.objects.create(username="lena")
    sheet(row(), row("LKS2"), row("LKS3"))
    done = sheet(row(), as_of=date(2026, 11, 22))
    assert done.resolution_count == 2
    assert Claim.objects.filter(is_open=True).count() == 3
    first, second = SheetResolution.objects.filter(state="proposed").order_by("claim_id")
    facts = {"sheet_import": done, "by": lead, "now": NOW}
    with pytest.raises(SheetError, match="Say why"):
        resolve(**facts, resolutions=[first.pk], reason=" ", as_of=TODAY)
    assert resolve(**facts, resolutions=[first.pk], reason="Paid at the desk", as_of=TODAY) == 1
    assert keep_open(**facts, resolutions=[second.pk], reason="Not in the export") == 1
    closed = Claim.objects.get(pk=first.claim_id)
    assert (closed.is_open, closed.payer_balance_cents) == (False, 0)
    assert Claim.objects.get(pk=second.claim_id).is_open
    assert resolve(**facts, resolutions=[first.pk], reason="Again", as_of=TODAY) == 0
    assert AuditEvent.objects.filter(action="resolve_sheet_claims").exists()
    assert sound(practice)
    again = sheet(row("LKS2"), row(), row("LKS3"), as_of=TODAY)
    assert again.changed_count == 1  # LKS2 is open again, as the report says
    assert sound(practice)


def test_an_x12_claim_that_vanished_is_a_difference_and_stays_open(practice, sheet, file) -> None:
    sheet(row(), row("LKS2"))
    file("837", claim_837(), 1)
    done = sheet(row("LKS2"), as_of=date(2026, 11, 22))
    assert done.resolution_count == 0
    assert SheetDifference.objects.get(sheet_import=done).in_sheet == "not named any more"
    assert Claim.objects.get(patient_control_number="LKS1").is_open


# ---------------------------------------------------------------- denial logs


def test_a_denial_log_denies_claims_of_sheets_and_is_compared_with_x12(
    practice, sheet, file
) -> None:
    sheet(row(), row("LKS2"))
    head = "Claim #,Payer,Denial Code,Denial Date"
    log = ["LKS1,SAMPLE PLAN,CO-197,2026-11-10", "LKS9,SAMPLE PLAN,CO-16,2026-11-10"]
    done = sheet(*log, head=head)
    assert (done.kind, done.changed_count, done.faulty_count) == ("denials", 1, 1)
    claim = Claim.objects.get(patient_control_number="LKS1")
    assert (claim.payer_status, claim.denial_carc, claim.denied_on) == (
        "denied",
        "197",
        date(2026, 11, 10),
    )
    assert claim.events.get().transaction_set.kind == "sheet"
    assert sheet(*log, head=head).same_count == 1
    assert claim.events.count() == 1
    file("837", claim_837(), 1)
    file("835", LATE, 2)
    assert sheet(*log, head=head).difference_count == 1
    assert sound(practice)


# ---------------------------------------------------------------- questions, mappings, ends


def test_dates_of_which_nothing_tells_the_order_are_asked(practice, sheet) -> None:
    head = "Claim #,Payer,DOS,Ins Balance"
    done = sheet("A1,P,1/5/26,5.00", "A2,P,2/6/26,5.00", head=head)
    assert done.state == "refused"
    assert "Column “DOS”: every date could have the month or the day first" in done.refusal
    assert not Claim.objects.exists()
    told = sheet(
        "A1,P,1/5/26,5.00", "A2,P,2/6/26,5.00", head=head, date_order=DateOrder.DAY_FIRST.value
    )
    assert told.state == "done"
    assert Claim.objects.get(patient_control_number="A1").service_from_on == date(2026, 5, 1)


def test_a_mapping_is_saved_and_known_again_by_its_headings(practice, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Ref,Who pays,Left\nA1,PLAN,5.00\n")
    made = receive_sheet(practice=practice, path=path, name="a.csv", by="t", as_of=AS_OF, now=NOW)
    wrong = Mapping.from_json(made.mapping)
    with pytest.raises(SheetError, match="No column is chosen for: Claim number"):
        map_sheet(sheet_import=made, sheet="CSV", mapping=wrong, as_of=AS_OF, by="t", now=NOW)
    fields = {"REF": Field.CLAIM_NUMBER, "WHO PAYS": Field.PAYER, "LEFT": Field.PAYER_BALANCE}
    mapping = Mapping(wrong.kind.AGING, fields)
    map_sheet(
        sheet_import=made,
        sheet="CSV",
        mapping=mapping,
        as_of=AS_OF,
        by="t",
        now=NOW,
        save_as="Ours",
    )
    again = receive_sheet(practice=practice, path=path, name="b.csv", by="t", as_of=AS_OF, now=NOW)
    assert again.mapping_name == "Ours"
    assert Mapping.from_json(again.mapping) == mapping


def test_a_template_proposes_its_headings_and_leaves_the_others_to_what_they_say(
    practice, tmp_path
) -> None:
    path = tmp_path / "a.csv"
    head = "Encounter ID,Patient,DOB,Insurance,Policy #,Service Date,First Billed,Charges"
    path.write_text(
        f'{head},Insurance Balance,Patient Balance\nE1,"DOE, JANE",1/31/80,P,W,,,5,5,0\n'
    )
    seen = look(path)
    found = suggest(practice, seen)
    assert found.template is not None
    assert found.template.system == "Tebra (Kareo)"
    assert found.mapping.fields["DOB"] is Field.BIRTH_DATE
    assert len(found.mapping.fields) == 10


def test_a_run_that_was_killed_leaves_whole_parts_and_is_gone_on_with(
    practice, sheet, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(taking, "ROWS_TOGETHER", 2)
    rows = [row(f"LKS{at}") for at in range(1, 8)]
    calls = []
    real = taking.refresh

    def killed(**facts: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**facts)

    monkeypatch.setattr(taking, "refresh", killed)
    with pytest.raises(KeyboardInterrupt):
        sheet(*rows)
    left = SheetImport.objects.get()
    assert (left.state, left.claim_count) == ("reading", 4)
    assert list(verify_ledger(practice)) == []
    done = take_in(sheet_import=left, by="t", as_of=TODAY, clock=lambda: NOW)
    assert (done.state, done.new_count, done.same_count) == ("done", 3, 4)
    assert done.faulty_count == 0
    assert sum(Claim.objects.values_list("payer_balance_cents", flat=True)) == 7 * 4000
    assert sound(practice)


def test_another_practices_claim_of_the_same_number_is_not_touched(practice, sheet) -> None:
    sheet(row())
    other = add_practice(code="summit", name="Summit", by="t", at=NOW)
    sheet(row(balance="5"), as_of=TODAY)
    assert not Claim.objects.filter(practice=other).exists()
    assert sound(other)
