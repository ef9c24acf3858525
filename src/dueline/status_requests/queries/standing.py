"""Where a practice's status requests stand, by payer, and how many calls they spared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q

from dueline.accounts.models import Practice
from dueline.core.status_requests import NotAsked, RequestState
from dueline.payers.models import Payer
from dueline.status_requests.models import NightlyStatusRequests, StatusRequest
from dueline.status_requests.queries.due import DueTonight

SHOWN_DAYS = 90  # of requests whose figures are shown


@dataclass(frozen=True)
class PayerFigures:
    """What stands with one payer. All but `due`, `left_out` and `out` are of the last 90 days.

    Calls spared = answered - answers that left the call to be made.
    """

    payer_id: int
    payer_name: str
    due: int
    left_out: dict[str, int]  # core.status_requests.NotAsked: claims due, not asked about
    asked: int
    out: int
    answered: int
    spared: int
    overdue: int
    refused: int
    hold_minutes: int
    last_asked_on: date | None

    @property
    def left_to_call(self) -> int:
        """Return how many answers left the call to be made."""
        return self.answered - self.spared

    @property
    def spared_minutes(self) -> int:
        """Return the minutes on hold that the calls spared would have taken."""
        return self.spared * self.hold_minutes


def figures(practice: Practice, due: DueTonight, *, as_of: date) -> list[PayerFigures]:
    """Return the figures of each payer that has any, in the order of names."""
    since = as_of - timedelta(days=SHOWN_DAYS)
    counted = _counted(practice, since)
    ids = {*counted, *due.by_payer, *due.left_out}
    payers = Payer.objects.filter(practice=practice, pk__in=ids).order_by("name", "pk")
    return [_figures(payer, counted.get(payer.pk, {}), due) for payer in payers]


def _counted(practice: Practice, since: date) -> dict[int, dict[str, object]]:
    def of(state: RequestState) -> Count:
        return Count("pk", filter=Q(state=state.value, asked_on__gte=since))

    rows = StatusRequest.objects.filter(
        Q(asked_on__gte=since) | Q(state="out"), practice=practice
    ).exclude(state=RequestState.RECALLED.value)
    found = (
        rows.order_by()
        .values("payer")
        .annotate(
            asked=Count("pk", filter=Q(asked_on__gte=since)),
            out=Count("pk", filter=Q(state=RequestState.OUT.value)),
            answered=of(RequestState.ANSWERED),
            overdue=of(RequestState.OVERDUE),
            refused=of(RequestState.REFUSED),
            spared=Count("pk", filter=Q(spares_call=True, asked_on__gte=since)),
            last_asked_on=Max("asked_on"),
        )
    )
    return {row["payer"]: dict(row) for row in found}


def _figures(payer: Payer, counted: dict[str, object], due: DueTonight) -> PayerFigures:
    names = ("asked", "out", "answered", "overdue", "refused", "spared")
    left_out: Mapping[NotAsked, int] = due.left_out.get(payer.pk, {})
    return PayerFigures(
        payer_id=payer.pk,
        payer_name=payer.name,
        due=len(due.by_payer.get(payer.pk, ())),
        left_out={reason.value: count for reason, count in sorted(left_out.items())},
        hold_minutes=payer.hold_minutes,
        last_asked_on=counted.get("last_asked_on"),  # type: ignore[arg-type]
        **{name: counted.get(name, 0) for name in names},  # type: ignore[arg-type]
    )


def nightly_of(practice: Practice) -> NightlyStatusRequests | None:
    """Return what is said of the practice's nightly requests; None where nothing was ever said."""
    return NightlyStatusRequests.objects.filter(practice=practice).first()


def is_nightly(practice: Practice) -> bool:
    """Return whether the practice's status requests are written each night."""
    found = nightly_of(practice)
    return found is not None and found.is_on


def nights_to_run(*, as_of: date) -> Iterator[NightlyStatusRequests]:
    """Yield the practices, by what they said, whose requests of this night are not written yet."""
    rows = NightlyStatusRequests.objects.select_related("practice").filter(is_on=True)
    yield from rows.exclude(ran_on__gte=as_of).order_by("pk")
