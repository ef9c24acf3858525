"""Holding the ledger to the decisions that stand: one place writes their entries, when one is posted or undone,
and when files change what there is to give up.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from dueline.accounts.models import Practice
from dueline.core.enums import EntryKind
from dueline.core.write_offs import WriteOffKind, effects
from dueline.ledger.models import Claim, Entry
from dueline.write_offs.models import WriteOff
from dueline.write_offs.queries import DECIDED, decisions_of, standing

_PART = 500


def settle(*, practice: Practice, as_of: date, claim_ids: Iterable[int] | None = None) -> set[int]:
    """Make the entries of decisions about these claims, or of all, what they should be; return the claims changed.

    Within a transaction. A second run changes nothing.
    """
    rows = WriteOff.objects.filter(practice=practice, state__in=DECIDED)
    decided = set(rows.values_list("claim_id", flat=True))
    wanted = sorted(decided if claim_ids is None else decided.intersection(claim_ids))
    changed: set[int] = set()
    for start in range(0, len(wanted), _PART):
        changed |= _settle(practice, wanted[start : start + _PART], as_of)
    return changed


def _settle(practice: Practice, claim_ids: Sequence[int], as_of: date) -> set[int]:
    claims = {
        claim.pk: claim
        for claim in Claim.objects.select_for_update(of=("self",)).filter(
            practice=practice, pk__in=claim_ids
        )
    }
    entries: list[Entry] = []
    changed = {}
    for claim_id, decisions in standing(practice, claim_ids).items():
        claim = claims[claim_id]
        for row, there, wanted in decisions_of(claim, decisions):
            if wanted != there:
                entries.append(_entry(row, wanted - there, as_of))
                payer, patient = effects(WriteOffKind(row.kind), wanted - there)
                claim.payer_balance_cents += payer
                claim.decided_cents -= payer
                claim.patient_balance_cents += patient
                claim.is_open = claim.payer_balance_cents != 0
                changed[claim_id] = claim
    Entry.objects.bulk_create(entries)
    Claim.objects.bulk_update(
        changed.values(),
        ["payer_balance_cents", "patient_balance_cents", "decided_cents", "is_open"],
    )
    return set(changed)


def _entry(row: WriteOff, cents: int, as_of: date) -> Entry:
    kind = WriteOffKind(row.kind)
    payer, patient = effects(kind, cents)
    assert row.transaction_set_id is not None  # it is posted
    return Entry(
        practice_id=row.practice_id,
        claim_id=row.claim_id,
        kind=(EntryKind.TRANSFER if kind is WriteOffKind.TRANSFER else EntryKind.WRITE_OFF).value,
        transaction_set_id=row.transaction_set_id,
        segment_number=row.segment_number,
        effective_on=as_of,
        amount_cents=cents,
        payer_effect_cents=payer,
        patient_effect_cents=patient,
    )
