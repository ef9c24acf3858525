"""Reading corrections: what stops one, the list, one with its claim before and after, and what the checks say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import QuerySet

from dueline.accounts.models import Practice
from dueline.core.claim_checks import ClaimWarning, check_claim
from dueline.core.correction import (
    OF_ONE_PAYER,
    OPEN_STATES,
    Change,
    CorrectionError,
    CorrectionKind,
    Row,
    Standing,
    changes,
    corrected,
    missing,
    next_payer_changes,
    next_payer_claim,
    rows_of,
    why_not_billed,
    why_stopped,
    with_edits,
)
from dueline.core.enums import PayerStatus, WarningGrade
from dueline.core.x12.model import Contact, OtherPayer, SubmittedClaim
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction
from dueline.corrections.queries.next_payer import parts_of, submission_before, turn_of
from dueline.ledger.models import Claim, PayerClaimNumber, Submission
from dueline.ledger.originals import NotReadable, Original, latest_submission, read_original
from dueline.prevention.queries.facts import LedgerFacts
from dueline.prevention.queries.switches import turned_off

_NOT_SENT_HERE = (
    "No 837 of this claim to this payer is on file, so the claim as sent is not known here. "
    "Take in the file in which it was sent, or correct it in the practice's own system."
)


def corrections_of(practice: Practice, *, shown: str = "open") -> QuerySet[Correction]:
    """Return the practice's corrections, the latest step first: "open", "all", or those of one state."""
    found = Correction.objects.filter(practice=practice).select_related(
        "claim__patient", "claim__payer", "file"
    )
    if shown == "open":
        found = found.filter(state__in=[state.value for state in OPEN_STATES])
    elif shown != "all":
        found = found.filter(state=shown)
    return found.order_by("-state_at", "-pk")


def correction_for(practice: Practice, pk: int) -> Correction:
    """Return one correction of the practice. Raises Correction.DoesNotExist."""
    found = Correction.objects.select_related("claim__patient", "claim__payer", "practice", "file")
    return found.get(practice=practice, pk=pk)


def open_correction(claim: Claim) -> Correction | None:
    """Return the claim's correction that is not ended, None where there is none."""
    states = [state.value for state in OPEN_STATES]
    return Correction.objects.filter(claim=claim, state__in=states).first()


def payer_number_of(claim: Claim) -> str:
    """Return the number by which the claim's payer knows it now; "" where none is on file."""
    if claim.payer_claim_control_number:
        return claim.payer_claim_control_number
    known = PayerClaimNumber.objects.filter(claim=claim, payer=claim.payer_id).order_by("-pk")
    return known.values_list("number", flat=True).first() or ""


@dataclass(frozen=True)
class Choice:
    """A kind of correction that a claim could have, and why not: "" where it may."""

    kind: CorrectionKind
    why_not: str


def choices_of(claim: Claim, *, as_of: date) -> list[Choice]:
    """Return what can be done about a claim, each kind with the reason that stops it."""
    standing = standing_of(claim, as_of=as_of)
    return [Choice(kind, why_stopped(kind, standing, as_of=as_of)) for kind in OF_ONE_PAYER]


def why_not_now(
    kind: CorrectionKind,
    claim: Claim,
    *,
    as_of: date,
    said: str = "",
    but: Correction | None = None,
) -> str:
    """Return why a claim may not be corrected so, or not be billed to its next payer; "" where it may.

    `said` is why it is billed although the payer before forwarded it; `but` is the correction that asks itself.
    """
    if kind is CorrectionKind.NEXT_PAYER:
        return why_not_billed(turn_of(claim, but=but), said=said)
    return why_stopped(kind, standing_of(claim, as_of=as_of, but=but), as_of=as_of)


def submission_for(kind: CorrectionKind, claim: Claim) -> Submission | None:
    """Return the sending of which a correction is made, None where there is none."""
    is_next = kind is CorrectionKind.NEXT_PAYER
    return submission_before(claim) if is_next else latest_submission(claim)


def standing_of(claim: Claim, *, as_of: date, but: Correction | None = None) -> Standing:
    """Return what decides whether a claim may be corrected; `but` is the correction that asks itself."""
    other = open_correction(claim)
    submission = latest_submission(claim)
    why, filing = "", None
    if submission is None:
        why = _NOT_SENT_HERE
    else:
        try:
            filing = _filing(claim, read_original(submission), as_of)
        except (NotReadable, CorrectionError) as error:
            why = str(error)
    return Standing(
        payer_status=_status(claim, submission),
        is_accepted=claim.accepted_on is not None,
        payer_number=payer_number_of(claim),
        why_unreadable=why,
        open_since=other.started_at.date() if other is not None and other != but else None,
        due_on=filing[0] if filing else None,
        due_words=filing[1] if filing else "",
    )


