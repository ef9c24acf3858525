"""What can go wrong when working a list; each message is shown as it is."""


class WorklistError(Exception):
    """Base of the worklist's refusals."""


class ItemTaken(WorklistError):
    """Another caller holds the claim, or it is not open."""


class NotYours(WorklistError):
    """The claim is not leased to this user."""


class DateRefused(WorklistError):
    """A due date that may not be set: past, after the deadline, or without a reason."""


class RequestRefused(WorklistError):
    """A request that cannot be asked, answered or withdrawn so."""


class OverrideRefused(WorklistError):
    """A check that cannot be overridden: it holds, or it is not for a lead to decide."""
