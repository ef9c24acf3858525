"""Payers and the rules in force at each on a day."""

from typing import Any

from dueline import clock
from dueline.api.access import ApiRequest, day_asked
from dueline.api.errors import NotThere
from dueline.api.routes import Routes
from dueline.api.schemas.basic import AsOf, Identifier, PracticeCode
from dueline.api.schemas.payers import Payers, Rules, payer_out, rules_in_use
from dueline.core.scopes import Scope
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book
from dueline.payers.queries.versions import rules_of
from dueline.worklist.queries.payer_list import payer_list

routes = Routes("Payers")


@routes.read("payers", Scope.READ_PAYERS, Payers)
def list_payers(request: ApiRequest, practice: PracticeCode) -> Any:
    """List the payers with what is open at each."""
    rows = payer_list(request.auth.practice, as_of=clock.today(), now=clock.now())
    return Payers(payers=[payer_out(row) for row in rows])


@routes.read("payers/{payer}/rules", Scope.READ_PAYERS, Rules)
def list_rules(
    request: ApiRequest, practice: PracticeCode, payer: Identifier, as_of: AsOf = None
) -> Any:
    """List the rules in force at a payer on a day.

    Each as it is known now, with its source and when it was checked.
    """
    owner, day = request.auth.practice, day_asked(request, as_of)
    found = Payer.objects.filter(practice=owner, pk=payer).first()
    if found is None:
        raise NotThere("There is no such payer in this practice.")
    found.practice = owner
    kinds = rules_of(found, facts=rule_book(owner).payers[found.pk], as_of=day)
    return Rules(payer=found.pk, in_force_on=day, rules=rules_in_use(kinds))
