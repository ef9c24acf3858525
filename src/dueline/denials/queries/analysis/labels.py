"""Values of attributes in words."""

from collections.abc import Iterable
from datetime import date

from dueline.accounts.models import Practice
from dueline.core import codes
from dueline.core.denial_attributes import CATEGORIES, PLANS, WEEKDAYS, Attribute, place_words
from dueline.core.enums import DenialCategory
from dueline.ledger.models import Provider
from dueline.payers.models import Payer

NOT_KNOWN = "Not known"
_SEXES = {"F": "Female", "M": "Male", "U": "Unknown"}
_AUTHORIZATION = {"yes": "On the claim", "no": "None on the claim"}
_PROVIDERS = frozenset({Attribute.BILLING_PROVIDER, Attribute.RENDERING_PROVIDER})


class Labels:
    """Says values in words; names of payers and providers are looked up once, for those that are to be said."""

    def __init__(self, practice: Practice, values: Iterable[tuple[Attribute, str]]) -> None:
        wanted = set(values)
        payers = {v for one, v in wanted if one is Attribute.PAYER and _is_id(v)}
        providers = {v for one, v in wanted if one in _PROVIDERS and _is_id(v)}
        self._payers = (
            {
                str(pk): name
                for pk, name in Payer.objects.filter(practice=practice, pk__in=payers).values_list(
                    "pk", "name"
                )
            }
            if payers
            else {}
        )
        self._providers = (
            {
                str(row.pk): str(row)
                for row in Provider.objects.filter(practice=practice, pk__in=providers)
            }
            if providers
            else {}
        )

    def of(self, by: Attribute, value: str) -> str:
        """Return a value in words, "Not known" for none."""
        if not value:
            return NOT_KNOWN
        if by is Attribute.PAYER:
            return self._payers.get(value, NOT_KNOWN)
        if by in _PROVIDERS:
            return self._providers.get(value, NOT_KNOWN)
        return _words(by, value)


def _words(by: Attribute, value: str) -> str:
    match by:
        case Attribute.PLAN:
            return PLANS.get(value, value)
        case Attribute.CATEGORY:
            is_one = value in set(DenialCategory)
            return CATEGORIES[DenialCategory(value)] if is_one else value
        case Attribute.CARC:
            return f"{value} {codes.carc(value).short}"
        case Attribute.RARC:
            return f"{value} {codes.rarc(value).short}"
        case Attribute.PLACE:
            return place_words(value)
        case Attribute.WEEKDAY:
            return WEEKDAYS[int(value) - 1] if value in "1234567" and len(value) == 1 else value
        case Attribute.SERVICE_MONTH | Attribute.ANSWER_MONTH:
            return month_words(value)
        case Attribute.SEX:
            return _SEXES.get(value, value)
        case Attribute.LAG:
            return value if value.startswith("before") else f"{value} days"
        case Attribute.AUTHORIZATION:
            return _AUTHORIZATION.get(value, value)
    return value


def month_words(value: str) -> str:
    """Return "Nov 2026" for 2026-11, and what is no month as it is."""
    try:
        return f"{date.fromisoformat(f'{value}-01'):%b %Y}"
    except ValueError:
        return value


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19
