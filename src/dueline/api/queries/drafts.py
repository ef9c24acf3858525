"""Reading drafts: those that wait for a person, and one."""

from django.db.models import QuerySet

from dueline.accounts.models import Practice
from dueline.api.models import Draft
from dueline.core.drafts import DraftState

_JOINED = ("claim__patient", "claim__payer", "practice", "proposed_by", "token")


def waiting_drafts(practice: Practice) -> QuerySet[Draft]:
    """Return the drafts that wait for a person, the latest first, with their claims."""
    rows = Draft.objects.filter(practice=practice, state=DraftState.PROPOSED.value)
    return rows.select_related(*_JOINED).order_by("-pk")


def draft_for(practice: Practice, pk: int) -> Draft:
    """Return one draft of the practice. Raises Draft.DoesNotExist."""
    return Draft.objects.select_related(*_JOINED).get(practice=practice, pk=pk)
