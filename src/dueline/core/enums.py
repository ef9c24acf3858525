"""The closed vocabularies of Dueline. Models derive their choices from these; a test accounts for every member."""

from enum import StrEnum


class SetKind(StrEnum):
    """What a transaction set is, from ST01 and its version."""

    CLAIM_PROFESSIONAL = "837P"
    CLAIM_INSTITUTIONAL = "837I"
    CLAIM_DENTAL = "837D"
    REMITTANCE = "835"
    STATUS_REQUEST = "276"
    STATUS_RESPONSE = "277"
    CLAIM_ACKNOWLEDGMENT = "277CA"
    IMPLEMENTATION_ACKNOWLEDGMENT = "999"
    FUNCTIONAL_ACKNOWLEDGMENT = "997"
    INTERCHANGE_ACKNOWLEDGMENT = "TA1"
    SPREADSHEET = "sheet"  # a sheet of a spreadsheet, taken in as if it were a set
    DECISION = (
        "decision"  # of the practice itself about balances, kept as a file as if it were received
    )
    OTHER = "other"


class ClaimType(StrEnum):
    PROFESSIONAL = "P"
    INSTITUTIONAL = "I"
    DENTAL = "D"
    UNKNOWN = "U"  # known from a remittance or a spreadsheet only


class ClaimOrigin(StrEnum):
    """Where a claim became known."""

    SUBMISSION = "submission"
    REMITTANCE = "remittance"  # "from remittance only"
    SHEET = "sheet"  # "from a spreadsheet only"


class PayerType(StrEnum):
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    MEDICAID_MANAGED = "medicaid_managed"
    COMMERCIAL = "commercial"
    BLUE_PLAN = "blue_plan"
    TRICARE = "tricare"
    CHAMPVA = "champva"
    VETERANS = "veterans"
    WORKERS_COMPENSATION = "workers_compensation"
    AUTO = "auto"
    SELF_FUNDED = "self_funded"
    OTHER = "other"


class PayerStatus(StrEnum):
    """What the payer has said of a claim. Derived from events by `core.status`; never set by hand."""

    NOT_SENT = "not_sent"  # no submission known
    SENT = "sent"  # submitted, nothing heard
    REJECTED = "rejected"  # refused before adjudication: 999, 277CA
    ACCEPTED = "accepted"  # accepted into adjudication
    NOT_ON_FILE = "not_on_file"  # the payer has no such claim
    PENDING = "pending"  # in process
    INFORMATION_REQUESTED = "information_requested"
    DENIED = "denied"  # wholly
    PARTLY_DENIED = "partly_denied"
    PAID = "paid"
    PATIENT_RESPONSIBLE = "patient_responsible"  # allowed, all of it the patient's
    FORWARDED = "forwarded"  # passed on to another payer
    REVERSED = "reversed"  # an earlier payment taken back, nothing in its place yet
    VOIDED = "voided"


class WorkStatus(StrEnum):
    """Where our own work on a claim stands."""

    WAITING = "waiting"  # nothing due yet
    READY = "ready"  # to be worked when due
    IN_WORK = "in_work"  # leased to a caller now
    WITH_BILLING = "with_billing"  # correction, coding, registration, credentialing
    IN_APPEAL = "in_appeal"
    WITH_LEAD = "with_lead"  # escalated
    CLOSED = "closed"  # nothing left with the payer


class Level(StrEnum):
    """The caller level an item needs; also the queue it waits in."""

    L1 = "L1"
    L2 = "L2"


class Role(StrEnum):
    L1_CALLER = "l1_caller"
    L2_CALLER = "l2_caller"
    LEAD = "lead"
    ANALYST = "analyst"
    QUALITY = "quality"
    BILLER = "biller"
    AUDITOR = "auditor"
    ADMIN = "admin"


class AgingBasis(StrEnum):
    SERVICE = "service"
    SUBMISSION = "submission"


