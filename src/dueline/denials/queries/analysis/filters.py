"""What an analysis is narrowed to, as the address keeps it, and the same as conditions on the facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dueline.core.denial_attributes import OF_REFUSALS, Attribute
from dueline.core.denial_figures import Period, first_day
from dueline.denials.errors import DenialsError

UNKNOWN = "-"  # in an address: the value is not known
_LONGEST = 80
# Facts that hold several values in one text, by table.
_LISTS = {
    "claims": {Attribute.PROCEDURE: "procedures", Attribute.MODIFIER: "modifiers"},
    "refusals": {Attribute.MODIFIER: "modifiers", Attribute.RARC: "rarcs"},
}


class AnalysisFilterError(DenialsError):
    """The address asks for something that there is not; the message says what was expected."""


@dataclass(frozen=True)
class AnalysisFilters:
    """Attributes with the one value wanted, "" for not known; which first answers; days from service to answer."""

    values: Mapping[Attribute, str] = field(default_factory=dict)
    period: Period = Period.QUARTER
    within: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "AnalysisFilters":
        """Read a query string's mapping; other keys are left alone. Raises AnalysisFilterError."""
        values = {}
        for one in Attribute:
            text = query.get(one.value, "")
            if len(text) > _LONGEST or not text.isprintable():
                raise AnalysisFilterError(f"The address asks for a {one.value} that there is not.")
            if text:
                values[one] = "" if text == UNKNOWN else text
        period, within = query.get("period") or Period.QUARTER.value, query.get("within", "")
        if period not in set(Period):
            raise AnalysisFilterError(f"period: expected one of {', '.join(Period)}.")
        if within and not (within.isascii() and within.isdigit() and len(within) < 5):
            raise AnalysisFilterError("within: expected a number of days.")
        return cls(values, Period(period), int(within) if within else None)

    def query(self) -> str:
        """Return the query string of this filter, without what is at its default."""
        pairs = [(one.value, value or UNKNOWN) for one, value in self.values.items()]
        if self.period is not Period.QUARTER:
            pairs.append(("period", self.period.value))
        if self.within is not None:
            pairs.append(("within", str(self.within)))
        return urlencode(pairs)

    def having(self, values: Mapping[Attribute, str], **other: Any) -> "AnalysisFilters":
        """Return the same filter with these values too."""
        return replace(self, values={**self.values, **values}, **other)

    def without(self, attribute: Attribute) -> "AnalysisFilters":
        rest = {one: value for one, value in self.values.items() if one is not attribute}
        return replace(self, values=rest)

    @property
    def is_of_claims(self) -> bool:
        """Whether claims are narrowed at all, and not only which refusals count."""
        return any(one not in OF_REFUSALS for one in self.values)

    def days(self, as_of: date) -> tuple[int, int]:
        """Return the first and last day of answers that count, as ordinals."""
        return max(first_day(self.period, as_of=as_of).toordinal(), 1), as_of.toordinal()

    def condition(self, table: str) -> tuple[str, list[Any]]:
        """Return the condition on the attributes, for claims or refusals, and its parameters; days apart."""
        parts, parameters = ["TRUE"], list[Any]()
        for one, value in self.values.items():
            if table == "claims" and one in OF_REFUSALS:
                continue
            column = _LISTS[table].get(one)
            if column is not None and value:
                parts.append(f"list_contains(string_split({column}, ' '), ?)")
            else:
                parts.append(f'"{column or one.value}" = ?')
            parameters.append(value)
        if self.within is not None:
            parts.append("answered_day - service_day <= ?")
            parameters.append(self.within)
        return " AND ".join(parts), parameters


def grouped_by(attribute: Attribute, table: str) -> str:
    """Return the expression for the values of an attribute; several of a row each in a row of its own."""
    column = _LISTS[table].get(attribute)
    return f"unnest(string_split({column}, ' '))" if column else f'"{attribute.value}"'
