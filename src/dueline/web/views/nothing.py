"""The page for a caller whom nothing can be given, with the reason where it is one that someone can mend."""

from django.http import HttpResponse
from django.shortcuts import render

from dueline.accounts.models import Practice
from dueline.accounts.web import PracticeRequest
from dueline.core.holds import CHECK_WORDS
from dueline.core.readiness import practice_lacks


def lacking(practice: Practice) -> list[str]:
    """Return in words what of the practice is missing, for which no claim can be called."""
    return [CHECK_WORDS[key] for key in practice_lacks(practice.name, practice.tax_id)]


def nothing_due(request: PracticeRequest, practice: Practice) -> HttpResponse:
    context = {"page": "worklist", "lacks": lacking(practice)}
    return render(request, "web/nothing_due.html", context)
