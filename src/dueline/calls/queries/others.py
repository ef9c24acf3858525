"""What other people do with a claim meanwhile, so that two never record the same contact unknowingly."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dueline.accounts.models import User
from dueline.calls.models import FollowUp
from dueline.core.opening import short_zone
from dueline.ledger.models import Claim
from dueline.worklist.models import WorklistItem

_MARK = re.compile(r"(\d{1,18})\.(\d{1,18})\Z", re.ASCII)


@dataclass(frozen=True)
class Others:
    """Who else holds a claim now, and the last contact about it that another recorded."""

    claim: Claim
    holder: User | None
    last: FollowUp | None

    @property
    def mark(self) -> str:
        """Return what was seen of the others, to be compared later."""
        return f"{self.holder.pk if self.holder else 0}.{self.last.sequence if self.last else 0}"

    def since(self, mark: str | None) -> str:
        """Return in words what is new since a mark; None: only who holds the claim now."""
        found = _MARK.match(mark or "")
        holder, sequence = (int(found[1]), int(found[2])) if found else (0, 0)
        told = []
        if self.holder and self.holder.pk != holder:
            told.append(f"{_name(self.holder)} is working on this claim.")
        if self.last and mark is not None and self.last.sequence > sequence:
            told.append(self._recorded(self.last))
        return " ".join(told)

    def _recorded(self, row: FollowUp) -> str:
        at = row.recorded_at.astimezone(ZoneInfo(self.claim.practice.time_zone))
        moment = f"{at:%b} {at.day}, {at:%I:%M}".replace(" 0", " ") + f" {at:%p}".lower()
        outcome = row.outcome.replace("_", " ")
        who = _name(row.recorded_by)
        return f"{who} recorded a contact about it on {moment} {short_zone(at)}: {outcome}."


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()


def others_of(claim: Claim, user: User, *, now: datetime) -> Others:
    """Return what people other than the user do with a claim. Two queries."""
    held = WorklistItem.objects.select_related("leased_by").filter(
        claim=claim, is_open=True, leased_until__gte=now
    )
    item = held.exclude(leased_by=user).first()
    rows = FollowUp.objects.select_related("recorded_by").filter(
        claim=claim, practice_id=claim.practice_id
    )
    last = rows.exclude(recorded_by=user).order_by("-sequence").first()
    return Others(claim, item.leased_by if item else None, last)
