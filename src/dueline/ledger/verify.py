"""The invariants of the ledger, proved in the database by sums over sets; each breach names its rows by id."""

from collections.abc import Iterator

from django.db import connection

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.money import money
from dueline.ledger.invariants import RULES

_WITHOUT_HAVING = frozenset({"remittance"})


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what breaks the rules of DESIGN §3 in a practice; nothing when the ledger is sound."""
    for rule, text, query in RULES:
        with connection.cursor() as cursor:
            cursor.execute(query, [practice.pk])
            while rows := cursor.fetchmany(1000):
                for pk, expected, found in rows:
                    if rule in _WITHOUT_HAVING and expected == found:
                        continue
                    amounts = (
                        f": expected {money(int(expected))}, found {money(int(found))}"
                        if expected != found
                        else ""
                    )
                    where, _, said = text.format(id=pk).partition(": ")
                    yield Breach(rule, where, f"{said[:1].upper()}{said[1:]}{amounts}.")
