"""Denials in words: reasons, ways, owners, chances. No rules: what to show is decided by queries and views."""

from django import template

from dueline.core import codes
from dueline.core.enums import Level, RequestOwner, UsualFix
from dueline.core.holds import OWNER_WORDS
from dueline.core.recovery import percent
from dueline.core.scripts import shipped
from dueline.denials.models import Denial

register = template.Library()

_WAYS = {
    UsualFix.CORRECTED_CLAIM: "Send a corrected claim",
    UsualFix.RECONSIDERATION: "Ask for a reconsideration",
    UsualFix.APPEAL: "Appeal",
    UsualFix.SEND_RECORDS: "Send records",
    UsualFix.BILL_OTHER_PAYER: "Bill another payer",
    UsualFix.BILL_PATIENT: "Bill the patient",
    UsualFix.CALL_PAYER: "Call the payer",
    UsualFix.WRITE_OFF: "Ask for a write-off",
    UsualFix.NONE: "Nothing to do",
}


@register.filter
def reason(denial: Denial) -> str:
    """Return "CO-197 no authorization"."""
    return codes.adjustment_words(denial.group_code, denial.carc)


@register.filter
def carc_short(code: str) -> str:
    return codes.carc(code).short


@register.filter
def way(value: str) -> str:
    """Return what settles a denial: "Send a corrected claim"."""
    return _WAYS[UsualFix(value)]


@register.filter
def who_works(value: str) -> str:
    """Return who works it: "L2", or "the front desk"."""
    return value if value in set(Level) else OWNER_WORDS[RequestOwner(value)]


@register.filter
def basis_points(value: int) -> str:
    """Return 4500 as "45 %", whole percents: a chance is not known closer."""
    return percent(round(value, -2))


@register.filter
def script_title(key: str) -> str:
    script = shipped().get(key)
    return script.title if script else ""
