"""Writing status requests, hearing their answers, and switching the nightly writing."""

from dueline.status_requests.actions.answers import Answers
from dueline.status_requests.actions.calling_back import call_back_requests
from dueline.status_requests.actions.nightly import switch_nightly
from dueline.status_requests.actions.write import Written, write_status_requests

__all__ = ["Answers", "Written", "call_back_requests", "switch_nightly", "write_status_requests"]
