"""A claim's whole life against the simulated clearinghouse, by SFTP: what `make demo-life` shows."""

import os
from pathlib import Path

import pytest

from dueline.cli.demo_life import ClaimLife, _clearinghouse
from dueline.core.x12 import FileReader
from tests.core.test_correction_valid import pyx12_faults


def test_a_claim_is_sent_rejected_corrected_asked_about_denied_appealed_and_paid(
    db: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DUELINE_AS_OF", "2026-12-01")
    monkeypatch.setenv("DUELINE_HOME", str(tmp_path / "home"))  # without what other tests left
    with _clearinghouse(tmp_path / "clearinghouse") as port:
        life = ClaimLife(tmp_path, port)
        life.live()
    told = capsys.readouterr().out
    states = [line.split()[0] for line in told.splitlines() if "; verify clean" in line]
    assert states == "Sent Rejected Sent Accepted Pending Denied Denied Paid".split()
    assert life.breaches == 0
    claim = life.claim
    assert (claim.payer_balance_cents, claim.paid_cents > 0) == (0, True)
    assert claim.charge_cents == 185_000
    assert (tmp_path / "appeal.pdf").read_bytes().startswith(b"%PDF")
    _all_read(tmp_path / "clearinghouse")


def _all_read(folder: Path) -> None:
    """Every file that went either way is on the disk and reads without a fault."""
    kinds, sent = [], 0
    for path in sorted([*folder.glob("received/*/*.x12"), *folder.glob("sent/*/*.x12")]):
        reader = FileReader(path.read_bytes(), os.fspath(path.name))
        for found in reader.sets():
            assert list(found.items())
            assert [one for one in found.problems if one.code != "test_usage"] == []
            kinds.append(found.kind.value)
        assert reader.problems == []
        if kinds[-1] == "837P":  # of a 276 pyx12 has no map
            assert pyx12_faults(path.read_text()) == [], path.name
            sent += 1
    assert sent == 2
    assert sorted(kinds) == sorted("837P 999 277CA 837P 999 277CA 276 999 277 835 835".split())
