"""Writing files to be sent, saying that one was sent, and hearing what its receiver says."""

from dueline.sending.actions.hearing import Hearing
from dueline.sending.actions.putting_out import OutgoingSet, PutOut, put_out, sweep
from dueline.sending.actions.states import (
    begin_sending,
    call_back,
    end_sending,
    mark_sent,
    note_export,
)
from dueline.sending.actions.submitter import SubmitterFacts, set_submitter

__all__ = [
    "Hearing",
    "OutgoingSet",
    "PutOut",
    "SubmitterFacts",
    "begin_sending",
    "call_back",
    "end_sending",
    "mark_sent",
    "note_export",
    "put_out",
    "set_submitter",
    "sweep",
]
