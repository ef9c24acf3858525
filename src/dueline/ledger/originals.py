"""A claim as it was sent, whole: read again from the kept file, since the ledger keeps only a part of it."""

from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from dueline.core.x12 import FileReader
from dueline.core.x12.model import SubmittedClaim
from dueline.ledger.models import Claim, Submission
from dueline.ledger.storage import path_of

_VERSION = "005010"


class NotReadable(Exception):
    """The claim as sent cannot be read again. The message says why, without patient data."""


@dataclass(frozen=True)
class Original:
    """A claim as sent, with the version of its set (ST03). Its kept elements have the usual delimiters."""

    claim: SubmittedClaim
    version: str


def latest_submission(claim: Claim) -> Submission | None:
    """Return the claim's latest sending to the payer whose turn it is, no mere copy; None where there is none."""
    sent = Submission.objects.filter(
        practice=claim.practice_id, claim=claim, payer=claim.payer_id, duplicate_of=None
    )
    return sent.select_related("transaction_set__source_file", "practice").order_by("-pk").first()


def read_original(submission: Submission) -> Original:
    """Return the claim as this sending had it. Raises NotReadable."""
    source, found_in = submission.transaction_set.source_file, submission.transaction_set
    if not found_in.version.startswith(_VERSION):
        raise NotReadable(
            f"It was sent as version {found_in.version or 'unknown'}; only {_VERSION} is corrected here."
        )
    path = path_of(submission.practice, source.sha256)
    try:
        with path.open("rb") as file:
            for one in FileReader(file, source.name).sets():
                if one.segment_number != found_in.segment_from:
                    continue
                for item in one.items():
                    if item.segment_number == submission.segment_number:
                        assert isinstance(item, SubmittedClaim)
                        return Original(
                            _usual(item, one.interchange.delimiters.swapped), found_in.version
                        )
                break
    except OSError:
        raise NotReadable(
            "The file in which this claim was sent is no longer kept under DUELINE_HOME. "
            "Take the same file in again, or correct the claim in the practice's own system."
        ) from None
    raise NotReadable("The kept file does not have this claim where it was read before.")


def _usual(claim: SubmittedClaim, swapped: dict[int, str]) -> SubmittedClaim:
    """Return a copy of its own, whose kept texts have the delimiters that files are written with."""
    copied = deepcopy(claim)
    return _translated(copied, swapped) if swapped else copied


def _translated(value: Any, swapped: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(swapped) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(_translated(one, swapped) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            setattr(value, one.name, _translated(getattr(value, one.name), swapped))
    return value
