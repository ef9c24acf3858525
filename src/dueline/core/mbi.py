"""The Medicare Beneficiary Identifier, by which Medicare knows its members since 2020.

Source: CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format": eleven signs, each position of one kind;
letters are capitals without S, L, O, I, B and Z.
"""

import re

LETTERS = "ACDEFGHJKMNPQRTUVWXY"
DIGITS = "0123456789"
# Position by position: C is 1 to 9, N a digit, A a letter, X either.
FORMAT = "CAXNAXNAANN"
_KINDS = {"C": "[1-9]", "N": "[0-9]", "A": f"[{LETTERS}]", "X": f"[0-9{LETTERS}]"}
_MBI = re.compile("".join(_KINDS[kind] for kind in FORMAT))


def is_mbi(text: str) -> bool:
    """Tell whether a text has the form of an MBI, as X12 carries it: capitals, no hyphens."""
    return _MBI.fullmatch(text) is not None


def invented_mbi(number: int) -> str:
    """Return an identifier of that form for an invented person: another one for each number below 20 million."""
    signs = []
    for kind in reversed(FORMAT):
        allowed = {"C": DIGITS[1:], "N": DIGITS, "A": LETTERS, "X": LETTERS}[kind]
        number, place = divmod(number, len(allowed))
        signs.append(allowed[place])
    return "".join(reversed(signs))
