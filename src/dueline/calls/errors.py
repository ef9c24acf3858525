"""Why a call or a follow-up is refused, apart from its facts (core.follow_up.FollowUpError)."""

from collections.abc import Mapping

from dueline.core.follow_up import FieldProblem


class CallsError(Exception):
    """It cannot be done or recorded; the message says why."""


class KeyUsed(CallsError):
    """The request key is no key, or that of another follow-up."""


class CorrectionRefused(CallsError):
    """The follow-up to correct is another claim's, or was corrected already."""


class CallRefused(CallsError):
    """A call cannot begin, take a claim, or end so."""


class CallOver(CallsError):
    """The call has ended, or this claim's part of it is recorded."""


class Unseen(CallsError):
    """Another person works on the claim, or recorded a contact about it, and who records has not seen it."""

    def __init__(self, message: str, *, position: int = 0) -> None:
        self.position = position  # the claim's, within a call
        super().__init__(message)


class Unfinished(CallsError):
    """A call cannot be saved yet; `problems`: what is missing, by the claim's position."""

    def __init__(self, problems: Mapping[int, tuple[FieldProblem, ...]]) -> None:
        self.problems = dict(problems)
        count = sum(map(len, self.problems.values()))
        super().__init__(f"{count} facts are missing before the call can be saved.")


class ScriptStale(CallsError):
    """Someone else saved a version of the script meanwhile."""
