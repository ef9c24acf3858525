"""Spreadsheets handed in, how their columns are read, and what came of their rows.

The money they bring stands in the ledger, as entries of a transaction set of kind "sheet".
"""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.sheets.fields import ReportKind
from dueline.ledger.models import Claim, SourceFile, TransactionSet

KINDS = [(kind.value, kind.name) for kind in ReportKind]


class SheetMapping(models.Model):
    """How a practice's report is read, saved under a name and known again by its headings."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=KINDS)
    signature = models.CharField(max_length=32)  # core.sheets.headings.signature
    mapping = models.JSONField()  # core.sheets.mapping.Mapping
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="sheet_mapping_once")
        ]

    def __str__(self) -> str:
        return self.name


class SheetImport(models.Model):
    """One sheet handed in. Counts are of rows, amounts are cents."""

    STATES = [
        ("mapping", "To be mapped"),
        ("waiting", "Waiting"),
        ("reading", "Reading"),
        ("done", "Done"),
        ("refused", "Refused"),
    ]

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source_file = models.ForeignKey(
        SourceFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    transaction_set = models.ForeignKey(
        TransactionSet, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=255)  # of the file
    sheet_name = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=8, choices=KINDS)
    mapping_name = models.CharField(max_length=80, blank=True)
    mapping = models.JSONField(default=dict)
    as_of = models.DateField()  # the day of the sheet's figures
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)
    state = models.CharField(max_length=8, choices=STATES, default="mapping")
    refusal = models.CharField(max_length=400, blank=True)
    row_count = models.IntegerField(default=0)  # rows with anything in them
    read_count = models.IntegerField(default=0)  # progress
    claim_count = models.IntegerField(default=0)  # rows about a claim that were taken
    new_count = models.IntegerField(default=0)
    changed_count = models.IntegerField(default=0)
    same_count = models.IntegerField(default=0)
    compared_count = models.IntegerField(default=0)  # known from X12
    older_count = models.IntegerField(default=0)  # a later sheet has spoken
    faulty_count = models.IntegerField(default=0)  # rows not taken
    difference_count = models.IntegerField(default=0)
    resolution_count = models.IntegerField(default=0)
    balance_cents = models.BigIntegerField(default=0)  # of the rows taken
    stated_cents = models.BigIntegerField(null=True)  # what the sheet's own last total says
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["practice", "-received_at"], name="sheet_import_latest")]

    def __str__(self) -> str:
        return f"spreadsheet {self.pk}"

    @property
    def unexplained_cents(self) -> int | None:
        """By how much the sheet's own total differs from the rows taken; None where it states none."""
        return None if self.stated_cents is None else self.stated_cents - self.balance_cents


class SheetFault(models.Model):
    """A cell for which a row was not taken. `found` is shown, never logged."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sheet_import = models.ForeignKey(SheetImport, on_delete=models.PROTECT, related_name="faults")
    row_number = models.IntegerField()
    column = models.CharField(max_length=4, blank=True)  # letter
    heading = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)
    expected = models.CharField(max_length=200, blank=True)
    found = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"fault in row {self.row_number}"


class SheetDifference(models.Model):
    """Where a sheet and the ledger do not agree on a claim known from X12. The ledger stays as it is."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sheet_import = models.ForeignKey(
        SheetImport, on_delete=models.PROTECT, related_name="differences"
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    row_number = models.IntegerField(null=True)  # None: the sheet does not name the claim any more
    what = models.CharField(max_length=60)
    in_sheet = models.CharField(max_length=120, blank=True)
    in_ledger = models.CharField(max_length=120, blank=True)
    difference_cents = models.BigIntegerField(default=0)  # sheet less ledger

    def __str__(self) -> str:
        return f"difference in row {self.row_number}"


class SheetSighting(models.Model):
    """The latest sheet of a kind that named a claim: what vanishes from the next one is seen by it."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=KINDS)
    sheet_import = models.ForeignKey(SheetImport, on_delete=models.PROTECT, related_name="+")
    row_number = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "kind"], name="sheet_sighting_once")
        ]

    def __str__(self) -> str:
        return f"sighting of claim {self.claim_id}"


class SheetResolution(models.Model):
    """A claim that vanished from an aging report: proposed as resolved, until a person says so or not."""

    STATES = [
        ("proposed", "Proposed"),
        ("resolved", "Resolved"),
        ("open", "Still open"),
        ("named", "Named again"),  # by a later sheet, or told of by an X12 file meanwhile
    ]

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sheet_import = models.ForeignKey(
        SheetImport, on_delete=models.PROTECT, related_name="resolutions"
    )
    last_seen_in = models.ForeignKey(
        SheetImport, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    balance_cents = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=STATES, default="proposed")
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state="proposed"), name="sheet_resolution_once"
            )
        ]

    def __str__(self) -> str:
        return f"resolution of claim {self.claim_id}"
