"""Search by patient, member or claim number. By POST: what is searched for never stands in an address."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.ledger.queries import MOST_FOUND, search
from dueline.web.views.typed import typed


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
def search_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    text = typed(request, "text")[:130]
    found = search(practice, text) if text else []
    if text:
        audit.record(
            practice=practice,
            by=request.user.get_username(),
            action="search",
            at=clock.now(),
            detail={"found": len(found), "claims": [claim.pk for claim in found]},
        )
    context = {
        "page": "search",
        "text": text,
        "found": found,
        "most": MOST_FOUND,
        "as_of": clock.today(),
    }
    return render(request, "web/search.html", context)
