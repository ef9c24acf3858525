"""Payers: the list, one payer with its lines and rules, and what is done with one press."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.deadlines import STANDING, StartEvent
from dueline.core.enums import DeadlineKind, PayerClock
from dueline.core.opening import WEEKDAYS, closes_at, opens_next
from dueline.core.payer_groups import group_name
from dueline.core.payer_rules import PROOF, Purpose
from dueline.core.rule_check import fields_of
from dueline.denials.actions import save_rules
from dueline.payers.actions import default_rules, mark_checked
from dueline.payers.errors import RulesRefused
from dueline.payers.files import FORMS, csv_of, yaml_of
from dueline.payers.models import Payer, PayerContact, PayerRule
from dueline.payers.queries import known_rules, payer_facts, rule_book, rule_drafts
from dueline.payers.queries.versions import KindRules, rules_of, without_secondary_rule
from dueline.web.views.typed import row_number, typed
from dueline.worklist.queries.payer_list import OpenClaims, open_claims_by_payer, payer_list
from dueline.worklist.queries.payers_open import opening_of_contact

PURPOSES = {
    Purpose.CLAIM_STATUS: "Claim status",
    Purpose.APPEALS: "Appeals",
    Purpose.EDI: "EDI",
    Purpose.ENROLLMENT: "Provider enrollment",
}
_TYPES = {"csv": "text/csv; charset=utf-8", "yaml": "application/yaml; charset=utf-8"}


@require_safe
@in_practice
def payers_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Show the payers; all, or those that lack something."""
    found = payer_list(practice, as_of=clock.today(), now=clock.now())
    wanting = [one for one in found if one.unchecked or one.lacks_secondary_rule]
    show = "wanting" if request.GET.get("show") == "wanting" else ""
    shown = wanting if show else found
    context: dict[str, Any] = {
        "page": "payers",
        "as_of": clock.today(),
        "payers": shown,
        "show": show,
        "all_count": len(found),
        "wanting_count": len(wanting),
        "claims": sum(one.open_claims.count for one in shown),
        "cents": sum(one.open_claims.cents for one in shown),
        "lacks_defaults": _lacks_defaults(practice),
        **rights(request),
    }
    return render(request, "web/payers.html", context)


def rights(request: PracticeRequest) -> dict[str, str]:
    """Return why the role may not change payers or export, "" where it may."""
    return {
        "why_not_change": why_not(request.role, Permission.CHANGE_PAYERS),
        "why_not_export": why_not(request.role, Permission.EXPORT),
    }


def payer_or_404(practice: Practice, pk: int) -> Payer:
    payer = Payer.objects.filter(practice=practice, pk=pk).first() if pk < 2**63 else None
    if payer is None:
        raise Http404
    payer.practice = practice
    return payer


def _lacks_defaults(practice: Practice) -> bool:
    return not known_rules(practice).filter(payer__isnull=True).exists()


@dataclass(frozen=True)
class _Line:
    """One purpose with its contact, None where none is known; moments are in the payer's own time."""

    purpose: str
    name: str
    contact: PayerContact | None
    phone: str
    hours: list[tuple[str, str]]
    open_until: datetime | None
    opens_at: datetime | None


@require_safe
@in_practice
def payer_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    payer = payer_or_404(practice, pk)
    as_of, now = clock.today(), clock.now()
    book = rule_book(practice)
    kinds = rules_of(payer, facts=book.payers[payer.pk], as_of=as_of)
    open_claims = open_claims_by_payer(practice, [payer.pk]).get(payer.pk, OpenClaims())
    secondary = [payer.pk] if open_claims.secondary_count else []
    contacts = {one.purpose: one for one in payer.contacts.all()}
    context: dict[str, Any] = {
        "page": "payers",
        "as_of": as_of,
        "payer": payer,
        "group": group_name(payer.rule_group) if payer.rule_group else "",
        "identifiers": payer.identifiers.order_by("kind", "value"),
        "plans": payer.plans.order_by("name"),
        "contracts": payer.contracts.order_by("-effective_from", "name"),
        "lines": [_line(purpose, contacts.get(purpose), payer, now) for purpose in Purpose],
        "sections": _sections(kinds),
        "unchecked": sum(rule.is_unchecked for kind in kinds for rule in kind.in_use),
        "open_claims": open_claims,
        "lacks_secondary_rule": bool(without_secondary_rule(book, secondary, as_of=as_of)),
        "secondary_query": f"kind={DeadlineKind.FILING}&start_event={StartEvent.PRIMARY_REMITTANCE}",
        "lacks_defaults": _lacks_defaults(practice),
        **rights(request),
    }
    return render(request, "web/payer.html", context)


