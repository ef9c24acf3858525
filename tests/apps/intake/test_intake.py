"""Files in, a ledger that reconciles out: whole sets, once, with every fault named."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from dueline.accounts.actions import add_practice
from dueline.accounts.models import AuditEvent, Practice
from dueline.core.enums import EntryKind, MatchMethod, PayerStatus, PayerType, PostingStatus
from dueline.core.money import to_cents
from dueline.core.readiness import blocking
from dueline.intake.actions import IntakeSummary, decide_match, intake_paths, release_set
from dueline.intake.errors import IntakeError
from dueline.intake.models import MatchProposal, SetProblem, WaitingAnswer
from dueline.ledger.models import Claim, ClaimPayment, Entry, Remittance, Submission, TransactionSet
from dueline.ledger.verify import verify
from dueline.payers.actions import add_payer, seed_default_rules
from dueline.sample import PracticePlan, SampleResult, practice_plan, write_sample
from dueline.sample.payers import PAYERS
from dueline.worklist.models import Request
from dueline.worklist.queries import readiness_of
from dueline.worklist.queries import verify as verify_worklist

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PLAN = practice_plan(code="lakeside", claim_count=150, seed=7, as_of=AS_OF)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleResult]:
    folder = tmp_path_factory.mktemp("sample")
    return folder / "files", write_sample(PLAN, folder)


@pytest.fixture
def plan() -> PracticePlan:
    return PLAN


@pytest.fixture
def practice(db: None) -> Practice:
    npis = [(party.identifier, party.last_name) for party in (PLAN.billing, PLAN.facility)]
    made = add_practice(
        code="lakeside", name=PLAN.name, tax_id="995550187", npis=npis, by="test", at=NOW
    )
    seed_default_rules(practice=made)
    for payer in PAYERS:
        identifiers = [("PI", payer.identifier), ("TIN", f"1{payer.tax_id}")]
        add_payer(
            practice=made,
            name=payer.name,
            payer_type=PayerType(payer.kind),
            identifiers=identifiers,
            source="test",
        )
    return made


def take_in(practice: Practice, *paths: Path) -> IntakeSummary:
    return intake_paths(practice=practice, paths=paths, by="test", as_of=AS_OF, clock=lambda: NOW)


@pytest.fixture
def write(tmp_path: Path, plan: PracticePlan) -> Callable[..., Path]:
    """Write a file of the sets given, as lists of segments between ST and SE."""

    def act(name: str, kind: str, version: str, *sets: str, number: str = "000000077") -> Path:
        texts = []
        for place, body in enumerate(sets, 1):
            segments = [
                s.strip()
                for s in body.replace("$NPI", plan.billing.identifier).split("~")
                if s.strip()
            ]
            texts.append(
                f"ST*{kind}*{place:04d}~{'~'.join(segments)}~SE*{len(segments) + 2}*{place:04d}~"
            )
        isa = (
            "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0900*^*00501*"
            f"{number}*0*P*:~GS*HP*P*Q*20261120*0900*{int(number)}*X*{version}~"
        )
        path = tmp_path / name
        path.write_text(f"{isa}{''.join(texts)}GE*{len(sets)}*{int(number)}~IEA*1*{number}~")
        return path

    return act


HEAD = (
    "BPR*I*{paid}*C*ACH************20261120~TRN*1*{trace}*1999999999~DTM*405*20261120~"
    "N1*PR*SAMPLE HEALTH PLAN~N1*PE*CLINIC*XX*{npi}~LX*1~"
)


def remit(claims: str, *, paid: str, trace: str = "T1", npi: str = "$NPI", plb: str = "") -> str:
    return HEAD.format(paid=paid, trace=trace, npi=npi) + claims + plb


PAID = (
    "CLP*ACCT1*1*150*80*20*12*ICN1*11*1~NM1*QC*1*SAMPLE*JANE****MI*M1~"
    "SVC*HC:99213*150*80**1~DTM*472*20261101~CAS*CO*45*50~CAS*PR*2*20~"
)
DENIED = (
    "CLP*ACCT1*1*150*0*0*12*ICN1*11*1~NM1*QC*1*SAMPLE*JANE****MI*M1~"
    "SVC*HC:99213*150*0**1~DTM*472*20261101~CAS*CO*197*150~"
)
REVERSED = (
    "CLP*ACCT1*22*-150*-80**12*ICN1*11*1~NM1*QC*1*SAMPLE*JANE****MI*M1~"
    "SVC*HC:99213*-150*-80**1~DTM*472*20261101~CAS*CO*45*-50~CAS*PR*2*-20~"
)
VERSION = "005010X221A1"


def balances(number: str = "ACCT1") -> tuple[int, int]:
    claim = Claim.objects.get(patient_control_key=number)
    return claim.payer_balance_cents, claim.patient_balance_cents


def breaches(practice: Practice) -> list[str]:
    return [b.rule for b in (*verify(practice), *verify_worklist(practice))]


def test_sample_posts_to_the_cent_and_twice_is_once(
    practice: Practice, sample: tuple[Path, SampleResult]
) -> None:
    files, truth = sample
    summary = take_in(practice, files)
    assert summary.total("quarantined_count") == 0
    assert summary.total("posted_cents") == truth.payment_cents
    assert Claim.objects.filter(practice=practice).count() == truth.claims
    assert Remittance.objects.count() == truth.remittances
    assert ClaimPayment.objects.aggregate(s=Sum("paid_cents"))["s"] == truth.claim_payment_cents
    assert not ClaimPayment.objects.exclude(
        match_method=MatchMethod.PATIENT_CONTROL_NUMBER
    ).exists()
    assert not ClaimPayment.objects.filter(status_code="22", reverses=None).exists()
    assert breaches(practice) == []
    before = Entry.objects.count()
    again = take_in(practice, files)
    assert (again.total("posted_count"), Entry.objects.count()) == (0, before)
    assert all(receipt.is_known for receipt in again.receipts)


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        pytest.param([remit(PAID, paid="80")], (0, 2000), id="paid: patient owes the coinsurance"),
        pytest.param(
            [remit(DENIED, paid="0")], (15000, 0), id="denied: all stays open with the payer"
        ),
        pytest.param(
            [
                remit(PAID, paid="80"),
                remit(REVERSED, paid="0", trace="T2", plb="PLB*1*20261231*FB:X*-80"),
            ],
            (15000, 0),
            id="reversal restores what was there before",
        ),
        pytest.param(
            [
                remit(PAID, paid="80"),
                remit(REVERSED + DENIED, paid="0", trace="T2", plb="PLB*1*20261231*FB:X*-80"),
            ],
            (15000, 0),
            id="reversal and correction in one remittance",
        ),
    ],
)
def test_balances_after(
    practice: Practice,
    write: Callable[..., Path],
    bodies: list[str],
    expected: tuple[int, int],
) -> None:
    for place, body in enumerate(bodies):
        take_in(practice, write(f"{place}.835", "835", VERSION, body, number=f"{place + 1:09d}"))
    assert balances() == expected
    assert breaches(practice) == []


def test_claim_known_from_remittance_only_says_so(
    practice: Practice, write: Callable[..., Path]
) -> None:
    take_in(practice, write("a.835", "835", VERSION, remit(DENIED, paid="0")))
    claim = Claim.objects.get(patient_control_key="ACCT1")
    assert (claim.origin, claim.payer_status) == ("remittance", PayerStatus.DENIED)
    assert (claim.denial_group, claim.denial_carc) == ("CO", "197")


def test_same_set_under_a_new_interchange_number_changes_nothing(
    practice: Practice, write: Callable[..., Path]
) -> None:
    take_in(practice, write("a.835", "835", VERSION, remit(PAID, paid="80")))
    summary = take_in(
        practice, write("b.835", "835", VERSION, remit(PAID, paid="80"), number="000000099")
    )
    assert (summary.total("posted_count"), summary.total("duplicate_count")) == (0, 1)
    assert balances() == (0, 2000)


def test_a_claim_whose_answer_is_in_quarantine_waits_until_it_is_posted(
    practice: Practice, write: Callable[..., Path]
) -> None:
    take_in(practice, write("a.835", "835", VERSION, remit(DENIED, paid="0")))
    claim = Claim.objects.get()
    assert not Request.objects.exists()
    later = PAID.replace("ICN1", "ICN2")
    held = remit(later, paid="105", trace="T2")
    take_in(practice, write("b.835", "835", VERSION, held, number="000000078"))
    request = Request.objects.get()
    assert (request.claim, request.check_key) == (claim, "answer_waiting")
    (check,) = blocking(readiness_of(claim, as_of=AS_OF, now=NOW))
    assert check.sentence == "The payer has answered: an 835 for this claim is not posted yet."
    waiting = TransactionSet.objects.get(status=PostingStatus.QUARANTINED)
    release_set(
        practice=practice,
        transaction_set=waiting,
        reason="The bank shows 105.00",
        by="lena",
        as_of=AS_OF,
        now=NOW,
    )
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert list(verify_worklist(practice)) == []


def test_a_set_in_quarantine_that_is_older_than_the_payers_word_is_no_answer(
    practice: Practice, write: Callable[..., Path]
) -> None:
    take_in(practice, write("a.835", "835", VERSION, remit(DENIED, paid="0")))
    take_in(
        practice,
        write("b.835", "835", VERSION, remit(PAID, paid="105", trace="T2"), number="000000078"),
    )
    claim = Claim.objects.get()
    assert blocking(readiness_of(claim, as_of=AS_OF, now=NOW)) != []
    Claim.objects.update(payer_status_on=AS_OF)
    assert blocking(readiness_of(claim, as_of=AS_OF, now=NOW)) == []


def test_out_of_balance_waits_while_its_neighbor_posts_and_release_leaves_suspense(
    practice: Practice, write: Callable[..., Path]
) -> None:
    other = PAID.replace("ACCT1", "ACCT2").replace("ICN1", "ICN2").replace("*M1~", "*M2~")
    path = write(
        "a.835", "835", VERSION, remit(PAID, paid="80"), remit(other, paid="105", trace="T2")
    )
    summary = take_in(practice, path)
    assert (summary.total("posted_count"), summary.total("quarantined_count")) == (1, 1)
    assert summary.total("held_cents") == to_cents("105")
    held = TransactionSet.objects.get(status=PostingStatus.QUARANTINED)
    assert held.difference_cents == 2500
    problem = SetProblem.objects.get(transaction_set=held)
    assert (problem.code, problem.element) == ("unbalanced_remittance", "BPR02")
    assert (problem.expected, problem.found) == ("80", "105")
    assert not Claim.objects.filter(patient_control_key="ACCT2").exists()
    with pytest.raises(IntakeError, match="needs a reason"):
        release_set(
            practice=practice, transaction_set=held, reason=" ", by="lena", as_of=AS_OF, now=NOW
        )
    release_set(
        practice=practice,
        transaction_set=held,
        reason="Bank shows 105.00",
        by="lena",
        as_of=AS_OF,
        now=NOW,
    )
    assert balances("ACCT2") == (0, 2000)
    assert Entry.objects.get(kind=EntryKind.SUSPENSE).amount_cents == 2500
    assert AuditEvent.objects.filter(action="release_set").count() == 1
    assert breaches(practice) == []


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        pytest.param(
            remit(PAID.replace("*80*20*", "*1e5*20*"), paid="80"), "bad_amount", "CLP04", id="1e5"
        ),
        pytest.param(
            remit(PAID.replace("CAS*CO*45*50", "CAS*CO*45*--3"), paid="80"),
            "bad_amount",
            "CAS03",
            id="--3",
        ),
        pytest.param(
            remit(PAID.replace("20261101", "20261341"), paid="80"),
            "bad_date",
            "DTM02",
            id="no such day",
        ),
        pytest.param(
            remit(PAID, paid="80", npi="1999999992"),
            "other_practice",
            "N104",
            id="another practice's NPI",
        ),
    ],
)
def test_faulty_set_is_held_with_its_place(
    practice: Practice, write: Callable[..., Path], body: str, code: str, element: str
) -> None:
    summary = take_in(practice, write("a.835", "835", VERSION, body))
    assert (summary.total("posted_count"), summary.total("quarantined_count")) == (0, 1)
    problem = SetProblem.objects.filter(is_fatal=True).first()
    assert problem is not None
    assert (problem.code, problem.element) == (code, element)
    assert problem.segment_number > 0
    assert not Entry.objects.exists()


def test_another_practices_answer_is_none_for_a_claim_of_the_same_number_here(
    practice: Practice, write: Callable[..., Path]
) -> None:
    bodies = (remit(PAID, paid="105"), remit(PAID, paid="80", trace="T2", npi="1999999992"))
    take_in(practice, write("a.835", "835", VERSION, *bodies))
    ours, theirs = TransactionSet.objects.filter(status=PostingStatus.QUARANTINED).order_by("pk")
    assert SetProblem.objects.get(transaction_set=theirs).code == "other_practice"
    assert WaitingAnswer.objects.get().transaction_set == ours


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7 scan", id="PDF"),
        pytest.param(b"name,amount\nx,1\n", id="CSV"),
        pytest.param(b"\x00\xff" * 500, id="bytes"),
    ],
)
def test_what_is_no_x12_is_refused_in_words(
    practice: Practice, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(content)
    receipt = take_in(practice, path).receipts[0]
    assert receipt.state == "refused"
    assert receipt.refusal


def test_uncertain_payment_waits_for_a_person(
    practice: Practice, write: Callable[..., Path]
) -> None:
    take_in(
        practice, write("a.835", "835", VERSION, remit(DENIED.replace("ACCT1", "LKS99"), paid="0"))
    )
    alike = PAID.replace("ACCT1", "0LKS99").replace("ICN1", "ICN9").replace("M1", "M9")
    take_in(
        practice,
        write("b.835", "835", VERSION, remit(alike, paid="80", trace="T2"), number="000000002"),
    )
    proposal = MatchProposal.objects.get()
    claim = Claim.objects.get(patient_control_key="LKS99")
    assert list(proposal.candidates.all()) == [claim]
    assert balances("LKS99") == (15000, 0)
    assert breaches(practice) == []
    decide_match(practice=practice, proposal=proposal, claim=claim, by="bea", as_of=AS_OF, now=NOW)
    assert balances("LKS99") == (0, 2000)
    assert ClaimPayment.objects.get(pk=proposal.claim_payment_id).match_method == MatchMethod.PERSON
    assert breaches(practice) == []
    with pytest.raises(IntakeError, match="meanwhile"):
        decide_match(
            practice=practice, proposal=proposal, claim=claim, by="bea", as_of=AS_OF, now=NOW
        )


def test_reversal_that_a_person_assigns_undoes_the_payment(
    practice: Practice, write: Callable[..., Path]
) -> None:
    known = PAID.replace("ACCT1", "LKS99")
    take_in(practice, write("a.835", "835", VERSION, remit(known, paid="80")))
    assert balances("LKS99") == (0, 2000)
    alike = REVERSED.replace("ACCT1", "0LKS99").replace("ICN1", "ICN9").replace("M1", "M9")
    taken_back = remit(alike, paid="0", trace="T2", plb="PLB*$NPI*20261231*FB:X*-80~")
    take_in(practice, write("b.835", "835", VERSION, taken_back, number="000000002"))
    proposal = MatchProposal.objects.get()
    claim = Claim.objects.get(patient_control_key="LKS99")
    decide_match(practice=practice, proposal=proposal, claim=claim, by="bea", as_of=AS_OF, now=NOW)
    assert balances("LKS99") == (15000, 0)
    original = ClaimPayment.objects.get(patient_control_number="LKS99")
    assert original.is_reversed
    assert ClaimPayment.objects.get(pk=proposal.claim_payment_id).reverses == original
    assert breaches(practice) == []


def test_resent_claim_is_charged_once_and_stays_old(
    practice: Practice, sample: tuple[Path, SampleResult]
) -> None:
    take_in(practice, sample[0])
    twice = Submission.objects.exclude(duplicate_of=None).values_list("claim_id", flat=True)
    for claim in Claim.objects.filter(pk__in=list(twice)):
        charged = claim.entries.filter(kind=EntryKind.CHARGE).aggregate(s=Sum("amount_cents"))["s"]
        first = claim.submissions.order_by("submitted_on")[0]
        assert charged == claim.charge_cents
        assert claim.first_submitted_on == first.submitted_on


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE ledger_claim SET payer_balance_cents = payer_balance_cents + 1", "claim balance"),
        ("UPDATE ledger_claim SET patient_balance_cents = 1", "claim balance"),
        ("UPDATE ledger_claim SET charge_cents = 1", "claim charge"),
        ("UPDATE ledger_claim SET paid_cents = 1", "claim paid"),
        ("UPDATE ledger_linepayment SET paid_cents = paid_cents + 1", "line"),
        ("UPDATE ledger_claimpayment SET paid_cents = paid_cents + 1", "claim payment"),
        ("UPDATE ledger_remittance SET payment_cents = payment_cents + 1", "remittance"),
        ("UPDATE ledger_claimpayment SET is_reversed = NOT is_reversed", "reversal"),
    ],
)
def test_verify_names_what_was_corrupted(
    practice: Practice, write: Callable[..., Path], statement: str, rule: str
) -> None:
    take_in(practice, write("a.835", "835", VERSION, remit(PAID, paid="80")))
    assert breaches(practice) == []
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert rule in breaches(practice)
