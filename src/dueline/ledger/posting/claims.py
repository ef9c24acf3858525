"""Post an 837: claims, their submissions and lines, and what they charge."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dueline.core.enums import ClaimOrigin, ClaimType, EntryKind, PayerStatus, SetKind
from dueline.core.matching import other_compact_key, patient_control_key
from dueline.core.status import Event, next_status
from dueline.core.x12.model import ClaimBatch, Party, Problem, SubmittedClaim
from dueline.ledger.models import Claim, Entry, ServiceLine, Submission
from dueline.ledger.posting.context import (
    CLAIM_ROW,
    Posting,
    PostingRefused,
    chunks,
)
from dueline.ledger.posting.lookups import (
    add_coverage,
    load_claims,
    load_fingerprints,
    sequence_order,
)
from dueline.ledger.posting.openings import add_opening, charge_named, take_over
from dueline.ledger.posting.sanity import check_batch, check_claim
from dueline.ledger.posting.sheets import find_sheet_claims

_TYPES = {
    SetKind.CLAIM_PROFESSIONAL: ClaimType.PROFESSIONAL,
    SetKind.CLAIM_INSTITUTIONAL: ClaimType.INSTITUTIONAL,
    SetKind.CLAIM_DENTAL: ClaimType.DENTAL,
}
REPLACEMENT, VOID = "7", "8"


def post_claims(posting: Posting, header: ClaimBatch, items: Iterable[SubmittedClaim]) -> None:
    """Post the claims of one 837. Raises PostingRefused for a claim of another practice, or one that cannot be."""
    check_batch(header, posting.received_on)
    submitted_on = header.created_on or posting.received_on
    for chunk in chunks(items):
        for item in chunk:
            _check_practice(posting, item)
            check_claim(item, posting.received_on)
        load_for_claims(posting, chunk)
        for item in chunk:
            _post_claim(posting, header, item, submitted_on)
        posting.end_chunk()


def load_for_claims(posting: Posting, items: Sequence[SubmittedClaim]) -> None:
    """Make known what is stored of the claims submitted."""
    posting.load_patients([item.treated for item in items])
    keys = {_key(item) for item in items}
    claims = load_claims(posting, keys)
    find_sheet_claims(posting, [item for item in items if _key(item) not in claims])
    load_fingerprints(posting, [claims[key] for key in keys if key in claims])


def _key(item: SubmittedClaim) -> str:
    return patient_control_key(item.patient_control_number)


def _check_practice(posting: Posting, item: SubmittedClaim) -> None:
    npi = item.billing_provider.identifier
    npis = posting.directory.npis
    if npis and item.billing_provider.id_qualifier == "XX" and npi not in npis:
        raise PostingRefused(
            Problem(
                "other_practice",
                "The billing provider is not one of this practice.",
                item.billing_provider.segment_number,
                "NM1",
                "2010AA",
                "NM109",
                "an NPI of this practice",
                npi,
            )
        )


def fingerprint_of(item: SubmittedClaim, payer_id: int) -> str:
    """Return what makes two submissions the same: payer, place, and every line as billed."""
    lines = [
        (
            line.procedure.code if line.procedure else "",
            line.procedure.modifiers if line.procedure else (),
            line.revenue_code,
            line.charge_cents,
            line.service_from_on,
        )
        for line in item.lines
    ]
    facts = (payer_id, item.subscriber.sequence, item.frequency_code, item.charge_cents, lines)
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _payer_id(posting: Posting, party: Party, filing_indicator: str) -> int:
    return posting.directory.payers.payer_id(
        party.last_name, [(party.id_qualifier or "PI", party.identifier)], filing_indicator, "837"
    )


def _post_claim(
    posting: Posting,
    header: ClaimBatch,
    item: SubmittedClaim,
    submitted_on: date,
) -> None:
    known = posting.known
    payer_id = _payer_id(posting, item.payer, item.subscriber.filing_indicator)
    claim = known.claims.get(_key(item))
    is_new = claim is None
    if claim is None:
        claim = _new_claim(posting, item, payer_id, submitted_on)
    _add_coverages(posting, claim, item, payer_id)
    fingerprint = fingerprint_of(item, payer_id)
    submission_id = posting.new_id(Submission)
    duplicate_of = known.fingerprints.get((claim.id, fingerprint))
    posting.add_tuple(
        Submission,
        (
            submission_id,
            posting.practice_id,
            claim.id,
            posting.transaction_set_id,
            item.segment_number,
            payer_id,
            item.subscriber.sequence[:1],
            submitted_on,
            item.frequency_code[:1],
            item.charge_cents,
            item.original_reference[:50],
            header.batch_reference[:50],
            item.prior_authorization[:50],
            fingerprint,
            duplicate_of,
            (header.submitter.last_name or header.submitter.identifier)[:80],
        ),
    )
    known.fingerprints.setdefault((claim.id, fingerprint), submission_id)
    known.submitted.setdefault(posting.transaction_set_id, []).append(claim.id)
    if is_new:
        _charge(posting, claim, submission_id, item, submitted_on, item.charge_cents)
        _add_lines(posting, claim, submission_id, item)
    is_moved = False
    if not is_new and duplicate_of is None:
        is_moved = _resubmit(posting, claim, submission_id, item, submitted_on, payer_id)
    _note_submission(claim, item, submitted_on, is_moved=is_moved)
    claim.is_open = claim.payer_balance_cents != 0
    posting.change(claim)


def _new_claim(posting: Posting, item: SubmittedClaim, payer_id: int, submitted_on: date) -> Any:
    claim = CLAIM_ROW(id=posting.new_id(Claim), practice_id=posting.practice_id)
    claim.is_new = True
    claim.coverages = []
    claim.patient_control_number = item.patient_control_number[:38]
    claim.patient_control_key = patient_control_key(item.patient_control_number)[:38]
    claim.compact_key = other_compact_key(claim.patient_control_number)
    claim.origin = ClaimOrigin.SUBMISSION.value
    claim.payer_status = PayerStatus.NOT_SENT.value
    claim.payer_id = payer_id
    claim.payer_sequence = item.subscriber.sequence[:1] or "P"
    claim.charge_cents = 0
    claim.first_submitted_on = submitted_on
    _fill(posting, claim, item)
    posting.add(Claim, claim)
    posting.known.add_claim(claim)
    return claim


def _fill(posting: Posting, claim: Any, item: SubmittedClaim) -> None:
    """Take over what the latest version of the claim says."""
    directory = posting.directory
    claim.claim_type = _TYPES[item.kind].value
    claim.patient_id = posting.patient_id(item.treated)
    # A version that names none does not take away what is known.
    claim.member_id = item.subscriber.party.identifier[:80] or claim.member_id
    claim.group_number = item.subscriber.group_number[:50]
    if item.patient is not None:
        holder = item.subscriber.party
        claim.subscriber_name = f"{holder.first_name} {holder.last_name}".strip()[:130]
    claim.billing_provider_id = directory.provider_id(item.billing_provider)
    claim.rendering_provider_id = directory.provider_id(
        item.rendering_provider or item.attending_provider
    )
    claim.referring_provider_id = directory.provider_id(item.referring_provider)
    claim.service_facility_id = directory.provider_id(item.service_facility)
    claim.service_from_on = item.service_from_on
    claim.service_through_on = item.service_through_on
    claim.facility_code = item.facility_code[:4]
    claim.frequency_code = item.frequency_code[:1]
    claim.prior_authorization = item.prior_authorization[:50]
    codes = " ".join(dict.fromkeys(diagnosis.code for diagnosis in item.diagnoses))
    claim.diagnoses = codes if len(codes) <= 200 else codes[:200].rpartition(" ")[0]


def _add_coverages(posting: Posting, claim: Any, item: SubmittedClaim, payer_id: int) -> None:
    subscriber = item.subscriber
    add_coverage(
        posting,
        claim,
        sequence=subscriber.sequence[:1] or "P",
        payer_id=payer_id,
        member_id=subscriber.party.identifier,
        group_number=subscriber.group_number,
        filing_indicator=subscriber.filing_indicator,
    )
    for other in item.other_payers:
        if other.payer is not None and other.sequence:
            holder = other.subscriber
            add_coverage(
                posting,
                claim,
                sequence=other.sequence[:1],
                payer_id=_payer_id(posting, other.payer, other.filing_indicator),
                member_id=holder.identifier if holder else "",
                group_number=other.group_number,
                filing_indicator=other.filing_indicator,
            )


def _resubmit(
    posting: Posting,
    claim: Any,
    submission_id: int,
    item: SubmittedClaim,
    submitted_on: date,
    payer_id: int,
) -> bool:
    """Post what a later submission of a known claim changes: the charge and the lines, or the payer.

    Returns whether the claim has moved on to its next payer.
    """
    sequence = item.subscriber.sequence[:1]
    take_over(posting, claim, sequence, payer_id, item.subscriber.party.identifier)
    if claim.origin == ClaimOrigin.REMITTANCE.value:
        claim.first_submitted_on = submitted_on
    claim.origin = ClaimOrigin.SUBMISSION.value
    if item.frequency_code == VOID:
        opening = claim.opening_cents
        add_opening(posting, claim, item.segment_number, on=submitted_on, payer_cents=-opening)
        claim.opening_on = None  # nothing is left of what the sheet spoke of
        _charge(posting, claim, submission_id, item, submitted_on, -claim.charge_cents)
        return False
    place = "PSTABCDEFGHU".find(item.subscriber.sequence)
    is_next_payer = place > "PSTABCDEFGHU".find(claim.payer_sequence)
    if is_next_payer:
        claim.payer_id = payer_id
        claim.payer_sequence = item.subscriber.sequence[:1]
        claim.member_id = item.subscriber.party.identifier[:80]
        claim.group_number = item.subscriber.group_number[:50]
        claim.earlier_remitted_on = claim.last_remitted_on
    if is_next_payer or any(sequence_order(c) < place and c.is_settled for c in claim.coverages):
        return is_next_payer  # the same services again, for the next payer: nothing new is charged
    _fill(posting, claim, item)
    posting.lines_replaced(claim.id)
    charge_named(posting, claim, item.segment_number, on=submitted_on, cents=item.charge_cents)
    _charge(
        posting, claim, submission_id, item, submitted_on, item.charge_cents - claim.charge_cents
    )
    _add_lines(posting, claim, submission_id, item)
    return False


def _note_submission(
    claim: Any, item: SubmittedClaim, submitted_on: date, *, is_moved: bool
) -> None:
    """Move the payer's status and the dates; a resend never makes a claim young."""
    if claim.first_submitted_on is None or submitted_on < claim.first_submitted_on:
        claim.first_submitted_on = submitted_on
    if claim.last_submitted_on is None or submitted_on > claim.last_submitted_on:
        claim.last_submitted_on = submitted_on
    event = Event.SUBMITTED
    if item.frequency_code == VOID:
        event = Event.VOIDED
    elif item.frequency_code == REPLACEMENT:
        event = Event.CORRECTION_SUBMITTED
    elif is_moved:
        event = Event.SUBMITTED_TO_NEXT_PAYER
    before = claim.payer_status
    claim.payer_status = next_status(PayerStatus(before), event).value
    if claim.payer_status != before or event is not Event.SUBMITTED:
        claim.payer_status_on = submitted_on
        claim.payer_said = "Voided" if event is Event.VOIDED else "Sent, nothing heard yet"