def _line(purpose: Purpose, contact: PayerContact | None, payer: Payer, now: datetime) -> _Line:
    phone = contact.phone if contact else ""
    if not phone and purpose is Purpose.CLAIM_STATUS:
        phone = payer.phone
    hours: list[tuple[str, str]] = []
    until = opens = None
    if contact is not None and contact.hours:
        hours = _hours(contact.hours)
        opening = opening_of_contact(contact, payer.time_zone)
        until = closes_at(opening, now)
        opens = None if until else opens_next(opening, now)
    return _Line(
        purpose=purpose.value,
        name=PURPOSES[purpose],
        contact=contact,
        phone=phone,
        hours=hours,
        open_until=until,
        opens_at=opens,
    )


def _hours(said: dict[str, str]) -> list[tuple[str, str]]:
    """Return hours as (weekdays, from and until), days alike together: "Mon to Fri", "08:00-17:00"."""
    runs: list[tuple[list[str], str]] = []
    for day in WEEKDAYS:
        text = said.get(day, "")
        if runs and runs[-1][1] == text:
            runs[-1][0].append(day)
        else:
            runs.append(([day], text))
    return [(_days(days), text or "closed") for days, text in runs]


def _days(days: list[str]) -> str:
    first, last = days[0].capitalize(), days[-1].capitalize()
    return first if len(days) == 1 else f"{first} to {last}"


def _sections(kinds: list[KindRules]) -> list[tuple[str, str, list[KindRules]]]:
    """Return the kinds under their headings; those that every claim needs stand even without a rule."""
    known = {found.kind: found for found in kinds}
    ours = [
        known.get(kind) or KindRules(kind) for kind in DeadlineKind if kind in {*known, *STANDING}
    ]
    theirs = [known[kind] for kind in PayerClock if kind in known]
    proof = known.get(PROOF) or KindRules(PROOF)
    return [
        ("deadlines", "What we must do in time", ours),
        ("clocks", "When the payer should act, and when we look", theirs),
        ("proof", "What it takes as proof of timely filing", [proof]),
    ]


@require_POST
@in_practice
@requires(Permission.CHANGE_PAYERS)
def checked(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Say that a rule's source was read today and says the same."""
    rule = known_rules(practice).filter(pk=pk).first() if pk < 2**63 else None
    if rule is None:
        raise Http404
    now, by = clock.now(), request.user.get_username()
    try:
        mark_checked(rule=rule, by=by, at=now, on=clock.today())
        messages.success(request, "Marked as checked today. What the rule says is as it was.")
    except RulesRefused as refused:
        messages.error(request, "; ".join(str(problem) for problem in refused.problems))
    back = row_number(typed(request, "payer")) or rule.payer_id
    known = Payer.objects.filter(practice=practice, pk=back).exists() if back else False
    if not known:
        return redirect("web:payers", practice=practice.code)
    return redirect("web:payer", practice=practice.code, pk=back)


@require_POST
@in_practice
@requires(Permission.CHANGE_PAYERS)
def take_defaults(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Give the practice the default rules as they are shipped, where it has none of its own."""
    if _lacks_defaults(practice):
        found = save_rules(
            practice=practice,
            drafts=default_rules(),
            by=request.user.get_username(),
            at=clock.now(),
            on=clock.today(),
        )
        count = len(found.changes)
        messages.success(
            request,
            f"{count} default rules taken. Deadlines of {found.moved.count} open claims moved.",
        )
    return redirect("web:payers", practice=practice.code)


@require_safe
@in_practice
@requires(Permission.EXPORT)
def export(request: PracticeRequest, practice: Practice, form: str) -> HttpResponse:
    """Download the rules as CSV, or payers and rules as YAML, in the form in which import takes them."""
    if form not in FORMS:
        raise Http404
    rules = [fields_of(draft) for draft in rule_drafts(practice)]
    text = csv_of(rules) if form == "csv" else yaml_of(payer_facts(practice), rules)
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="export_rules",
        at=clock.now(),
        detail={"rules": len(rules)},
    )
    answer = HttpResponse(text, content_type=_TYPES[form])
    name = f"payer-rules-{practice.code}-{clock.today()}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def rule_of_payer(practice: Practice, payer: Payer, pk: int | None) -> PayerRule | None:
    """Return a rule that stands, of this payer or of the practice's defaults; None for another."""
    if pk is None:
        return None
    rule = known_rules(practice).filter(pk=pk).select_related("payer", "plan", "contract").first()
    return rule if rule is not None and rule.payer_id in (None, payer.pk) else None
