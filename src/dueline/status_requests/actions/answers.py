"""Matching answers to status requests, by TRN, while the ledger posts what they say of the claims."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Max

from dueline.accounts.models import Practice
from dueline.core.enums import PayerStatus
from dueline.core.outgoing import number_of_identifier
from dueline.core.schedule import DECIDED
from dueline.core.status import Event, event_of_status_answer
from dueline.core.status_requests import (
    ASIDE_WORDS,
    SPARING,
    Aside,
    RequestEvent,
    RequestState,
    next_state,
    why_aside,
)
from dueline.core.x12.model import ClaimStatus
from dueline.ledger.models import Claim
from dueline.ledger.posting import Posting
from dueline.ledger.posting.context import chunks
from dueline.status_requests.models import StatusRequest
from dueline.worklist.actions import call_instead, note_answers


@dataclass
class _Found:
    """A request that an answer names, as it stands, with what was heard of it."""

    request: StatusRequest
    is_latest: bool
    patient_control_number: str
    payer_status: PayerStatus
    set_id: int | None = None  # the set that answered it, in this run
    event: Event | None = None

    def aside(self, set_id: int) -> Aside | None:
        """Return why an answer in a set is set aside; a set may answer with several items."""
        if self.set_id is not None:
            return None if self.set_id == set_id else Aside.DOUBLE_ANSWER
        return why_aside(
            RequestState(self.request.state),
            is_latest=self.is_latest,
            is_awaiting=self.payer_status not in DECIDED,
        )


@dataclass
class Answers:
    """Listens to 277s as they are posted; `settle` then closes the requests and dates the claims' items.

    One serves one transaction. An answer that names no request of ours is left to the ledger's identifiers.
    """

    practice: Practice
    _found: dict[str, _Found] = field(default_factory=dict)
    _acknowledged: bool = False

    def heed_acknowledgments(self) -> None:
        """See, when this settles, whether a receiver refused requests."""
        self._acknowledged = True

    def statuses(
        self, set_id: int, items: Iterable[ClaimStatus], posting: Posting
    ) -> Iterator[ClaimStatus]:
        """Pass on what is to be posted, each answer with its claim's number; set the others aside with a remark."""
        for chunk in chunks(items):
            self._load(chunk, posting)
            for item in chunk:
                found = self._found.get(_trace(item)) if item.level == "claim" else None
                if found is None:
                    yield item
                    continue
                aside = found.aside(set_id)
                if aside is not None:
                    posting.remark(aside.value, ASIDE_WORDS[aside], item.segment_number)
                    continue
                found.set_id = set_id
                found.event = found.event or _event(item)
                yield replace(item, trace_type="2", patient_account=found.patient_control_number)

    def _load(self, chunk: list[ClaimStatus], posting: Posting) -> None:
        named = {_trace(item) for item in chunk if item.level == "claim"}
        traces = {
            one for one in named - self._found.keys() if number_of_identifier(one) is not None
        }
        if not traces:  # most answers are to requests of the practice's own system
            return
        rows = StatusRequest.objects.filter(practice=self.practice, trace_number__in=traces)
        requests = list(rows.select_related("claim"))
        if not requests:
            return
        posting.flush()  # a remittance of this run may have decided the claim just now
        ids = [request.claim_id for request in requests]
        latest = StatusRequest.objects.filter(claim__in=ids).order_by().values("claim")
        newest = dict(latest.values_list("claim").annotate(Max("pk")))
        statuses = dict(Claim.objects.filter(pk__in=ids).values_list("pk", "payer_status"))
        for request in requests:
            self._found[request.trace_number] = _Found(
                request,
                newest[request.claim_id] == request.pk,
                request.claim.patient_control_number,
                PayerStatus(statuses[request.claim_id]),
            )

    def settle(self, *, as_of: date) -> set[int]:
        """Close what was answered or refused, within the surrounding transaction; return the claims it is about."""
        answered: list[StatusRequest] = []
        refused: list[StatusRequest] = []
        for found in self._found.values():
            if found.set_id is None:
                continue
            request = found.request
            event = RequestEvent.ANSWERED if found.event else RequestEvent.REFUSED
            request.state = next_state(RequestState(request.state), event).value
            request.state_on, request.answer_set_id = as_of, found.set_id
            request.event = found.event.value if found.event else ""
            request.spares_call = found.event in SPARING
            (answered if found.event else refused).append(request)
        if self._acknowledged:
            refused += self._refused_by_receiver(as_of)
        StatusRequest.objects.bulk_update(
            [*answered, *refused],
            ["state", "state_on", "answer_set", "event", "spares_call"],
            batch_size=500,
        )
        claims = {request.claim_id for request in answered}
        note_answers(practice=self.practice, claim_ids=claims, answered_on=as_of)
        to_call = {request.claim_id for request in refused}
        call_instead(practice=self.practice, claim_ids=to_call, as_of=as_of)
        return claims | to_call

    def _refused_by_receiver(self, as_of: date) -> list[StatusRequest]:
        rows = StatusRequest.objects.filter(
            practice=self.practice,
            state=RequestState.OUT.value,
            outgoing_claim__is_rejected=True,
        )
        found = list(rows)
        for request in found:
            request.state = next_state(RequestState.OUT, RequestEvent.REFUSED).value
            request.state_on = as_of
        return found


def _trace(item: ClaimStatus) -> str:
    return item.trace_number.strip().upper()


def _event(item: ClaimStatus) -> Event | None:
    """Return what an answer says of its claim: the first of its codes that says anything."""
    events = (
        event_of_status_answer(code.category, code.status)
        for status in item.statuses
        for code in status.codes
    )
    return next((event for event in events if event is not None), None)
