"""The page for a caller whom nothing can be given, with the reason where it is one that someone can mend."""

from django.http import HttpResponse
from django.shortcuts import render

from dueline.accounts.models import Practice
from dueline.accounts.web import PracticeRequest
from dueline.core.holds import CHECK_WORDS
from dueline.core.readiness import practice_lacks


def nothing_due(request: PracticeRequest, practice: Practice) -> HttpResponse:
    lacks = practice_lacks(practice.name, practice.tax_id)
    context = {"page": "worklist", "lacks": [CHECK_WORDS[key] for key in lacks]}
    return render(request, "web/nothing_due.html", context)
