"""The tables of the app, by concept."""

from dueline.denials.models.cases import Case, CaseComment, CaseDenial, CaseMeasure, CaseWatcher
from dueline.denials.models.checks import CheckHit, CheckSetting
from dueline.denials.models.denials import CodeMeaning, Denial
from dueline.denials.models.patterns import Pattern, PatternRun

__all__ = [
    "Case",
    "CaseComment",
    "CaseDenial",
    "CaseMeasure",
    "CaseWatcher",
    "CheckHit",
    "CheckSetting",
    "CodeMeaning",
    "Denial",
    "Pattern",
    "PatternRun",
]
