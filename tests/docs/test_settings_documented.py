"""Every environment variable that the code reads is in .env.example, and the other way round."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\bDUELINE_[A-Z_]+[A-Z]\b")


def test_variables_read_are_those_in_the_sample_file() -> None:
    code = "\n".join(path.read_text() for path in (PROJECT / "src").rglob("*.py"))
    sample = (PROJECT / ".env.example").read_text()
    offered = set(re.findall(r"^#?(DUELINE_[A-Z_]+)=", sample, re.MULTILINE))
    assert set(VARIABLE.findall(code)) == offered