class AgingBucket(StrEnum):
    DAYS_0_30 = "0-30"
    DAYS_31_60 = "31-60"
    DAYS_61_90 = "61-90"
    DAYS_91_120 = "91-120"
    DAYS_121_UP = "121+"
    UNKNOWN = "unknown"  # the basis date is not known


class DeadlineKind(StrEnum):
    """What we must do in time. The first three stand on every claim, the others once their event has come."""

    FILING = "filing"  # timely filing of the first claim
    CORRECTED_CLAIM = "corrected_claim"
    APPEAL_1 = "appeal_1"
    APPEAL_2 = "appeal_2"
    APPEAL_3 = "appeal_3"
    APPEAL_4 = "appeal_4"
    APPEAL_5 = "appeal_5"
    RECONSIDERATION = "reconsideration"
    RECORDS_RESPONSE = "records_response"
    RETRO_AUTHORIZATION = "retro_authorization"
    REFUND_RESPONSE = "refund_response"
    OPEN_NEGOTIATION = "open_negotiation"  # No Surprises Act, before the federal dispute
    FEDERAL_DISPUTE = "federal_dispute"


class PayerClock(StrEnum):
    """What the payer does in time, or when we look: no loss by the date alone."""

    PAYMENT_FLOOR = "payment_floor"  # not paid before
    EXPECTED_PAYMENT = "expected_payment"
    PROMPT_PAYMENT = "prompt_payment"  # the law's limit; interest after it
    APPEAL_ANSWER = "appeal_answer"
    FIRST_CHECK = "first_check"
    CHECK_INTERVAL = "check_interval"
    CALL_AFTER = "call_after"  # call, no longer 276 or portal
    STATUS_REQUEST = "status_request"  # least time between two 276s of a claim; 0: it takes none


class Watch(StrEnum):
    """Closeness of a hard deadline: over 14 days, 14 to 7, under 7, past."""

    WATCHED = "watched"
    CHASED = "chased"
    ESCALATED = "escalated"
    LOST = "lost"


class Order(StrEnum):
    """The orders of a worklist."""

    PRIORITY = "priority"
    DEADLINE = "deadline"
    OLDEST = "oldest"
    LARGEST = "largest"
    PAYER = "payer"


class Holder(StrEnum):
    """Who has a claim: the callers, or someone whom they wait for."""

    CALLERS = "callers"
    OTHERS = "others"  # with billing or with the lead


class Means(StrEnum):
    """How what is next for a claim is done."""

    TELEPHONE = "telephone"
    PORTAL = "portal"  # or 276
    OTHER = "other"  # a claim, fax or letter


class CountedDay(StrEnum):
    """The days by which open items are counted."""

    DEADLINE = "deadline"
    OVERDUE = "overdue"
    SERVICE = "service"
    SUBMISSION = "submission"


class DueCause(StrEnum):
    """Why an item is to be worked on a day; the first that holds."""

    PROMISE_BROKEN = "promise_broken"
    OVERDUE = "overdue"
    DEADLINE = "deadline"
    DATE = "date"


class EntryKind(StrEnum):
    CHARGE = "charge"
    PAYMENT = "payment"
    ADJUSTMENT = "adjustment"
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    SUSPENSE = "suspense"
    WRITE_OFF = "write_off"  # given up by a decision of the practice
    TRANSFER = "transfer"  # moved from the payer to the patient by such a decision
    OPENING = "opening"  # what a spreadsheet says was settled before, or is open without a charge


class PostingStatus(StrEnum):
    """What became of a transaction set that was received."""

    POSTED = "posted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    RELEASED = "released"  # posted by a person although out of balance


class MatchMethod(StrEnum):
    """How a remittance found its claim."""

    PATIENT_CONTROL_NUMBER = "patient_control_number"
    PAYER_CLAIM_CONTROL_NUMBER = "payer_claim_control_number"
    SUBSCRIBER_DATE_CHARGE = "subscriber_date_charge"
    NEW_FROM_REMITTANCE = "new_from_remittance"
    PERSON = "person"
    UNDECIDED = "undecided"  # proposed to a person


