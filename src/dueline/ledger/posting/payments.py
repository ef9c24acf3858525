"""Post one claim payment: its row, its lines, its entries, and what it makes of the claim."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dueline.bulk import row_type, rows_in
from dueline.core.adjudication import Effect, adjustment_facts, effects
from dueline.core.codes import adjustment_words
from dueline.core.denials import DenialFinding, classify_claim_payment
from dueline.core.enums import EntryKind, PayerStatus
from dueline.core.money import money
from dueline.core.status import Event, event_of_claim_payment, next_status
from dueline.core.x12.model import Adjustment, LinePayment
from dueline.core.x12.model import ClaimPayment as PaymentRead
from dueline.ledger.models import ClaimPayment, Entry
from dueline.ledger.models import LinePayment as LinePaymentRow
from dueline.ledger.posting.context import Posting
from dueline.ledger.posting.lookups import add_coverage, next_coverage, sequence_order
from dueline.ledger.posting.matching import Match
from dueline.ledger.posting.openings import (
    give_way,
    known_from_remittance,
    settled_before,
    take_back,
    take_over,
)

PAYMENT_ROW = row_type(ClaimPayment)
_PAYMENT, _ADJUSTMENT = EntryKind.PAYMENT.value, EntryKind.ADJUSTMENT.value
_CROSSOVERS = frozenset({"19", "20", "21"})
_SETTLING = frozenset({Event.PAID, Event.PATIENT_RESPONSIBLE, Event.FORWARDED, Event.PARTLY_DENIED})


@dataclass(slots=True)
class Earlier:
    """An unreversed payment of a claim, with what its entries moved: (stated, payer, patient, facts)."""

    id: int
    payer_claim_control_number: str
    charge_cents: int
    paid_cents: int
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    row: Any = None  # where it is of the same posting, perhaps not written yet


def load_payments(posting: Posting, claim_ids: set[int]) -> None:
    """Make the stored, unreversed payments of these claims known, before those made in this posting."""
    known = posting.known
    wanted = claim_ids - known.complete - known.with_payments
    made = {earlier.id for pk in wanted for earlier in known.payments.get(pk, ())}
    made |= posting.reversed_payments  # taken back already, if not written yet
    for claim_id, stored in _earlier_payments(wanted).items():
        before = [earlier for earlier in stored if earlier.id not in made]
        known.payments[claim_id] = [*before, *known.payments.get(claim_id, ())]
    known.with_payments |= wanted


class PaymentPoster:
    """Posts the claim payments of one chunk, whose claims and lines are known.

    `reversed_claims`: those of which the chunk reverses a payment.
    """

    def __init__(
        self,
        posting: Posting,
        remittance: Any,
        reversed_claims: set[int],
    ) -> None:
        self.posting = posting
        self.remittance = remittance
        self.paid_on: date = remittance.paid_on or posting.received_on
        self._written_lines: list[int] = []  # of a payment that was stored before
        load_payments(posting, reversed_claims)

    def post(self, item: PaymentRead, match: Match, sequence: str) -> int:
        """Post one claim payment and return its id. Without a claim it moves nothing yet."""
        finding = classify_claim_payment(item)
        row = self._payment_row(item, match, finding)
        if match.claim is None:
            for line in item.lines:
                self._line_row(row, line, [])
        else:
            self._move(item, row, match.claim, sequence, finding)
        self.posting.add(ClaimPayment, row)
        return int(row.id)

    def post_again(
        self, item: PaymentRead, payment: ClaimPayment, match: Match, sequence: str
    ) -> None:
        """Post the entries of a payment that waited for a person to name its claim; its rows are there."""
        row = PAYMENT_ROW(
            id=payment.pk,
            payer_claim_control_number=payment.payer_claim_control_number,
            charge_cents=payment.charge_cents,
            paid_cents=payment.paid_cents,
        )
        row.is_new = False
        self._written_lines = list(payment.lines.order_by("id").values_list("id", flat=True))
        self._move(item, row, match.claim, sequence, classify_claim_payment(item))
        if row.reverses_id:
            ClaimPayment.objects.filter(pk=payment.pk).update(reverses_id=row.reverses_id)

    def _move(
        self, item: PaymentRead, row: Any, claim: Any, sequence: str, finding: DenialFinding
    ) -> None:
        if item.is_reversal:
            self._reverse(item, row, claim)
        else:
            self._apply(item, row, claim, sequence, finding)

    def _payment_row(self, item: PaymentRead, match: Match, finding: DenialFinding) -> Any:
        row = PAYMENT_ROW(
            id=self.posting.new_id(ClaimPayment),
            practice_id=self.posting.practice_id,
            remittance_id=self.remittance.id,
            claim_id=match.claim.id if match.claim is not None else None,
            match_method=match.method.value,
            segment_number=item.segment_number,
            patient_control_number=item.patient_control_number[:38],
            status_code=item.status_code[:2],
            charge_cents=item.charge_cents,
            paid_cents=item.paid_cents,
            patient_responsibility_cents=item.patient_responsibility_cents,
            filing_indicator=item.filing_indicator[:2],
            payer_claim_control_number=item.payer_claim_control_number[:50],
            remark_codes=" ".join(item.remark_codes)[:60],
            service_from_on=item.service_from_on,
            is_denial=finding.is_denial,
            denied_cents=finding.denied_cents,
        )
        row.is_new = True
        return row

    # ------------------------------------------------------------ payments

    def _apply(
        self, item: PaymentRead, row: Any, claim: Any, sequence: str, finding: DenialFinding
    ) -> None:
        self._take_over(item, claim, sequence)
        coverage = self._coverage(item, claim, sequence)
        follower = next_coverage(claim, coverage.sequence)
        is_secondary = any(
            c.is_settled and sequence_order(c) < sequence_order(coverage) for c in claim.coverages
        )
        moves = effects(
            adjustments_in_order=adjustment_facts(item),
            paid_cents=item.paid_cents,
            # what the practice gave up is given back as far as the payer settles it after all
            open_payer_cents=claim.payer_balance_cents
            + settled_before(claim)
            + claim.decided_cents,
            has_next_payer=follower is not None,
            is_secondary=is_secondary,
        )
        self._entries(item, row, claim, moves)
        give_way(self.posting, claim, item.segment_number, on=self.paid_on, moves=moves)
        claim.paid_cents += item.paid_cents
        self._note_answer(item, claim, coverage, follower, finding)
        claim.is_open = claim.payer_balance_cents != 0
        self.posting.change(claim)

    def _take_over(self, item: PaymentRead, claim: Any, sequence: str) -> None:
        """Let the remittance name payer and charge of a claim known from a spreadsheet only."""
        party = item.subscriber or item.patient
        member = party.identifier if party else ""
        take_over(self.posting, claim, sequence, self.remittance.payer_id, member)
        known_from_remittance(
            self.posting,
            claim,
            item.segment_number,
            on=self.paid_on,
            charge_cents=item.charge_cents,
        )

    def _coverage(self, item: PaymentRead, claim: Any, sequence: str) -> Any:
        """Return the coverage that paid; a payer not known on the claim is added to it."""
        party = item.subscriber or item.patient
        coverage = add_coverage(
            self.posting,
            claim,
            sequence=sequence,
            payer_id=self.remittance.payer_id,
            member_id=party.identifier if party else "",
            filing_indicator=item.filing_indicator,
        )
        crossover = item.crossover_payer
        if crossover is not None and item.status_code in _CROSSOVERS:
            if next_coverage(claim, coverage.sequence) is None:
                following = "PSTABCDEFGH"["PSTABCDEFGH".find(coverage.sequence) + 1]
                add_coverage(
                    self.posting,
                    claim,
                    sequence=following,
                    payer_id=self.posting.directory.payers.payer_id(
                        crossover.last_name,
                        [(crossover.id_qualifier or "PI", crossover.identifier)],
                        "",
                        "835",
                    ),
                )
        return coverage

    def _note_answer(
        self, item: PaymentRead, claim: Any, coverage: Any, follower: Any, finding: DenialFinding
    ) -> None:
        """Move the payer's status, the denial and, once this payer has paid its part, the turn."""
        claim.last_remitted_on = max(filter(None, (claim.last_remitted_on, self.paid_on)))
        if item.payer_claim_control_number not in ("", "0"):
            claim.payer_claim_control_number = item.payer_claim_control_number[:50]
        event = event_of_claim_payment(
            finding,
            status_code=item.status_code,
            paid_cents=item.paid_cents,
            patient_responsibility_cents=item.patient_responsibility_cents,
        )
        if event is None:
            return
        before = PayerStatus(claim.payer_status)
        claim.payer_status = next_status(before, event).value
        claim.payer_status_on = self.paid_on
        claim.payer_said = _said(item, event, finding)[:120]
        is_denied = claim.payer_status in (PayerStatus.DENIED, PayerStatus.PARTLY_DENIED)
        claim.denied_on = self.paid_on if is_denied else None
        group, carc = (finding.leading or ("", "")) if is_denied else ("", "")
        claim.denial_group, claim.denial_carc = group[:2], carc[:8]
        if event in _SETTLING and not coverage.is_settled:
            coverage.is_settled = True
            self.posting.change_coverage(coverage)
        is_his_turn = coverage.sequence == claim.payer_sequence
        if event in _SETTLING and not is_denied and follower is not None and is_his_turn:
            self._pass_on(item, claim, follower)

    def _pass_on(self, item: PaymentRead, claim: Any, follower: Any) -> None:
        """Give the rest of the payer balance to the next payer."""
        claim.earlier_remitted_on = self.paid_on
        claim.payer_id = follower.payer_id
        claim.payer_sequence = follower.sequence
        claim.member_id = follower.member_id
        claim.group_number = follower.group_number
        if item.status_code not in _CROSSOVERS:
            claim.payer_status = PayerStatus.NOT_SENT.value
            claim.payer_said = "Earlier payer has paid; not sent to this one yet"

    # ------------------------------------------------------------ reversals

    def _reverse(self, item: PaymentRead, row: Any, claim: Any) -> None:
        """Undo an earlier payment exactly, or, where it is not known, move back what is stated."""
        original = self._original(item, claim)
        undone: list[Effect] = []
        if original is None:
            stated = effects(
                adjustments_in_order=[
                    facts._replace(amount_cents=-facts.amount_cents)
                    for facts in adjustment_facts(item)
                ],
                paid_cents=-item.paid_cents,
                open_payer_cents=item.charge_cents * -1,
                has_next_payer=False,
                is_secondary=False,
            )
            moves = [(-move.payer_cents, -move.patient_cents) for move in stated]
            undone = [Effect(*move) for move in moves]
            self.posting.remark(
                "reversal_without_payment",
                "A reversal names a payment that is not on file.",
                item.segment_number,
            )
        else:
            row.reverses_id = original.id
            moves = self._opposite(item, original)
            self._mark_reversed(original, claim)
        self._entries(item, row, claim, moves)
        take_back(self.posting, claim, item.segment_number, on=self.paid_on, moves=undone)
        claim.paid_cents += item.paid_cents
        claim.payer_status = next_status(PayerStatus(claim.payer_status), Event.REVERSED).value
        claim.payer_status_on = self.paid_on
        claim.payer_said = "Payment taken back; nothing in its place yet"
        claim.denied_on, claim.denial_carc, claim.denial_group = None, "", ""
        claim.last_remitted_on = max(filter(None, (claim.last_remitted_on, self.paid_on)))
        claim.is_open = claim.payer_balance_cents != 0
        self.posting.change(claim)

    def _original(self, item: PaymentRead, claim: Any) -> Earlier | None:
        """Return the payment reversed: the latest with opposite amounts, the same payer number first."""
        numbers = {item.payer_claim_control_number}
        numbers.update(r.value for r in item.references if r.qualifier == "F8")
        opposite = [
            earlier
            for earlier in self.posting.known.payments.get(claim.id, [])
            if earlier.paid_cents == -item.paid_cents and earlier.charge_cents == -item.charge_cents
        ]
        named = [e for e in opposite if e.payer_claim_control_number in numbers]
        candidates = named or opposite
        return candidates[-1] if candidates else None

    def _opposite(self, item: PaymentRead, original: Earlier) -> list[tuple[int, int]]:
        """Return the opposite of each entry, matched by kind and code, so that the sum is exactly undone."""
        left = list(original.entries)
        moves: list[tuple[int, int]] = []
        stated = [(_PAYMENT, "", "", item.paid_cents)]
        stated += [
            (_ADJUSTMENT, a.group_code, a.carc, a.amount_cents) for a in _adjustments_in_order(item)
        ]
        for kind, group, carc, amount in stated:
            key = (kind, group[:2], carc[:8], -amount)
            found = next((entry for entry in left if entry[:4] == key), None)
            if found is not None:
                left.remove(found)
            moves.append((-found[4], -found[5]) if found else (0, 0))
        # What the reversal does not repeat line by line is undone with the payment itself.
        payer, patient = moves[0]
        moves[0] = (payer - sum(e[4] for e in left), patient - sum(e[5] for e in left))
        return moves

    def _mark_reversed(self, original: Earlier, claim: Any) -> None:
        self.posting.known.payments[claim.id].remove(original)
        if original.row is not None and original.row.is_new:
            original.row.is_reversed = True
        else:
            self.posting.reversed_payments.add(original.id)
        sequences = [c for c in claim.coverages if c.payer_id == self.remittance.payer_id]
        for coverage in sequences[:1]:
            coverage.is_settled = False
            self.posting.change_coverage(coverage)
            if sequence_order(coverage) < "PSTABCDEFGHU".find(claim.payer_sequence):
                claim.payer_id = coverage.payer_id
                claim.payer_sequence = coverage.sequence
                claim.member_id = coverage.member_id
                claim.earlier_remitted_on = None

    # ------------------------------------------------------------ rows

    def _entries(
        self, item: PaymentRead, row: Any, claim: Any, moves: Sequence[tuple[int, int]]
    ) -> None:
        """Add the payment's entries: the payment, the claim's adjustments, then line by line."""
        posting, claim_id = self.posting, claim.id if claim is not None else None
        kept: list[tuple[Any, ...]] = []
        move = iter(moves)

        def entry(
            kind: str, line_id: int | None, segment: int, group: str, carc: str, amount: int
        ) -> None:
            payer, patient = next(move)
            if claim is not None:
                claim.payer_balance_cents += payer
                claim.patient_balance_cents += patient
            kept.append((kind, group[:2], carc[:8], amount, payer, patient))
            posting.add_tuple(
                Entry,
                (
                    posting.new_id(Entry),
                    posting.practice_id,
                    claim_id,
                    kind,
                    posting.transaction_set_id,
                    segment,
                    None,
                    row.id,
                    line_id,
                    self.paid_on,
                    group[:2],
                    carc[:8],
                    amount,
                    payer,
                    patient,
                ),
            )

        entry(_PAYMENT, None, item.segment_number, "", "", item.paid_cents)
        for a in item.adjustments:
            entry(_ADJUSTMENT, None, a.segment_number, a.group_code, a.carc, a.amount_cents)
        candidates = list(posting.known.lines.get(claim_id, ())) if claim_id else []
        for line in item.lines:
            line_id = self._line_row(row, line, candidates)
            for a in line.adjustments:
                segment = a.segment_number or line.segment_number
                entry(_ADJUSTMENT, line_id, segment, a.group_code, a.carc, a.amount_cents)
        if claim_id is not None and not item.is_reversal:
            memo = Earlier(
                row.id, row.payer_claim_control_number, row.charge_cents, row.paid_cents, kept, row
            )
            posting.known.payments.setdefault(claim_id, []).append(memo)

    def _line_row(self, row: Any, line: LinePayment, candidates: list[tuple[Any, ...]]) -> int:
        if self._written_lines:
            return self._written_lines.pop(0)
        pk = self.posting.new_id(LinePaymentRow)
        self.posting.add_tuple(
            LinePaymentRow,
            (
                pk,
                self.posting.practice_id,
                row.id,
                _take_line(line, candidates),
                line.segment_number,
                line.procedure.code[:48],
                " ".join(line.procedure.modifiers)[:12],
                line.revenue_code[:4],
                line.charge_cents,
                line.paid_cents,
                line.allowed_cents,
                line.paid_units,
                " ".join(line.remark_codes)[:60],
                line.service_from_on,
            ),
        )
        return pk


