"""Post the rows of a spreadsheet: claims that only it knows, and what it says anew of those.

A claim that an X12 file has told of is not touched here: whoever takes the sheet in compares it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from dueline.bulk import rows_in
from dueline.core.codes import adjustment_words
from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus
from dueline.core.matching import compact_key, folded, other_compact_key, patient_control_key
from dueline.core.sheets.reading import SheetRow
from dueline.core.status import Event, next_status
from dueline.core.x12.model import Party, SubmittedClaim
from dueline.ledger.models import Claim, ClaimEvent
from dueline.ledger.posting.context import CLAIM_ROW, Posting
from dueline.ledger.posting.lookups import (
    add_coverage,
    keep_number,
    load_claims,
    load_claims_by_id,
    load_numbers,
    load_patient_names,
)
from dueline.ledger.posting.openings import add_charge, add_opening

SHEET = ClaimOrigin.SHEET.value


class RowOutcome(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    COMPARED = "compared"  # the claim is known from X12
    OLDER = "older"  # a later sheet has spoken of the claim


class PostedRow(NamedTuple):
    """A row with its claim as it is now, and what was open before it."""

    row: SheetRow
    claim: Any
    outcome: RowOutcome
    balance_before_cents: int


def claim_key(row: SheetRow) -> str:
    return patient_control_key(row.claim_number)


def post_rows(posting: Posting, rows: Sequence[SheetRow], *, figures_on: date) -> list[PostedRow]:
    """Post rows, one for each claim; `figures_on` is the day of the sheet's figures."""
    claims = load_claims(posting, {claim_key(row) for row in rows})
    posting.load_patients([_party(row) for row in rows if row.last_name])
    load_numbers(posting, [claims[key] for row in rows if (key := claim_key(row)) in claims])
    return [_post(posting, row, claims.get(claim_key(row)), figures_on) for row in rows]


def _post(posting: Posting, row: SheetRow, claim: Any, figures_on: date) -> PostedRow:
    if claim is None:
        claim = _new_claim(posting, row, figures_on)
        _state_money(posting, claim, row, figures_on)
        posting.change(claim)
        return PostedRow(row, claim, RowOutcome.NEW, 0)
    before = claim.payer_balance_cents
    if claim.origin != SHEET:
        return PostedRow(row, claim, RowOutcome.COMPARED, before)
    if claim.opening_on is not None and figures_on < claim.opening_on:
        return PostedRow(row, claim, RowOutcome.OLDER, before)
    is_same = not (_fill(posting, claim, row) | _state_money(posting, claim, row, figures_on))
    if is_same:
        return PostedRow(row, claim, RowOutcome.SAME, before)
    posting.change(claim)
    return PostedRow(row, claim, RowOutcome.CHANGED, before)


def _new_claim(posting: Posting, row: SheetRow, figures_on: date) -> Any:
    claim = CLAIM_ROW(id=posting.new_id(Claim), practice_id=posting.practice_id)
    claim.is_new, claim.coverages = True, []
    claim.patient_control_number = row.claim_number
    claim.patient_control_key = claim_key(row)
    claim.compact_key = other_compact_key(row.claim_number)
    claim.origin = SHEET
    claim.claim_type = ClaimType.UNKNOWN.value
    claim.payer_status = PayerStatus.NOT_SENT.value
    claim.charge_cents, claim.is_open = 0, False
    claim.payer_id = _payer_id(posting, row)
    posting.add(Claim, claim)
    posting.known.add_claim(claim)
    add_coverage(posting, claim, sequence="P", payer_id=claim.payer_id, member_id=row.member_id)
    _fill(posting, claim, row)
    return claim


def _payer_id(posting: Posting, row: SheetRow) -> int:
    return posting.directory.payers.payer_id(row.payer, [("PI", row.payer_id)], "", "sheet")


def _party(row: SheetRow) -> Party:
    return Party(
        last_name=row.last_name,
        first_name=row.first_name,
        middle_name=row.middle_name,
        birth_on=row.birth_on,
        identifier=row.member_id,
    )


def _fill(posting: Posting, claim: Any, row: SheetRow) -> bool:
    """Take over what a row says of a claim, and nothing that it leaves out; return whether that is new."""
    said: dict[str, Any] = {
        "member_id": row.member_id,
        "service_from_on": row.service_from_on,
        "service_through_on": row.service_through_on,
        "payer_claim_control_number": row.payer_claim_number,
        "payer_id": _payer_id(posting, row),
    }
    if row.last_name:
        said["patient_id"] = posting.patient_id(_party(row))
    if row.billing_npi:
        party = Party(identifier=row.billing_npi, id_qualifier="XX")
        said["billing_provider_id"] = posting.directory.provider_id(party)
    news = {k: v for k, v in said.items() if v and getattr(claim, k) != v}
    for name, value in news.items():
        setattr(claim, name, value)
    for coverage in claim.coverages:
        if coverage.sequence == claim.payer_sequence:
            coverage.payer_id, coverage.member_id = claim.payer_id, claim.member_id
            posting.change_coverage(coverage)
    if row.payer_claim_number:
        keep_number(posting, claim, row.payer_claim_number, claim.payer_id)
    return _note_sent(claim, row) or bool(news)


