"""A new version of a payer's rule: the form, what it would change, and saving what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.deadline_words import EVENT_NAMES, KIND_NAMES
from dueline.core.deadlines import StartEvent, Unit
from dueline.core.payer_rules import CONFIDENCE, RULE_KINDS
from dueline.core.rule_check import Problem, RuleDraft, check_rule, fields_of
from dueline.denials.actions import save_rules
from dueline.payers.errors import NotAsSeen, RulesRefused
from dueline.payers.models import Payer, PayerRule
from dueline.payers.queries import draft_of, payer_named, whose_words
from dueline.web.problems import told
from dueline.web.views.payers import payer_or_404, rule_of_payer
from dueline.web.views.rule_preview import preview
from dueline.web.views.typed import row_number, typed
from dueline.worklist.actions import RuleReport, try_rules

FIELDS = (
    "holds_for",
    "kind",
    "claim_type",
    "count",
    "unit",
    "start_event",
    "received_or_sent",
    "presumed_receipt_days",
    "rolls_forward",
    "effective_from",
    "effective_to",
    "source",
    "note",
    "checked_on",
    "confidence",
    "review_days",
)
_SCOPE = ("payer", "plan", "contract", "group", "payer_type", "state", "network")
_UNITS = {
    Unit.DAYS: "days",
    Unit.BUSINESS_DAYS: "business days",
    Unit.MONTHS: "months",
    Unit.YEARS: "years",
    Unit.END_OF_MONTH: "months, to the end of the month",
    Unit.END_OF_NEXT_CALENDAR_YEAR: "to the end of the next calendar year",
}
_TYPES = {"": "All claims", "P": "Professional", "I": "Institutional", "D": "Dental"}
_LABELS = {
    "holds_for": "Holds for",
    "kind": "Rule",
    "claim_type": "Kind of claim",
    "count": "How many",
    "unit": "Unit",
    "start_event": "Counted from",
    "received_or_sent": "Ours must be",
    "presumed_receipt_days": "Presumed receipt, days",
    "rolls_forward": "Weekend, holiday",
    "effective_from": "In force from",
    "effective_to": "In force to",
    "source": "Source",
    "note": "Note",
    "checked_on": "Source read on",
    "confidence": "Confidence",
    "review_days": "Check again after, days",
}
# What to do about a field, after what is wrong with it.
_MEND = {
    "count": "Type how many the source gives, such as 90.",
    "unit": "Choose the unit that the source names.",
    "start_event": "Choose the event that the source names.",
    "effective_from": "Type the first day on which it holds.",
    "effective_to": "Leave it blank while no end is known.",
    "source": "Type the document and its section.",
    "checked_on": "Type the day on which you read the source.",
    "confidence": "Choose how sure the source is.",
    "kind": "Choose what the rule is for.",
    "note": "Type the documents it takes.",
    "presumed_receipt_days": "Type 0 where the source presumes nothing.",
    "review_days": "Type after how many days to read the source again.",
}


@dataclass
class RuleForm:
    """What the form shows: the facts as typed, what may be chosen, and what is wrong beside its field."""

    values: dict[str, str]
    scopes: list[tuple[str, str]]
    errors: dict[str, str] = field(default_factory=dict)
    is_stale: bool = False

    labels = _LABELS
    kinds = [(kind, KIND_NAMES[kind]) for kind in RULE_KINDS]
    claim_types = list(_TYPES.items())
    units = [(unit.value, _UNITS[unit]) for unit in Unit]
    events = [(event.value, EVENT_NAMES[event]) for event in StartEvent]
    weekends = [("no", "business day before"), ("yes", "next business day")]
    sendings = [("received", "received by then"), ("sent", "sent by then")]
    confidences = [(code, words.capitalize()) for code, words in CONFIDENCE.items()]

    @property
    def marks(self) -> list[tuple[str, str, str]]:
        """Return field, label and words of each error, in the order of the form."""
        names = [name for name in (*FIELDS, "form") if name in self.errors]
        return [(name, _LABELS.get(name, ""), self.errors[name]) for name in names]


@require_http_methods(["GET", "POST"])
@in_practice
@requires(Permission.CHANGE_PAYERS)
def rule_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Show the form, what its rule would change, or save what was shown."""
    payer = payer_or_404(practice, pk)
    base = _base(request, practice, payer)
    if request.method != "POST":
        form = RuleForm(_start(request, payer, base), _scopes(payer, base))
        return _answer(request, payer, base, form)
    form = RuleForm({name: typed(request, name) for name in FIELDS}, _scopes(payer, base))
    draft, problems = _draft(request, payer, base, form)
    if draft is None:
        form.errors = _words(problems)
        return _answer(request, payer, base, form, status=422)
    who: dict[str, Any] = {
        "practice": practice,
        "drafts": [draft],
        "by": request.user.get_username(),
        "at": clock.now(),
        "on": clock.today(),
    }
    try:
        if seen := typed(request, "save"):
            try:
                return _saved(request, payer, save_rules(**who, seen=seen))
            except NotAsSeen:
                form.is_stale = True
        return _answer(request, payer, base, form, report=try_rules(**who), draft=draft)
    except RulesRefused as refused:
        form.errors = _words(refused.problems)
        return _answer(request, payer, base, form, status=422)


