"""The closed vocabularies of spreadsheets: kinds of report, what a column may hold, how dates and names stand."""

from enum import StrEnum


class ReportKind(StrEnum):
    """What a spreadsheet reports."""

    AGING = "aging"  # what is open, a row for each claim
    CLAIMS = "claims"  # claims sent, open or not
    DENIALS = "denials"  # what payers refused, a row for each refusal


class Field(StrEnum):
    """What a column of a spreadsheet may hold."""

    CLAIM_NUMBER = "claim_number"  # the patient control number (CLM01)
    PATIENT_NAME = "patient_name"
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    BIRTH_DATE = "birth_date"
    PAYER = "payer"
    PAYER_ID = "payer_id"
    MEMBER_ID = "member_id"
    SERVICE_FROM = "service_from"
    SERVICE_THROUGH = "service_through"
    SUBMITTED_ON = "submitted_on"
    CHARGE = "charge"
    PAYER_BALANCE = "payer_balance"
    PATIENT_BALANCE = "patient_balance"
    BUCKET = "bucket"  # part of the payer balance, by age; several columns
    PAYER_CLAIM_NUMBER = "payer_claim_number"
    BILLING_NPI = "billing_npi"
    DENIED_ON = "denied_on"
    REASON_CODE = "reason_code"


class Want(StrEnum):
    """What the values of a field look like."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    MONEY = "money"
    DATE = "date"
    NAME = "name"
    NPI = "npi"
    REASON = "reason"


class DateOrder(StrEnum):
    """How a date written with numbers alone is read."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


class NameOrder(StrEnum):
    """How a name without a comma is read."""

    LAST_FIRST = "last_first"
    FIRST_LAST = "first_last"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


WANTED: dict[Field, Want] = {
    Field.CLAIM_NUMBER: Want.IDENTIFIER,
    Field.PATIENT_NAME: Want.NAME,
    Field.LAST_NAME: Want.NAME,
    Field.FIRST_NAME: Want.NAME,
    Field.BIRTH_DATE: Want.DATE,
    Field.PAYER: Want.TEXT,
    Field.PAYER_ID: Want.IDENTIFIER,
    Field.MEMBER_ID: Want.IDENTIFIER,
    Field.SERVICE_FROM: Want.DATE,
    Field.SERVICE_THROUGH: Want.DATE,
    Field.SUBMITTED_ON: Want.DATE,
    Field.CHARGE: Want.MONEY,
    Field.PAYER_BALANCE: Want.MONEY,
    Field.PATIENT_BALANCE: Want.MONEY,
    Field.BUCKET: Want.MONEY,
    Field.PAYER_CLAIM_NUMBER: Want.IDENTIFIER,
    Field.BILLING_NPI: Want.NPI,
    Field.DENIED_ON: Want.DATE,
    Field.REASON_CODE: Want.REASON,
}
FIELD_NAMES: dict[Field, str] = {
    Field.CLAIM_NUMBER: "Claim number",
    Field.PATIENT_NAME: "Patient name",
    Field.LAST_NAME: "Patient last name",
    Field.FIRST_NAME: "Patient first name",
    Field.BIRTH_DATE: "Birth date",
    Field.PAYER: "Payer",
    Field.PAYER_ID: "Payer ID",
    Field.MEMBER_ID: "Member ID",
    Field.SERVICE_FROM: "Service date",
    Field.SERVICE_THROUGH: "Service date, last",
    Field.SUBMITTED_ON: "First sent",
    Field.CHARGE: "Charge",
    Field.PAYER_BALANCE: "Open with the payer",
    Field.PATIENT_BALANCE: "Open with the patient",
    Field.BUCKET: "Open with the payer, by age (added up)",
    Field.PAYER_CLAIM_NUMBER: "Payer claim number",
    Field.BILLING_NPI: "Billing NPI",
    Field.DENIED_ON: "Denied on",
    Field.REASON_CODE: "Reason code (CARC)",
}
KIND_NAMES: dict[ReportKind, str] = {
    ReportKind.AGING: "Aging report",
    ReportKind.CLAIMS: "Claim list",
    ReportKind.DENIALS: "Denial log",
}
# At least one field of each group must be known before a report can be taken in. A payer may also
# stand in a heading above its rows.
NEEDED: dict[ReportKind, tuple[tuple[Field, ...], ...]] = {
    ReportKind.AGING: ((Field.CLAIM_NUMBER,), (Field.PAYER_BALANCE, Field.BUCKET)),
    ReportKind.CLAIMS: ((Field.CLAIM_NUMBER,), (Field.CHARGE, Field.PAYER_BALANCE)),
    ReportKind.DENIALS: ((Field.CLAIM_NUMBER,), (Field.REASON_CODE,), (Field.DENIED_ON,)),
}
