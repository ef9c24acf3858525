"""The 835 headers of invented payers: the payment, and what stands outside the claims (PLB)."""

from collections.abc import Sequence
from datetime import date
from random import Random

from dueline.core.x12.model import (
    ClaimPayment,
    Contact,
    Party,
    ProviderAdjustment,
    RemittanceHeader,
)
from dueline.sample.payers import SamplePayer
from dueline.sample.practice import PracticePlan


class RemittanceDesk:
    """Makes headers that balance, carrying a negative total forward as payers do (FB, then FB back)."""

    def __init__(self, plan: PracticePlan) -> None:
        self.plan = plan
        self._carried: dict[str, tuple[int, str]] = {}  # payer: cents still to be recovered, trace

    def remit(
        self, day: date, payer: SamplePayer, items: Sequence[ClaimPayment]
    ) -> RemittanceHeader:
        """Return the header of one payment of these claims."""
        trace = f"{payer.code}{day:%y%m%d}"
        chance = Random(f"{self.plan.seed} remit {trace}")
        paid = sum(item.paid_cents for item in items)
        adjustments = self._carried_in(day, payer)
        if paid > 100_000 and chance.random() < 0.04:
            number = items[0].patient_control_number
            adjustments.append(self._adjust(day, "WO", number, chance.randrange(1500, 9000)))
        if paid > 50_000 and chance.random() < 0.05:
            adjustments.append(
                self._adjust(day, "L6", items[0].patient_control_number, -chance.randrange(50, 900))
            )
        total = paid - sum(a.amount_cents for a in adjustments)
        if total < 0:
            adjustments.append(self._adjust(day, "FB", trace, total))
            self._carried[payer.code] = (-total, trace)
            total = 0
        return RemittanceHeader(
            handling_code="I" if total else "H",
            payment_cents=total,
            payment_method="ACH" if total else "NON",
            paid_on=day,
            trace_number=trace,
            payer_identifier=f"1{payer.tax_id}",
            produced_on=day,
            payer=Party(
                entity="PR",
                last_name=payer.name,
                address_1="1 Payer Way",
                city="Anytown",
                state="NY",
                postal_code="100010001",
                contacts=(Contact("BL", "PROVIDER SERVICE", (("TE", "8005550100"),)),),
            ),
            payee=Party(
                entity="PE",
                last_name=self.plan.name,
                id_qualifier="XX",
                identifier=self.plan.billing.identifier,
            ),
            provider_adjustments=tuple(adjustments),
        )

    def _carried_in(self, day: date, payer: SamplePayer) -> list[ProviderAdjustment]:
        amount, trace = self._carried.pop(payer.code, (0, ""))
        return [self._adjust(day, "FB", trace, amount)] if amount else []

    def _adjust(self, day: date, reason: str, reference: str, amount: int) -> ProviderAdjustment:
        return ProviderAdjustment(
            self.plan.billing.identifier, date(day.year, 12, 31), reason, reference, amount
        )