def _status(claim: Claim, submission: Submission | None) -> PayerStatus:
    """Return the payer's status; what was voided last stays so, also when the payer has reversed its payment."""
    if submission is not None and submission.frequency_code == CorrectionKind.VOID:
        return PayerStatus.VOIDED
    return PayerStatus(claim.payer_status)


def _filing(claim: Claim, original: Original, as_of: date) -> tuple[date, str] | None:
    """Return until when a replacement is taken, by a rule that is sure, and the rule in words."""
    replaced = corrected(
        original.claim, {}, kind=CorrectionKind.REPLACEMENT, payer_number=payer_number_of(claim)
    )
    filing = LedgerFacts(claim.practice, as_of=as_of).of([replaced])[0].filing
    return (filing.due_on, filing.words) if filing and filing.is_sure else None


@dataclass(frozen=True)
class Prepared:
    """A correction as it would go out: both claims, the changes in words, and what the checks say."""

    original: SubmittedClaim
    claim: SubmittedClaim
    version: str  # of the set
    changes: list[Change]
    # the payer will refuse it so: it is not sent
    errors: list[ClaimWarning] = field(default_factory=list)
    warnings: list[ClaimWarning] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # by name: it is not sent without them
    target: OtherPayer | None = None  # the next payer as far as it is on file
    contacts: tuple[Contact, ...] = ()  # as it was sent before

    def rows(self) -> list[Row]:
        """Return both claims as X12, side by side."""
        return rows_of(self.original, self.claim)


def edits_of(correction: Correction) -> dict[str, str]:
    """Return what the latest version changes."""
    found = correction.versions.order_by("-number").values_list("edits", flat=True).first()
    return dict(found or {})


def original_of(correction: Correction) -> Original:
    """Return the claim as sent. Raises CorrectionRefused where it cannot be read any more."""
    submission = correction.submission
    try:
        return read_original(submission)
    except NotReadable as error:
        raise CorrectionRefused(str(error)) from None


def made(correction: Correction, *, edits: Mapping[str, str] | None = None) -> Prepared:
    """Return a correction by its latest version or the edits given, not checked yet.

    Raises CorrectionRefused, and core's CorrectionError for a value that cannot stand.
    """
    told = edits_of(correction) if edits is None else edits
    kind, number = CorrectionKind(correction.kind), correction.payer_number
    if kind is CorrectionKind.NEXT_PAYER:
        return _to_next_payer(correction, told)
    original = original_of(correction)
    return Prepared(
        original.claim,
        corrected(original.claim, told, kind=kind, payer_number=number),
        original.version,
        changes(original.claim, told, kind=kind, payer_number=number),
        contacts=original.contacts,
    )


def _to_next_payer(correction: Correction, edits: Mapping[str, str]) -> Prepared:
    try:
        parts = parts_of(correction.claim, correction.submission, correction.sequence)
    except NotReadable as error:
        raise CorrectionRefused(str(error)) from None
    target = with_edits(parts.target, edits)
    claim = next_payer_claim(parts.original, target, parts.answers)
    return Prepared(
        parts.original,
        claim,
        parts.version,
        next_payer_changes(parts.original, claim),
        missing=missing(target, parts.answers),
        target=parts.target,
        contacts=parts.contacts,
    )


def prepared(correction: Correction, *, as_of: date) -> Prepared:
    """Return a correction as it would go out, with what the checks say. Raises as `made`."""
    found = made(correction)
    errors, warnings = _checked(correction.practice, found.claim, as_of)
    return replace(found, errors=errors, warnings=warnings)


def _checked(
    practice: Practice, claim: SubmittedClaim, as_of: date
) -> tuple[list[ClaimWarning], list[ClaimWarning]]:
    """Return what will be refused and what else the checks found. A void bills nothing: it is not checked."""
    if claim.frequency_code == CorrectionKind.VOID:
        return [], []
    facts = LedgerFacts(practice, as_of=as_of).of([claim])[0]
    found, _ = check_claim(claim, facts, off=turned_off(practice))
    errors = [one for one in found if one.grade is WarningGrade.WILL_BE_REFUSED]
    return errors, [one for one in found if one.grade is not WarningGrade.WILL_BE_REFUSED]
