"""Files of claims handed in by page: looked at by the worker beside the server, then deleted."""

from datetime import date, datetime
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django_tasks import task

from dueline import clock
from dueline.accounts.models import Practice
from dueline.prevention.actions import FileCheck
from dueline.prevention.models import CheckRun
from dueline.uploads import keep_upload


def receive_check(
    *, practice: Practice, file: UploadedFile, by: str, as_of: date, now: datetime
) -> CheckRun:
    """Keep an uploaded file and put its check off; the run tells how far it is."""
    kept = keep_upload(file)
    with transaction.atomic():
        run = CheckRun.objects.create(
            practice=practice,
            name=(file.name or "file").replace("\x00", "")[:255],
            checked_at=now,
            checked_by=by,
            as_of=as_of,
            size_bytes=file.size or 0,
        )
        read_check.enqueue(run.pk, str(kept))
    return run


@task()
def read_check(run_id: int, path: str) -> None:
    """Look at a kept upload and delete it: nothing of the file stays but the warnings."""
    run = CheckRun.objects.select_related("practice").get(pk=run_id)
    kept = Path(path)

    def progressed(read: int) -> None:
        CheckRun.objects.filter(pk=run_id).update(read_bytes=read)

    try:
        FileCheck(run, clock.now).read(kept, progressed)
    finally:
        kept.unlink(missing_ok=True)
