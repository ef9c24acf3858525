"""A claim as it was sent, or as a payer answered it: read again from the kept file, since the ledger keeps a part."""

from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from dueline.accounts.models import Practice
from dueline.core.x12 import FileReader
from dueline.core.x12.model import ClaimBatch, ClaimPayment, Contact, SubmittedClaim
from dueline.ledger.models import Claim, Submission, TransactionSet
from dueline.ledger.models import ClaimPayment as PaymentRow
from dueline.ledger.storage import path_of

_VERSION = "005010"
_GONE = {
    "claim": "The file in which this claim was sent is no longer kept under DUELINE_HOME. "
    "Take the same file in again, or correct the claim in the practice's own system.",
    "answer": "The remittance of the payer before is no longer kept under DUELINE_HOME. Take the same file in again.",
}


class NotReadable(Exception):
    """The claim as sent cannot be read again. The message says why, without patient data."""


@dataclass(frozen=True)
class Original:
    """A claim as sent, with the version of its set (ST03). Its kept elements have the usual delimiters."""

    claim: SubmittedClaim
    version: str
    contacts: tuple[Contact, ...] = ()  # whom its receiver was told to ask (1000A PER)


def latest_submission(claim: Claim) -> Submission | None:
    """Return the claim's latest sending to the payer whose turn it is, no mere copy; None where there is none."""
    sent = Submission.objects.filter(
        practice=claim.practice_id, claim=claim, payer=claim.payer_id, duplicate_of=None
    )
    return sent.select_related("transaction_set__source_file", "practice").order_by("-pk").first()


def read_original(submission: Submission) -> Original:
    """Return the claim as this sending had it. Raises NotReadable."""
    found_in = submission.transaction_set
    if not found_in.version.startswith(_VERSION):
        raise NotReadable(
            f"It was sent as version {found_in.version or 'unknown'}; only {_VERSION} is corrected here."
        )
    claim, header = _item(submission.practice, found_in, submission.segment_number, "claim")
    assert isinstance(claim, SubmittedClaim)
    contacts = header.submitter.contacts if isinstance(header, ClaimBatch) else ()
    return Original(claim, found_in.version, contacts)


def read_payment(payment: PaymentRow) -> ClaimPayment:
    """Return what a payer answered of a claim, as its remittance had it. Raises NotReadable."""
    found_in = payment.remittance.transaction_set
    found, _ = _item(payment.practice, found_in, payment.segment_number, "answer")
    assert isinstance(found, ClaimPayment)
    return found


def _item(
    practice: Practice, found_in: TransactionSet, segment_number: int, what: str
) -> tuple[Any, Any]:
    """Return an item of a set by its first segment, and the set's header, their kept texts as Dueline writes them.

    Raises NotReadable.
    """
    source = found_in.source_file
    try:
        with path_of(practice, source.sha256).open("rb") as file:
            for one in FileReader(file, source.name).sets():
                if one.segment_number != found_in.segment_from:
                    continue
                for item in one.items():
                    if getattr(item, "segment_number", None) == segment_number:
                        swapped = one.interchange.delimiters.swapped
                        return _usual(item, swapped), _usual(one.header, swapped)
                break
    except OSError:
        raise NotReadable(_GONE[what]) from None
    raise NotReadable(f"The kept file does not have this {what} where it was read before.")


def _usual(item: Any, swapped: dict[int, str]) -> Any:
    """Return a copy of its own, whose kept texts have the delimiters that files are written with."""
    copied = deepcopy(item)
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
