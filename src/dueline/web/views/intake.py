"""Intake: files dropped, what posted, what is held and why, and what a person must decide."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.enums import PostingStatus
from dueline.core.money import dollar_words
from dueline.core.not_x12 import SPREADSHEET
from dueline.intake.actions import decide_match, release_set
from dueline.intake.errors import IntakeError
from dueline.intake.models import MatchProposal
from dueline.intake.queries import (
    FileSets,
    file_faults,
    held_sets,
    open_proposals,
    receipt_counts,
    receipts,
    sets_of,
)
from dueline.intake.tasks import receive_upload
from dueline.ledger.models import TransactionSet
from dueline.web.views.typed import row_number, typed

_SHOWS = (
    ("", "All"),
    ("quarantined", "Quarantined"),
    ("decide", "To decide"),
    ("refused", "Refused"),
)


def _question(held: TransactionSet) -> str:
    """Return what to ask the payer about a set, ready to send: where it is wrong, nothing of a patient."""
    numbers = "/".join(
        filter(
            None,
            (held.interchange_control_number, held.group_control_number, held.control_number),
        )
    )
    sent = f" of {held.sent_on:%m/%d/%Y}" if held.sent_on else ""
    text = f"Your {held.kind}{sent}, control numbers {numbers}, cannot be posted."
    for problem in list(held.problems.all())[:4]:
        place = f"segment {problem.segment_number}"
        place += f", element {problem.element}" if problem.element else ""
        text += f" {problem.message.rstrip('.')} ({place})."
    if held.difference_cents:
        text += f" It is out of balance by {dollar_words(held.difference_cents)}."
    return f"{text} What is right? Send it again, corrected."


def _page(
    request: PracticeRequest,
    practice: Practice,
    *,
    errors: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    show = request.GET.get("show", "")
    found = receipts(practice, show=show)
    counts, sets = receipt_counts(practice), sets_of(found)
    held, proposals = list(held_sets(practice)), list(open_proposals(practice))
    cards = {one.source_file_id: f"set-{one.pk}" for one in reversed(held)}
    for one in reversed(proposals):
        remitted = one.claim_payment.remittance.transaction_set
        cards.setdefault(remitted.source_file_id, f"match-{one.pk}")
    faults = file_faults(found)
    rows = [
        (
            receipt,
            sets.get(receipt.source_file_id or 0, FileSets()),
            card,
            faults.get(receipt.source_file_id or 0),
            receipt.refusal == SPREADSHEET,
        )
        for receipt in found
        for card in [cards.get(receipt.source_file_id or 0, "")]
    ]
    context: dict[str, Any] = {
        "page": "intake",
        "as_of": clock.today(),
        "rows": rows,
        "show": show,
        "shows": [(name, label, counts[name or "all"]) for name, label in _SHOWS],
        "held": [(one, _question(one)) for one in held],
        "proposals": proposals,
        "is_busy": any(receipt.state in ("waiting", "reading") for receipt in found),
        "posted_cents": sum(receipt.posted_cents for receipt in found),
        "held_cents": sum(of_file.held_cents for of_file in sets.values()),
        "errors": errors or {},
        "why_not_upload": why_not(request.role, Permission.TAKE_IN_FILES),
        "why_not_release": why_not(request.role, Permission.RELEASE_QUARANTINE),
        "why_not_decide": why_not(request.role, Permission.DECIDE_MATCHES),
    }
    name = "web/intake.html#files" if request.htmx else "web/intake.html"
    return render(request, name, context, status=status)


@require_safe
@in_practice
def intake_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    audit.record(
        practice=practice, by=request.user.get_username(), action="view_intake", at=clock.now()
    )
    return _page(request, practice)


@require_POST
@in_practice
@requires(Permission.TAKE_IN_FILES)
def upload(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Keep the files handed in; the worker reads them, or this process where there is none."""
    for file in request.FILES.getlist("files"):
        receive_upload(
            practice=practice, file=file, by=request.user.get_username(), now=clock.now()
        )
    return redirect("web:intake", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.RELEASE_QUARANTINE)
def release(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Post a set that is only out of balance, with a reason."""
    held = TransactionSet.objects.filter(
        practice=practice, pk=pk, status=PostingStatus.QUARANTINED.value
    ).first()
    if held is None:
        raise Http404
    try:
        release_set(
            practice=practice,
            transaction_set=held,
            reason=typed(request, "reason"),
            by=request.user.get_username(),
            as_of=clock.today(),
            now=clock.now(),
        )
    except IntakeError as refused:
        return _page(request, practice, errors={pk: str(refused)}, status=422)
    return redirect("web:intake", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.DECIDE_MATCHES)
def decide(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Say which claim a payment belongs to."""
    proposal = MatchProposal.objects.filter(practice=practice, pk=pk, decided_at=None).first()
    if proposal is None:
        raise Http404
    claim = None  # none of those proposed: a claim of its own
    if named := typed(request, "claim"):
        claim = proposal.candidates.filter(practice=practice, pk=row_number(named) or 0).first()
        if claim is None:
            raise Http404
    try:
        decide_match(
            practice=practice,
            proposal=proposal,
            claim=claim,
            by=request.user.get_username(),
            as_of=clock.today(),
            now=clock.now(),
        )
    except IntakeError as refused:
        return _page(request, practice, errors={-pk: str(refused)}, status=422)
    return redirect("web:intake", practice=practice.code)
