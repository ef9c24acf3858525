"""docs/reference/claim-checks.md is what the registry says."""

from pathlib import Path

from dueline.cli.check_reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "claim-checks.md"


def test_reference_is_what_the_checks_say() -> None:
    assert PAGE.read_text() == reference(), "run `make docs`"
