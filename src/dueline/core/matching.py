"""The keys by which a remittance finds its claim and a person is known again.

Keys are compared within one practice. What only looks alike is proposed to a person, never decided here.
"""

import hashlib
import re
import unicodedata
from datetime import date

_SUFFIX = re.compile(r"(?<=.{4})[-/._ ][A-Z0-9]{1,3}$", re.DOTALL)
_NOT_WORD = re.compile(r"[\W_]+")
_APOSTROPHES = dict.fromkeys(map(ord, "'`´ʹʻʼʽˊˋ‘’‛′＇"))
# Letters that Unicode does not take apart, as they are written on claims.
_LETTERS = str.maketrans(
    {"Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "Ł": "L", "Ø": "O", "Œ": "OE", "Þ": "TH", "Ŧ": "T"}
)


def patient_control_key(text: str) -> str:
    """Return CLM01 or CLP01 trimmed and in upper case: the key of an exact match."""
    return text.strip().upper()


def compact_key(text: str) -> str:
    """Return the key without separators and leading zeros; "" where nothing is left ("0", which says "none")."""
    return _NOT_WORD.sub("", patient_control_key(text)).lstrip("0")


def other_compact_key(text: str) -> str | None:
    """Return the compact key where it is another than the key, None where it is the same or nothing."""
    compact = compact_key(text)
    return compact if compact and compact != patient_control_key(text) else None


def loose_key(text: str) -> str:
    """Return the compact key of a number without a payer's or vendor's suffix.

    A suffix is up to three letters or digits after a separator, where at least four characters stand before it.
    """
    return compact_key(_SUFFIX.sub("", patient_control_key(text)))


def alike_keys(text: str) -> set[str]:
    """Return the compact keys that a number in an answer may stand for: whole, and without a suffix."""
    return {compact_key(text), loose_key(text)} - {""}


def folded(text: str) -> str:
    """Return a name's text for comparing: no accents, upper case, single spaces, letters and digits only.

    Apostrophes join ("O'Brien" is OBRIEN), other marks part. Letters of other scripts are kept, so that two
    names never become one by losing what is not Latin.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).upper()
    return _NOT_WORD.sub(" ", letters.translate(_APOSTROPHES).translate(_LETTERS)).strip()


def search_name(last_name: str, first_name: str = "") -> str:
    """Return "LAST FIRST" folded, at most 130 characters."""
    return " ".join(part for part in (folded(last_name), folded(first_name)) if part)[:130]


def patient_key(last_name: str, first_name: str, birth_on: date | None, member_id: str) -> str:
    """Return 32 hex digits that hold one person together.

    By name and birth date where that is known (a person may have several member IDs), else by name and
    member ID. Middle names and initials take no part: payers leave them out.
    """
    first = folded(first_name).split(" ")[0]
    last = folded(last_name).replace(" ", "")
    proof = birth_on.isoformat() if birth_on else "member " + folded(member_id).replace(" ", "")
    return hashlib.sha256(f"{last}|{first}|{proof}".encode()).hexdigest()[:32]
