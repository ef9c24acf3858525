"""National Provider Identifiers: ten digits, the last a check digit.

Source: 45 CFR 162.406; the check digit is Luhn's over the number prefixed with 80840 (CMS).
"""

_PREFIX_SUM = 24  # what 80840 adds to the Luhn sum


def check_digit(nine: str) -> str:
    """Return the tenth digit of the NPI that starts with these nine."""
    total = _PREFIX_SUM
    for position, character in enumerate(reversed(nine)):
        digit = int(character)
        if position % 2 == 0:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return str(-total % 10)


def is_npi(text: str) -> bool:
    """Return whether the text is a well-formed NPI."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return False
    return check_digit(text[:9]) == text[9]


def grouped(npi: str) -> str:
    """Return an NPI in groups, as it is read aloud: 1999 9999 19. Anything else is left as it is."""
    return f"{npi[:4]} {npi[4:8]} {npi[8:]}" if len(npi) == 10 and npi.isdigit() else npi
