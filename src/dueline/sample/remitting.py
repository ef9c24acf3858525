"""The 835 headers of invented payers: the payment, and what stands outside the claims (PLB)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from dueline.core.x12.model import (
    Amount,
    ClaimPayment,
    Contact,
    Party,
    ProviderAdjustment,
    RemittanceHeader,
)
from dueline.sample.payers import SamplePayer
from dueline.sample.practice import PracticePlan

RECOVERED_AFTER = timedelta(days=14)


class RemittanceDesk:
    """Makes headers that balance.

    A takeback is shown with its claim and given back by PLB (WO, negative), then withheld from a later
    payment (WO, positive). A total below zero is carried to the payer's next payment (FB, then FB back).
    """

    def __init__(self, plan: PracticePlan) -> None:
        self.plan = plan
        self._carried: dict[str, tuple[int, str]] = {}  # payer: cents still to be recovered, trace
        self._to_recover: dict[str, list[tuple[date, str, int]]] = {}  # payer: when, number, cents

    def remit(
        self,
        day: date,
        payer: SamplePayer,
        items: Sequence[ClaimPayment],
        takebacks: Sequence[ClaimPayment] = (),
    ) -> tuple[RemittanceHeader, list[ClaimPayment]]:
        """Return the header of one payment, and its claims with the interest that was paid on them.

        `takebacks` are those of the items that the payer recovers from a later payment.
        """
        trace = f"{payer.code}{day:%y%m%d}"
        chance = Random(f"{self.plan.seed} remit {trace}")
        claims = list(items)
        adjustments = self._carried_in(day, payer) + self._recovered(day, payer)
        for item in takebacks:
            adjustments += self._given_back(day, payer, item)
        paid = sum(item.paid_cents for item in claims)
        if paid > 100_000 and chance.random() < 0.04:
            # An overpayment of a time before the files begin: no claim of theirs bears this number.
            number = f"{payer.code}PRIOR{chance.randrange(10**5, 10**6)}"
            adjustments.append(self._adjust(day, "WO", number, chance.randrange(1500, 9000)))
        late = next((place for place, item in enumerate(claims) if item.paid_cents > 5000), None)
        if late is not None and chance.random() < 0.05:
            interest = chance.randrange(50, 900)
            number = claims[late].payer_claim_control_number
            claims[late] = replace(claims[late], amounts=(Amount("I", interest),))
            adjustments.append(self._adjust(day, "L6", number, -interest))
        total = paid - sum(a.amount_cents for a in adjustments)
        if total < 0:
            adjustments.append(self._adjust(day, "FB", trace, total))
            self._carried[payer.code] = (-total, trace)
            total = 0
        return self._header(day, payer, trace, total, adjustments), claims

    def _header(
        self,
        day: date,
        payer: SamplePayer,
        trace: str,
        total: int,
        adjustments: list[ProviderAdjustment],
    ) -> RemittanceHeader:
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

    def _given_back(
        self, day: date, payer: SamplePayer, item: ClaimPayment
    ) -> list[ProviderAdjustment]:
        amount, number = -item.paid_cents, item.payer_claim_control_number
        if not amount:
            return []
        waiting = self._to_recover.setdefault(payer.code, [])
        waiting.append((day + RECOVERED_AFTER, number, amount))
        return [self._adjust(day, "WO", number, -amount)]

    def _recovered(self, day: date, payer: SamplePayer) -> list[ProviderAdjustment]:
        waiting = self._to_recover.get(payer.code, [])
        self._to_recover[payer.code] = [entry for entry in waiting if entry[0] > day]
        return [
            self._adjust(day, "WO", number, amount) for due, number, amount in waiting if due <= day
        ]

    def _adjust(self, day: date, reason: str, reference: str, amount: int) -> ProviderAdjustment:
        return ProviderAdjustment(
            self.plan.billing.identifier, date(day.year, 12, 31), reason, reference, amount
        )