class Channel(StrEnum):
    CALL = "call"
    PORTAL = "portal"
    FAX = "fax"
    LETTER = "letter"


class CallState(StrEnum):
    OPEN = "open"
    DROPPED = "dropped"  # cut off; it can be taken up again
    ENDED = "ended"


class Outcome(StrEnum):
    """What a contact with a payer ended in."""

    PAID = "paid"  # payer says paid: date, amount, check or EFT number
    PAYMENT_PROMISED = "payment_promised"
    IN_PROCESS = "in_process"
    NOT_ON_FILE = "not_on_file"
    DENIED = "denied"
    REJECTED = "rejected"
    INFORMATION_REQUESTED = "information_requested"
    REPROCESSING = "reprocessing"
    APPEAL_RECEIVED = "appeal_received"
    SENT_TO_PATIENT = "sent_to_patient"  # payer says patient owes
    OTHER_PAYER_PRIMARY = "other_payer_primary"
    PAID_ELSEWHERE = "paid_elsewhere"  # to the patient, or to another payee or address
    UNDERPAID = "underpaid"  # less allowed than the contract says
    TAKEN_BACK = "taken_back"  # offset against this or another claim
    REFUND_REQUESTED = "refund_requested"
    NO_ANSWER = "no_answer"  # closed, disconnected, refused: nothing learned
    SUBMITTED = "submitted"  # records, corrected claim or letter sent


class NextAction(StrEnum):
    CALL = "call"
    CHECK_PORTAL = "check_portal"
    AWAIT_PAYMENT = "await_payment"
    AWAIT_ANSWER = "await_answer"
    SEND_CORRECTED_CLAIM = "send_corrected_claim"
    SEND_RECORDS = "send_records"
    RESUBMIT = "resubmit"
    APPEAL = "appeal"
    ASK_BILLING = "ask_billing"
    BILL_OTHER_PAYER = "bill_other_payer"
    BILL_PATIENT = "bill_patient"
    CONTACT_PATIENT = "contact_patient"  # what only the patient can tell or change
    POST_PAYMENT = "post_payment"  # paid, and not found here
    REQUEST_WRITE_OFF = "request_write_off"
    ESCALATE = "escalate"
    NONE = "none"  # nothing left to do with this payer


class RequestOwner(StrEnum):
    """Whom a request goes to: what a call cannot settle, and who has what is missing."""

    FRONT_DESK = "front_desk"  # registration, eligibility, the patient
    CODING = "coding"
    CLINICAL = "clinical"  # records, medical necessity, authorization
    BILLING = "billing"
    CREDENTIALING = "credentialing"
    CONTRACTS = "contracts"


class RequestState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # no longer needed


