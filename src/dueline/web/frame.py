"""What every page's frame shows: the practice, the counts beside its pages, the times, who is signed in."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import ROLE_NAMES, Permission, role_can
from dueline.accounts.queries import practices_of
from dueline.calls.queries import call_of
from dueline.cases.queries.reading import with_news
from dueline.core.enums import PostingStatus, Role
from dueline.intake.models import MatchProposal
from dueline.ledger.models import TransactionSet
from dueline.worklist.queries import figure_for, open_counts, usual_filters


def _undecided_count(practice: Practice) -> int:
    """Return how many sets wait in quarantine, and payments for their claim. Two queries."""
    held = TransactionSet.objects.filter(practice=practice, status=PostingStatus.QUARANTINED.value)
    matches = MatchProposal.objects.filter(practice=practice, decided_at=None)
    return held.count() + matches.count()


def _due_count(practice: Practice, role: Role | None) -> int:
    """Return how many claims the worklist holds where no one narrows it."""
    figure = figure_for(practice, usual_filters(role), as_of=clock.today())
    return figure.claims if figure else 0


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the frame; little where no one is signed in or no practice is chosen."""
    user = request.user
    if not user.is_authenticated:
        return {}
    practice = getattr(request, "practice", None)
    found: dict[str, Any] = {"theme": user.theme, "practices": practices_of(user)}
    if practice is None:
        return found
    role = getattr(request, "role", None)
    now = clock.now()
    can_answer = role_can(role, Permission.ANSWER_REQUESTS)
    return found | {
        "practice": practice,
        "role_name": ROLE_NAMES[role] if role else "",
        "due_count": _due_count(practice, role),
        "undecided_count": _undecided_count(practice),
        "news_count": with_news(practice, user).count(),
        "asked_count": sum(open_counts(practice).values()) if can_answer else 0,
        "can_answer": can_answer,
        "can_work": role_can(role, Permission.WORK_CLAIMS),
        "can_export": role_can(role, Permission.EXPORT),
        "can_record": role_can(role, Permission.RECORD_FOLLOW_UP),
        "can_administer": role_can(role, Permission.ADMINISTER),
        "can_correct": role_can(role, Permission.CORRECT_CLAIMS),
        "can_write_off": role_can(role, Permission.REQUEST_WRITE_OFFS),
        "can_appeal": role_can(role, Permission.WRITE_APPEALS),
        "can_move": role_can(role, Permission.MOVE_DUE_DATE),
        "own_call": call_of(user),
        "practice_time": now.astimezone(ZoneInfo(practice.time_zone)),
        "own_time": now.astimezone(ZoneInfo(user.time_zone))
        if user.time_zone != practice.time_zone
        else None,
        "initials": "".join(part[:1] for part in (user.first_name, user.last_name))
        or user.username[:2].upper(),
    }
