"""Denials made by several at once, while follow-ups are recorded, are made once each."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from dueline.accounts.actions import add_user
from dueline.accounts.models import Practice
from dueline.core.enums import Role
from dueline.core.follow_up import FollowUpFacts
from dueline.denials.actions import record_follow_up, refresh_denials
from dueline.denials.models import Denial
from dueline.denials.verify import verify
from dueline.ledger.models import Claim
from tests.apps.denials.conftest import AS_OF, NOW

FACTS = {
    "occurred_at": "2026-11-20T10:26:00-05:00",
    "channel": "call",
    "contact_name": "Dana M.",
    "reference_number": "7741-20C",
    "said": "It is being processed again.",
    "outcome": "reprocessing",
    "no_expected_reason": "no day is given",
    "next_action": "await_answer",
    "next_due_on": "2026-12-07",
}


@pytest.mark.django_db(transaction=True)
def test_made_together_they_are_made_once(practice: Practice, remit: Callable[..., Any]) -> None:
    head = "CLP*K{0}*1*150*0*0*12*ICN{0}*11*1 / SVC*HC:99214*150*0 / CAS*CO*197*150"
    remit("2026-10-01", *(head.format(number) for number in range(40)))
    caller = add_user(
        username="luis", password=None, memberships={practice: Role.L2_CALLER}, by="t", at=NOW
    )
    claims = list(Claim.objects.order_by("-pk")[:5])
    Denial.objects.all().delete()
    failures: list[BaseException] = []

    def record() -> None:
        for claim in claims:
            record_follow_up(
                practice=practice,
                claim=claim,
                facts=FollowUpFacts.from_mapping(FACTS, as_of=AS_OF),
                by=caller,
                as_of=AS_OF,
                now=NOW,
                request_key=f"k{claim.pk}",
            )

    def work(deed: Callable[[], object]) -> None:
        try:
            deed()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    deeds = [lambda: refresh_denials(practice=practice, as_of=AS_OF)] * 3 + [record]
    threads = [threading.Thread(target=work, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Denial.objects.count() == 40
    assert Denial.objects.filter(state="appealed").count() == 5
    assert [*verify(practice)] == []
