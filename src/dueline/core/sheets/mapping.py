"""What the columns of a sheet are taken for, as a person has confirmed it: kept by headings, not by places."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dueline.core.sheets.fields import WANTED, DateOrder, Field, NameOrder, ReportKind, Want


class MappingError(ValueError):
    """A mapping cannot be used; the message says what was expected and found."""


@dataclass(frozen=True)
class Mapping:
    """Which heading is which field, and how dates and names without a comma are read.

    `fields` goes by heading keys (core.sheets.headings). `date_order` None: as each column tells.
    `payer_above`: the payer stands in a heading above its rows.
    """

    kind: ReportKind
    fields: dict[str, Field]
    date_order: DateOrder | None = None
    name_order: NameOrder = NameOrder.LAST_FIRST
    payer_above: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "fields": {key: field.value for key, field in self.fields.items()},
            "date_order": self.date_order.value if self.date_order else "",
            "name_order": self.name_order.value,
            "payer_above": self.payer_above,
        }

    @classmethod
    def from_json(cls, stored: Table[str, Any]) -> "Mapping":
        """Return a stored mapping. Raises MappingError for one that this version does not know."""
        try:
            order = stored.get("date_order") or None
            return cls(
                ReportKind(stored["kind"]),
                {str(key): Field(field) for key, field in stored["fields"].items()},
                DateOrder(order) if order else None,
                NameOrder(stored.get("name_order") or NameOrder.LAST_FIRST),
                bool(stored.get("payer_above")),
            )
        except (KeyError, ValueError, AttributeError) as error:
            raise MappingError(f"The saved mapping cannot be read: {error}.") from None

    def columns(self, keys: Sequence[str]) -> dict[int, Field]:
        """Return the fields by column for a sheet with these heading keys."""
        return {index: self.fields[key] for index, key in enumerate(keys) if key in self.fields}

    def fits(self, keys: Sequence[str]) -> bool:
        """Whether a sheet with these headings has every column that is mapped."""
        return bool(self.fields) and self.fields.keys() <= set(keys)


def date_columns(columns: Table[int, Field]) -> list[int]:
    """Return the columns that hold dates."""
    return [index for index, field in columns.items() if WANTED[field] is Want.DATE]
