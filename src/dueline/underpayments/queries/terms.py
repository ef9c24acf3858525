"""Contracts' terms and their schedules, held while many lines are compared with them."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from dueline.accounts.models import Practice
from dueline.core.contract_price import Amounts, ContractTerms
from dueline.underpayments.models import ContractPricing, FeeAmount, FeeSchedule

_Found = tuple[ContractPricing | None, FeeSchedule | None]


class Terms:
    """The current terms of a practice's contracts. Few; the amounts of a schedule are read when first needed."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._pricings = list(
            ContractPricing.objects.filter(practice=practice, is_current=True)
            .select_related("contract")
            .order_by("pk")
        )
        self.payers = {one.contract.payer_id for one in self._pricings}
        self._amounts: dict[int, dict[tuple[str, str, str], int]] = {}

    @cached_property
    def _schedules(self) -> dict[str, list[FeeSchedule]]:
        """The versions of each schedule, the latest first."""
        found: dict[str, list[FeeSchedule]] = defaultdict(list)
        rows = FeeSchedule.objects.filter(practice=self._practice).order_by("-effective_from")
        for one in rows:
            found[one.name].append(one)
        return found

    def of(self, payer_id: int, service_on: date | None) -> _Found:
        """Return the terms and the schedule's version that hold for a day of service; None where none does."""
        if service_on is None:
            return None, None
        for one in self._pricings:
            if one.contract.payer_id == payer_id and _is_within(
                service_on, one.contract.effective_from, one.contract.effective_to
            ):
                return one, self._version(one.schedule_name, service_on)
        return None, None

    def _version(self, name: str, service_on: date) -> FeeSchedule | None:
        begun = (one for one in self._schedules[name] if one.effective_from <= service_on)
        latest = next(begun, None)
        if latest is None or not _is_within(service_on, None, latest.effective_to):
            return None
        return latest

    @staticmethod
    def contract_terms(pricing: ContractPricing) -> ContractTerms:
        return ContractTerms(pricing.percent, pricing.is_lesser_of_charge)

    def amounts(self, schedule: FeeSchedule) -> Amounts:
        """Return the look-up of a schedule's amounts."""
        held = self._amounts.get(schedule.pk)
        if held is None:
            rows = FeeAmount.objects.filter(schedule=schedule).values_list(
                "procedure_code", "modifier", "place", "amount_cents"
            )
            held = {(code, modifier, place): cents for code, modifier, place, cents in rows}
            self._amounts[schedule.pk] = held
        return lambda code, modifier, place: held.get((code, modifier, place))


def _is_within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
