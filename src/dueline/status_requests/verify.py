"""Proof that each question that was sent has its request, and each request that ended says why."""

from collections.abc import Iterator

from django.db.models import Count, F

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.outgoing import OutgoingPurpose
from dueline.core.status_requests import RequestState
from dueline.sending.models import OutgoingFile
from dueline.status_requests.models import StatusRequest

_RULE = "status request"


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what is wrong with a practice's status requests; nothing where all hold."""
    purpose = OutgoingPurpose.STATUS_REQUESTS.value
    files = OutgoingFile.objects.filter(practice=practice, purpose=purpose)
    counted = files.annotate(requests=Count("claims__status_request"))
    for row in counted.exclude(requests=F("claim_count")).order_by("number"):
        text = f"Expected {row.claim_count} requests, found {row.requests}."
        yield Breach(_RULE, f"file {row.number}", text)
    rows = StatusRequest.objects.filter(practice=practice)
    unsaid = rows.filter(state=RequestState.ANSWERED.value, answer_set=None)
    for pk in unsaid.order_by("pk").values_list("pk", flat=True):
        yield Breach(
            _RULE, f"request {pk}", "It is answered, and no set is named that answered it."
        )
    strange = rows.exclude(outgoing_claim__claim=F("claim"))
    for pk in strange.order_by("pk").values_list("pk", flat=True):
        yield Breach(
            _RULE, f"request {pk}", "It is about another claim than its question in the file."
        )
