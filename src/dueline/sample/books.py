"""What a claim's balances must be in the end, reckoned from what its life did, not from reading its files."""

from dataclasses import dataclass, field

from dueline.core.x12.model import Adjustment, ClaimPayment, SubmittedClaim


@dataclass
class Books:
    """One claim's money in cents: the payments in force, and what they leave open and with whom.

    A denial leaves its amount with the payer, so does a patient share that another payer insures; the
    secondary payer repeats what the first has already settled as OA-23. A void takes the charge away.
    """

    has_secondary: bool
    charge_cents: int = 0
    paid_cents: int = 0
    in_force: list[ClaimPayment] = field(default_factory=list)

    def note_claim(self, claim: SubmittedClaim) -> None:
        self.charge_cents = 0 if claim.frequency_code == "8" else claim.charge_cents

    def note_payment(self, payment: ClaimPayment) -> None:
        self.paid_cents += payment.paid_cents
        if not payment.is_reversal:
            self.in_force.append(payment)
            return
        number = payment.payer_claim_control_number
        self.in_force = [p for p in self.in_force if p.payer_claim_control_number != number]

    def balances(self) -> tuple[int, int]:
        """Return what the payer and what the patient still owes."""
        payer_cents, patient_cents = self.charge_cents, 0
        for payment in self.in_force:
            settled, moved = self._settled(payment)
            payer_cents -= settled + moved
            patient_cents += moved
        return payer_cents, patient_cents

    def _settled(self, payment: ClaimPayment) -> tuple[int, int]:
        """Return what a payment took off the payer's balance: paid or waived, and moved to the patient."""
        groups = [line.adjustments for line in payment.lines] or [payment.adjustments]
        paid = [line.paid_cents for line in payment.lines] or [payment.paid_cents]
        waived, moved = 0, 0
        for adjustments, amount in zip(groups, paid, strict=True):
            share = _share(adjustments)
            if not amount and not share:
                continue  # denied, or a duplicate: nothing is settled
            own = [a for a in adjustments if a.carc != "23" and a.group_code != "PR"]
            waived += amount + sum(a.amount_cents for a in own)
            if payment.status_code == "2" or not self.has_secondary:
                moved += share
        return waived, moved


def _share(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(a.amount_cents for a in adjustments if a.group_code == "PR")