def _base(request: PracticeRequest, practice: Practice, payer: Payer) -> PayerRule | None:
    """Return the rule that a new version is of. Raises Http404 for one that is not this payer's."""
    asked = request.GET.get("from", "") if request.method != "POST" else typed(request, "from")
    rule = rule_of_payer(practice, payer, row_number(asked))
    if asked and rule is None:
        raise Http404
    return rule


def _start(request: PracticeRequest, payer: Payer, base: PayerRule | None) -> dict[str, str]:
    """Return what stands in the form at first."""
    today = clock.today().isoformat()
    if base is not None:
        values = {
            name: value for name, value in fields_of(draft_of(base)).items() if name in FIELDS
        }
        own = base.payer_id is not None
        if not own:  # this payer's own word on it is from another source
            values |= {"source": "", "note": "", "confidence": ""}
        return values | {
            "holds_for": "same" if own else "payer",
            "checked_on": today,
            "effective_from": "",
            "effective_to": "",
        }
    asked = {name: request.GET.get(name, "") for name in ("kind", "start_event")}
    return {
        "holds_for": "payer",
        "kind": asked["kind"] if asked["kind"] in RULE_KINDS else "",
        "start_event": asked["start_event"] if asked["start_event"] in set(StartEvent) else "",
        "unit": Unit.DAYS.value,
        "received_or_sent": "received",
        "rolls_forward": "no",
        "presumed_receipt_days": "0",
        "checked_on": today,
        "confidence": "",
        "review_days": "365",
    }


def _scopes(payer: Payer, base: PayerRule | None) -> list[tuple[str, str]]:
    """Return for whom the rule can hold, as (value, words)."""
    found = [("payer", f"{payer.name}, all its claims")]
    found += [(f"contract-{one.pk}", f"Contract {one.name}") for one in payer.contracts.all()]
    found += [(f"plan-{one.pk}", f"Plan {one.name}") for one in payer.plans.all()]
    if base is not None:
        words = (
            "as the version before it" if base.payer_id else "for every payer that it is given to"
        )
        found.insert(0 if base.payer_id else len(found), ("same", f"{whose_words(base)}: {words}"))
    return found


def _draft(
    request: PracticeRequest, payer: Payer, base: PayerRule | None, form: RuleForm
) -> tuple[RuleDraft | None, list[Problem]]:
    """Return the rule that was typed, or every reason against it."""
    scope, problems = _scope(payer, base, form)
    said = {name: value for name, value in form.values.items() if name != "holds_for"}
    if said["kind"] == "proof_accepted":  # words and no clock: the clock's fields are not asked
        said |= {"count": "", "unit": "", "start_event": ""}
    elif said["unit"] == Unit.END_OF_NEXT_CALENDAR_YEAR:
        said["count"] = ""
    said["checked_by"] = request.user.get_username()
    draft, found = check_rule({**said, **scope}, as_of=clock.today())
    problems += found
    return (None, problems) if problems else (draft, [])


def _scope(
    payer: Payer, base: PayerRule | None, form: RuleForm
) -> tuple[dict[str, str], list[Problem]]:
    chosen = form.values["holds_for"]
    if chosen not in dict(form.scopes):
        return {}, [Problem("holds_for", f"is not one of the choices: {chosen[:40]!r}")]
    if chosen == "same" and base is not None:
        fields = fields_of(draft_of(base))
        scope = {name: fields[name] for name in _SCOPE}
    else:
        kind, _, number = chosen.partition("-")
        scope = {"payer": payer.name}
        if kind in ("contract", "plan"):
            named = payer.contracts if kind == "contract" else payer.plans
            scope[kind] = named.get(pk=int(number)).name
    if scope.get("payer"):
        known = payer_named(payer.practice, scope["payer"])
        if known is None or known.pk != payer.pk:
            words = "another payer goes by the same name; give this one a name of its own first"
            return scope, [Problem("holds_for", words)]
    return scope, []


def _words(problems: list[Problem]) -> dict[str, str]:
    """Return what is wrong beside each field: found, expected, and what to do. The first reason stands."""
    found: dict[str, str] = {}
    for problem in problems:
        name = problem.field if problem.field in FIELDS else "form"
        found.setdefault(name, told(problem, _MEND.get(name, "")))
    return found


def _saved(request: PracticeRequest, payer: Payer, report: RuleReport) -> HttpResponse:
    count = report.moved.count
    claims = "1 open claim" if count == 1 else f"{count:,} open claims"
    moved = f"Deadlines of {claims} moved." if count else "No deadline of an open claim moved."
    messages.success(request, f"Saved. {moved}")
    return redirect("web:payer", practice=payer.practice.code, pk=payer.pk)


def _answer(
    request: PracticeRequest,
    payer: Payer,
    base: PayerRule | None,
    form: RuleForm,
    *,
    report: RuleReport | None = None,
    draft: RuleDraft | None = None,
    status: int = 200,
) -> HttpResponse:
    context: Mapping[str, Any] = {
        "page": "payers",
        "as_of": clock.today(),
        "payer": payer,
        "base": base,
        "form": form,
        "preview": preview(payer.practice, report) if report else None,
        "stays": _stays(base, draft) if draft else "",
    }
    return render(request, "web/payer_rule.html", context, status=status)


def _stays(base: PayerRule | None, draft: RuleDraft) -> str:
    """Return in words the own rule that a new one stands beside instead of following it, "" where none."""
    if base is None or base.payer_id is None or draft_of(base).key == draft.key:
        return ""
    return (
        "The version you started from stays in force beside this one, because this one holds for other claims "
        "or counts from another event. To end it, save a version of it with an end."
    )
