"""Reading status requests: what is due tonight, what is out, what was answered, how many calls were spared."""

from dueline.status_requests.queries.due import DueTonight, due_tonight
from dueline.status_requests.queries.standing import PayerFigures, figures, is_nightly, nightly_of

__all__ = ["DueTonight", "PayerFigures", "due_tonight", "figures", "is_nightly", "nightly_of"]
