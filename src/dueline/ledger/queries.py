"""Reading the ledger within a practice: claims, what is known of one, and the search for one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from dueline.accounts.models import Practice
from dueline.core import codes
from dueline.core.denials import is_denying, is_held
from dueline.core.enums import EntryKind, SetKind
from dueline.core.matching import folded, patient_control_key
from dueline.core.money import money
from dueline.ledger.models import Claim, ClaimPayment, Entry, PayerClaimNumber, ServiceLine

MOST_FOUND = 50
MOST_NUMBERED = 500  # claims looked at that share a payer's number
LAST_SIGN = chr(0x10FFFF)  # follows every other
_LINKS = (
    "patient",
    "payer",
    "practice",
    "billing_provider",
    "rendering_provider",
    "referring_provider",
)


def claims_of(practice: Practice) -> QuerySet[Claim]:
    """Return the practice's claims."""
    return Claim.objects.filter(practice=practice)


def claim_for(practice: Practice, pk: int) -> Claim:
    """Return one claim of the practice with its parties. Raises Claim.DoesNotExist for any other."""
    return claims_of(practice).select_related(*_LINKS).get(pk=pk)


def claim_by_number(practice: Practice, patient_control_number: str) -> Claim:
    """Return the claim with this patient control number. Raises Claim.DoesNotExist."""
    key = patient_control_key(patient_control_number)
    return claims_of(practice).select_related(*_LINKS).get(patient_control_key=key)


def search(practice: Practice, text: str) -> list[Claim]:
    """Return claims by patient name, member ID, or a claim number of ours or the payer's; 50 at most.

    A name matches by its beginning, "last first"; numbers match whole. What cannot be printed is left out: no name
    or number holds it, and PostgreSQL takes no null character.
    """
    wanted = "".join(filter(str.isprintable, text)).strip()
    if len(wanted) < 2:
        return []
    number = patient_control_key(wanted)
    name = folded(wanted.replace(",", " "))
    found = claims_of(practice).select_related("patient", "payer")
    exact = found.filter(pk__in=_numbered(practice, {wanted, number}))
    rows = list(exact.order_by("-service_from_on", "-id"))
    if rows or not name:
        return rows
    by_name = found.filter(patient__practice=practice, patient__search_name__startswith=name)
    if connection.vendor == "sqlite":  # its LIKE uses no index
        until = name + LAST_SIGN
        by_name = by_name.filter(patient__search_name__gte=name, patient__search_name__lt=until)
    return list(by_name.order_by("patient__search_name", "-service_from_on", "-id")[:MOST_FOUND])


def _numbered(practice: Practice, numbers: set[str]) -> list[int]:
    """Return the ids of claims with one of these numbers, the latest first; each kind by its own index."""
    ours = claims_of(practice)
    by_payer = PayerClaimNumber.objects.filter(practice=practice, number__in=numbers)
    found: set[tuple[date, int]] = set()
    for some in (
        ours.filter(patient_control_key__in=numbers),
        ours.filter(member_id__in=numbers),
        ours.filter(pk__in=list(by_payer.values_list("claim", flat=True)[:MOST_NUMBERED])),
    ):
        rows = some.order_by("-service_from_on", "-id").values_list("service_from_on", "pk")
        found.update((day or date.min, pk) for day, pk in rows[:MOST_FOUND])
    return [pk for _, pk in sorted(found, reverse=True)[:MOST_FOUND]]


# ---------------------------------------------------------------- what is known of one claim


@dataclass(frozen=True)
class Reason:
    """One adjustment of a line, in words."""

    group_code: str
    carc: str
    amount_cents: int
    words: str
    is_denial: bool


