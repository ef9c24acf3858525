"""Whom to reach at a payer for one purpose: the form, and saving it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.opening import WEEKDAYS
from dueline.core.payer_rules import Purpose
from dueline.core.rule_check import Problem
from dueline.payers.actions import change_contact
from dueline.payers.errors import RulesRefused
from dueline.payers.models import Payer
from dueline.payers.queries import contact_for
from dueline.web.problems import told
from dueline.web.views.payers import PURPOSES, payer_or_404
from dueline.web.views.typed import typed

_TEXTS = ("phone", "ivr_path", "fax", "portal", "address", "claims_per_call", "hold_minutes")
_DAY_NAMES = dict(zip(WEEKDAYS, "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()))
LABELS = {
    "phone": "Telephone",
    "ivr_path": "Keys and words to a person",
    "fax": "Fax",
    "portal": "Portal",
    "address": "Address",
    "claims_per_call": "Claims in one call",
    "hold_minutes": "Typical hold, minutes",
    **_DAY_NAMES,
    "time_zone": "Time zone",
    "keeps_federal_holidays": "Federal holidays",
    "closed_on": "Further days closed",
}
_MEND = {
    "phone": "Type digits and hyphens.",
    "fax": "Type digits and hyphens.",
    "claims_per_call": "Leave it blank where it is not known.",
    "hold_minutes": "Leave it blank where it is not known.",
    **dict.fromkeys(WEEKDAYS, "Type from and until."),
    "time_zone": "Choose one of the list.",
    "portal": "Copy it from the browser.",
    "closed_on": "Type year-month-day, with commas between.",
}
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)


@require_http_methods(["GET", "POST"])
@in_practice
@requires(Permission.CHANGE_PAYERS)
def contact_page(
    request: PracticeRequest, practice: Practice, pk: int, purpose: str
) -> HttpResponse:
    if purpose not in set(Purpose):
        raise Http404
    payer = payer_or_404(practice, pk)
    if request.method != "POST":
        return _answer(request, payer, purpose, _known(payer, Purpose(purpose)), {})
    names = (*_TEXTS, *WEEKDAYS, "closed_on", "keeps_federal_holidays", "time_zone")
    values = {name: typed(request, name) for name in names}
    try:
        change_contact(
            payer=payer,
            contact=_said(values, purpose),
            time_zone=values["time_zone"],
            by=request.user.get_username(),
            at=clock.now(),
            on=clock.today(),
        )
    except RulesRefused as refused:
        return _answer(request, payer, purpose, values, _words(refused.problems), status=422)
    messages.success(request, f"{PURPOSES[Purpose(purpose)]}: saved, checked today.")
    return redirect("web:payer", practice=practice.code, pk=payer.pk)


def _known(payer: Payer, purpose: Purpose) -> dict[str, str]:
    """Return what is known of a line, as the form shows it."""
    contact = contact_for(payer, purpose)
    if contact is None:
        phone = payer.phone if purpose is Purpose.CLAIM_STATUS else ""
        return {"phone": phone, "time_zone": payer.time_zone, "keeps_federal_holidays": "yes"}
    values = {name: str(getattr(contact, name) or "") for name in _TEXTS}
    return {
        **values,
        **contact.hours,
        "closed_on": ", ".join(contact.closed_on),
        "keeps_federal_holidays": "yes" if contact.keeps_federal_holidays else "no",
        "time_zone": payer.time_zone,
    }


def _said(values: dict[str, str], purpose: str) -> dict[str, object]:
    """Return the contact that was typed, as a file would say it."""
    closed = values["closed_on"].replace(",", " ").split()
    return {
        **{name: values[name] for name in _TEXTS},
        "purpose": purpose,
        "hours": {day: values[day].replace(" ", "") for day in WEEKDAYS if values[day]},
        "closed_on": closed,
        "keeps_federal_holidays": "yes" if values["keeps_federal_holidays"] == "yes" else "no",
    }


def _words(problems: list[Problem]) -> dict[str, str]:
    """Return what is wrong beside each field, in their order. Hours stand beside their day."""
    found: dict[str, str] = {}
    for problem in problems:
        name = problem.field.removeprefix("contacts: ")
        if name == "hours":
            name = problem.words.partition(":")[0]
        found.setdefault(name, told(problem, _MEND.get(name, "")))
    return {name: found[name] for name in LABELS if name in found}


def _answer(
    request: PracticeRequest,
    payer: Payer,
    purpose: str,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": "payers",
        "payer": payer,
        "purpose": purpose,
        "purpose_name": PURPOSES[Purpose(purpose)],
        "values": values,
        "errors": errors,
        "contact_form": {"values": values, "errors": errors, "labels": LABELS},
        "holidays": [("yes", "closed"), ("no", "open as usual")],
        "labels": LABELS,
        "days": [
            (day, _DAY_NAMES[day], values.get(day, ""), errors.get(day, "")) for day in WEEKDAYS
        ],
        "zones": ZONES,
    }
    return render(request, "web/payer_contact.html", context, status=status)
