"""What a set may say and yet cannot be: such a set is not posted, since every clock would count from it."""

from datetime import date, timedelta

from dueline.core.money import cents_text
from dueline.core.x12.model import (
    ClaimBatch,
    ClaimStatus,
    Problem,
    RemittanceHeader,
    StatusBatch,
    SubmittedClaim,
)
from dueline.ledger.posting.context import PostingRefused

EARLIEST = date(1990, 1, 1)  # before it nobody sent X12 claims that are still open
LEEWAY = timedelta(days=1)  # between time zones
FURTHEST_PAYMENT = timedelta(days=365)  # ahead: payments are dated days ahead, never a year


def check_batch(header: ClaimBatch, received_on: date) -> None:
    """Raise PostingRefused for claims sent on a day on which they cannot have been."""
    place = (header.segment_number, "BHT", "header", "BHT04")
    _check_day(
        header.created_on, received_on + LEEWAY, "The day of sending cannot be right.", place
    )


def check_claim(item: SubmittedClaim, received_on: date) -> None:
    """Raise PostingRefused for a charge below nothing, or a day of service that no claim can have."""
    if item.charge_cents < 0:
        raise PostingRefused(
            Problem(
                "negative_charge",
                "A claim charges less than nothing.",
                item.segment_number,
                "CLM",
                "2300",
                "CLM02",
                "0 or more",
                cents_text(item.charge_cents),
            )
        )
    place = (item.segment_number, "CLM", "2300", "DTP03")
    for day in (item.service_from_on, item.service_through_on):
        _check_day(day, received_on + LEEWAY, "A claim's day of service cannot be right.", place)


def check_payment(header: RemittanceHeader, received_on: date) -> None:
    """Raise PostingRefused for a payment dated years from now, or long ago."""
    latest = received_on + FURTHEST_PAYMENT
    message = "The date of the payment cannot be right."
    _check_day(header.paid_on, latest, message, (header.segment_number, "BPR", "header", "BPR16"))
    _check_day(
        header.produced_on, latest, message, (header.segment_number, "DTM", "header", "DTM02")
    )


def check_answers(header: StatusBatch, received_on: date) -> None:
    """Raise PostingRefused for answers of a day that is not yet, or long ago."""
    message = "The day of the answers cannot be right."
    for day, element in ((header.created_on, "BHT04"), (header.processed_on, "DTP03")):
        place = (header.segment_number, element[:3], "header", element)
        _check_day(day, received_on + LEEWAY, message, place)


def check_answer(item: ClaimStatus, received_on: date) -> None:
    """Raise PostingRefused for an answer of a day that is not yet, or long ago."""
    for status in item.statuses:
        number = status.segment_number or item.segment_number
        message = "The day of an answer cannot be right."
        _check_day(
            status.effective_on, received_on + LEEWAY, message, (number, "STC", "2200D", "STC02")
        )


def check_sent(day: date | None, received_on: date) -> None:
    """Raise PostingRefused for an acknowledgment sent on a day on which it cannot have been."""
    place = (1, "ISA", "", "ISA09")
    _check_day(day, received_on + LEEWAY, "The day of sending cannot be right.", place)


def _check_day(
    day: date | None, latest: date, message: str, place: tuple[int, str, str, str]
) -> None:
    if day is None or EARLIEST <= day <= latest:
        return
    number, segment, loop, element = place
    expected = f"{EARLIEST:%Y%m%d} to {latest:%Y%m%d}"
    raise PostingRefused(
        Problem(
            "implausible_date", message, number, segment, loop, element, expected, f"{day:%Y%m%d}"
        )
    )
