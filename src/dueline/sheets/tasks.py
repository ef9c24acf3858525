"""Spreadsheets that were mapped by page: taken in by the worker beside the server."""

from datetime import datetime

from django.db import transaction
from django_tasks import task

from dueline import clock
from dueline.sheets.actions import take_in
from dueline.sheets.errors import SheetError
from dueline.sheets.models import SheetImport


@transaction.atomic
def put_off(*, sheet_import: SheetImport, by: str, now: datetime) -> None:
    """Let the worker take the sheet in; the import tells how far it is. Raises SheetError while one does."""
    held = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
    if held.state == "waiting":
        raise SheetError("The sheet waits to be taken in already.")
    held.state, held.read_count = "waiting", 0
    held.save(update_fields=["state", "read_count"])
    take_in_sheet.enqueue(held.pk, by)


@task()
def take_in_sheet(import_id: int, by: str) -> None:
    """Take a mapped sheet in."""
    found = SheetImport.objects.select_related("practice", "source_file").get(pk=import_id)
    take_in(sheet_import=found, by=by, as_of=clock.today(), clock=clock.now)
