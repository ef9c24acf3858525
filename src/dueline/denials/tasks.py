"""Counting for the analysis that a page puts off: the worker beside the server does it."""

from datetime import datetime

from django_tasks import task
from django_tasks_db.models import DBTaskResult

from dueline import clock
from dueline.accounts.models import Practice
from dueline.denials.actions.facts import count_facts

MOST_AT_ONCE = 2  # parts that a page counts itself: a second or so


def keep_up(*, practice: Practice, now: datetime) -> bool:
    """Bring the facts up to date if that is quick, else let the worker do it; return whether they are."""
    left = count_facts(practice=practice, now=now, most_parts=MOST_AT_ONCE, is_waiting=False).left
    if not left:
        return True
    asked = DBTaskResult.objects.ready().filter(
        task_path=count_later.module_path, args_kwargs__args=[practice.pk]
    )
    if not asked.exists():
        count_later.enqueue(practice.pk)
    return False


@task()
def count_later(practice_id: int) -> None:
    """Bring a practice's facts up to date."""
    count_facts(practice=Practice.objects.get(pk=practice_id), now=clock.now())
