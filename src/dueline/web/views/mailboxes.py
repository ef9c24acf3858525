"""Mailboxes at clearinghouses: what went out and came in by each, what is in trouble, and setting them up."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.exchange import AfterFetch, MailboxKind
from dueline.exchange.actions import (
    MailboxFacts,
    accept_host_key,
    add_mailbox,
    change_mailbox,
    switch,
)
from dueline.exchange.actions.putting import sent_by_hand
from dueline.exchange.errors import ExchangeError, Unreachable
from dueline.exchange.models import Delivery, Mailbox
from dueline.exchange.queries import (
    deliveries,
    mailbox_for,
    mailboxes,
    pickups,
    set_aside,
    unanswered,
)
from dueline.exchange.sftp import fingerprint, shown_host_key
from dueline.exchange.tasks import ask_for_round, is_round_under_way
from dueline.web.views.typed import typed

PAGE = 30
_AFTER_WORDS = {
    AfterFetch.ARCHIVE: "Move it to the archive folder there",
    AfterFetch.DELETE: "Delete it there",
    AfterFetch.LEAVE: "Leave it there",
}
_TEXTS = ("name", "host", "username", "out_folder", "in_folder", "archive_folder")


@require_safe
@in_practice
@requires(Permission.SEND_FILES)
def mailboxes_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show(request, practice)


def _show(request: PracticeRequest, practice: Practice, **more: Any) -> HttpResponse:
    context = {
        "page": "intake",
        "mailboxes": mailboxes(practice),
        "unanswered": unanswered(practice, as_of=clock.today()),
        "why_not": why_not(request.role, Permission.ADMINISTER),
        **_form(request, Mailbox(port=22, kind=MailboxKind.SFTP, after_fetch=AfterFetch.ARCHIVE)),
        **more,
    }
    return render(request, "web/mailboxes.html", context, status=422 if more.get("error") else 200)


def _form(request: PracticeRequest, mailbox: Mailbox) -> dict[str, Any]:
    """Return what the form shows: what was typed, else what the mailbox has. Never a secret."""
    given = {name: getattr(mailbox, name) for name in (*_TEXTS, "kind", "port", "after_fetch")}
    if request.method == "POST":
        given |= {name: typed(request, name)[:500] for name in given}
    return {
        "typed": given,
        "kinds": [(MailboxKind.SFTP, "An SFTP server"), (MailboxKind.FOLDER, "A folder")],
        "afters": list(_AFTER_WORDS.items()),
    }


def _facts(request: PracticeRequest) -> MailboxFacts:
    """Return what was typed. Raises ExchangeError for a kind or a port that is none."""
    kind, port = typed(request, "kind"), typed(request, "port") or "22"
    after = typed(request, "after_fetch") or AfterFetch.ARCHIVE
    if kind not in set(MailboxKind):
        raise ExchangeError("Kind: choose one of the list.")
    if after not in set(AfterFetch):
        raise ExchangeError("What becomes of a fetched file: choose one of the list.")
    if not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise ExchangeError("Port: expected 1 to 65535.")
    return MailboxFacts(
        kind=MailboxKind(kind),
        port=int(port),
        after_fetch=AfterFetch(after),
        private_key=typed(request, "private_key"),
        password=request.POST.get("password", ""),
        **{name: typed(request, name) for name in _TEXTS},
    )


def _found(practice: Practice, pk: int) -> Mailbox:
    try:
        return mailbox_for(practice, pk)
    except (Mailbox.DoesNotExist, OverflowError):
        raise Http404 from None


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def mailbox_add(request: PracticeRequest, practice: Practice) -> HttpResponse:
    try:
        made = add_mailbox(
            practice=practice,
            facts=_facts(request),
            by=request.user.get_username(),
            now=clock.now(),
        )
    except ExchangeError as refused:
        return _show(request, practice, error=str(refused))
    return redirect("web:mailbox", practice=practice.code, pk=made.pk)


@require_safe
@in_practice
@requires(Permission.SEND_FILES)
def mailbox_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """One mailbox: its state, what went out, what came in, what is set aside and why."""
    return _show_one(request, practice, _found(practice, pk))


def _show_one(
    request: PracticeRequest, practice: Practice, mailbox: Mailbox, **more: Any
) -> HttpResponse:
    context = {
        "page": "intake",
        "mailbox": mailbox,
        "accepted": fingerprint(mailbox.host_key) if mailbox.host_key else "",
        "out": deliveries(mailbox)[:PAGE],
        "aside": set_aside(mailbox)[:PAGE],
        "into": Paginator(pickups(mailbox), PAGE).get_page(request.GET.get("page")),
        "is_under_way": is_round_under_way(mailbox),
        "why_not": why_not(request.role, Permission.ADMINISTER),
        **_form(request, mailbox),
        **more,
    }
    return render(request, "web/mailbox.html", context, status=422 if more.get("error") else 200)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def mailbox_change(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    mailbox = _found(practice, pk)
    try:
        change_mailbox(
            mailbox=mailbox,
            facts=_facts(request),
            by=request.user.get_username(),
            now=clock.now(),
        )
    except ExchangeError as refused:
        return _show_one(request, practice, mailbox, error=str(refused), at="change")
    return redirect("web:mailbox", practice=practice.code, pk=pk)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def mailbox_key(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Look at the key that the server shows, or accept the one that was shown."""
    mailbox, given = _found(practice, pk), typed(request, "host_key")
    try:
        if not given:
            key = shown_host_key(mailbox.host, mailbox.port)
            shown = {"shown_key": key, "shown_fingerprint": fingerprint(key)}
            return _show_one(request, practice, mailbox, **shown)
        accept_host_key(
            mailbox=mailbox, host_key=given, by=request.user.get_username(), now=clock.now()
        )
    except (ExchangeError, Unreachable) as refused:
        return _show_one(request, practice, mailbox, error=str(refused), at="key")
    return redirect("web:mailbox", practice=practice.code, pk=pk)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def mailbox_switch(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    mailbox = _found(practice, pk)
    try:
        switch(
            mailbox=mailbox,
            is_on=typed(request, "to") == "on",
            by=request.user.get_username(),
            now=clock.now(),
        )
    except ExchangeError as refused:
        return _show_one(request, practice, mailbox, error=str(refused), at="switch")
    return redirect("web:mailbox", practice=practice.code, pk=pk)


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def mailbox_round(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Have a round done now, by the worker beside the server."""
    mailbox = _found(practice, pk)
    if not mailbox.is_on:
        error = "The mailbox is off. An administrator can switch it on."
        return _show_one(request, practice, mailbox, error=error, at="switch")
    ask_for_round(mailbox, by=request.user.get_username(), now=clock.now())
    return redirect("web:mailbox", practice=practice.code, pk=pk)


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def delivery_by_hand(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Say that a file which its mailbox refused was sent in another way."""
    rows = Delivery.objects.filter(practice=practice).select_related("mailbox", "outgoing_file")
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    try:
        sent_by_hand(delivery=found, by=request.user.get_username(), now=clock.now())
    except ExchangeError as refused:
        mailbox = _found(practice, found.mailbox_id)
        return _show_one(request, practice, mailbox, error=str(refused), at="out")
    return redirect("web:mailbox", practice=practice.code, pk=found.mailbox_id)
