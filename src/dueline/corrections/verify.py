"""Proof that each written correction is in a file that stands, and that claims to the next payer add up as written."""

from collections.abc import Iterator

from django.db.models import F, Q

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.correction import CorrectionError, CorrectionKind, CorrectionState
from dueline.core.correction.next_payer import check_balance
from dueline.core.outgoing import OutgoingPurpose, OutgoingState
from dueline.core.x12 import FileReader
from dueline.core.x12.model import SubmittedClaim
from dueline.corrections.models import Correction
from dueline.sending.models import OutgoingFile
from dueline.sending.storage import path_of

_RULE = "correction"
_WENT_OUT = (
    CorrectionState.WRITTEN.value,
    CorrectionState.ANSWERED.value,
    CorrectionState.REJECTED.value,
)


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what is wrong with a practice's corrections; nothing where all hold."""
    rows = Correction.objects.filter(practice=practice)
    out = rows.filter(state__in=_WENT_OUT)
    lost = Q(file=None) | Q(file__state=OutgoingState.WITHDRAWN.value)
    for pk in out.filter(lost).order_by("pk").values_list("pk", flat=True):
        text = "It went out: expected a file that was not called back."
        yield Breach(_RULE, f"correction {pk}", text)
    held = rows.filter(file__isnull=False)
    there = held.filter(file__claims__claim=F("claim")).values("pk")
    for pk in held.exclude(pk__in=there).order_by("pk").values_list("pk", flat=True):
        yield Breach(_RULE, f"correction {pk}", "Its claim is not in its file.")
    early = held.exclude(state__in=_WENT_OUT)
    for pk in early.order_by("pk").values_list("pk", flat=True):
        yield Breach(_RULE, f"correction {pk}", "It has a file, and did not go out.")
    to_next = out.filter(kind=CorrectionKind.NEXT_PAYER.value, file__isnull=False)
    files = OutgoingFile.objects.filter(
        practice=practice, purpose=OutgoingPurpose.SECONDARY_CLAIMS.value, corrections__in=to_next
    )
    for file in files.distinct().order_by("number"):
        yield from _balances(practice, file)


def _balances(practice: Practice, file: OutgoingFile) -> Iterator[Breach]:
    """Yield the claims of a file in which what a payer before answered does not add up to the charge."""
    try:
        with path_of(practice, file.number).open("rb") as content:
            for found in FileReader(content, file.name).sets():
                for item in found.items():
                    if isinstance(item, SubmittedClaim):
                        check_balance(item)
    except CorrectionError as error:
        yield Breach(_RULE, f"file {file.number}", str(error))
    except OSError:
        return  # `sending` says that its content is gone
