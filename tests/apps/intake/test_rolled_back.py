"""What a set brought that was rolled back is gone: the next set of the same run does not rely on it."""

from datetime import UTC, date, datetime
from pathlib import Path

from dueline.accounts.actions import add_practice
from dueline.core.enums import PostingStatus
from dueline.intake.actions import intake_paths
from dueline.ledger.models import Provider, TransactionSet
from dueline.ledger.verify import verify
from dueline.payers.models import Payer

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
NPI = "1999999919"


def remittance(path: Path, *, paid: str, trace: str) -> Path:
    """Write an 835 of a payer and a rendering provider that nobody has heard of, paying 80."""
    body = [
        "ST*835*0001",
        f"BPR*I*{paid}*C*ACH************20261120",
        f"TRN*1*{trace}*1999999999",
        "N1*PR*UNHEARD OF PLAN*XV*91919",
        f"N1*PE*CLINIC*XX*{NPI}",
        "LX*1",
        f"CLP*{trace}*1*100*80**12*I{trace}*11*1",
        "CAS*CO*45*20",
        "NM1*QC*1*SAMPLE*JANE****MI*M1",
        "NM1*82*1*HAND*MARY****XX*1999999927",
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


def test_payer_first_seen_in_a_quarantined_set_is_added_with_the_next(
    db: None, tmp_path: Path
) -> None:
    practice = add_practice(code="rolled", name="Clinic", npis=[(NPI, "Clinic")], by="test", at=NOW)
    files = [
        remittance(tmp_path / "1.835", paid="79", trace="A"),
        remittance(tmp_path / "2.835", paid="80", trace="B"),
    ]
    summary = intake_paths(
        practice=practice, paths=files, by="test", as_of=date(2026, 11, 23), clock=lambda: NOW
    )
    stored = TransactionSet.objects.filter(practice=practice).order_by("id")
    assert [one.status for one in stored] == [PostingStatus.QUARANTINED, PostingStatus.POSTED]
    assert Payer.objects.filter(practice=practice).count() == 1
    assert Provider.objects.filter(practice=practice, npi="1999999927").count() == 1
    assert summary.new_payers == ["UNHEARD OF PLAN"]
    assert list(verify(practice)) == []
