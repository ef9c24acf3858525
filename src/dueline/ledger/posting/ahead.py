"""Read, for many sets at once, what is stored of the claims they speak of: a few queries for all of them."""

from collections.abc import Iterable

from dueline.core.matching import patient_control_key
from dueline.core.x12.model import ClaimPayment, ClaimStatus, Item, SubmittedClaim
from dueline.ledger.posting.answers import keys_of
from dueline.ledger.posting.claims import load_for_claims
from dueline.ledger.posting.context import Posting
from dueline.ledger.posting.lookups import NO_NUMBER, load_claims, load_lines, load_numbers
from dueline.ledger.posting.payments import load_payments


def load_ahead(posting: Posting, items: Iterable[Item]) -> None:
    """Make known what posting these items will ask for. What is missed here is asked for then."""
    submitted: list[SubmittedClaim] = []
    paid: set[str] = set()
    taken_back: set[str] = set()
    answered: set[str] = set()
    for item in items:
        if isinstance(item, SubmittedClaim):
            submitted.append(item)
        elif isinstance(item, ClaimPayment):
            key = patient_control_key(item.patient_control_number)
            paid.add(key)
            if item.is_reversal:
                taken_back.add(key)
        elif isinstance(item, ClaimStatus):
            answered.update(keys_of(item))
    paid -= NO_NUMBER
    claims = load_claims(
        posting,
        {patient_control_key(i.patient_control_number) for i in submitted} | paid | answered,
    )
    load_for_claims(posting, submitted)
    load_lines(posting, [claims[key] for key in paid if key in claims])
    load_payments(posting, {claims[key].id for key in taken_back - NO_NUMBER if key in claims})
    load_numbers(posting, [claims[key] for key in paid | answered if key in claims])
