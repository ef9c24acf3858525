"""The claim to the next payer: whose turn it is, what the payers before have answered, and which claims wait for it."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from dueline.accounts.models import Practice
from dueline.core.correction import (
    OPEN_STATES,
    ORDER,
    Answer,
    CorrectionError,
    Turn,
    coverages_of,
    forwarded_words,
    name_of,
    next_payer_claim,
)
from dueline.core.correction.next_payer import FORWARDED, FORWARDING_REMARKS
from dueline.core.enums import PayerStatus
from dueline.core.x12.model import Contact, OtherPayer, Party, SubmittedClaim
from dueline.corrections.models import Correction
from dueline.ledger.models import Claim, ClaimPayment, Coverage, Submission
from dueline.ledger.originals import NotReadable, read_original, read_payment
from dueline.ledger.posting.lookups import place_of_payment
from dueline.sending.queries import payer_identifiers

_VOIDED = "8"
_REVERSAL = "22"
_OF_PRIMARY = ("1", "19")  # CLP02
_NOT_SENT_HERE = (
    "No 837 of this claim to a payer before is on file, so the claim as sent is not known here. "
    "Take in the file in which it was sent, or bill the next payer in the practice's own system."
)


def _order(sequence: str) -> int:
    return ORDER.find(sequence)


def _before(claim: Claim, sequence: str = "") -> list[Coverage]:
    """Return the coverages of the payers before a place, else before the one whose turn it is, the first first."""
    rows = Coverage.objects.filter(practice=claim.practice_id, claim=claim).select_related("payer")
    place = _order(sequence or claim.payer_sequence)
    earlier = [c for c in rows if 0 <= _order(c.sequence) < place]
    return sorted(earlier, key=lambda c: _order(c.sequence))


def submission_before(claim: Claim) -> Submission | None:
    """Return the latest sending of the claim to its first payer, else to a later one; None where there is none."""
    sent = Submission.objects.filter(
        practice=claim.practice_id,
        claim=claim,
        duplicate_of=None,
        payer_sequence__in=[c.sequence for c in _before(claim)],
    ).exclude(frequency_code=_VOIDED)
    rows = sent.select_related("transaction_set__source_file", "practice")
    return min(rows, key=lambda s: (_order(s.payer_sequence), -s.pk), default=None)


# ---------------------------------------------------------------- what it is made of


@dataclass(frozen=True)
class Parts:
    """The claim as sent, the payer it goes to now, and the answers of those before."""

    original: SubmittedClaim
    version: str
    target: OtherPayer
    answers: list[Answer]
    contacts: tuple[Contact, ...]

    def claim(self) -> SubmittedClaim:
        """Return the claim with what is known on file. Raises CorrectionError."""
        return next_payer_claim(self.original, self.target, self.answers)


def parts_of(claim: Claim, submission: Submission, sequence: str) -> Parts:
    """Return what the claim to the payer of a place is made of. Raises NotReadable, CorrectionError."""
    found = read_original(submission)
    before = _before(claim, sequence)
    known = coverages_of(found.claim)
    target = _target(claim, sequence)
    ids = payer_identifiers(claim.practice, [target.payer_id, *(c.payer_id for c in before)])
    stand = _standing(claim, before)
    answers = [
        Answer(_coverage(coverage, known, ids), read_payment(row), row.remittance.paid_on)
        for coverage, row in stand
    ]
    to = _coverage(target, known, ids)
    return Parts(found.claim, found.version, to, answers, found.contacts)


def _target(claim: Claim, sequence: str) -> Coverage:
    """Return the coverage of a place; of the payer whose turn it is, as the claim has it."""
    rows = Coverage.objects.filter(practice=claim.practice_id, claim=claim, sequence=sequence)
    found = rows.select_related("payer").first()
    if found is not None and sequence != claim.payer_sequence:
        return found
    found = found or Coverage(sequence=sequence)
    found.payer, found.member_id = claim.payer, claim.member_id or found.member_id
    return found


def _coverage(
    row: Coverage, known: dict[str, OtherPayer], ids: dict[int, tuple[str, str]]
) -> OtherPayer:
    """Return a coverage as the claim as sent names it, what it leaves blank filled from what is on file."""
    found = deepcopy(known.get(row.sequence)) or OtherPayer(sequence=row.sequence)
    payer = found.payer = found.payer or Party(entity="PR")
    holder = found.subscriber = found.subscriber or Party(entity="IL", is_person=True)
    payer.last_name = payer.last_name or row.payer.name[:60]
    if not payer.identifier:
        payer.id_qualifier, payer.identifier = ids.get(row.payer_id, ("", ""))
    holder.identifier = holder.identifier or row.member_id
    found.group_number = found.group_number or row.group_number
    found.filing_indicator = found.filing_indicator or row.filing_indicator
    return found


def _standing(claim: Claim, before: Sequence[Coverage]) -> list[tuple[Coverage, ClaimPayment]]:
    """Return each payer before with its one answer that stands. Raises CorrectionError."""
    rows = ClaimPayment.objects.filter(
        practice=claim.practice_id, claim=claim, is_reversed=False
    ).exclude(status_code=_REVERSAL)
    links = ("remittance__transaction_set__source_file", "practice")
    by_place: dict[str, list[ClaimPayment]] = {c.sequence: [] for c in before}
    for row in rows.select_related(*links).order_by("pk"):
        own = [c.sequence for c in before if c.payer_id == row.remittance.payer_id]
        place = place_of_payment(row.status_code, own)
        if place in by_place:
            by_place[place].append(row)
    return [(c, _one(by_place[c.sequence], c)) for c in before]


def _one(rows: list[ClaimPayment], coverage: Coverage) -> ClaimPayment:
    """Return the answer that stands; a refusal of the whole claim gives way to a later payment."""
    if len(rows) > 1:
        rows = [row for row in rows if row.paid_cents or not row.is_denial] or rows[-1:]
    if len(rows) == 1:
        return rows[0]
    name = coverage.payer.name
    if not rows:
        raise CorrectionError(f"Expected a remittance of {name} that stands, found none on file.")
    days = ", ".join(f"{row.remittance.paid_on:%m/%d/%Y}" for row in rows if row.remittance.paid_on)
    raise CorrectionError(
        f"Expected one answer of {name} that stands, found {len(rows)} ({days}): none of them was taken back. "
        "Ask the payer which one counts, and bill the next payer in the practice's own system."
    )


# ---------------------------------------------------------------- whether


def turn_of(claim: Claim, *, but: Correction | None = None) -> Turn:
    """Return what decides whether the claim may be billed to its next payer; `but` is what asks itself."""
    before = _before(claim)
    other = Correction.objects.filter(claim=claim, state__in=OPEN_STATES).first()
    return Turn(
        is_later=bool(before) and any(c.is_settled for c in before),
        balance_cents=claim.payer_balance_cents,
        payer=claim.payer.name,
        is_sent=Submission.objects.filter(
            practice=claim.practice_id, claim=claim, payer_sequence=claim.payer_sequence
        ).exists(),
        open_since=other.started_at.date() if other is not None and other != but else None,
        **_read(claim) if before else {},
    )


def _read(claim: Claim) -> dict[str, str]:
    """Return what the kept files say: why no claim can be made of them, and whether it was forwarded."""
    submission = submission_before(claim)
    if submission is None:
        return {"why_unreadable": _NOT_SENT_HERE}
    try:
        parts = parts_of(claim, submission, claim.payer_sequence)
        parts.claim()
    except (NotReadable, CorrectionError) as error:
        return {"why_unreadable": str(error)}
    last = parts.answers[-1]
    return {"forwarded": forwarded_words(last.payment), "before": name_of(last.coverage)}


# ---------------------------------------------------------------- which claims


def to_bill(practice: Practice) -> QuerySet[Claim]:
    """Return the claims whose rest is the next payer's and was not sent to it, the oldest answer first.

    Left out is what a payer before says that it forwarded, and what has a claim or correction open.
    """
    moved = Claim.objects.filter(
        ~Q(payer_sequence="P"),
        practice=practice,
        is_open=True,
        payer_balance_cents__gt=0,
        payer_status=PayerStatus.NOT_SENT.value,
        earlier_remitted_on__isnull=False,
    )
    said = Q(status_code__in=FORWARDED)
    for code in sorted(FORWARDING_REMARKS):
        said |= Q(remarks__contains=f" {code} ")
    # to a tertiary payer not the primary's word counts, which forwarded it to the secondary
    last = Q(claim__payer_sequence="S") | ~Q(status_code__in=_OF_PRIMARY)
    answers = ClaimPayment.objects.filter(last, claim=OuterRef("pk"), is_reversed=False)
    forwarded = answers.annotate(remarks=Concat(Value(" "), "remark_codes", Value(" "))).filter(
        said
    )
    sent = Submission.objects.filter(
        claim=OuterRef("pk"), payer_sequence=OuterRef("payer_sequence")
    )
    started = Correction.objects.filter(claim=OuterRef("pk"), state__in=OPEN_STATES)
    found = moved.exclude(Exists(forwarded)).exclude(Exists(sent)).exclude(Exists(started))
    return found.select_related("patient", "payer").order_by("earlier_remitted_on", "pk")
