"""The answers a contact with a payer may bring: name, kind and meaning of each fact."""

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    PAST_DATE = "past_date"  # not after the day of recording
    FUTURE_DATE = "future_date"  # not before it
    DATE = "date"  # either side of it
    MONEY = "money"
    CODE = "code"  # a CARC, with or without its group: 197, CO-197
    TEXT = "text"


DAYS = frozenset({FactKind.PAST_DATE, FactKind.FUTURE_DATE, FactKind.DATE})


@dataclass(frozen=True)
class Fact:
    """One answer a contact may bring; `meaning` is shown beside its field."""

    name: str
    kind: FactKind
    meaning: str


_F, _K = Fact, FactKind
FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        # what became of the claim
        _F("received_on", _K.PAST_DATE, "Day the payer received the claim or the appeal"),
        _F("processed_on", _K.PAST_DATE, "Day the payer decided the claim"),
        _F("denied_on", _K.PAST_DATE, "Day of the denial"),
        _F("rejected_on", _K.PAST_DATE, "Day of the rejection"),
        _F("rejection_reason", _K.TEXT, "Why it was rejected"),
        _F("carc", _K.CODE, "Denial reason code"),
        _F("no_carc_reason", _K.TEXT, "Why no reason code, and the reason in words"),
        _F("remark_code", _K.TEXT, "Remark code given with it"),
        _F("lines", _K.TEXT, "Service lines concerned"),
        _F("payer_claim_number", _K.TEXT, "The payer's number of the claim"),
        _F("other_claim", _K.TEXT, "Another claim on file for the same day"),
        _F("original_claim_number", _K.TEXT, "The payer's number of the first claim"),
        _F("searches", _K.TEXT, "What the payer searched by"),
        _F("acceptance_proof", _K.TEXT, "Proof that the claim was accepted: report, date, trace"),
        _F("resubmit_to", _K.TEXT, "Payer ID or address to send the claim to"),
        _F("filing_limit", _K.TEXT, "Filing limit the payer names"),
        _F("filing_limit_from", _K.TEXT, "Event the payer counts the filing limit from"),
        # what is to come
        _F("promised_on", _K.FUTURE_DATE, "Day by which the payer promised to pay"),
        _F("expected_on", _K.FUTURE_DATE, "Day by which the payer expects to decide"),
        _F("no_expected_reason", _K.TEXT, "Why the payer gives no day"),
        _F("delay_reason", _K.TEXT, "Why it takes longer than usual"),
        _F("review_by", _K.TEXT, "Who reviews it, with telephone"),
        _F("review_since_on", _K.PAST_DATE, "Day the review began"),
        _F("escalation_reference", _K.TEXT, "Number of the escalation"),
        _F("reprocessing_reference", _K.TEXT, "Reprocessing reference"),
        _F("appeal_due_on", _K.DATE, "Last day of the appeal, as the payer says"),
        _F("no_appeal_reason", _K.TEXT, "Why there is no day for the appeal"),
        _F("appeal_to", _K.TEXT, "Where an appeal goes"),
        _F("appeal_level", _K.TEXT, "Level of the appeal"),
        _F("case_number", _K.TEXT, "Case number of the appeal"),
        _F("decision", _K.TEXT, "The decision, and the reason given"),
        _F("decided_on", _K.PAST_DATE, "Day of the decision"),
        _F("dispute_due_on", _K.DATE, "Last day to dispute it"),
        _F("dispute_to", _K.TEXT, "Where a dispute goes"),
        _F("peer_to_peer", _K.TEXT, "Peer-to-peer talk: telephone and last day"),
        # money
        _F("paid_on", _K.PAST_DATE, "Day the payer says it paid"),
        _F("amount", _K.MONEY, "Amount paid or promised"),
        _F("allowed_amount", _K.MONEY, "Amount allowed"),
        _F("expected_amount", _K.MONEY, "Amount our contract allows"),
        _F("contractual_amount", _K.MONEY, "Amount taken off by contract"),
        _F("patient_amount", _K.MONEY, "Amount the patient owes, as the payer says"),
        _F("patient_reason", _K.TEXT, "Deductible, copay, coinsurance, not covered"),
        _F("deductible_met", _K.TEXT, "Deductible: whose, which year, how much is met"),
        _F("network_level", _K.TEXT, "Network level it was processed at"),
        _F("check_number", _K.TEXT, "Check number"),
        _F("eft_number", _K.TEXT, "EFT or trace number"),
        _F("bulk_amount", _K.MONEY, "Whole amount of the check or EFT"),
        _F("bank_account", _K.TEXT, "Last four digits of the bank account paid to"),
        _F("cleared_on", _K.PAST_DATE, "Day the check cleared"),
        _F("pay_to", _K.TEXT, "Payee and address of the payment"),
        _F("pay_to_npi", _K.TEXT, "NPI and tax ID the payment went to"),
        _F(
            "reissue_terms", _K.TEXT, "How a check is stopped and issued again: form, time, address"
        ),
        _F("remittance_copy", _K.TEXT, "How a copy of the remittance comes"),
        _F("fee_schedule", _K.TEXT, "Fee schedule, network or method the payer priced by"),
        _F("offset_amount", _K.MONEY, "Amount taken from the payment"),
        _F("offset_claim", _K.TEXT, "Claim the amount was taken for: number, day of service"),
        _F("offset_reason", _K.TEXT, "Why it was taken"),
        _F("refund_amount", _K.MONEY, "Amount the payer asks back"),
        _F("notice_on", _K.PAST_DATE, "Day of the payer's letter"),
        # what the payer needs
        _F("requested", _K.TEXT, "What the payer asks for"),
        _F("send_to", _K.TEXT, "Where and how to send it"),
        _F("needed_by_on", _K.FUTURE_DATE, "Last day the payer takes what it asked for"),
        _F("no_needed_by_reason", _K.TEXT, "Why there is no last day"),
        _F("sent", _K.TEXT, "What we sent"),
        _F("sent_on", _K.PAST_DATE, "Day we sent it"),
        _F("sent_to", _K.TEXT, "Where we sent it"),
        _F("field_in_error", _K.TEXT, "Which field is wrong or missing, and its value as received"),
        # coverage
        _F("covered_from_on", _K.DATE, "First day of coverage"),
        _F("covered_to_on", _K.DATE, "Last day of coverage"),
        _F("other_payer", _K.TEXT, "The other payer's name"),
        _F("other_member_id", _K.TEXT, "Member ID with the other payer"),
        _F("other_payer_phone", _K.TEXT, "The other payer's telephone"),
        _F("other_covered_from_on", _K.DATE, "First day of the other coverage"),
        _F("primary_reason", _K.TEXT, "Why the other payer is first"),
        _F("coordination_updated_on", _K.PAST_DATE, "Day the payer last updated other insurance"),
        _F("member_id", _K.TEXT, "Member ID the payer has"),
        _F("forwarded_on", _K.PAST_DATE, "Day it was forwarded"),
        _F("benefit_limit", _K.TEXT, "Benefit limit: visits, dollars or days, and its period"),
        _F("benefit_used", _K.TEXT, "Benefit used to date, and the day it was reached"),
        _F("exclusion", _K.TEXT, "What the plan or contract says of it"),
        # authorization, coding, provider
        _F("authorization_number", _K.TEXT, "Authorization number"),
        _F(
            "authorization_covers",
            _K.TEXT,
            "What the authorization covers: days, codes, units, provider",
        ),
        _F("authorization_window", _K.TEXT, "How late an authorization may still be asked for"),
        _F("authorization_phone", _K.TEXT, "Telephone and fax of the authorization team"),
        _F("policy", _K.TEXT, "Medical policy and its criteria"),
        _F("paired_code", _K.TEXT, "Code it is bundled with: claim, day, provider"),
        _F("edit", _K.TEXT, "Edit that denied it"),
        _F("modifiers_received", _K.TEXT, "Modifiers and diagnoses as the payer received them"),
        _F("provider_concerned", _K.TEXT, "Provider concerned: name, NPI"),
        _F("provider_effective_on", _K.DATE, "Day the provider's participation began"),
        _F("ticket_number", _K.TEXT, "Ticket of the provider file"),
        _F("capitated_to", _K.TEXT, "Medical group that is paid by capitation, and since when"),
        # injury
        _F("injury_on", _K.PAST_DATE, "Day of the injury"),
        _F("injury_claim_number", _K.TEXT, "Claim number of the injury"),
        _F("adjuster", _K.TEXT, "Adjuster: name, telephone, fax"),
        _F("attorney", _K.TEXT, "Attorney: name, telephone"),
        # the contact itself
        _F("attempt", _K.TEXT, "What happened: closed, hold time, cut off, refused"),
    )
}
