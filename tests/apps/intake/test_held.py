"""What is held although its sums hold: a payment posted before, adjustments nobody knows, dates that cannot be."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dueline.accounts.actions import add_practice
from dueline.accounts.models import Practice
from dueline.core.enums import PostingStatus
from dueline.intake import posting
from dueline.intake.actions import intake_paths, release_set
from dueline.intake.models import MatchProposal, SetProblem
from dueline.ledger.models import Claim, Entry, TransactionSet
from dueline.ledger.verify import verify

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NPI = "1999936606"
ENVELOPE = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0900*^*00501*"
    "000000077*0*P*:~GS*{group}*P*Q*20261120*0900*77*X*{version}~ST*{kind}*0001~{body}"
    "SE*{count}*0001~GE*1*77~IEA*1*000000077~"
)
REMITTANCE = (
    f"BPR*I*80*C*ACH************20261120~TRN*1*T1*1999999999~N1*PR*SAMPLE PLAN~PER*BL*HELP~"
    f"N1*PE*CLINIC*XX*{NPI}~LX*1~"
    "CLP*ACCT1*1*150*80*20*12*ICN1*11*1~NM1*QC*1*SAMPLE*JANE****MI*M1~"
    "SVC*HC:99213*150*80**1~DTM*472*20261101~CAS*CO*45*50~CAS*PR*2*20~"
)
CLAIM = (
    "BHT*0019*00*77*20261120*0900*CH~NM1*41*2*CLINIC*****46*S1~PER*IC*A*TE*5550100~"
    f"NM1*40*2*PAYER*****46*P1~HL*1**20*1~NM1*85*2*CLINIC*****XX*{NPI}~N3*1 A ST~N4*ANY*NY*10001~"
    "REF*EI*995550187~HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*SAMPLE*JANE****MI*M1~N3*1 B ST~N4*ANY*NY*10001~"
    "DMG*D8*19800101*F~NM1*PR*2*SAMPLE PLAN*****PI*60054~CLM*{number}*150***11:B:1*Y*A*Y*Y~HI*ABK:J069~"
    "LX*1~SV1*HC:99213*150*UN*1*11**1~DTP*472*D8*20261101~"
)


@pytest.fixture
def practice(db: None) -> Practice:
    return add_practice(code="hill", name="Hill", npis=[(NPI, "Hill")], by="test", at=NOW)


@pytest.fixture
def take_in(practice: Practice, tmp_path: Path) -> Callable[..., TransactionSet]:
    """Take in one set; return what became of it."""

    def act(body: str, kind: str = "835", *, changes: Callable[[str], str] = str) -> TransactionSet:
        version = {"835": "005010X221A1", "837": "005010X222A1"}[kind]
        count = body.count("~") + 2
        group = {"835": "HP", "837": "HC"}[kind]
        text = ENVELOPE.format(group=group, version=version, kind=kind, body=body, count=count)
        path = tmp_path / f"{TransactionSet.objects.count()}.x12"
        path.write_text(changes(text))
        intake_paths(practice=practice, paths=[path], by="test", as_of=AS_OF, clock=lambda: NOW)
        return TransactionSet.objects.latest("pk")

    return act


def fault_of(held: TransactionSet) -> tuple[str, str, str]:
    problem = SetProblem.objects.filter(transaction_set=held).earliest("pk")
    return problem.code, problem.element, problem.found


def redelimited(text: str) -> str:
    return text.translate(str.maketrans("*:~", "|>!"))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(redelimited, id="other separators"),
        pytest.param(lambda text: text.replace("~", "~\r\n"), id="line breaks"),
        pytest.param(str.lower, id="no capitals"),
    ],
)
def test_the_same_set_is_known_however_it_is_laid_out(
    take_in: Callable[..., TransactionSet], changes: Callable[[str], str]
) -> None:
    take_in(REMITTANCE)
    entries = Entry.objects.count()
    assert take_in(REMITTANCE, changes=changes).status == PostingStatus.DUPLICATE
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(REMITTANCE.replace("*80*", "*80.00*"), id="amounts with decimals"),
        pytest.param(REMITTANCE.replace("PER*BL*HELP~", ""), id="no contact"),
    ],
)
@pytest.mark.parametrize("is_large", [False, True], ids=["whole", "large"])
def test_a_payment_written_anew_waits_for_a_person(
    take_in: Callable[..., TransactionSet],
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    is_large: bool,
) -> None:
    if is_large:
        monkeypatch.setattr(posting, "MOST_HELD", 1)
    take_in(REMITTANCE)
    entries = Entry.objects.count()
    held = take_in(body)
    assert held.status == PostingStatus.QUARANTINED
    assert fault_of(held)[:2] == ("payment_posted_before", "TRN02")
    assert Entry.objects.count() == entries
    released = release_set(
        practice=practice,
        transaction_set=held,
        reason="Two checks",
        by="lena",
        as_of=AS_OF,
        now=NOW,
    )
    assert released.status == PostingStatus.RELEASED
    assert Entry.objects.count() > entries
    assert [breach.rule for breach in verify(practice)] == []


def test_another_payment_of_the_same_trace_number_posts(
    take_in: Callable[..., TransactionSet],
) -> None:
    """A payer may tell of one transfer in several sets: their claims differ."""
    take_in(REMITTANCE)
    other = REMITTANCE.replace("ACCT1", "ACCT2").replace("*150*", "*160*").replace("45*50", "45*60")
    assert take_in(other).status == PostingStatus.POSTED


@pytest.mark.parametrize(("group", "status"), [("XX", "quarantined"), ("CR", "posted")])
def test_an_adjustment_that_would_move_nothing_waits(
    take_in: Callable[..., TransactionSet], practice: Practice, group: str, status: str
) -> None:
    """CR is of version 4010, where it corrects; another group is nobody's."""
    held = take_in(REMITTANCE.replace("CAS*CO*45", f"CAS*{group}*45"))
    assert held.status == status
    if status == "posted":
        assert Claim.objects.get().payer_balance_cents == 0
        return
    assert fault_of(held) == ("unknown_group_code", "CAS01", "XX")
    release_set(
        practice=practice, transaction_set=held, reason="Asked", by="lena", as_of=AS_OF, now=NOW
    )
    assert Claim.objects.get().payer_balance_cents == 5000


