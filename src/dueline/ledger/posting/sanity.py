"""What a set may say and yet cannot be: such a set is not posted, since every clock would count from it."""

from datetime import date, timedelta

from dueline.core.money import cents_text
from dueline.core.x12.model import Problem, RemittanceHeader, SubmittedClaim
from dueline.ledger.posting.context import PostingRefused

EARLIEST = date(1990, 1, 1)  # before it nobody sent X12 claims that are still open
LEEWAY = timedelta(days=1)  # between time zones
FURTHEST_PAYMENT = timedelta(days=365)  # ahead: payments are dated days ahead, never a year


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
    for day in (item.service_from_on, item.service_through_on):
        latest = received_on + LEEWAY
        if day is not None and not EARLIEST <= day <= latest:
            message = "A claim's day of service cannot be right."
            raise _implausible(message, item.segment_number, "CLM", "DTP03", day, latest)


def check_payment(header: RemittanceHeader, received_on: date) -> None:
    """Raise PostingRefused for a payment dated years from now, or long ago."""
    day = header.paid_on
    latest = received_on + FURTHEST_PAYMENT
    if day is not None and not EARLIEST <= day <= latest:
        message = "The date of the payment cannot be right."
        raise _implausible(message, header.segment_number, "BPR", "BPR16", day, latest)


def _implausible(
    message: str, number: int, segment: str, element: str, found: date, latest: date
) -> PostingRefused:
    expected = f"{EARLIEST:%Y%m%d} to {latest:%Y%m%d}"
    loop = "2300" if segment == "CLM" else "header"
    return PostingRefused(
        Problem(
            "implausible_date", message, number, segment, loop, element, expected, f"{found:%Y%m%d}"
        )
    )
