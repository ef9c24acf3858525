"""Why a change of a case is refused, in words for the person who asked."""


class CaseRefused(Exception):
    """A case cannot be opened or changed so; the message says what was expected."""