def _charge(
    posting: Posting,
    claim: Any,
    submission_id: int,
    item: SubmittedClaim,
    submitted_on: date,
    amount_cents: int,
) -> None:
    if not amount_cents:
        return
    claim.charge_cents += amount_cents
    claim.payer_balance_cents += amount_cents
    posting.add_tuple(
        Entry,
        (
            posting.new_id(Entry),
            posting.practice_id,
            claim.id,
            EntryKind.CHARGE.value,
            posting.transaction_set_id,
            item.segment_number,
            submission_id,
            None,
            None,
            submitted_on,
            "",
            "",
            amount_cents,
            amount_cents,
            0,
        ),
    )


def _add_lines(posting: Posting, claim: Any, submission_id: int, item: SubmittedClaim) -> None:
    directory = posting.directory
    posting.lines_added(claim.id)
    known_lines = posting.known.lines.get(claim.id)
    for line in item.lines:
        procedure = line.procedure
        rendering = next((p for p in line.providers if p.entity == "82"), None)
        pk = posting.new_id(ServiceLine)
        code = procedure.code[:48] if procedure else ""
        if known_lines is not None:
            known_lines.append((pk, line.line_control_number[:50], code, line.charge_cents))
        posting.add_tuple(
            ServiceLine,
            (
                pk,
                posting.practice_id,
                claim.id,
                submission_id,
                line.line_number,
                True,
                line.line_control_number[:50],
                code,
                " ".join(procedure.modifiers)[:12] if procedure else "",
                line.revenue_code[:4],
                line.charge_cents,
                line.units,
                (line.place_of_service or item.facility_code)[:2],
                " ".join(map(str, line.diagnosis_pointers)),
                line.service_from_on or item.service_from_on,
                line.service_through_on or item.service_through_on,
                directory.provider_id(rendering),
            ),
        )
