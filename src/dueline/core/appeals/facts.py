"""The facts a letter may name: what each is, and where it is looked for. A fact not on file stays a visible blank."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_TYPED = 1500  # characters of a fact that a person types


class FactGroup(StrEnum):
    """Where a fact is looked for; those of PERSON only a person can tell."""

    PRACTICE = "practice"
    PAYER = "payer"
    PATIENT = "patient"
    CLAIM = "claim"
    DENIAL = "denial"
    SUBMISSION = "submission"
    CONTACT = "contact"
    PERSON = "person"


@dataclass(frozen=True)
class LetterFact:
    """One fact by its name, with the words that stand beside its field."""

    name: str
    label: str
    group: FactGroup


@dataclass(frozen=True)
class Value:
    """A fact as it is known. `source` says where from; `typed_by` is the person where one typed it."""

    text: str
    source: str
    typed_by: str = ""


_G = FactGroup
_ROWS: tuple[tuple[FactGroup, str, str], ...] = (
    (_G.PRACTICE, "practice_name", "Practice"),
    (_G.PRACTICE, "practice_address", "Practice’s address"),
    (_G.PRACTICE, "practice_phone", "Practice’s telephone"),
    (_G.PRACTICE, "practice_tax_id", "Practice’s tax ID"),
    (_G.PRACTICE, "billing_npi", "Billing NPI"),
    (_G.PRACTICE, "signer_name", "Who signs"),
    (_G.PAYER, "payer_name", "Payer"),
    (_G.PAYER, "send_to", "Where the appeal goes"),
    (_G.PAYER, "filing_due_on", "Last day to file the claim"),
    (_G.PAYER, "filing_rule", "The payer’s filing rule"),
    (_G.PAYER, "prompt_pay_due_on", "Last day to pay by law"),
    (_G.PAYER, "prompt_pay_rule", "The prompt-payment rule"),
    (_G.PATIENT, "patient_name", "Patient"),
    (_G.PATIENT, "birth_date", "Date of birth"),
    (_G.PATIENT, "member_id", "Member ID"),
    (_G.CLAIM, "account_number", "Our account number"),
    (_G.CLAIM, "payer_claim_number", "The payer’s claim number"),
    (_G.CLAIM, "service_dates", "Dates of service"),
    (_G.CLAIM, "total_charge", "Billed"),
    (_G.CLAIM, "procedures", "Procedures"),
    (_G.CLAIM, "diagnoses", "Diagnoses"),
    (_G.CLAIM, "place_of_service", "Place of service"),
    (_G.CLAIM, "rendering_provider", "Rendering provider"),
    (_G.CLAIM, "authorization_number", "Authorization number"),
    (_G.CLAIM, "modifiers", "Modifiers"),
    (_G.CLAIM, "other_payer", "Other payer"),
    (_G.CLAIM, "other_payer_paid_on", "Day the other payer answered"),
    (_G.CLAIM, "other_payer_paid", "Amount the other payer paid"),
    (_G.DENIAL, "denied_on", "Date of the denial"),
    (_G.DENIAL, "denial_reason", "Reason given"),
    (_G.DENIAL, "remark_codes", "Remark codes"),
    (_G.DENIAL, "amount_disputed", "Amount in dispute"),
    (_G.DENIAL, "paid_amount", "Paid"),
    (_G.DENIAL, "allowed_amount", "Allowed"),
    (_G.DENIAL, "remittance_trace", "Remittance trace number"),
    (_G.SUBMISSION, "first_submitted_on", "First submitted"),
    (_G.SUBMISSION, "submission_history", "Submissions"),
    (_G.SUBMISSION, "accepted_on", "Accepted by the payer"),
    (_G.SUBMISSION, "acknowledgment", "Acknowledgment"),
    (_G.SUBMISSION, "corrected_on", "Corrected claim sent"),
    (_G.CONTACT, "contact_on", "Last contact"),
    (_G.CONTACT, "contact_reference", "Reference number of the contact"),
    (_G.CONTACT, "contact_said", "What the payer said"),
    (_G.CONTACT, "records_sent_on", "Records sent"),
    (_G.CONTACT, "records_sent_to", "Records sent to"),
    (_G.CONTACT, "refund_demanded_on", "Date of the refund demand"),
    (_G.CONTACT, "refund_amount", "Amount demanded back"),
    (_G.CONTACT, "earlier_appeal_on", "Earlier appeal sent"),
    (_G.CONTACT, "earlier_decision_on", "Earlier appeal decided"),
    (_G.PERSON, "clinical_reason", "Why the service was needed, in the clinician’s words"),
    (_G.PERSON, "policy_name", "Policy or criteria relied on"),
    (_G.PERSON, "policy_met", "How the policy is met"),
    (_G.PERSON, "authorization_scope", "What was authorized, and for which dates"),
    (_G.PERSON, "distinct_reason", "Why the services are separate"),
    (_G.PERSON, "eligibility_reference", "Eligibility reference"),
    (_G.PERSON, "coverage_answer", "What the eligibility check answered"),
    (_G.PERSON, "duplicate_difference", "How this claim differs from the other"),
    (_G.PERSON, "expected_amount", "Amount the contract allows"),
    (_G.PERSON, "contract_term", "Contract and section"),
    (_G.PERSON, "interest_amount", "Interest owed"),
    (_G.PERSON, "interest_basis", "Rate, days and law of the interest"),
    (_G.PERSON, "evidence_cited", "Published evidence"),
    (_G.PERSON, "network_reason", "Why an out-of-network provider was needed"),
    (_G.PERSON, "level_ordered", "Level of care ordered, by whom and when"),
    (_G.PERSON, "refund_error", "Why the demand is wrong"),
    (_G.PERSON, "good_cause", "Why the claim could not be filed earlier"),
    (_G.PERSON, "earlier_error", "What the earlier decision got wrong"),
)
FACTS: Mapping[str, LetterFact] = {
    name: LetterFact(name, label, group) for group, name, label in _ROWS
}
# Every letter names these: without one of them it cannot be sent.
ALWAYS = (
    *("practice_name", "practice_address", "practice_phone", "practice_tax_id", "billing_npi"),
    *("payer_name", "send_to", "patient_name", "birth_date", "member_id", "account_number"),
    *("payer_claim_number", "service_dates", "total_charge", "denied_on", "denial_reason"),
    *("amount_disputed", "signer_name"),
)
