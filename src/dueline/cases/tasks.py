"""Looking for patterns beside the server: when a person asks, and once a night."""

import json
from datetime import timedelta

from django.db.models import Q
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dueline import clock
from dueline.accounts.models import Practice
from dueline.cases.actions.looking import look_for_patterns
from dueline.cases.queries.reading import latest_run

NIGHT = "nightly"
LOST_AFTER = timedelta(hours=1)  # far more than a look takes
_WAITING = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


@task()
def look(practice_id: int, by: str) -> None:
    """Look for patterns in a practice's denials."""
    practice = Practice.objects.get(pk=practice_id)
    look_for_patterns(practice=practice, by=by, as_of=clock.today(), now=clock.now())


def ask_to_look(practice: Practice, by: str) -> bool:
    """Put a look off to the worker; False where one is under way."""
    if is_looking(practice):
        return False
    look.enqueue(practice.pk, by)
    return True


def is_looking(practice: Practice) -> bool:
    """Whether a look waits or runs. One that began long ago ended with its worker, without a word."""
    is_lost = Q(status=TaskResultStatus.RUNNING, started_at__lt=clock.now() - LOST_AFTER)
    waiting = DBTaskResult.objects.filter(task_path=look.module_path, status__in=_WAITING)
    waiting = waiting.exclude(is_lost)
    given = waiting.values_list("args_kwargs", flat=True)
    return any(_arguments(facts)[:1] == [practice.pk] for facts in given)


def _arguments(facts: object) -> list[object]:
    told = json.loads(facts) if isinstance(facts, str) else facts
    return list(told.get("args", [])) if isinstance(told, dict) else []


def look_tonight() -> int:
    """Ask for a look at each practice that has had none today; return how many. Called again and again."""
    asked = 0
    for practice in Practice.objects.order_by("code"):
        run = latest_run(practice)
        if run is None or run.as_of < clock.today():
            asked += ask_to_look(practice, NIGHT)
    return asked
