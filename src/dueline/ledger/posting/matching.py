"""Find the claims that a remittance pays: surely, or as a proposal to a person, never by a guess.

In order: patient control number; the payer's claim number; member, service date and charge; then the
control number without a suffix, separators or leading zeros. Source: docs/reference/intake.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dueline.core.enums import MatchMethod
from dueline.core.matching import alike_keys, folded, patient_control_key
from dueline.core.x12.model import ClaimPayment
from dueline.ledger.models import Claim, PayerClaimNumber
from dueline.ledger.posting.context import Posting, parts
from dueline.ledger.posting.lookups import (
    NO_NUMBER,
    load_claims,
    load_claims_by_id,
    load_patient_names,
)


@dataclass
class Match:
    """What was found for one claim payment: a claim, or candidates and why none of them is sure."""

    method: MatchMethod
    claim: Any | None = None
    candidates: list[int] = field(default_factory=list)
    reason: str = ""


class Matcher:
    """Finds the claims of one chunk with a handful of queries. `claims` may grow while the chunk is posted."""

    def __init__(self, posting: Posting, items: Sequence[ClaimPayment]) -> None:
        self.posting = posting
        self.claims = load_claims(posting, {self._key(item) for item in items} - NO_NUMBER)
        self.by_id = posting.known.by_id
        missing = [item for item in items if self._claim(item) is None]
        if missing:
            posting.flush()  # what is looked for may have been posted just now
        self._by_number = self._claims_by_payer_number(missing)
        self._by_service = self._claims_by_service(missing)
        self._by_alike = self._claims_alike(missing)
        self._load(missing)
        others = ((self._claim(item), abs(item.charge_cents)) for item in items)
        differing = [c for c, charge in others if c is not None and c.charge_cents != charge]
        load_patient_names(posting, differing)

    def match(self, item: ClaimPayment) -> Match:
        """Return the claim of a payment, candidates where it is uncertain, or neither."""
        claim = self._claim(item)
        if claim is not None:
            if self._contradicts(claim, item):
                reason = "The number is known, but patient and charge are others."
                return Match(MatchMethod.UNDECIDED, None, [claim.id], reason)
            return Match(MatchMethod.PATIENT_CONTROL_NUMBER, claim)
        for number in self._numbers(item):
            ids = self._by_number.get(number, [])
            if len(ids) == 1:
                return Match(MatchMethod.PAYER_CLAIM_CONTROL_NUMBER, self.by_id[ids[0]])
        ids = self._by_service.get(self._service_key(item), [])
        if len(ids) == 1:
            return Match(MatchMethod.SUBSCRIBER_DATE_CHARGE, self.by_id[ids[0]])
        if ids:
            reason = "Several claims of this member have this service date and charge."
            return Match(MatchMethod.UNDECIDED, None, ids, reason)
        ids = sorted({pk for key in self._alike(item) for pk in self._by_alike.get(key, ())})
        if ids:
            reason = "A claim number is alike, but not the same."
            return Match(MatchMethod.UNDECIDED, None, ids, reason)
        return Match(MatchMethod.NEW_FROM_REMITTANCE)

    def _key(self, item: ClaimPayment) -> str:
        return patient_control_key(item.patient_control_number)

    def _claim(self, item: ClaimPayment) -> Any | None:
        key = self._key(item)
        return None if key in NO_NUMBER else self.claims.get(key)

    def _numbers(self, item: ClaimPayment) -> list[str]:
        originals = [r.value for r in item.references if r.qualifier == "F8"]
        return [n for n in (item.payer_claim_control_number, *originals) if n not in NO_NUMBER]

    def _service_key(self, item: ClaimPayment) -> tuple[str, object, int]:
        return (_member(item), _service_on(item), abs(item.charge_cents))

    def _contradicts(self, claim: Any, item: ClaimPayment) -> bool:
        """A number used twice: neither the charge nor the patient's name nor the member is the claim's."""
        patient = item.patient
        if patient is None or abs(item.charge_cents) == claim.charge_cents:
            return False
        name = self.posting.known.patient_names.get(claim.patient_id)
        if name is None:
            return False
        member = _member(item)
        return name != folded(patient.last_name) and bool(member) and member != claim.member_id

    def _claims_by_payer_number(self, items: Sequence[ClaimPayment]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for some in parts(number for item in items for number in self._numbers(item)):
            rows = PayerClaimNumber.objects.filter(
                practice_id=self.posting.practice_id, number__in=some
            )
            for number, claim_id in rows.values_list("number", "claim_id"):
                found.setdefault(number, []).append(claim_id)
        return found

    def _claims_by_service(
        self, items: Sequence[ClaimPayment]
    ) -> dict[tuple[str, object, int], list[int]]:
        found: dict[tuple[str, object, int], list[int]] = {}
        for some in parts(_member(item) for item in items if _member(item)):
            rows = Claim.objects.filter(practice_id=self.posting.practice_id, member_id__in=some)
            columns = ("member_id", "service_from_on", "charge_cents", "id")
            for member, day, charge, pk in rows.values_list(*columns):
                found.setdefault((member, day, charge), []).append(pk)
        return found

    def _alike(self, item: ClaimPayment) -> set[str]:
        return alike_keys(item.patient_control_number)

    def _claims_alike(self, items: Sequence[ClaimPayment]) -> dict[str, list[int]]:
        """Find claims whose number is alike, with whatever separators and zeros it was sent."""
        found: dict[str, list[int]] = {}
        for some in parts(key for item in items for key in self._alike(item)):
            for column in ("patient_control_key", "compact_key"):
                rows = Claim.objects.filter(
                    practice_id=self.posting.practice_id, **{f"{column}__in": some}
                )
                for key, pk in rows.values_list(column, "id"):
                    found.setdefault(key, []).append(pk)
        return found

    def _load(self, items: Sequence[ClaimPayment]) -> None:
        ids = {ids[0] for ids in self._by_number.values() if len(ids) == 1}
        for item in items:
            found = self._by_service.get(self._service_key(item), [])
            if len(found) == 1:
                ids.add(found[0])
        load_claims_by_id(self.posting, ids)


def _member(item: ClaimPayment) -> str:
    for party in (item.subscriber, item.patient):
        if party is not None and party.identifier:
            return party.identifier
    return ""


def _service_on(item: ClaimPayment) -> object:
    days = [line.service_from_on for line in item.lines if line.service_from_on]
    return item.service_from_on or (min(days) if days else None)
