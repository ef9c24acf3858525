"""What a practice's codes mean: what it says itself, else Dueline's list."""

from dueline.accounts.models import Practice
from dueline.core.enums import DenialCategory, Level, Preventable, RootCauseOwner, UsualFix
from dueline.core.refusals import Meaning, meaning_of
from dueline.denials.models import CodeMeaning


def own_meanings(practice: Practice) -> dict[str, CodeMeaning]:
    """Return by CARC the latest that the practice says of a code."""
    rows = CodeMeaning.objects.filter(practice=practice).order_by("pk")
    return {row.carc: row for row in rows}


class Meanings:
    """What codes mean in one practice. One query."""

    def __init__(self, practice: Practice) -> None:
        self.own = {code: _meaning(row) for code, row in own_meanings(practice).items()}

    def of(self, carc: str) -> Meaning:
        """Return what a CARC means: the practice's word, else the list's, else unknown."""
        return self.own.get(carc.strip().upper()) or meaning_of(carc)


def _meaning(row: CodeMeaning) -> Meaning:
    return Meaning(
        DenialCategory(row.category),
        RootCauseOwner(row.owner),
        Preventable(row.preventable),
        UsualFix(row.usual_fix),
        Level(row.level),
    )