def _note_sent(claim: Any, row: SheetRow) -> bool:
    sent = row.submitted_on
    if sent is None or claim.first_submitted_on == sent:
        return False
    if claim.first_submitted_on is None or sent < claim.first_submitted_on:
        claim.first_submitted_on = sent
    claim.last_submitted_on = max(sent, claim.last_submitted_on or sent)
    before = claim.payer_status
    claim.payer_status = next_status(PayerStatus(before), Event.SUBMITTED).value
    if claim.payer_status != before:
        claim.payer_status_on = sent
        claim.payer_said = "Sent, by the spreadsheet; nothing heard yet"
    return True


def _state_money(posting: Posting, claim: Any, row: SheetRow, figures_on: date) -> bool:
    """Make charge and balances what the row says; return whether an amount changed.

    Without a balance, what is charged and not settled is open, as with a claim just sent.
    """
    at, on = row.row_number, figures_on
    charged = (row.charge_cents or claim.charge_cents) - claim.charge_cents
    add_charge(posting, claim, at, on=on, cents=charged)
    payer = patient = 0
    if row.payer_balance_cents is not None:
        payer = row.payer_balance_cents - claim.payer_balance_cents
        claim.opening_on = on
    if row.patient_balance_cents is not None:
        patient = row.patient_balance_cents - claim.patient_balance_cents
        claim.opening_on = on
    add_opening(posting, claim, at, on=on, payer_cents=payer, patient_cents=patient)
    return bool(charged or payer or patient)


# ---------------------------------------------------------------- denials


def post_denials(posting: Posting, posted: Iterable[PostedRow]) -> set[int]:
    """Note what a log says was refused, of claims that only sheets know; return the claims with news."""
    wanted = [one for one in posted if one.claim.origin == SHEET and one.row.reasons]
    ids = {one.claim.id for one in wanted} - posting.known.complete
    columns = ("claim_id", "happened_on", "category_code", "status_code")
    known = set(rows_in(ClaimEvent, columns, "claim_id", ids))
    touched = set()
    for one in wanted:
        for group, code in one.row.reasons:
            assert one.row.denied_on is not None
            key = (one.claim.id, one.row.denied_on, group, code)
            if key not in known:
                known.add(key)
                _deny(posting, one.claim, one.row, group, code)
                touched.add(one.claim.id)
    return touched


def _deny(posting: Posting, claim: Any, row: SheetRow, group: str, code: str) -> None:
    on = row.denied_on
    assert on is not None
    words = adjustment_words(group, code)
    is_latest = claim.denied_on is None or on > claim.denied_on
    if is_latest and (claim.payer_status_on is None or on >= claim.payer_status_on):
        status = next_status(PayerStatus(claim.payer_status), Event.DENIED)
        claim.payer_status, claim.payer_status_on = status.value, on
        claim.payer_said = words[:120]
        claim.denied_on, claim.denial_group, claim.denial_carc = on, group, code
    posting.add_tuple(
        ClaimEvent,
        (
            posting.new_id(ClaimEvent),
            posting.practice_id,
            claim.id,
            posting.transaction_set_id,
            row.row_number,
            on,
            True,
            group,
            code,
            "",
            claim.payer_status,
            words[:200],
            row.payer_claim_number[:50],
        ),
    )
    posting.change(claim)


# ---------------------------------------------------------------- when X12 files come later


def find_sheet_claims(posting: Posting, items: Sequence[SubmittedClaim]) -> None:
    """Make known, for claims not found by number, those of a spreadsheet that has lost its zeros.

    A number that differs in zeros or separators alone is taken for the same where the service date is
    the same too, and the patient's last name or the charge. The claim then gets the number as sent.
    """
    if not items or not posting.directory.has_sheet_claims:
        return
    wanted: dict[str, SubmittedClaim] = {}
    for item in items:
        wanted[compact_key(item.patient_control_number)] = item
    wanted.pop("", None)
    columns = ("id", "patient_control_number")
    found: dict[str, list[int]] = {}
    for column in ("patient_control_key", "compact_key"):
        rows = rows_in(
            Claim,
            columns,
            column,
            wanted,
            practice_id=posting.practice_id,
            also=f"origin = '{SHEET}'",
        )
        for pk, number in rows:
            found.setdefault(compact_key(number), []).append(pk)
    single = {key: ids[0] for key, ids in found.items() if len(set(ids)) == 1}
    claims = load_claims_by_id(posting, single.values())
    load_patient_names(posting, [claims[pk] for pk in single.values()])
    for key, pk in single.items():
        if _is_same(posting, claims[pk], wanted[key]):
            _rename(posting, claims[pk], wanted[key].patient_control_number)


def _is_same(posting: Posting, claim: Any, item: SubmittedClaim) -> bool:
    name = posting.known.patient_names.get(claim.patient_id)
    is_named = name is not None and name == folded(item.treated.last_name)
    is_charged = claim.charge_cents == item.charge_cents
    day = claim.service_from_on
    return day is not None and day == item.service_from_on and (is_named or is_charged)


def _rename(posting: Posting, claim: Any, number: str) -> None:
    known = posting.known
    known.claims.pop(claim.patient_control_key, None)
    claim.patient_control_number = number[:38]
    claim.patient_control_key = patient_control_key(number)[:38]
    claim.compact_key = other_compact_key(claim.patient_control_number)
    known.claims[claim.patient_control_key] = claim
    known.absent.discard(claim.patient_control_key)
