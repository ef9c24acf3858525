"""Files handed in: taking one in, what became of it, and what is in quarantine."""

import hashlib
from typing import Annotated, Any

from ninja import File, Query, Status
from ninja.files import UploadedFile

from dueline import clock
from dueline.accounts import audit
from dueline.api.access import ApiRequest, write_of
from dueline.api.actions.once import once
from dueline.api.errors import NotThere
from dueline.api.queries.cursor import Place, page_of
from dueline.api.routes import FORM, Routes
from dueline.api.schemas.basic import (
    Cursor,
    IdempotencyKey,
    Identifier,
    Limit,
    PracticeCode,
)
from dueline.api.schemas.intake import (
    Quarantine,
    ReceiptOut,
    ReceiptPage,
    held_set,
    receipt_out,
)
from dueline.core.scopes import Scope
from dueline.intake.models import Receipt
from dueline.intake.queries import quarantine_of, receipt_for, receipts_of
from dueline.intake.tasks import receive_upload

routes = Routes("Intake")


@routes.write("intake/files", Scope.TAKE_IN_FILES, ReceiptOut, status=202, takes=FORM)
def hand_in_file(
    request: ApiRequest,
    practice: PracticeCode,
    idempotency_key: IdempotencyKey,
    file: UploadedFile = File(description="X12, as it came."),  # noqa: B008
) -> Any:
    """Hand in a file; it is read beside the server, and its receipt tells how far it is."""
    caller, now = request.auth, clock.now()
    write = write_of(request, idempotency_key, _content(file))

    def act() -> tuple[int, Any]:
        receipt = receive_upload(practice=caller.practice, file=file, by=caller.username, now=now)
        audit.record(
            practice=caller.practice,
            by=caller.username,
            action="hand_in_file",
            at=now,
            object_kind="receipt",
            object_key=str(receipt.pk),
        )
        receipt.refresh_from_db()
        return 202, receipt_out(receipt).model_dump(mode="json")

    return Status(*once(write, act, now=now))


def _content(file: UploadedFile) -> bytes:
    """Return a hash of a file's name and content, piece by piece."""
    digest = hashlib.sha256((file.name or "").encode(errors="replace"))
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.digest()


@routes.read("intake/files", Scope.READ_INTAKE, ReceiptPage)
def list_files(
    request: ApiRequest,
    practice: PracticeCode,
    show: Annotated[str, Query(pattern="^(all|quarantined|decide|refused)$")] = "all",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """List the files handed in, the latest first.

    Show: all, with sets in quarantine, with payments to decide, or refused.
    """
    owner = request.auth.practice
    found = receipts_of(owner, show="" if show == "all" else show)
    key = {"list": "files", "practice": owner.pk, "show": show}
    places = (Place("received_at", True), Place("pk", True))
    page = page_of(found, places, asked=key, cursor=cursor, limit=limit)
    _viewed(request)
    return ReceiptPage(files=[receipt_out(row) for row in page.rows], next_cursor=page.next_cursor)


@routes.read("intake/files/{file}", Scope.READ_INTAKE, ReceiptOut)
def get_file(request: ApiRequest, practice: PracticeCode, file: Identifier) -> Any:
    """Say how far a file is, and what became of it."""
    try:
        return receipt_out(receipt_for(request.auth.practice, file))
    except Receipt.DoesNotExist:
        raise NotThere("There is no such file in this practice.") from None


@routes.read("intake/quarantine", Scope.READ_INTAKE, Quarantine)
def list_quarantine(
    request: ApiRequest, practice: PracticeCode, cursor: Cursor = None, limit: Limit = 50
) -> Any:
    """List the transaction sets in quarantine, each with its faults."""
    owner = request.auth.practice
    key = {"list": "quarantine", "practice": owner.pk}
    places = (Place("posted_at", True), Place("pk", True))
    page = page_of(quarantine_of(owner), places, asked=key, cursor=cursor, limit=limit)
    _viewed(request)
    return Quarantine(sets=[held_set(row) for row in page.rows], next_cursor=page.next_cursor)


def _viewed(request: ApiRequest) -> None:
    caller = request.auth
    audit.record(practice=caller.practice, by=caller.username, action="view_intake", at=clock.now())
