"""How each fact reads in a note: in clauses that its readers expect, a sentence for each topic."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from dueline.core.facts import DAYS, FACTS, FactKind
from dueline.core.money import dollar_words, to_cents

# Topic by topic, in the order in which they are told. "{}" is the value as shown.
TOPICS: tuple[dict[str, str], ...] = (
    {
        "received_on": "received {}",
        "processed_on": "processed {}",
        "denied_on": "denied {}",
        "rejected_on": "rejected {}",
        "carc": "reason {}",
        "no_carc_reason": "no reason code: {}",
        "remark_code": "remark {}",
        "lines": "lines {}",
        "rejection_reason": "rejected because {}",
        "field_in_error": "field in error: {}",
    },
    {
        "payer_claim_number": "payer's claim {}",
        "original_claim_number": "first claim there {}",
        "other_claim": "also on file for the day: {}",
        "searches": "payer searched by {}",
        "acceptance_proof": "proof of acceptance: {}",
        "resubmit_to": "send the claim to {}",
        "filing_limit": "filing limit {}",
        "filing_limit_from": "counted from {}",
    },
    {
        "paid_on": "paid {}",
        "amount": "{}",
        "check_number": "check {}",
        "eft_number": "EFT {}",
        "bulk_amount": "bulk total {}",
        "bank_account": "to the account ending {}",
        "cleared_on": "cleared {}",
        "pay_to": "paid to {}",
        "pay_to_npi": "under {}",
        "reissue_terms": "reissue: {}",
        "remittance_copy": "remittance copy: {}",
    },
    {
        "allowed_amount": "allowed {}",
        "expected_amount": "our contract allows {}",
        "contractual_amount": "contractual {}",
        "patient_amount": "patient owes {}",
        "patient_reason": "for {}",
        "deductible_met": "deductible: {}",
        "network_level": "network level {}",
        "fee_schedule": "priced by {}",
        "benefit_limit": "benefit limit {}",
        "benefit_used": "used {}",
        "exclusion": "exclusion: {}",
        "capitated_to": "capitated to {}",
    },
    {
        "offset_amount": "offset {}",
        "offset_claim": "for claim {}",
        "offset_reason": "because {}",
        "refund_amount": "refund of {} asked",
        "notice_on": "letter dated {}",
    },
    {
        "requested": "payer asks for {}",
        "send_to": "send to {}",
        "needed_by_on": "needed by {}",
        "no_needed_by_reason": "no last day: {}",
        "sent": "sent {}",
        "sent_on": "on {}",
        "sent_to": "to {}",
    },
    {
        "other_payer": "other payer {}",
        "other_member_id": "member ID there {}",
        "other_payer_phone": "telephone {}",
        "other_covered_from_on": "covered there from {}",
        "primary_reason": "first because {}",
        "coordination_updated_on": "other insurance last updated {}",
        "forwarded_on": "forwarded {}",
        "member_id": "payer has member ID {}",
        "covered_from_on": "covered from {}",
        "covered_to_on": "covered to {}",
    },
    {
        "authorization_number": "authorization {}",
        "authorization_covers": "covers {}",
        "authorization_window": "may still be asked for {}",
        "authorization_phone": "authorization team {}",
        "policy": "policy {}",
        "paired_code": "bundled with {}",
        "edit": "edit {}",
        "modifiers_received": "received with {}",
        "provider_concerned": "provider {}",
        "provider_effective_on": "participates from {}",
        "ticket_number": "ticket {}",
    },
    {
        "injury_on": "injured {}",
        "injury_claim_number": "injury claim {}",
        "adjuster": "adjuster {}",
        "attorney": "attorney {}",
    },
    {
        "promised_on": "payment promised by {}",
        "expected_on": "decision expected by {}",
        "no_expected_reason": "no day given: {}",
        "delay_reason": "delayed by {}",
        "review_by": "reviewed by {}",
        "review_since_on": "since {}",
        "escalation_reference": "escalation {}",
        "reprocessing_reference": "sent back, ref {}",
    },
    {
        "appeal_level": "appeal level {}",
        "case_number": "case {}",
        "decision": "decision: {}",
        "decided_on": "decided {}",
        "appeal_due_on": "appeal by {}, as the payer says",
        "no_appeal_reason": "no day for an appeal: {}",
        "appeal_to": "appeal to {}",
        "dispute_due_on": "dispute by {}",
        "dispute_to": "dispute to {}",
        "peer_to_peer": "peer-to-peer {}",
    },
    {"attempt": "attempt: {}"},
)


def fact_sentences(facts: Mapping[str, str]) -> str:
    """Return the facts as sentences, one for each topic that has any: "Paid 11/02/2026, $148.66, check 7741."."""
    told = []
    for topic in TOPICS:
        clauses = [words.format(shown(n, facts[n])) for n, words in topic.items() if facts.get(n)]
        if clauses:
            text = ", ".join(clauses)
            told.append(f"{text[:1].upper()}{text[1:].rstrip('.')}.")
    return " ".join(told)


def shown(name: str, value: str) -> str:
    """Return a fact's value as it is written: MM/DD/YYYY, dollars and cents, else as told."""
    kind = FACTS[name].kind
    if kind in DAYS:
        return f"{date.fromisoformat(value):%m/%d/%Y}"
    return dollar_words(to_cents(Decimal(value))) if kind is FactKind.MONEY else value
