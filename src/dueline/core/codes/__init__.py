"""What the codes of X12 files mean, in Dueline's own short words. A code that is not listed still works.

`carc("197").short` is "no authorization", so that a row can read "CO-197 no authorization".
"""

from functools import lru_cache

from dueline.core.codes.tables import (
    NOT_LISTED,
    Carc,
    Rarc,
    StatusMeaning,
    carcs,
    rarcs,
    short_list,
    short_list_names,
    statuses,
)

__all__ = [
    "NOT_LISTED",
    "Carc",
    "Rarc",
    "StatusMeaning",
    "adjustment_words",
    "carc",
    "carcs",
    "claim_status",
    "claim_status_category",
    "clp_status",
    "element_error",
    "entity",
    "filing_indicator",
    "frequency",
    "group_name",
    "interchange_note",
    "payer_sequence",
    "place_of_service",
    "plb_reason",
    "rarc",
    "rarcs",
    "segment_error",
    "set_answer",
    "short_list",
    "short_list_names",
    "status_words",
    "statuses",
]

NOT_LISTED_SHORT = "code not in Dueline's list"


def _normal(code: str) -> str:
    return code.strip().upper()


@lru_cache(maxsize=4096)
def carc(code: str) -> Carc:
    """Return the claim adjustment reason code; one not listed has `is_known` False."""
    code = _normal(code)
    known = carcs().get(code)
    return known or Carc(code, NOT_LISTED, NOT_LISTED_SHORT, is_known=False)


@lru_cache(maxsize=4096)
def rarc(code: str) -> Rarc:
    """Return the remark code; one not listed has `is_known` False."""
    code = _normal(code)
    known = rarcs().get(code)
    return known or Rarc(code, NOT_LISTED, NOT_LISTED_SHORT, is_known=False)


@lru_cache(maxsize=4096)
def claim_status_category(code: str) -> StatusMeaning:
    """Return the claim status category (STC01-1, such as A2)."""
    code = _normal(code)
    known = statuses("category").get(code)
    return known or StatusMeaning(code, NOT_LISTED, NOT_LISTED_SHORT, is_known=False)


@lru_cache(maxsize=4096)
def claim_status(code: str) -> StatusMeaning:
    """Return the claim status code (STC01-2, such as 20)."""
    code = _normal(code)
    known = statuses("status").get(code)
    return known or StatusMeaning(code, NOT_LISTED, NOT_LISTED_SHORT, is_known=False)


def adjustment_words(group_code: str, code: str) -> str:
    """Return the words of a row: "CO-197 no authorization"."""
    return f"{group_code}-{code} {carc(code).short}"


def status_words(category: str, status: str) -> str:
    """Return the words of a status answer: "P1 in process; 52 checking for other insurance"."""
    parts = [f"{category} {claim_status_category(category).short}"] if category else []
    if status:
        parts.append(f"{status} {claim_status(status).short}")
    return "; ".join(parts)


def _named(name: str, code: str) -> str:
    return short_list(name).get(_normal(code), NOT_LISTED)


def group_name(code: str) -> str:
    """Return who bears an adjustment of this group (CAS01)."""
    return _named("group", code)


def clp_status(code: str) -> str:
    """Return what CLP02 says. "Processed" is not "paid"."""
    return _named("clp_status", code)


def plb_reason(code: str) -> str:
    """Return why a provider adjustment was made (PLB03-1)."""
    return _named("plb", code)


def filing_indicator(code: str) -> str:
    """Return the kind of coverage (SBR09, CLP06)."""
    return _named("filing_indicator", code)


def place_of_service(code: str) -> str:
    """Return the place of service (CLM05-1 and SV105 of a professional claim)."""
    return _named("place_of_service", code)


def frequency(code: str) -> str:
    """Return what a claim frequency code (CLM05-3) says."""
    return _named("frequency", code)


def payer_sequence(code: str) -> str:
    """Return the payer's place in line (SBR01)."""
    return _named("payer_sequence", code)


def entity(code: str) -> str:
    """Return whom a status is about (NM101, STC01-3)."""
    return _named("entity", code)


def set_answer(code: str) -> str:
    """Return what was decided on a set or group (IK501, AK901, TA104)."""
    return _named("set_answer", code)


def segment_error(code: str) -> str:
    """Return what is wrong with a segment (IK304)."""
    return _named("segment_error", code)


def element_error(code: str) -> str:
    """Return what is wrong with an element (IK403)."""
    return _named("element_error", code)


def interchange_note(code: str) -> str:
    """Return why an interchange was noted or refused (TA105)."""
    return _named("interchange_note", code)
