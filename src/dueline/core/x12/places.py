"""Where in a segment amounts, dates and numbers stand, so that a fault names the right element."""

_AMOUNTS = {
    "AMT": (2,),
    "BPR": (2,),
    "CAS": (3, 6, 9, 12, 15, 18),
    "CLM": (2,),
    "CLP": (3, 4, 5),
    "PLB": (4, 6, 8, 10, 12, 14),
    "STC": (4, 5),
    "SV1": (2,),
    "SV2": (3,),
    "SV3": (2,),
    "SVC": (2, 3),
    "SVD": (2,),
}
_DATES = {
    "BHT": (4,),
    "BPR": (16,),
    "DMG": (2,),
    "DTM": (2,),
    "DTP": (3,),
    "PLB": (2,),
    "STC": (2, 6, 8),
}
_NUMBERS = {
    "AK9": (2, 3, 4),
    "CAS": (4, 7, 10, 13, 16, 19),
    "CTP": (4,),
    "LX": (1,),
    "QTY": (2,),
    "SV1": (4,),
    "SV2": (5,),
    "SV3": (6,),
    "SVC": (5, 7),
    "SVD": (5,),
}
_PLACES = {"bad_amount": _AMOUNTS, "bad_date": _DATES, "bad_number": _NUMBERS}
_PERIODS = ("DTP", "DTM")


def place_of(elements: list[str], code: str, text: str) -> str:
    """Return where the element `text` stands that could not be read, as the trade writes it: CLP04.

    The element after the last is meant where none is there.
    """
    tag = elements[0][:3]
    places = _PLACES.get(code, {}).get(tag, ())
    for position in places:
        if position < len(elements) and elements[position] == text:
            return f"{tag}{position:02d}"
    if text and tag in _PERIODS:
        for position in places:
            if (
                position < len(elements) and text in elements[position]
            ):  # a period's first or last day
                return f"{tag}{position:02d}"
    missing = next((position for position in places if position >= len(elements)), len(elements))
    return f"{tag}{missing:02d}"
