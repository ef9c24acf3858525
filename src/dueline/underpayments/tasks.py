"""Comparing all payments with the contracts, which a page puts off: the worker beside the server does it."""

from django_tasks import task

from dueline import clock
from dueline.accounts.models import Practice
from dueline.underpayments.actions.finding import find_underpayments


@task()
def compare_later(practice_id: int) -> None:
    """Compare everything paid in a practice with its contracts as they are now."""
    find_underpayments(practice=Practice.objects.get(pk=practice_id), now=clock.now())
