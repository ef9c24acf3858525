"""Post an 835: the remittance, each claim's payment with its lines and entries, provider adjustments."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dueline.bulk import row_type
from dueline.core.enums import ClaimOrigin, ClaimType, EntryKind, MatchMethod, PayerStatus
from dueline.core.matching import other_compact_key, patient_control_key
from dueline.core.x12.model import ClaimPayment as PaymentRead
from dueline.core.x12.model import Problem, RemittanceHeader
from dueline.ledger.models import (
    Claim,
    ClaimPayment,
    Entry,
    ProviderAdjustment,
    Remittance,
)
from dueline.ledger.posting.context import CLAIM_ROW, Posting, PostingRefused, chunks
from dueline.ledger.posting.lookups import (
    NO_NUMBER,
    add_coverage,
    keep_number,
    load_claims_by_id,
    load_lines,
    load_numbers,
    place_of_payment,
)
from dueline.ledger.posting.matching import Match, Matcher
from dueline.ledger.posting.openings import entry_tuple
from dueline.ledger.posting.payments import PaymentPoster
from dueline.ledger.posting.sanity import check_payment

REMITTANCE_ROW = row_type(Remittance)


class Proposal:
    """A claim payment whose claim a person must name."""

    def __init__(self, claim_payment_id: int, candidates: list[int], reason: str) -> None:
        self.claim_payment_id = claim_payment_id
        self.candidates = candidates
        self.reason = reason


def post_remittance(
    posting: Posting, header: RemittanceHeader, items: Iterable[PaymentRead]
) -> list[Proposal]:
    """Post one 835 and return what a person must decide. Raises PostingRefused for another practice's."""
    _check_payee(posting, header)
    check_payment(header, posting.received_on)
    remittance = _remittance(posting, header)
    proposals: list[Proposal] = []
    for chunk in chunks(items):
        matcher = Matcher(posting, chunk)
        poster = PaymentPoster(posting, remittance, _prepare(posting, matcher, chunk))
        for item in chunk:
            match = matcher.match(item)
            if match.method is MatchMethod.NEW_FROM_REMITTANCE:
                match.claim = _claim_from_remittance(posting, remittance, item)
            pk = poster.post(item, match, _sequence(item, match, remittance))
            if match.claim is None:
                proposals.append(Proposal(pk, match.candidates, match.reason))
            else:
                _keep_number(posting, match, item, remittance)
        posting.end_chunk()
    _post_provider_adjustments(posting, header, remittance)
    return proposals


def _prepare(posting: Posting, matcher: Matcher, items: Sequence[PaymentRead]) -> set[int]:
    """Make known what is stored of the claims paid; return those of which a payment is reversed."""
    claims = {}
    reversed_claims = set()
    for item in items:
        claim = matcher.match(item).claim
        if claim is not None:
            claims[claim.id] = claim
            if item.is_reversal:
                reversed_claims.add(claim.id)
    load_numbers(posting, claims.values())
    load_lines(posting, claims.values())
    return reversed_claims


def post_decided(
    posting: Posting, payment: ClaimPayment, item: PaymentRead, *, claim_id: int | None
) -> None:
    """Post the entries of a payment whose claim a person has named; None makes it a claim of its own."""
    remittance = payment.remittance
    if claim_id is None:
        claim = _claim_from_remittance(posting, remittance, item)
    else:
        claim = load_claims_by_id(posting, [claim_id])[claim_id]
    load_numbers(posting, [claim])
    load_lines(posting, [claim])
    match = Match(MatchMethod.PERSON, claim)
    poster = PaymentPoster(posting, remittance, {claim.id} if item.is_reversal else set())
    poster.post_again(item, payment, match, _sequence(item, match, remittance))
    _keep_number(posting, match, item, remittance)
    posting.flush()
    ClaimPayment.objects.filter(pk=payment.pk).update(
        claim_id=claim.id, match_method=MatchMethod.PERSON.value
    )


def _check_payee(posting: Posting, header: RemittanceHeader) -> None:
    payee = header.payee
    if payee.id_qualifier.upper() == "XX" and posting.directory.npis:
        if payee.identifier not in posting.directory.npis:
            raise PostingRefused(
                Problem(
                    "other_practice",
                    "The payee is not one of this practice.",
                    payee.segment_number,
                    "N1",
                    "1000B",
                    "N104",
                    "an NPI of this practice",
                    payee.identifier,
                )
            )