@dataclass
class LineMoney:
    """What became of one line. Charge less contract, denied and patient is paid, per the latest answer."""

    line_number: int
    procedure_code: str
    modifiers: str
    revenue_code: str
    charge_cents: int
    contract_cents: int = 0
    denied_cents: int = 0
    patient_cents: int = 0
    paid_cents: int = 0
    is_answered: bool = False
    reasons: list[Reason] = field(default_factory=list)
    remark_codes: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened: date, kind in a word, one line of fact, where it is from."""

    on: date
    kind: str
    text: str
    source: str
    note: str = ""  # to copy into another system; of our own contacts only


@dataclass(frozen=True)
class Story:
    """Everything the ledger knows of a claim."""

    claim: Claim
    lines: list[LineMoney]
    claim_level: list[Reason]  # adjustments of no line
    answered_by: ClaimPayment | None  # the payment whose money the lines show
    timeline: list[TimelineEntry]  # newest first

    def total(self, name: str) -> int:
        """Return the sum of one of the lines' amounts."""
        return sum(getattr(line, name) for line in self.lines)


def claim_story(claim: Claim) -> Story:
    """Return a claim's money by line and its timeline. A fixed number of queries."""
    lines = [_unanswered(line) for line in _current_lines(claim)]
    payments = list(
        claim.claim_payments.select_related(
            "remittance__payer", "remittance__transaction_set"
        ).order_by("id")
    )
    standing = [p for p in payments if p.status_code != "22" and not p.is_reversed]
    answer = standing[0] if standing else None
    latest = next((p for p in reversed(standing) if _is_primary(p, claim)), answer)
    claim_level: list[Reason] = []
    if latest is not None:
        lines, claim_level = _answered(claim, latest, lines)
    timeline = sorted(
        [
            *_submissions(claim),
            *_events(claim),
            *_payments(payments),
            *_openings(claim),
            *_decisions(claim),
        ],
        key=lambda entry: entry.on,
        reverse=True,
    )
    return Story(claim, lines, claim_level, latest, timeline)


def _current_lines(claim: Claim) -> QuerySet[ServiceLine]:
    return claim.lines.filter(is_current=True).order_by("line_number", "id")


def _is_primary(payment: ClaimPayment, claim: Claim) -> bool:
    return payment.status_code in ("1", "19", "4", "23")


def _unanswered(line: ServiceLine) -> LineMoney:
    return LineMoney(
        line.line_number,
        line.procedure_code,
        line.modifiers,
        line.revenue_code,
        line.charge_cents,
    )


def _answered(
    claim: Claim, payment: ClaimPayment, known: list[LineMoney]
) -> tuple[list[LineMoney], list[Reason]]:
    """Return the lines as the payment answers them; lines it does not name stay as billed."""
    service_lines = {line.pk: line.line_number for line in _current_lines(claim)}
    numbers = {line.line_number: line for line in known}
    by_payment: dict[int, LineMoney] = {}
    found: list[LineMoney] = []
    for row in payment.lines.order_by("id"):
        line = numbers.pop(service_lines.get(row.service_line_id or 0, -1), None)
        if line is None:
            line = LineMoney(
                0, row.procedure_code, row.modifiers, row.revenue_code, row.charge_cents
            )
        line.paid_cents = row.paid_cents
        line.charge_cents = row.charge_cents
        line.remark_codes = row.remark_codes
        line.is_answered = True
        by_payment[row.pk] = line
        found.append(line)
    claim_level: list[Reason] = []
    entries = Entry.objects.filter(claim_payment=payment, kind=EntryKind.ADJUSTMENT.value)
    for entry in entries.order_by("id"):
        line = by_payment.get(entry.line_payment_id or 0)
        is_allowed = line is not None and line.paid_cents > 0
        reason = _reason(entry, is_allowed)
        if line is None:
            claim_level.append(reason)
            continue
        line.reasons.append(reason)
        if reason.is_denial:
            line.denied_cents += entry.amount_cents
        elif entry.group_code == "PR":
            line.patient_cents += entry.amount_cents
        else:
            line.contract_cents += entry.amount_cents
    ordered = sorted(found + list(numbers.values()), key=lambda line: line.line_number)
    return ordered, claim_level