class Grade(StrEnum):
    """What a readiness check that does not hold means for a call."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"


class CheckKey(StrEnum):
    """What is looked at before a claim is called, in the order in which it is told."""

    PAYER_CLOSED = "payer_closed"
    ANSWER_WAITING = "answer_waiting"  # in an 835 or 277 that is not posted or not matched
    REJECTED = "rejected"  # before the payer ever had it
    NO_CALL_SETTLES = "no_call_settles"  # a denial for coding, registration or credentialing
    PRACTICE_NAME = "practice_name"
    TAX_ID = "tax_id"
    BILLING_NPI = "billing_npi"
    PATIENT_NAME = "patient_name"
    BIRTH_DATE = "birth_date"
    MEMBER_ID = "member_id"
    SERVICE_DATE = "service_date"
    CHARGE = "charge"
    SUBMISSION_DATE = "submission_date"
    NOT_ACCEPTED = "not_accepted"  # no acceptance of the payer on file
    TOO_EARLY = "too_early"  # the usual time to an answer is not over
    LIKELY_DUPLICATE = "likely_duplicate"
    PORTAL = "portal"  # the portal or a 276 would answer it


class DenialCategory(StrEnum):
    """What kind of refusal a reason code is; the categories of core/codes/data/carc.csv."""

    AUTHORIZATION = "authorization_referral"
    MEDICAL_NECESSITY = "medical_necessity"
    CODING = "coding_bundling"
    MISSING_INFORMATION = "missing_information"
    ELIGIBILITY = "registration_eligibility"
    OTHER_PAYER = "coordination_of_benefits"
    TIMELY_FILING = "timely_filing"
    ENROLLMENT = "provider_enrollment_contract"
    NOT_COVERED = "non_covered_benefit"
    DUPLICATE = "duplicate"
    PENDING = "pending_information"
    CONTRACT = "contractual_adjustment"
    RECOUPMENT = "payment_adjustment_recoupment"
    PATIENT_SHARE = "patient_responsibility"
    OTHER = "other"  # also of a code that is not in the list


class DenialState(StrEnum):
    """Where a denial stands; moved by `core.denial_states` alone."""

    OPEN = "open"
    CORRECTED = "corrected"  # a corrected claim went out; not answered yet
    APPEALED = "appealed"  # a reconsideration or appeal went out; not decided yet
    RECOVERED = "recovered"  # a later payment paid it, in whole or in part
    REFUSED_AGAIN = "refused_again"  # a later answer refused it again: that denial goes on
    TAKEN_BACK = "taken_back"  # the payer reversed the answer that refused it
    OTHER_PAYER = "other_payer"  # another payer is billed
    TO_PATIENT = "to_patient"
    WRITTEN_OFF = "written_off"


class RootCauseOwner(StrEnum):
    """Where a denial could have been prevented."""

    FRONT_DESK = "front_desk"
    CODING = "coding"
    CLINICAL = "clinical"
    BILLING = "billing"
    CREDENTIALING = "credentialing"
    CONTRACTING = "contracting"
    PAYER = "payer"
    PATIENT = "patient"


class PatternKind(StrEnum):
    """How a pattern of denials was found."""

    PATTERN = "pattern"
    HINT = "hint"  # weaker: up to half of them are chance
    JUMP = "jump"  # a change in time


class CaseState(StrEnum):
    """Where the work on a cause of denials stands."""

    OPEN = "open"
    MEASURING = "measuring"  # a fix is made; its effect is not sure yet
    WORKED = "worked"
    NOT_WORKED = "not_worked"


class UsualFix(StrEnum):
    """What usually settles a denial."""

    CORRECTED_CLAIM = "corrected_claim"
    RECONSIDERATION = "reconsideration"
    APPEAL = "appeal"
    SEND_RECORDS = "send_records"
    BILL_OTHER_PAYER = "bill_other_payer"
    BILL_PATIENT = "bill_patient"
    CALL_PAYER = "call_payer"
    WRITE_OFF = "write_off"
    NONE = "none"


class Preventable(StrEnum):
    YES = "yes"
    SOMETIMES = "sometimes"
    NO = "no"


class WarningGrade(StrEnum):
    """How sure a check of a claim before it goes out is of what the payer will do."""

    WILL_BE_REFUSED = "will_be_refused"
    MAY_BE_REFUSED = "may_be_refused"
    WORTH_A_LOOK = "worth_a_look"


class WarningOutcome(StrEnum):
    """What became of a warning, by what the payer then did."""

    WAITING = "waiting"  # no answer yet
    CONFIRMED = "confirmed"  # refused for what was warned of
    NOT_CONFIRMED = "not_confirmed"  # answered, and nothing refused
    REFUSED_OTHERWISE = "refused_otherwise"  # refused for another reason: says nothing of it
    MENDED = "mended"  # a later check of the claim no longer found it
    SUPERSEDED = "superseded"  # a later check of the claim found it again: that warning counts


class UnderpaymentState(StrEnum):
    OPEN = "open"
    DISPUTED = "disputed"  # the payer was asked for the rest
    ACCEPTED = "accepted"  # a person said why it is right, or not worth it
    RECOVERED = "recovered"  # the payer has paid by the contract since
    TAKEN_BACK = "taken_back"  # the payment was reversed, and nothing came in its place
