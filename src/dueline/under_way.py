"""Whether the worker has a practice's task before it or in hand: what is under way is not asked for again."""

import json
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dueline import clock
from dueline.accounts.models import Practice

LOST_AFTER = timedelta(hours=1)  # far more than any of them takes
_WAITING = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def is_under_way(task: Task[Any, Any], practice: Practice) -> bool:
    """Whether a task, whose first argument is a practice's id, waits or runs for it.

    One that began long ago ended with its worker, without a word.
    """
    is_lost = Q(status=TaskResultStatus.RUNNING, started_at__lt=clock.now() - LOST_AFTER)
    waiting = DBTaskResult.objects.filter(task_path=task.module_path, status__in=_WAITING)
    given = waiting.exclude(is_lost).values_list("args_kwargs", flat=True)
    return any(_arguments(facts)[:1] == [practice.pk] for facts in given)


def _arguments(facts: object) -> list[object]:
    told = json.loads(facts) if isinstance(facts, str) else facts
    return list(told.get("args", [])) if isinstance(told, dict) else []
