"""What was taken in since a correction was written ends it: an answer, or a refusal of its file or its claim."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from dueline.accounts.models import Practice
from dueline.core.correction import CorrectionEvent, CorrectionKind, CorrectionState
from dueline.core.enums import PayerStatus
from dueline.core.outgoing import OutgoingState
from dueline.corrections.actions.moving import held, move
from dueline.corrections.models import Correction
from dueline.ledger.models import ClaimEvent, ClaimPayment

_REFUSED = OutgoingState.REJECTED.value


def settle_corrections(
    *, practice: Practice, now: datetime, claim_ids: Iterable[int] | None = None
) -> int:
    """End the corrections that were answered, of the claims given or of all; return how many.

    Called in the transaction that ends an intake. Doing it again changes nothing.
    """
    written = Correction.objects.filter(practice=practice, state=CorrectionState.WRITTEN.value)
    touched = None if claim_ids is None else set(claim_ids)
    open_ones = dict(written.values_list("claim_id", "pk"))
    if touched is not None:
        refused = set(written.filter(file__state=_REFUSED).values_list("claim_id", flat=True))
        open_ones = {claim: pk for claim, pk in open_ones.items() if claim in touched | refused}
    if not open_ones:
        return 0
    found = _events(sorted(open_ones.values()))
    for pk, (event, said) in sorted(found.items()):
        one = held(Correction(pk=pk, practice=practice))
        move(one, event, by="", now=now, said=said)
    return len(found)


def _events(ids: list[int]) -> dict[int, tuple[CorrectionEvent, str]]:
    """Return by correction what ends it. Three queries; a remittance outweighs a refusal."""
    found: dict[int, tuple[CorrectionEvent, str]] = {}
    rows = Correction.objects.filter(pk__in=ids)
    for pk in rows.filter(file__state=_REFUSED).values_list("pk", flat=True):
        found[pk] = CorrectionEvent.REJECT, "Its file was rejected."
    rejected = ClaimEvent.objects.filter(
        claim__corrections__in=ids,
        payer_status=PayerStatus.REJECTED.value,
        transaction_set__posted_at__gt=F("claim__corrections__state_at"),
    )
    for pk in rejected.values_list("claim__corrections", flat=True):
        found[pk] = CorrectionEvent.REJECT, "The claim was rejected before adjudication."
    paid = ClaimPayment.objects.filter(
        # of a claim to the next payer: that payer's own, not another word of the one before
        ~Q(claim__corrections__kind=CorrectionKind.NEXT_PAYER.value)
        | Q(remittance__payer=F("claim__corrections__file__payer")),
        claim__corrections__in=ids,
        remittance__transaction_set__posted_at__gt=F("claim__corrections__state_at"),
    )
    for pk in paid.values_list("claim__corrections", flat=True):
        found[pk] = CorrectionEvent.ANSWER, "A remittance answered it."
    return {pk: told for pk, told in found.items() if pk in ids}
