"""What the invented people of the demo have done before today.

Contacts recorded, one of them corrected, one promise since broken, a due date moved.
"""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from dueline.core.calendars import add_business_days
from dueline.core.enums import Channel, NextAction, Outcome, PayerStatus, PayerType
from dueline.core.follow_up import FollowUpFacts
from dueline.core.next_date import propose_next

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.calls.models import FollowUp
    from dueline.ledger.models import Claim


class _Contact(NamedTuple):
    """A contact some business days ago; `facts` that are numbers count business days from it."""

    status: PayerStatus  # of the claims it suits
    days_ago: int
    by: str
    channel: Channel
    outcome: Outcome
    said: str
    facts: dict[str, str | int]
    corrected: "_Contact | None" = None  # as it should have said


_CONTACTS: tuple[_Contact, ...] = (
    _Contact(
        PayerStatus.ACCEPTED,
        9,
        "ana",
        Channel.CALL,
        Outcome.PAYMENT_PROMISED,
        "Approved; payment is to go out this week.",
        {"promised_on": 4},
    ),
    _Contact(
        PayerStatus.ACCEPTED,
        8,
        "ana",
        Channel.CALL,
        Outcome.IN_PROCESS,
        "With a processor since last week; decision expected.",
        {"expected_on": 6},
    ),
    _Contact(
        PayerStatus.ACCEPTED,
        3,
        "ana",
        Channel.CALL,
        Outcome.PAYMENT_PROMISED,
        "Finalized, check in the next weekly run.",
        {"promised_on": 7},
        corrected=_Contact(
            PayerStatus.ACCEPTED,
            3,
            "ana",
            Channel.CALL,
            Outcome.PAYMENT_PROMISED,
            "Finalized, check in the run after the next: I had written the next one.",
            {"promised_on": 10},
        ),
    ),
    _Contact(
        PayerStatus.ACCEPTED,
        2,
        "ana",
        Channel.CALL,
        Outcome.NO_ANSWER,
        "On hold until the line was cut.",
        {"attempt": "On hold 38 minutes, then cut off"},
    ),
    _Contact(
        PayerStatus.DENIED,
        5,
        "luis",
        Channel.CALL,
        Outcome.REPROCESSING,
        "Denied in error: the authorization is on file. Sent back for processing.",
        {"expected_on": 15},
    ),
    _Contact(
        PayerStatus.DENIED,
        4,
        "luis",
        Channel.FAX,
        Outcome.SUBMITTED,
        "Appeal with the visit note and the authorization.",
        {"sent": "First-level appeal, 6 pages", "sent_on": 0, "sent_to": "Appeals fax"},
    ),
)


def record_contacts(practice: "Practice", day: date) -> None:
    """Record the contacts, each on its own day, once: a demo started again records none."""
    from dueline.accounts.models import User
    from dueline.calls.models import FollowUp
    from dueline.denials.actions import record_follow_up
    from dueline.ledger.models import Claim
    from dueline.worklist.actions import refresh

    if FollowUp.objects.filter(practice=practice).exists():
        return
    taken: list[int] = []
    for number, contact in enumerate(_CONTACTS, start=1):
        then = add_business_days(day, -contact.days_ago)
        claims = Claim.objects.filter(
            practice=practice,
            is_open=True,
            payer_status=contact.status.value,
            payer_status_on__lt=then,
            last_submitted_on__lt=then - timedelta(days=14),
        ).exclude(item__deadline_on__lt=day + timedelta(days=30))
        claim = claims.exclude(pk__in=taken).order_by("-payer_balance_cents", "pk").first()
        if claim is None:
            continue
        taken.append(claim.pk)
        now = datetime.combine(then, time(11, 5 + number), ZoneInfo("America/New_York"))
        row = record_follow_up(
            practice=practice,
            claim=claim,
            facts=_facts(contact, claim, then, now, number),
            by=User.objects.get(username=contact.by),
            as_of=then,
            now=now,
            request_key=f"demo-{practice.code}-{number}",
        )
        if contact.corrected is not None:
            _correct(row, contact.corrected, claim, then, now, number)
    refresh(practice=practice, as_of=day, claim_ids=taken)
    _move_a_date(practice, day)


def _correct(
    row: "FollowUp", right: "_Contact", claim: "Claim", then: date, now: datetime, number: int
) -> None:
    """Correct a contact half an hour later, by the one who recorded it."""
    from dueline.denials.actions import correct_follow_up

    claim.item.refresh_from_db()
    correct_follow_up(
        follow_up=row,
        facts=_facts(right, claim, then, now, number),
        by=row.recorded_by,
        as_of=then,
        now=now + timedelta(minutes=30),
        request_key=f"demo-{row.practice.code}-{number}-right",
    )


def _move_a_date(practice: "Practice", day: date) -> None:
    """Let the lead put off a look at a portal that is down, as far as no deadline is near."""
    from dueline import clock
    from dueline.accounts.models import User
    from dueline.worklist.actions import move_due_date
    from dueline.worklist.models import WorklistItem

    due = WorklistItem.objects.filter(
        practice=practice,
        is_for_caller=True,
        next_action=NextAction.CHECK_PORTAL.value,
        due_on__gte=add_business_days(day, -10),
    ).exclude(deadline_on__lt=day + timedelta(days=30))
    item = due.order_by("-payer_balance_cents", "pk").first()
    if item is not None:
        move_due_date(
            item=item,
            due_on=add_business_days(day, 2),
            reason="Portal down for maintenance, back in two working days",
            by=User.objects.get(username="lena"),
            as_of=day,
            now=clock.now_on(day),
        )


def _facts(
    contact: _Contact, claim: "Claim", then: date, now: datetime, number: int
) -> FollowUpFacts:
    answers = {
        name: add_business_days(then, value).isoformat() if isinstance(value, int) else value
        for name, value in contact.facts.items()
    }
    proposed = propose_next(
        outcome=contact.outcome,
        facts=answers,
        payer_type=PayerType(claim.payer.payer_type),
        is_first_payer=claim.payer_sequence == "P",
        deadline_on=claim.item.deadline_on,
        safe_on=claim.item.safe_on,
        as_of=then,
    )
    is_heard = contact.channel is Channel.CALL and contact.outcome is not Outcome.NO_ANSWER
    said = {
        "occurred_at": now.isoformat(),
        "channel": contact.channel.value,
        "contact_name": "Dana R." if is_heard else "",
        "no_contact_reason": "" if is_heard else "Nobody spoken to",
        "reference_number": f"C{then:%m%d}{number:04d}" if is_heard else "",
        "no_reference_reason": "" if is_heard else "None is given without a person",
        "said": contact.said,
        "outcome": contact.outcome.value,
        "next_action": proposed.next_action.value,
        "next_due_on": proposed.due_on.isoformat(),
        "facts": answers,
    }
    return FollowUpFacts.from_mapping(said, as_of=then)
