"""Which payer a file means: by its identifiers, else by its name; one not seen before is added."""

from collections.abc import Iterable

from dueline.accounts.models import Practice
from dueline.core.matching import folded
from dueline.core.payer_groups import group_of
from dueline.core.payer_types import payer_type_of
from dueline.payers.models import Payer, PayerIdentifier

BY_NAME = "NAME"


class PayerDirectory:
    """The payers of a practice in memory (tens or hundreds), for finding them by the thousand.

    An identifier decides over a name. A payer known by name that comes with a new identifier gets it.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.added: list[str] = []  # names of payers first seen in this run
        self._ids: dict[tuple[str, str], int] = {
            (kind, value): payer_id
            for kind, value, payer_id in PayerIdentifier.objects.filter(
                practice=practice
            ).values_list("kind", "value", "payer_id")
        }
        self.names: dict[int, str] = dict(
            Payer.objects.filter(practice=practice).values_list("id", "name")
        )
        self._cache: dict[tuple[object, ...], int] = {}

    def payer_id(
        self, name: str, identifiers: Iterable[tuple[str, str]], filing_indicator: str, source: str
    ) -> int:
        """Return the payer's id. `identifiers` are (kind, value): PI, XV, 2U, TIN ..."""
        given = _as_stored(identifiers)
        memo = (name, given)
        found = self._cache.get(memo)
        if found is None:
            found = self._cache[memo] = self._find(name.strip(), given, filing_indicator, source)
        return found

    def known_id(self, name: str, identifiers: Iterable[tuple[str, str]]) -> int | None:
        """Return the id of a payer on file, None where there is none. Nothing is added."""
        given = _as_stored(identifiers)
        found = next((self._ids[key] for key in given if key in self._ids), None)
        by_name = (BY_NAME, folded(name)[:80])
        return self._ids.get(by_name) if found is None and by_name[1] else found

    def _find(
        self, name: str, given: tuple[tuple[str, str], ...], filing_indicator: str, source: str
    ) -> int:
        by_name = (BY_NAME, folded(name)[:80])
        found = self.known_id(name, given)
        if found is None:
            shown = name or next((value for _, value in given), "Not known")
            payer = Payer.objects.create(
                practice=self.practice,
                name=shown[:200],
                payer_type=payer_type_of(filing_indicator, name).value,
                rule_group=group_of(shown),
            )
            found = payer.pk
            self.names[found] = payer.name
            self.added.append(payer.name)
        for kind, value in (*given, by_name):
            if value and (kind, value) not in self._ids:
                PayerIdentifier.objects.create(
                    practice=self.practice,
                    payer_id=found,
                    kind=kind,
                    value=value,
                    source=source,
                )
                self._ids[kind, value] = found
        return found


def _as_stored(identifiers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return identifiers as they are stored, so that what is stored is found again."""
    return tuple((kind[:8], value.strip()[:80]) for kind, value in identifiers if value.strip())
