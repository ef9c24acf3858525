"""Writing status requests: a file for each payer, with its requests and the waiting of its claims, or nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError

from dueline.accounts.models import Practice
from dueline.bulk import insert, new_ids
from dueline.core.enums import SetKind
from dueline.core.outgoing import OutgoingPurpose, claim_identifier
from dueline.core.schedule import DECIDED
from dueline.core.status_question import Asked, question
from dueline.core.status_requests import (
    RequestEvent,
    RequestState,
    answer_due_on,
    next_state,
)
from dueline.core.x12.model import Document, Party, StatusBatch
from dueline.payers.models import Payer
from dueline.sending.actions import OutgoingSet, PutOut, put_out
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingFile
from dueline.sending.queries import Route, payer_identifiers, route_to
from dueline.status_requests.models import NightlyStatusRequests, StatusRequest
from dueline.status_requests.queries.due import DueTonight, due_tonight
from dueline.worklist.actions import refresh, wait_for_answers

PER_SET = 5_000  # claims of one ST: what one fault costs where a receiver refuses the set
VERSION = "005010X212"


@dataclass
class Written:
    """What a run wrote, what it left out and why, and the payers whose file could not be written."""

    due: DueTonight
    files: list[OutgoingFile] = field(default_factory=list)
    not_written: list[tuple[str, str]] = field(default_factory=list)  # payer, reason
    overdue: int = 0  # earlier requests whose answer did not come in time

    @property
    def asked(self) -> int:
        return sum(row.claim_count for row in self.files)


def write_status_requests(
    *, practice: Practice, as_of: date, by: str, at: datetime, is_nightly: bool = False
) -> Written:
    """Write a 276 for every claim whose answer is due, a file for each payer; repeatable, and never twice.

    Each file stands with its requests, or not at all: what cannot be written of one payer does not keep the
    others. A second run of a day finds nothing to ask. Not to be called within a transaction.
    """
    overdue = end_what_is_over(practice, as_of=as_of)
    run = Written(due_tonight(practice, as_of=as_of, now=at), overdue=overdue)
    payers = Payer.objects.in_bulk(run.due.by_payer)
    identifiers = payer_identifiers(practice, list(payers))
    for payer_id, asked in run.due.by_payer.items():
        payer = payers[payer_id]
        try:
            route = route_to(practice, payer)
            sets = partial(_sets, route, _payer_party(payer, identifiers[payer_id]), asked, as_of)
            run.files.append(
                put_out(
                    practice=practice,
                    purpose=OutgoingPurpose.STATUS_REQUESTS,
                    payer=payer,
                    route=route,
                    sets=sets,
                    by=by,
                    at=at,
                    beside=_beside(practice, payer, as_of),
                )
            )
        except SendingError as refused:
            run.not_written.append((payer.name, str(refused)))
        except IntegrityError:
            run.not_written.append((payer.name, "Another run asked about these claims meanwhile."))
    if run.files:
        claims = StatusRequest.objects.filter(outgoing_claim__file__in=run.files)
        refresh(practice=practice, as_of=as_of, claim_ids=claims.values_list("claim", flat=True))
    if is_nightly:
        NightlyStatusRequests.objects.filter(practice=practice).update(ran_on=as_of)
    return run


def _payer_party(payer: Payer, identifier: tuple[str, str]) -> Party:
    qualifier, value = identifier
    return Party(entity="PR", last_name=payer.name[:60], id_qualifier=qualifier, identifier=value)


def _sets(
    route: Route, source: Party, asked: Sequence[Asked], as_of: date, number: int
) -> Iterator[OutgoingSet]:
    """Yield the sets of a payer's file, each built when its turn comes."""
    receiver = Party(
        entity="41", last_name=route.sender_name, id_qualifier="46", identifier=route.sender_id
    )
    header = StatusBatch(structure_code="0010", purpose_code="13", created_on=as_of, source=source)
    providers: dict[str, Party] = {}
    for start in range(0, len(asked), PER_SET):
        items, claims = [], []
        for place, one in enumerate(asked[start : start + PER_SET], start + 1):
            trace = claim_identifier(number, place)
            provider = providers.setdefault(one.provider_npi or "", _provider(one))
            items.append(
                question(one, source=source, receiver=receiver, provider=provider, trace=trace)
            )
            claims.append((one.claim_id, trace))
        yield OutgoingSet(Document(SetKind.STATUS_REQUEST, header, tuple(items), VERSION), claims)


def _provider(one: Asked) -> Party:
    name = one.provider_name or ""
    return Party(
        entity="1P", last_name=name[:60], id_qualifier="XX", identifier=one.provider_npi or ""
    )


def _beside(practice: Practice, payer: Payer, as_of: date) -> Callable[[PutOut], None]:
    """Return what writes the requests of a file, and lets their claims wait, in the file's own transaction."""

    def write(put: PutOut) -> None:
        due_on = answer_due_on(as_of)
        ids = new_ids(StatusRequest)
        rows = []
        for place, (outgoing_id, claim_id) in enumerate(put.claims, 1):
            trace = claim_identifier(put.file.number, place)
            values = (next(ids), practice.pk, claim_id, payer.pk, outgoing_id, trace)
            dates = (as_of, due_on, RequestState.OUT.value, as_of)
            rows.append((*values, *dates, "", None, False))
        insert(StatusRequest, rows)
        wait_for_answers(
            practice=practice,
            claim_ids=[claim_id for _, claim_id in put.claims],
            asked_on=as_of,
            answer_due_on=due_on,
        )

    return write


def end_what_is_over(practice: Practice, *, as_of: date) -> int:
    """End requests that a decision of the payer answered first, and those whose time is over; return the latter.

    The worklist needs no change: such a claim has been scheduled by the decision, or is due as a call.
    """
    rows = StatusRequest.objects.filter(practice=practice)
    decided = [status.value for status in DECIDED]
    for state in (RequestState.OUT, RequestState.OVERDUE):
        after = next_state(state, RequestEvent.SETTLED)
        some = rows.filter(state=state.value, claim__payer_status__in=decided)
        some.update(state=after.value, state_on=as_of)
    over = next_state(RequestState.OUT, RequestEvent.TIME_OVER)
    late = rows.filter(state=RequestState.OUT.value, answer_due_on__lt=as_of)
    return late.update(state=over.value, state_on=as_of)
