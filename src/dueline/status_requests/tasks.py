"""Writing status requests beside the server: when a person asks, and once a night where it is switched on."""

from django.db import transaction
from django_tasks import task

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.status_requests.actions import write_status_requests
from dueline.status_requests.queries.standing import nights_to_run
from dueline.under_way import is_under_way

NIGHT = "nightly"


@task()
def write(practice_id: int, by: str) -> None:
    """Write a practice's status requests of the day."""
    write_status_requests(
        practice=Practice.objects.get(pk=practice_id),
        as_of=clock.today(),
        by=by,
        at=clock.now(),
        is_nightly=by == NIGHT,
    )


def ask_to_write(practice: Practice, by: str) -> bool:
    """Put the writing off to the worker; False where it is under way."""
    if is_writing(practice):
        return False
    with transaction.atomic():
        write.enqueue(practice.pk, by)
        audit.record(
            practice=practice,
            by=by,
            action="ask_for_status_requests",
            at=clock.now(),
            object_kind="practice",
            object_key=practice.code,
        )
    return True


def is_writing(practice: Practice) -> bool:
    """Whether the writing waits or runs."""
    return is_under_way(write, practice)


def write_tonight() -> int:
    """Have this night's requests written where that is switched on; return for how many. Called again and again."""
    return sum(ask_to_write(night.practice, NIGHT) for night in nights_to_run(as_of=clock.today()))