def _adjustments_in_order(item: PaymentRead) -> list[Adjustment]:
    """Return the adjustments in posting order, as `core.adjudication.adjustment_facts` gives them."""
    return [*item.adjustments, *(a for line in item.lines for a in line.adjustments)]


def _take_line(line: LinePayment, candidates: list[tuple[Any, ...]]) -> int | None:
    """Return the service line paid and take it from the candidates (id, control, code, charge).

    By line control number, else by the code paid or originally sent with the charge; None where neither fits.
    """
    codes = {line.procedure.code}
    if line.original_procedure is not None:
        codes.add(line.original_procedure.code)
    for by_control in (True, False):
        for index, (pk, control, code, charge) in enumerate(candidates):
            if by_control:
                is_it = bool(control) and control == line.line_control_number
            else:
                is_it = code in codes and charge == abs(line.charge_cents)
            if is_it:
                del candidates[index]
                return int(pk)
    return None


def _said(item: PaymentRead, event: Event, finding: DenialFinding) -> str:
    """Return the answer in our short words: "CO-197 no authorization", "Paid 148.66"."""
    if event in (Event.DENIED, Event.PARTLY_DENIED) and finding.leading:
        return adjustment_words(*finding.leading)
    if event is Event.FORWARDED:
        return f"Paid {money(item.paid_cents)}, sent on to the next payer"
    if event is Event.PATIENT_RESPONSIBLE:
        return "Allowed; the patient owes it"
    if event is Event.PENDING:
        return "Neither paid nor refused yet"
    return f"Paid {money(item.paid_cents)}"


def _earlier_payments(claim_ids: set[int]) -> dict[int, list[Earlier]]:
    """Return the stored unreversed payments of claims that a reversal in this chunk speaks of, oldest first."""
    found: dict[int, list[Earlier]] = {}
    by_payment: dict[int, Earlier] = {}
    columns = ("id", "payer_claim_control_number", "charge_cents", "paid_cents", "claim_id")
    unreversed = "NOT is_reversed AND status_code <> '22'"
    for *facts, claim_id in sorted(
        rows_in(ClaimPayment, columns, "claim_id", claim_ids, also=unreversed)
    ):
        earlier = by_payment[facts[0]] = Earlier(*facts)
        found.setdefault(claim_id, []).append(earlier)
    entry_columns = (
        "id",
        "claim_payment_id",
        "kind",
        "group_code",
        "carc",
        "amount_cents",
        "payer_effect_cents",
        "patient_effect_cents",
    )
    for _, payment_id, *facts in sorted(
        rows_in(Entry, entry_columns, "claim_payment_id", by_payment)
    ):
        by_payment[payment_id].entries.append(tuple(facts))
    return found