def _remittance(posting: Posting, header: RemittanceHeader) -> Any:
    identifiers = [
        ("TIN", header.payer_identifier),
        (header.payer.id_qualifier, header.payer.identifier),
    ]
    identifiers += [(r.qualifier, r.value) for r in header.payer.references if r.qualifier == "2U"]
    payer_id = posting.directory.payers.payer_id(
        header.payer.last_name, [i for i in identifiers if i[0] and i[1]], "", "835"
    )
    remittance = REMITTANCE_ROW(
        id=posting.new_id(Remittance),
        practice_id=posting.practice_id,
        transaction_set_id=posting.transaction_set_id,
        payer_id=payer_id,
        payment_cents=header.payment_cents,
        payment_method=header.payment_method[:3],
        paid_on=header.paid_on or header.produced_on,
        trace_number=header.trace_number[:50],
        payer_identifier=header.payer_identifier[:30],
        payee_npi=header.payee.identifier[:80],
    )
    posting.add(Remittance, remittance)
    return remittance


def _sequence(item: PaymentRead, match: Match, remittance: Any) -> str:
    """Return the place of the payer that paid: from CLP02, else from the claim's coverages."""
    if match.claim is None:
        return place_of_payment(item.status_code, []) or "P"
    own = [c.sequence for c in match.claim.coverages if c.payer_id == remittance.payer_id]
    return place_of_payment(item.status_code, own) or str(match.claim.payer_sequence)


def _claim_from_remittance(posting: Posting, remittance: Any, item: PaymentRead) -> Any:
    """Return a claim known from this remittance only; what it does not say is not known."""
    party = item.patient or item.subscriber
    if party is not None and party.last_name:
        posting.load_patients([party])
    claim = CLAIM_ROW(id=posting.new_id(Claim), practice_id=posting.practice_id)
    claim.is_new = True
    claim.coverages = []
    number = item.patient_control_number
    key = patient_control_key(number)
    # "0" says that the payer had no number: such claims are told apart by where they were read.
    claim.patient_control_number = number[:38]
    unique = f"{key} {remittance.trace_number} {item.segment_number}"
    claim.patient_control_key = (unique if key in NO_NUMBER else key)[:38]
    claim.compact_key = other_compact_key(claim.patient_control_number)
    claim.origin = ClaimOrigin.REMITTANCE.value
    claim.claim_type = ClaimType.UNKNOWN.value
    claim.patient_id = posting.patient_id(party) if party and party.last_name else None
    claim.payer_id = remittance.payer_id
    claim.payer_sequence = place_of_payment(item.status_code, []) or "P"
    claim.member_id = (party.identifier if party else "")[:80]
    days = [line.service_from_on for line in item.lines if line.service_from_on]
    claim.service_from_on = item.service_from_on or (min(days) if days else None)
    claim.service_through_on = item.service_through_on or claim.service_from_on
    claim.facility_code = item.facility_code[:4]
    claim.rendering_provider_id = posting.directory.provider_id(item.rendering_provider)
    claim.charge_cents = max(item.charge_cents, 0)
    claim.payer_balance_cents = claim.charge_cents
    claim.payer_status = PayerStatus.NOT_SENT.value
    posting.add(Claim, claim)
    posting.known.add_claim(claim)
    add_coverage(
        posting,
        claim,
        sequence=claim.payer_sequence,
        payer_id=remittance.payer_id,
        member_id=claim.member_id,
        filing_indicator=item.filing_indicator,
    )
    if claim.charge_cents:
        posting.add_tuple(
            Entry,
            entry_tuple(
                posting,
                claim.id,
                EntryKind.CHARGE,
                item.segment_number,
                effective_on=claim.service_from_on or _paid_on(posting, remittance),
                amount_cents=claim.charge_cents,
                payer_effect_cents=claim.charge_cents,
            ),
        )
    return claim


def _paid_on(posting: Posting, remittance: Any) -> date:
    return remittance.paid_on or posting.received_on


def _keep_number(posting: Posting, match: Match, item: PaymentRead, remittance: Any) -> None:
    number = item.payer_claim_control_number[:50]
    keep_number(posting, match.claim, number, remittance.payer_id)


def _post_provider_adjustments(posting: Posting, header: RemittanceHeader, remittance: Any) -> None:
    paid_on = _paid_on(posting, remittance)
    for adjustment in header.provider_adjustments:
        posting.add_tuple(
            ProviderAdjustment,
            (
                posting.new_id(ProviderAdjustment),
                posting.practice_id,
                remittance.id,
                adjustment.segment_number,
                adjustment.provider_identifier[:80],
                adjustment.fiscal_period_on,
                adjustment.reason[:2],
                adjustment.reference[:50],
                adjustment.amount_cents,
            ),
        )
        posting.add_tuple(
            Entry,
            entry_tuple(
                posting,
                None,
                EntryKind.PROVIDER_ADJUSTMENT,
                adjustment.segment_number,
                effective_on=paid_on,
                amount_cents=adjustment.amount_cents,
            ),
        )


def post_suspense(posting: Posting, *, amount_cents: int, segment_number: int, on: date) -> None:
    """Post the difference of a remittance that a person released although it does not balance."""
    posting.add_tuple(
        Entry,
        entry_tuple(
            posting,
            None,
            EntryKind.SUSPENSE,
            segment_number,
            effective_on=on,
            amount_cents=amount_cents,
        ),
    )
