"""Why a correction is refused, in words for the person who asked."""


class CorrectionRefused(Exception):
    """Not now, not so, or not by this person. The message says why and what can be done."""
