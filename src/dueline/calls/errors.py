"""Why a follow-up is not recorded, apart from its facts (core.follow_up.FollowUpError)."""


class CallsError(Exception):
    """A follow-up cannot be recorded; the message says why."""


class KeyUsed(CallsError):
    """The request key is no key, or that of another follow-up."""


class CorrectionRefused(CallsError):
    """The follow-up to correct is another claim's, or was corrected already."""
