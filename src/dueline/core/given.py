"""A fact of a claim given by a person, where no file said it: what is accepted for each, and why not."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from dueline.core.enums import CheckKey
from dueline.core.npi import is_npi

_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,79}\Z")
_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})\Z")
_OLDEST_PERSON = timedelta(days=130 * 366)
_OLDEST_CLAIM = timedelta(days=20 * 366)


class GivenError(ValueError):
    """What was given cannot be that fact: expected what. Holds no word of what was typed."""


def given(key: CheckKey, text: str, *, as_of: date) -> str | date:
    """Return the fact in its stored form. Raises GivenError, naming what is expected."""
    return _READ[key](" ".join(text.split()), as_of)


def _day(text: str, what: str, first: date, last: date) -> date:
    american = _AMERICAN.match(text)
    try:
        found = date.fromisoformat(
            "{2}-{0:0>2}-{1:0>2}".format(*american.groups()) if american else text
        )
    except ValueError:
        expected = "a date as month/day/year, such as 04/02/1980"
        raise GivenError(f"{what}: expected {expected}.") from None
    if not first <= found <= last:
        raise GivenError(
            f"{what}: expected a date from {first:%m/%d/%Y} through {last:%m/%d/%Y}, "
            f"found {'a later' if found > last else 'an earlier'} one."
        )
    return found


def _birth(text: str, as_of: date) -> date:
    return _day(text, "Birth date", as_of - _OLDEST_PERSON, as_of)


def _service(text: str, as_of: date) -> date:
    return _day(text, "Service date", as_of - _OLDEST_CLAIM, as_of)


def _sent(text: str, as_of: date) -> date:
    return _day(text, "Day sent", as_of - _OLDEST_CLAIM, as_of)


def _member(text: str, as_of: date) -> str:
    number = text.replace(" ", "")
    if not _MEMBER.match(number):
        raise GivenError("Member ID: expected 2 to 80 letters, digits and hyphens.")
    return number


def _patient(text: str, as_of: date) -> str:
    last, comma, first = (part.strip() for part in text.partition(","))
    if not (last and comma and first) or not text.isprintable():
        raise GivenError("Patient name: expected last name, comma, first name, such as Quill, Ada.")
    if len(last) > 80 or len(first) > 40:
        raise GivenError("Patient name: expected at most 80 and 40 characters, found more.")
    return f"{last}, {first}"


def _practice(text: str, as_of: date) -> str:
    if not text or len(text) > 200 or not text.isprintable():
        raise GivenError("Practice name: expected 1 to 200 characters.")
    return text


def _tax_id(text: str, as_of: date) -> str:
    digits = re.sub(r"[- ]", "", text)
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise GivenError("Tax ID: expected nine digits, such as 99-5550187.")
    return digits


def _npi(text: str, as_of: date) -> str:
    digits = text.replace(" ", "")
    if not is_npi(digits):
        raise GivenError("NPI: expected ten digits with a right check digit.")
    return digits


_READ: dict[CheckKey, Callable[[str, date], str | date]] = {
    CheckKey.PRACTICE_NAME: _practice,
    CheckKey.TAX_ID: _tax_id,
    CheckKey.BILLING_NPI: _npi,
    CheckKey.PATIENT_NAME: _patient,
    CheckKey.BIRTH_DATE: _birth,
    CheckKey.MEMBER_ID: _member,
    CheckKey.SERVICE_DATE: _service,
    CheckKey.SUBMISSION_DATE: _sent,
}
