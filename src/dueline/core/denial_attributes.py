"""By what denials are broken down: the attributes of an answered claim and of a refusal, and how values are grouped.

Values are short texts, "" where not known. Pure.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from dueline.core.enums import DenialCategory


class Attribute(StrEnum):
    """What claims and refusals are told apart by; the value is its name in addresses and commands."""

    PAYER = "payer"
    PLAN = "plan"
    CATEGORY = "category"
    CARC = "carc"
    RARC = "rarc"
    PROCEDURE = "procedure"
    MODIFIER = "modifier"
    CHAPTER = "chapter"
    DIAGNOSIS = "diagnosis"
    PLACE = "place"
    BILLING_PROVIDER = "billing_provider"
    RENDERING_PROVIDER = "rendering_provider"
    WEEKDAY = "weekday"
    SERVICE_MONTH = "service_month"
    ANSWER_MONTH = "answer_month"
    AGE = "age"
    SEX = "sex"
    LAG = "lag"
    AUTHORIZATION = "authorization"


NAMES: dict[Attribute, str] = {
    Attribute.PAYER: "Payer",
    Attribute.PLAN: "Plan type",
    Attribute.CATEGORY: "Category",
    Attribute.CARC: "Reason (CARC)",
    Attribute.RARC: "Remark (RARC)",
    Attribute.PROCEDURE: "Procedure",
    Attribute.MODIFIER: "Modifier",
    Attribute.CHAPTER: "Diagnosis chapter",
    Attribute.DIAGNOSIS: "Diagnosis group",
    Attribute.PLACE: "Place of service",
    Attribute.BILLING_PROVIDER: "Billing provider",
    Attribute.RENDERING_PROVIDER: "Rendering provider",
    Attribute.WEEKDAY: "Weekday of service",
    Attribute.SERVICE_MONTH: "Month of service",
    Attribute.ANSWER_MONTH: "Month of answer",
    Attribute.AGE: "Age",
    Attribute.SEX: "Sex",
    Attribute.LAG: "Days from service to sending",
    Attribute.AUTHORIZATION: "Authorization on the claim",
}
# Known only of what was refused; of an answered claim there is no such value.
OF_REFUSALS = frozenset({Attribute.CATEGORY, Attribute.CARC, Attribute.RARC})
# A claim or a refusal may have several of them.
SEVERAL = frozenset({Attribute.RARC, Attribute.MODIFIER})

_AGES = ((0, 17), (18, 44), (45, 64), (65, 79))
_LAGS = ((0, 7), (8, 14), (15, 30), (31, 60), (61, 90))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# ICD-10-CM's chapters by the first three characters with which each begins; the words are our own.
_CHAPTERS = (
    ("A00", "Infections"),
    ("C00", "Cancers and growths"),
    ("D50", "Blood and immune system"),
    ("E00", "Hormones, nutrition, metabolism"),
    ("F00", "Mental health and behavior"),
    ("G00", "Nervous system"),
    ("H00", "Eye"),
    ("H60", "Ear"),
    ("I00", "Heart and circulation"),
    ("J00", "Breathing"),
    ("K00", "Digestion"),
    ("L00", "Skin"),
    ("M00", "Muscles, bones, joints"),
    ("N00", "Kidneys, urinary, genital"),
    ("O00", "Pregnancy and birth"),
    ("P00", "Newborns"),
    ("Q00", "From birth on"),
    ("R00", "Symptoms and findings"),
    ("S00", "Injuries and poisoning"),
    ("U00", "Special purposes"),
    ("V00", "Causes from outside"),
    ("Z00", "Reasons other than illness"),
)
# Claim filing indicators (SBR09, CLP06); the words are our own.
PLANS = {
    "11": "Other non-federal program",
    "12": "PPO",
    "13": "Point of service",
    "14": "EPO",
    "15": "Indemnity",
    "16": "Medicare Advantage HMO",
    "17": "Dental HMO",
    "AM": "Auto medical",
    "BL": "Blue Cross Blue Shield",
    "CH": "TRICARE",
    "CI": "Commercial",
    "DS": "Disability",
    "FI": "Federal employees",
    "HM": "HMO",
    "LM": "Liability medical",
    "MA": "Medicare Part A",
    "MB": "Medicare Part B",
    "MC": "Medicaid",
    "OF": "Other federal program",
    "TV": "Title V",
    "VA": "Veterans Affairs",
    "WC": "Workers’ compensation",
}
# Categories of refusals in a word or two, for a column's head.
CATEGORIES = {
    DenialCategory.AUTHORIZATION: "Authorization",
    DenialCategory.MEDICAL_NECESSITY: "Medical necessity",
    DenialCategory.CODING: "Coding",
    DenialCategory.MISSING_INFORMATION: "Missing information",
    DenialCategory.ELIGIBILITY: "Eligibility",
    DenialCategory.OTHER_PAYER: "Other payer first",
    DenialCategory.TIMELY_FILING: "Filed late",
    DenialCategory.ENROLLMENT: "Enrollment, contract",
    DenialCategory.NOT_COVERED: "Not covered",
    DenialCategory.DUPLICATE: "Duplicate",
    DenialCategory.PENDING: "Pending information",
    DenialCategory.CONTRACT: "Contract",
    DenialCategory.RECOUPMENT: "Recoupment",
    DenialCategory.PATIENT_SHARE: "Patient share",
    DenialCategory.OTHER: "Other",
}
_PLACES = {
    "02": "telehealth, away from home",
    "10": "telehealth, at home",
    "11": "office",
    "12": "home",
    "19": "hospital outpatient, off campus",
    "20": "urgent care",
    "21": "hospital inpatient",
    "22": "hospital outpatient, on campus",
    "23": "emergency room",
    "24": "surgery center",
    "31": "skilled nursing facility",
    "32": "nursing facility",
    "81": "laboratory",
}
_FACILITIES = {
    "11": "hospital inpatient",
    "12": "hospital inpatient, Part B",
    "13": "hospital outpatient",
    "14": "hospital, other",
    "21": "skilled nursing inpatient",
    "22": "skilled nursing, Part B",
    "32": "home health",
    "71": "rural health clinic",
    "72": "dialysis",
    "77": "health center",
    "81": "hospice",
    "83": "surgery center",
    "85": "critical access hospital",
}


def age_band(birth_on: date | None, service_on: date | None) -> str:
    """Return the age on the day of service, in whole years, as a band."""
    if birth_on is None or service_on is None or birth_on > service_on:
        return ""
    before = (service_on.month, service_on.day) < (birth_on.month, birth_on.day)
    return _band(service_on.year - birth_on.year - before, _AGES, "80+")


def lag_band(service_on: date | None, submitted_on: date | None) -> str:
    """Return the days from the last service to the first submission as a band."""
    if service_on is None or submitted_on is None:
        return ""
    days = (submitted_on - service_on).days
    return "before service" if days < 0 else _band(days, _LAGS, "91+")


def _band(number: int, bands: Sequence[tuple[int, int]], beyond: str) -> str:
    return next((f"{low}-{high}" for low, high in bands if number <= high), beyond)


def diagnosis_group(diagnoses: str) -> str:
    """Return the first three characters of the principal of a claim's diagnoses."""
    principal = diagnoses.split(maxsplit=1)[:1]
    return principal[0][:3].upper() if principal else ""


def chapter(group: str) -> str:
    """Return the chapter of ICD-10-CM that a group of diagnoses is in, "" for what is none of it."""
    if len(group) < 3 or not group[0].isalpha() or not group[1].isdigit():
        return ""
    found = [words for first, words in _CHAPTERS if first <= group]
    return found[-1] if found else ""


def place(claim_type: str, facility_code: str) -> str:
    """Return the place of service, or of an institutional claim the facility as "I13"."""
    code = facility_code.strip()
    return f"I{code[:2]}" if code and claim_type == "I" else code


def place_words(value: str) -> str:
    """Return "11 office", or "Bill type 13 hospital outpatient"."""
    if value.startswith("I"):
        return f"Bill type {value[1:]} {_FACILITIES.get(value[1:], '')}".rstrip()
    return f"{value} {_PLACES.get(value, '')}".rstrip()


def weekday(day: date | None) -> str:
    """Return "1" for Monday to "7"."""
    return "" if day is None else str(day.isoweekday())


def month(day: date | None) -> str:
    """Return "2026-11"."""
    return "" if day is None else f"{day:%Y-%m}"
