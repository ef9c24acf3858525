"""Looking for patterns beside the server: when a person asks, and once a night."""

from django_tasks import task

from dueline import clock
from dueline.accounts.models import Practice
from dueline.cases.actions.looking import look_for_patterns
from dueline.cases.queries.reading import latest_run
from dueline.under_way import is_under_way

NIGHT = "nightly"


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
    """Whether a look waits or runs."""
    return is_under_way(look, practice)


def look_tonight() -> int:
    """Ask for a look at each practice that has had none today; return how many. Called again and again."""
    asked = 0
    for practice in Practice.objects.order_by("code"):
        run = latest_run(practice)
        if run is None or run.as_of < clock.today():
            asked += ask_to_look(practice, NIGHT)
    return asked