def _reason(entry: Entry, is_allowed: bool) -> Reason:
    is_denial = is_denying(entry.group_code, entry.carc, is_allowed=is_allowed) or is_held(
        entry.group_code, entry.carc
    )
    return Reason(
        entry.group_code,
        entry.carc,
        entry.amount_cents,
        codes.carc(entry.carc).summary,
        is_denial,
    )


def _submissions(claim: Claim) -> Iterator[TimelineEntry]:
    rows = claim.submissions.select_related("transaction_set", "payer").order_by("id")
    for place, row in enumerate(rows):
        what = {"7": "Corrected claim sent", "8": "Void sent"}.get(row.frequency_code, "Sent")
        duplicate = "; the same as before" if row.duplicate_of_id else ""
        yield TimelineEntry(
            row.submitted_on,
            row.transaction_set.kind,
            f"{what} to {row.payer.name}, ${money(row.charge_cents)}{duplicate}",
            "first submission" if place == 0 else f"submission {place + 1}",
        )


def _events(claim: Claim) -> Iterator[TimelineEntry]:
    for row in claim.events.select_related("transaction_set").order_by("id"):
        number = f" as {row.payer_claim_control_number}" if row.payer_claim_control_number else ""
        by = "payer" if row.is_from_payer else "clearinghouse"
        source = f"{row.category_code} {row.status_code}".strip()
        yield TimelineEntry(
            row.happened_on,
            row.transaction_set.kind,
            f"{row.text}{number}",
            f"{by}, {source}" if source else by,
        )


def _openings(claim: Claim) -> Iterator[TimelineEntry]:
    """Yield what spreadsheets said of the claim's money; what takes its place is told by its remittance."""
    if claim.opening_on is None:
        return
    rows = claim.entries.filter(
        kind__in=[EntryKind.CHARGE.value, EntryKind.OPENING.value],
        transaction_set__kind=SetKind.SPREADSHEET.value,
    )
    for row in rows.select_related("transaction_set__source_file").order_by("id"):
        amount = money(row.payer_effect_cents)
        is_charge = row.kind == EntryKind.CHARGE
        text = f"Charged ${amount}" if is_charge else f"Open with the payer moved by {amount}"
        place = f", row {row.segment_number}" if row.segment_number else ""
        source = f"{row.transaction_set.source_file.name}{place}"
        yield TimelineEntry(row.effective_on, "Sheet", text, source)


def _decisions(claim: Claim) -> Iterator[TimelineEntry]:
    """Yield what the practice itself decided of the claim's balances, and what later files gave back of it."""
    kinds = [EntryKind.WRITE_OFF.value, EntryKind.TRANSFER.value]
    rows = claim.entries.filter(kind__in=kinds).select_related("transaction_set__source_file")
    for row in rows.order_by("id"):
        amount = money(abs(row.amount_cents))
        what = "Written off" if row.kind == EntryKind.WRITE_OFF else "Moved to the patient"
        back = "" if row.amount_cents > 0 else ", taken back by what came later"
        by = row.transaction_set.source_file.received_by
        yield TimelineEntry(row.effective_on, "Decision", f"{what} ${amount}{back}", f"by {by}")


def _payments(payments: list[ClaimPayment]) -> Iterator[TimelineEntry]:
    for row in payments:
        remittance = row.remittance
        trace = f"{remittance.payment_method} {remittance.trace_number}".strip()
        if row.status_code == "22":
            text = f"Taken back ${money(-row.paid_cents)}, {trace}"
        elif row.is_denial:
            text = f"Paid ${money(row.paid_cents)}, denied ${money(row.denied_cents)}, {trace}"
        else:
            text = f"Paid ${money(row.paid_cents)}, {trace}"
        source = f"set {remittance.transaction_set.control_number}, segment {row.segment_number}"
        on = remittance.paid_on or remittance.transaction_set.posted_at.date()
        yield TimelineEntry(on, "835", f"{remittance.payer.name}: {text}", source)
