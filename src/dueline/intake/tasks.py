"""Files handed in by page: kept at once, read by the worker beside the server."""

from datetime import datetime
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django_tasks import task

from dueline import clock
from dueline.accounts.models import Practice
from dueline.intake.actions import IntakeRun
from dueline.intake.models import Receipt
from dueline.uploads import keep_upload


def receive_upload(*, practice: Practice, file: UploadedFile, by: str, now: datetime) -> Receipt:
    """Keep an uploaded file and put its reading off; the receipt tells how far it is."""
    kept = keep_upload(file)
    with transaction.atomic():
        receipt = Receipt.objects.create(
            practice=practice,
            name=(file.name or "file")[:255],
            received_at=now,
            received_by=by,
            size_bytes=file.size or 0,
        )
        read_upload.enqueue(receipt.pk, str(kept))
    return receipt


@task()
def read_upload(receipt_id: int, path: str) -> None:
    """Read a kept upload and delete it; the intake has its own copy by content."""
    receipt = Receipt.objects.select_related("practice").get(pk=receipt_id)
    kept = Path(path)
    run = IntakeRun(
        practice=receipt.practice, by=receipt.received_by, as_of=clock.today(), clock=clock.now
    )

    def progressed(read: int) -> None:
        Receipt.objects.filter(pk=receipt_id).update(read_bytes=read)

    try:
        run.read(receipt, kept, progressed)
        run.finish()
    finally:
        kept.unlink(missing_ok=True)
