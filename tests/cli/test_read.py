"""`dueline read`: what a stranger sees of a file, and what a script reads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dueline.cli.read import app

SAMPLES = Path(__file__).parents[1] / "core" / "x12" / "samples"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """An 835 with a bad amount, a remittance out of balance and a wrong count."""
    path = tmp_path / "broken.835"
    data = (SAMPLES / "835.x12").read_bytes()
    path.write_bytes(
        data.replace(b"CLP*ACCT1*1*150", b"CLP*ACCT1*1*1e5").replace(b"SE*54", b"SE*55")
    )
    return path


def test_sound_files_are_told_line_by_line() -> None:
    result = run(
        *[SAMPLES / name for name in ("835.x12", "837p.x12", "277ca.x12", "999.x12", "ta1.x12")]
    )
    lines = [line for line in result.stdout.splitlines() if " set " in line]
    assert lines == [
        "  835   005010X221A1 set 0001      3 claims, charge 150.00, paid 381.40, payment 431.40, balanced",
        "  837P  005010X222A1 set 0001      2 claims, charge 350.50, balanced",
        "  277CA 005010X214   set 0001      3 items, charge 350.50",
        "  999   005010X231A1 set 0001      2 items",
        "  TA1   00501        set 000000101 1 item",
    ]
    assert "fault" not in result.stdout
    assert result.exit_code == 0


def test_faults_are_told_before_notes_with_their_place(broken: Path) -> None:
    result = run(broken)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "  835   005010X221A1 set 0001      2 claims, charge 0.00, paid 301.40, payment 431.40, NOT BALANCED, FAULTY",
        "    fault: segment 18 loop 2100 CLP03: An amount cannot be read."
        " Expected an amount such as 1250.00, found 1e5.",
        "    fault: segment 56 SE01: SE01 is not the number of segments: some may be missing."
        " Expected 54, found 55.",
        "    note: segment 54 loop 2100 ZZ1: The guide has no such segment here; it was kept with its loop.",
        "    note: segment 4 loop header BPR02: The remittance is out of balance by 80."
        " Expected 351.4, found 431.4.",
    ]


def test_json_has_the_documented_shape(broken: Path) -> None:
    result = run(broken, SAMPLES / "999.x12", "--json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)
    assert set(first) == {"file", "is_sound", "sets", "problems"}
    assert (first["file"], first["is_sound"], second["is_sound"]) == (str(broken), False, True)
    (remittance,) = first["sets"]
    problems = remittance.pop("problems")
    assert remittance == {
        "type": "835",
        "version": "005010X221A1",
        "control_number": "0001",
        "interchange": "000000101",
        "segments": 54,
        "items": 2,
        "claims": 2,
        "charge": "0.00",
        "paid": "301.40",
        "payment": "431.40",
        "is_balanced": False,
        "is_sound": False,
    }
    assert problems[0] == {
        "code": "bad_amount",
        "message": "An amount cannot be read.",
        "segment": 18,
        "segment_identifier": "CLP",
        "loop": "2100",
        "element": "CLP03",
        "expected": "an amount such as 1250.00",
        "found": "1e5",
        "is_fatal": True,
    }
    assert second["sets"][0]["payment"] is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "fault: file: The file is empty. Expected ISA, found nothing."),
        (b"%PDF-1.7", "fault: file: This is a PDF, not X12. Expected ISA, found a PDF."),
        (
            b"\x1b]0;x\x07",
            "fault: file: This is not X12. Expected ISA, found \N{REPLACEMENT CHARACTER}]0.",
        ),
    ],
    ids=["empty", "PDF", "control characters"],
)
def test_what_is_no_x12_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    result = run(path)
    assert (result.stdout.splitlines(), result.exit_code) == ([str(path), f"  {told}"], 1)


def test_missing_file_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    result = run(tmp_path / "none", SAMPLES / "999.x12", "--json")
    missing, present = json.loads(result.stdout)
    assert (missing["problems"][0]["code"], result.exit_code) == ("not_readable", 1)
    assert "No such file" in missing["problems"][0]["message"]
    assert present["is_sound"]


def test_many_problems_are_cut_in_text_and_whole_in_json(tmp_path: Path) -> None:
    path = tmp_path / "many.835"
    data = (SAMPLES / "835.x12").read_bytes()
    path.write_bytes(data.replace(b"PLB*", b"ZZ9*1~\n" * 30 + b"PLB*").replace(b"SE*54", b"SE*84"))
    text, machine = run(path), run(path, "--json")
    assert "    and 12 more (--json lists all)" in text.stdout.splitlines()
    assert len(json.loads(machine.stdout)[0]["sets"][0]["problems"]) == 32
    assert text.exit_code == machine.exit_code == 0


def test_reading_needs_no_django() -> None:
    code = "import sys, dueline.cli.read; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_reference_names_every_key_of_the_json(broken: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "reading.md").read_text()
    tables = page.partition("## `dueline read`")[2].split("| file | |")[1]
    told = {
        key for row in tables.splitlines() for key in row.split("|")[1:2] for key in key.split(",")
    }
    (document,) = json.loads(run(broken, "--json").stdout)
    keys = {
        *document,
        *document["sets"][0],
        *document["problems"],
        *document["sets"][0]["problems"][0],
    }
    assert {key.strip(" `") for key in told} - {"", "---", "set", "problem"} == keys
