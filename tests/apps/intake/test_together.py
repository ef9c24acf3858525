"""Sets are posted many at once: the ledger is the same as if each had been posted alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from dueline.accounts.actions import add_practice
from dueline.accounts.models import Practice
from dueline.core.enums import PostingStatus
from dueline.intake import actions, posting
from dueline.intake.actions import intake_paths
from dueline.intake.models import Receipt, SetProblem
from dueline.ledger.models import Claim, Patient, TransactionSet
from dueline.ledger.posting import context
from dueline.ledger.verify import verify
from dueline.payers.models import Payer
from dueline.sample import practice_plan, write_sample

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PLAN = practice_plan(code="lakeside", claim_count=120, seed=5, as_of=AS_OF)
NPI = PLAN.billing.identifier
FACTS = [  # what the ledger says, without ids
    "SELECT patient_control_number, payer_status, payer_said, charge_cents, paid_cents, payer_balance_cents, "
    "patient_balance_cents, first_submitted_on, last_remitted_on, denied_on, accepted_on, member_id FROM ledger_claim",
    "SELECT c.patient_control_number, e.kind, e.segment_number, e.group_code, e.carc, e.amount_cents, "
    "e.payer_effect_cents, e.patient_effect_cents, e.effective_on FROM ledger_entry e "
    "LEFT JOIN ledger_claim c ON c.id = e.claim_id",
    "SELECT p.segment_number, p.paid_cents, p.is_reversed, p.reverses_id IS NULL, s.charge_cents, l.is_current "
    "FROM ledger_claimpayment p LEFT JOIN ledger_linepayment s ON s.claim_payment_id = p.id "
    "LEFT JOIN ledger_serviceline l ON l.id = s.service_line_id",
    "SELECT c.patient_control_number, s.submitted_on, s.frequency_code, s.duplicate_of_id IS NULL "
    "FROM ledger_submission s JOIN ledger_claim c ON c.id = s.claim_id",
    "SELECT c.patient_control_number, v.happened_on, v.category_code, v.payer_status, v.text FROM ledger_claimevent v "
    "JOIN ledger_claim c ON c.id = v.claim_id",
    "SELECT number, c.patient_control_number FROM ledger_payerclaimnumber n JOIN ledger_claim c ON c.id = n.claim_id",
    "SELECT kind, status, claim_count, charge_cents, paid_cents, payment_cents FROM ledger_transactionset",
]


def facts() -> list[list[str]]:
    with connection.cursor() as cursor:
        told = []
        for query in FACTS:
            cursor.execute(query)
            told.append(sorted(map(repr, cursor.fetchall())))
        return told


@pytest.fixture
def make_practice(db: None) -> Callable[[str], Practice]:
    def make(code: str) -> Practice:
        npis = [(party.identifier, party.last_name) for party in (PLAN.billing, PLAN.facility)]
        return add_practice(code=code, name=PLAN.name, npis=npis, by="test", at=NOW)

    return make


@pytest.fixture
def practice(make_practice: Callable[[str], Practice]) -> Practice:
    return make_practice("lakeside")


def take_in(practice: Practice, *paths: Path) -> actions.IntakeSummary:
    return intake_paths(practice=practice, paths=paths, by="test", as_of=AS_OF, clock=lambda: NOW)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_sample(PLAN, tmp_path)
    return tmp_path / "files"


@pytest.fixture
def together(practice: Practice, files: Path) -> list[list[str]]:
    """What the ledger says where as many sets as may be are posted at once."""
    from django.db import transaction

    class Undone(Exception):
        pass

    told: list[list[str]] = []
    try:
        with transaction.atomic():
            take_in(practice, files)
            told = facts()
            raise Undone
    except Undone:
        pass
    assert not Claim.objects.exists()
    return told


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param({"items": 1}, id="each set in a transaction of its own"),
        pytest.param({"items": 40}, id="a few sets at once"),
        pytest.param({"aside": 1}, id="rows written after each set"),
        pytest.param({"held": 1}, id="each set as if it were too large to hold"),
        pytest.param({"held": 1, "rows": 0, "chunk": 2}, id="written and forgotten all the time"),
    ],
)
def test_ledger_does_not_depend_on_what_is_posted_together(
    practice: Practice,
    files: Path,
    together: list[list[str]],
    limits: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "MOST_ITEMS", limits.get("items", actions.MOST_ITEMS))
    monkeypatch.setattr(posting, "MOST_HELD", limits.get("held", posting.MOST_HELD))
    monkeypatch.setattr(context, "MOST_ROWS", limits.get("rows", context.MOST_ROWS))
    aside = limits.get("aside", context.ROWS_WRITTEN_ASIDE)
    monkeypatch.setattr(context, "ROWS_WRITTEN_ASIDE", aside)
    monkeypatch.setattr(context.chunks, "__defaults__", (limits.get("chunk", context.CHUNK),))
    take_in(practice, files)
    for alone, at_once in zip(facts(), together, strict=True):
        assert alone == at_once
    assert list(verify(practice)) == []


def remittance(path: Path, number: str, *, npi: str = NPI, paid: str = "80") -> Path:
    """Write an 835 that pays 80 of 100 on a claim with this number."""
    body = [
        "ST*835*0001",
        f"BPR*I*{paid}*C*ACH************20261120",
        f"TRN*1*{number}*1999999999",
        "N1*PR*SAMPLE HEALTH PLAN",
        f"N1*PE*CLINIC*XX*{npi}",
        "LX*1",
        f"CLP*{number}*1*100*80**12*I{number}*11*1",
        "CAS*CO*45*20",
        f"NM1*QC*1*SAMPLE*{number}****MI*M{number}",
        "DTM*232*20261101",
    ]
    isa = (
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0900*^*00501*"
    )
    lines = [
        f"{isa}000000077*0*P*:",
        f"GS*HP*P*Q*20261120*0900*77*X*005010X221A1~{'~'.join(body)}",
        f"SE*{len(body) + 1}*0001",
        "GE*1*77",
        "IEA*1*000000077",
    ]
    path.write_text("~".join(lines) + "~")
    return path


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        pytest.param({"npi": "1999999984"}, "other_practice", id="another practice's"),
        pytest.param({"paid": "79"}, "unbalanced_remittance", id="out of balance"),
    ],
)
def test_set_that_cannot_be_posted_leaves_its_neighbors_posted(
    practice: Practice, tmp_path: Path, bad: dict[str, str], code: str
) -> None:
    good = [remittance(tmp_path / f"{name}.835", name) for name in ("A1", "C1", "D1")]
    summary = take_in(practice, good[0], remittance(tmp_path / "B1.835", "B1", **bad), *good[1:])
    assert [r.posted_count for r in summary.receipts] == [1, 0, 1, 1]
    assert [r.quarantined_count for r in summary.receipts] == [0, 1, 0, 0]
    assert sorted(Claim.objects.values_list("patient_control_key", flat=True)) == ["A1", "C1", "D1"]
    assert Patient.objects.count() == 3  # none of the set that was not posted
    held = TransactionSet.objects.get(status=PostingStatus.QUARANTINED)
    problems = SetProblem.objects.filter(transaction_set=held, code=code)
    assert problems.count() == 1
    assert list(verify(practice)) == []


def test_same_set_twice_among_those_posted_together_is_posted_once(
    practice: Practice, tmp_path: Path
) -> None:
    first = remittance(tmp_path / "1.835", "A1")
    again = tmp_path / "2.835"
    again.write_text(first.read_text().replace("000000077", "000000078"))
    copy = tmp_path / "3.835"
    copy.write_bytes(first.read_bytes())
    summary = take_in(practice, first, again, copy)
    assert [(r.posted_count, r.duplicate_count) for r in summary.receipts] == [
        (1, 0),
        (0, 1),
        (0, 1),
    ]
    statuses = TransactionSet.objects.order_by("id").values_list("status", flat=True)
    assert list(statuses) == ["posted", "duplicate"]
    assert Claim.objects.get().paid_cents == 8000
    assert Receipt.objects.filter(practice=practice).count() == 3


def test_payers_told_apart_only_beyond_what_is_stored_are_one(
    practice: Practice, tmp_path: Path
) -> None:
    """A qualifier longer than its column is kept cut; the next of the same beginning is the same."""
    for number, qualifier in (("A1", "XVXVXVXV1"), ("B1", "XVXVXVXV2")):
        path = remittance(tmp_path / f"{number}.835", number)
        payer = f"N1*PR*PLAN {number}*{qualifier}*12345"
        path.write_text(path.read_text().replace("N1*PR*SAMPLE HEALTH PLAN", payer))
        take_in(practice, path)
    assert Payer.objects.filter(practice=practice).count() == 1
    assert Claim.objects.count() == 2


def test_value_that_no_column_takes_holds_its_set_only(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader refuses amounts beyond its own bound; should one pass, the set is held."""
    from dueline.ledger.posting import payments

    usual = payments.PaymentPoster._payment_row

    def too_much(self, item, match, finding):  # type: ignore[no-untyped-def]
        row = usual(self, item, match, finding)
        if item.patient_control_number == "B1":
            row.charge_cents = 10**30
        return row

    monkeypatch.setattr(payments.PaymentPoster, "_payment_row", too_much)
    paths = [remittance(tmp_path / f"{name}.835", name) for name in ("A1", "B1", "C1")]
    take_in(practice, *paths)
    assert sorted(Claim.objects.values_list("patient_control_key", flat=True)) == ["A1", "C1"]
    problem = SetProblem.objects.get(transaction_set__status=PostingStatus.QUARANTINED)
    assert problem.code == "value_not_stored"
    assert list(verify(practice)) == []
