"""What is done with an appeal: its letter and facts changed, files enclosed, and its steps to the payer and back."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dueline import clock
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, check
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.appeals import actions
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import Appeal
from dueline.appeals.packet.files import check_size
from dueline.core.appeals.levels import SendMethod
from dueline.core.appeals.states import DECISIONS, AppealEvent
from dueline.core.money import to_cents
from dueline.web.views.appeals import appeal_or_404, preview, show
from dueline.web.views.typed import typed

_LETTER = ("template", "own_text", "method", "send_to", "due_on")
_STEP = ("sent_on", "tracking_number", "expected_on", "received_on", "reference")
_DECISION = ("decision", "decided_on", "amount", "note", "reason", "fact", "value", "title")


def _acted(
    request: PracticeRequest,
    practice: Practice,
    number: int,
    act: Callable[[Appeal], object],
    permission: Permission = Permission.WRITE_APPEALS,
) -> HttpResponse:
    """Do something to an appeal and show it; what is refused stands there with what was typed."""
    appeal = appeal_or_404(practice, number)
    try:
        check(request.user, practice, permission)  # before what was typed is looked at
        act(appeal)
    except AppealRefused as refused:
        names = (*_LETTER, *_STEP, *_DECISION)
        values = {name: typed(request, name)[:20_000] for name in names if name in request.POST}
        return show(request, practice, appeal, error=str(refused), values=values, status=422)
    except NotAllowed as refused:
        return render(request, "accounts/not_allowed.html", {"reason": str(refused)}, status=403)
    return redirect("web:appeal", practice=practice.code, number=number)


@require_POST
@in_practice
def change(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    """Save letter, method and address; by htmx only show the letter as it would read."""
    if request.htmx and "save" not in request.POST:
        return preview(request, practice, appeal_or_404(practice, number))

    def act(appeal: Appeal) -> None:
        key, text = typed(request, "template"), typed(request, "own_text")
        changes = actions.AppealChanges(
            template=key,
            # The text of the letter before says nothing about another letter.
            own_text=text if key == appeal.template and "template_text" not in request.POST else "",
            method=_method(request) if typed(request, "method") else None,
            send_to=typed(request, "send_to"),
            due_on=_day(request, "due_on", "Last day") if typed(request, "due_on") else None,
        )
        actions.change_appeal(appeal=appeal, changes=changes, by=request.user, now=clock.now())

    return _acted(request, practice, number, act)


@require_POST
@in_practice
def fact(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    return _acted(
        request,
        practice,
        number,
        lambda appeal: actions.type_fact(
            appeal=appeal,
            name=typed(request, "fact"),
            value=typed(request, "value"),
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        ),
    )


@require_POST
@in_practice
def enclose(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    """Enclose a file; its size is looked at before it is read."""

    def act(appeal: Appeal) -> None:
        file = request.FILES.get("file")
        if file is None:
            raise AppealRefused("File: choose a PDF, TIFF, JPEG or PNG.")
        check_size(file.size or 0)
        actions.add_enclosure(
            appeal=appeal,
            title=typed(request, "title") or typed(request, "other_title"),
            content=file.read(),
            by=request.user,
            now=clock.now(),
        )

    return _acted(request, practice, number, act)


@require_POST
@in_practice
def unenclose(request: PracticeRequest, practice: Practice, number: int, pk: int) -> HttpResponse:
    if not appeal_or_404(practice, number).enclosures.filter(pk=pk).exists():
        raise Http404
    return _acted(
        request,
        practice,
        number,
        lambda appeal: actions.remove_enclosure(
            appeal=appeal, pk=pk, by=request.user, now=clock.now()
        ),
    )


@require_POST
@in_practice
def step(request: PracticeRequest, practice: Practice, number: int, event: str) -> HttpResponse:
    """One step, named in the address: ask_approval, approve, return, take_back, send, receive, decide, withdraw."""
    act, permission = _STEPS.get(event, _unknown), _NEEDS.get(event, Permission.WRITE_APPEALS)
    return _acted(request, practice, number, lambda appeal: act(request, appeal), permission)


def _unknown(request: PracticeRequest, appeal: Appeal) -> None:
    raise AppealRefused(f"Expected one of these steps: {', '.join(_STEPS)}.")


def _ask(request: PracticeRequest, appeal: Appeal) -> None:
    actions.ask_approval(appeal=appeal, by=request.user, as_of=clock.today(), now=clock.now())


def _approve(request: PracticeRequest, appeal: Appeal) -> None:
    actions.approve(appeal=appeal, by=request.user, now=clock.now())


def _return(request: PracticeRequest, appeal: Appeal) -> None:
    reason = typed(request, "reason")
    actions.return_appeal(appeal=appeal, reason=reason, by=request.user, now=clock.now())


def _take_back(request: PracticeRequest, appeal: Appeal) -> None:
    actions.take_back(appeal=appeal, by=request.user, now=clock.now())


def _withdraw(request: PracticeRequest, appeal: Appeal) -> None:
    reason = typed(request, "reason")
    actions.withdraw(appeal=appeal, reason=reason, by=request.user, now=clock.now())


def _send(request: PracticeRequest, appeal: Appeal) -> None:
    actions.mark_sent(
        appeal=appeal,
        sent_on=_day(request, "sent_on", "Sent"),
        method=_method(request),
        tracking_number=typed(request, "tracking_number"),
        expected_on=_expected(request),
        by=request.user,
        as_of=clock.today(),
        now=clock.now(),
    )


def _receive(request: PracticeRequest, appeal: Appeal) -> None:
    actions.mark_received(
        appeal=appeal,
        received_on=_day(request, "received_on", "Received"),
        reference=typed(request, "reference"),
        expected_on=_expected(request),
        by=request.user,
        as_of=clock.today(),
        now=clock.now(),
    )


def _decide(request: PracticeRequest, appeal: Appeal) -> None:
    text = typed(request, "decision")
    if text not in set(DECISIONS):
        raise AppealRefused("Decision: choose one of the list.")
    actions.record_decision(
        appeal=appeal,
        decision=AppealEvent(text),
        decided_on=_day(request, "decided_on", "Decided"),
        amount_cents=_cents(typed(request, "amount")),
        note=typed(request, "note"),
        by=request.user,
        as_of=clock.today(),
        now=clock.now(),
    )


_STEPS: dict[str, Callable[[Any, Appeal], None]] = {
    "ask_approval": _ask,
    "approve": _approve,
    "return": _return,
    "take_back": _take_back,
    "send": _send,
    "receive": _receive,
    "decide": _decide,
    "withdraw": _withdraw,
}


_NEEDS = {"approve": Permission.APPROVE_APPEALS, "return": Permission.APPROVE_APPEALS}


def _day(request: PracticeRequest, name: str, label: str) -> date:
    try:
        return date.fromisoformat(typed(request, name))
    except ValueError:
        raise AppealRefused(f"{label}: expected a date.") from None


def _expected(request: PracticeRequest) -> date | None:
    return _day(request, "expected_on", "Expected by") if typed(request, "expected_on") else None


def _method(request: PracticeRequest) -> SendMethod:
    text = typed(request, "method")
    if text not in set(SendMethod):
        raise AppealRefused("How it is sent: choose one of the list.")
    return SendMethod(text)


def _cents(text: str) -> int | None:
    if not text:
        return None
    try:
        return to_cents(text.replace(",", "").removeprefix("$"))
    except ValueError:
        raise AppealRefused("Amount: expected dollars and cents such as 148.66.") from None
