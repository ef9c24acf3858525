"""An appeal within the house: approval asked, given or returned; taken back; withdrawn."""

from datetime import date, datetime

from django.db import transaction

from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.accounts.queries import may_approve
from dueline.appeals.actions.steps import MOST_NOTE, held, move, words
from dueline.appeals.actions.writing import missing_words
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import Appeal
from dueline.appeals.packet import packet_of
from dueline.appeals.queries.reading import draft_of
from dueline.appeals.storage import keep
from dueline.core.appeals.states import AppealEvent


@transaction.atomic
def ask_approval(*, appeal: Appeal, by: User, as_of: date, now: datetime) -> Appeal:
    """Make the packet, keep it as it is, and ask for approval of it. Audited.

    Raises NotAllowed and AppealRefused: state, a fact or enclosure is missing, the window is over.
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.ASK_APPROVAL)
    check_window(row, on=as_of)
    missing = missing_words(row, as_of=as_of)
    if missing:
        raise AppealRefused(f"It cannot be sent yet. {missing}")
    packet = packet_of(draft_of(row, as_of=as_of), as_of=as_of)
    row.packet_sha256, row.packet_pages = keep(row.practice, packet.content), packet.pages
    row.asked_at, row.asked_by = now, by.get_username()
    move(row, AppealEvent.ASK_APPROVAL, by=by, now=now, pages=packet.pages)
    return row


def check_window(appeal: Appeal, *, on: date) -> None:
    """Raise AppealRefused after the last day of the appeal's level."""
    if appeal.due_on is not None and on > appeal.due_on:
        raise AppealRefused(
            f"The window closed on {appeal.due_on:%m/%d/%Y}. {appeal.due_source}".strip()
        )


@transaction.atomic
def approve(*, appeal: Appeal, by: User, now: datetime) -> Appeal:
    """Approve an appeal as its packet stands. Audited.

    Raises NotAllowed (role, or one's own without being the lead) and AppealRefused (state).
    """
    check(by, appeal.practice, Permission.APPROVE_APPEALS)
    row = held(appeal, AppealEvent.APPROVE)
    if not may_approve(by, row.practice, made_by=(row.opened_by, row.asked_by)):
        raise NotAllowed("Who wrote an appeal does not approve it. Ask a lead or another approver.")
    row.approved_at, row.approved_by = now, by.get_username()
    move(row, AppealEvent.APPROVE, by=by, now=now)
    return row


@transaction.atomic
def return_appeal(*, appeal: Appeal, reason: str, by: User, now: datetime) -> Appeal:
    """Return an appeal to its writer with a reason. Audited. Raises NotAllowed and AppealRefused."""
    check(by, appeal.practice, Permission.APPROVE_APPEALS)
    row = held(appeal, AppealEvent.RETURN)
    note = words(reason, "What is to be changed", most=MOST_NOTE, is_needed=True)
    _unapprove(row)
    move(row, AppealEvent.RETURN, by=by, now=now, note=note)
    return row


@transaction.atomic
def take_back(*, appeal: Appeal, by: User, now: datetime) -> Appeal:
    """Make an appeal a draft again, so that it can be changed; it then needs approval anew. Audited."""
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.TAKE_BACK)
    _unapprove(row)
    move(row, AppealEvent.TAKE_BACK, by=by, now=now)
    return row


@transaction.atomic
def withdraw(*, appeal: Appeal, reason: str, by: User, now: datetime) -> Appeal:
    """End an appeal that will not be decided, with a reason; its level is free again. Audited.

    Raises NotAllowed and AppealRefused (state, no reason).
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.WITHDRAW)
    note = words(reason, "Why it is withdrawn", most=MOST_NOTE, is_needed=True)
    move(row, AppealEvent.WITHDRAW, by=by, now=now, note=note)
    return row


def _unapprove(row: Appeal) -> None:
    row.asked_at, row.asked_by = None, ""
    row.approved_at, row.approved_by = None, ""
    row.packet_sha256, row.packet_pages = "", 0