def test_lower_case_moves_what_capitals_move(take_in: Callable[..., TransactionSet]) -> None:
    assert take_in(REMITTANCE, changes=str.lower).status == PostingStatus.POSTED
    claim = Claim.objects.get()
    assert (claim.payer_balance_cents, claim.patient_balance_cents) == (0, 2000)


def test_lower_case_of_another_practice_is_refused(take_in: Callable[..., TransactionSet]) -> None:
    held = take_in(REMITTANCE.replace(NPI, "1999999992"), changes=str.lower)
    assert fault_of(held)[0] == "other_practice"


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("835", "*20261120~TRN", "*20990101~TRN", ("implausible_date", "BPR16", "20990101")),
        ("837", "D8*20261101", "D8*20261201", ("implausible_date", "DTP03", "20261201")),
        ("837", "D8*20261101", "D8*19000101", ("implausible_date", "DTP03", "19000101")),
        (
            "837",
            "*20261120*0900*CH",
            "*20291120*0900*CH",
            ("implausible_date", "BHT04", "20291120"),
        ),
        ("837", "*150***", "*-150***", ("negative_charge", "CLM02", "-150")),
    ],
)
def test_what_cannot_be_is_held(
    take_in: Callable[..., TransactionSet],
    kind: str,
    old: str,
    new: str,
    told: tuple[str, str, str],
) -> None:
    body = REMITTANCE if kind == "835" else CLAIM.format(number="ACCT1")
    assert old in body
    held = take_in(body.replace(old, new), kind)
    assert (held.status, fault_of(held)) == (PostingStatus.QUARANTINED, told)
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("LKS-000123", "LKS000123"),
        ("LKS 123 7700", "LKS1237700"),
        ("LKS-000123", "000LKS000123-01"),
        ("000123", "123"),
    ],
)
def test_a_number_without_its_separators_is_proposed(
    take_in: Callable[..., TransactionSet], sent: str, answered: str
) -> None:
    """Payers drop separators and zeros; a claim of its own would be paid, and this one chased forever."""
    assert take_in(CLAIM.format(number=sent), "837").status == PostingStatus.POSTED
    others = REMITTANCE.replace("*M1~", "*M9~").replace("ACCT1", answered)
    assert take_in(others).status == PostingStatus.POSTED
    assert list(MatchProposal.objects.get().candidates.all()) == [Claim.objects.get()]
