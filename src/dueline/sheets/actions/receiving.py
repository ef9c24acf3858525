"""A spreadsheet comes in: it is kept, looked at, and mapped by a person."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.sheets.fields import FIELD_NAMES, Field, ReportKind
from dueline.core.sheets.mapping import Mapping
from dueline.core.sheets.proposing import missing
from dueline.ledger import storage
from dueline.ledger.models import SourceFile
from dueline.sheets.errors import SheetError
from dueline.sheets.models import SheetImport, SheetMapping
from dueline.sheets.queries.look import Look, look, suggest

LONGEST_NAME = 80


def receive_sheet(
    *,
    practice: Practice,
    path: Path,
    name: str,
    by: str,
    as_of: date,
    now: datetime,
    kind: ReportKind | None = None,
    takes_stated: bool = False,
) -> SheetImport:
    """Keep a file and suggest how its first sheet with headings is read. Nothing is taken in yet.

    `as_of` is the day of its figures; with `takes_stated`, a day that a title of the sheet names goes before,
    unless it is later. Raises SheetError, with nothing kept, for what is no sheet.
    """
    seen = look(path)
    suggestion = suggest(practice, seen, kind)
    if takes_stated and seen.stated_on is not None and seen.stated_on <= as_of:
        as_of = seen.stated_on
    kept = storage.keep(practice, path)
    with transaction.atomic():
        source_file, _ = SourceFile.objects.get_or_create(
            practice=practice,
            sha256=kept.sha256,
            defaults={
                "name": name[:255],
                "size_bytes": kept.size_bytes,
                "received_at": now,
                "received_by": by,
                "is_complete": True,  # no set of it waits
            },
        )
        found = SheetImport.objects.create(
            practice=practice,
            source_file=source_file,
            name=name.replace("\x00", "")[:255],
            sheet_name=seen.sheet[:100],
            kind=suggestion.mapping.kind.value,
            mapping_name=suggestion.saved.name if suggestion.saved else "",
            mapping=suggestion.mapping.as_json(),
            as_of=as_of,
            received_at=now,
            received_by=by,
        )
        _record(found, "receive_sheet", by, now)
    return found


def path_of(sheet_import: SheetImport) -> Path:
    """Return where the file is kept."""
    assert sheet_import.source_file is not None
    return storage.path_of(sheet_import.practice, sheet_import.source_file.sha256)


@transaction.atomic
def map_sheet(
    *,
    sheet_import: SheetImport,
    sheet: str,
    mapping: Mapping,
    as_of: date,
    by: str,
    now: datetime,
    save_as: str = "",
) -> SheetImport:
    """Say how a sheet is read, and save that under a name where one is given.

    Raises SheetError for a mapping that leaves out what its kind needs, or names one field twice.
    """
    seen = look(path_of(sheet_import), sheet)
    check_mapping(mapping, seen)
    held = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
    if held.state not in ("mapping", "refused", "done"):
        raise SheetError("The sheet is being taken in. Wait until it is done.")
    held.sheet_name, held.kind = seen.sheet[:100], mapping.kind.value
    held.mapping, held.as_of = mapping.as_json(), as_of
    if name := save_as.strip():
        held.mapping_name = _save(held, mapping, seen, name, by, now)
    held.save()
    _record(held, "map_sheet", by, now)
    return held


def check_mapping(mapping: Mapping, seen: Look) -> None:
    """Raise SheetError unless the mapping can be used for the sheet."""
    fields = list(mapping.columns(seen.keys).values())
    lacking = missing(mapping.kind, fields)
    if lacking:
        raise SheetError(f"No column is chosen for: {', '.join(lacking)}.")
    if Field.PAYER not in fields and not mapping.payer_above:
        raise SheetError("No column is chosen for: Payer. Or say that it stands above its rows.")
    for field in {f for f in fields if fields.count(f) > 1} - {Field.BUCKET}:
        raise SheetError(f"Two columns are chosen for {FIELD_NAMES[field]}. Expected one.")


def _save(
    held: SheetImport, mapping: Mapping, seen: Look, name: str, by: str, now: datetime
) -> str:
    if len(name) > LONGEST_NAME:
        raise SheetError(f"Name: expected at most {LONGEST_NAME} characters, found {len(name)}.")
    SheetMapping.objects.update_or_create(
        practice_id=held.practice_id,
        name=name,
        defaults={
            "kind": mapping.kind.value,
            "signature": seen.signature,
            "mapping": mapping.as_json(),
            "saved_at": now,
            "saved_by": by,
        },
    )
    return name


def _record(sheet_import: SheetImport, action: str, by: str, now: datetime) -> None:
    audit.record(
        practice=sheet_import.practice,
        by=by,
        action=action,
        at=now,
        object_kind="sheet_import",
        object_key=str(sheet_import.pk),
        detail={"kind": sheet_import.kind},
    )
