"""The facts for analysis of some claims, read from the ledger and the denials in sets: columns, not rows.

One row for each claim, answered or not, and one for each refusal of a claim's first answer. Days are ordinals, 0
where not known; an attribute that is not known is "". No names, numbers or dates of birth are among them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.core import denial_attributes as attributes
from dueline.core.denial_figures import is_first_answer
from dueline.core.denial_states import LIVE
from dueline.core.denials import is_held, patient_share_cents
from dueline.core.enums import ClaimOrigin, DenialState
from dueline.core.x12.model import Adjustment
from dueline.denials.fact_store import Columns
from dueline.denials.models import Denial
from dueline.ledger.models import (
    Claim,
    ClaimPayment,
    Coverage,
    Entry,
    LinePayment,
    Patient,
    Remittance,
    ServiceLine,
    Submission,
)

# What a claim's rows and those of its refusals share.
_SHARED = (
    *("claim_id", "patient_id", "payer", "plan", "chapter", "diagnosis", "place"),
    *(
        "billing_provider",
        "rendering_provider",
        "location",
        "submitter",
        "weekday",
        "service_month",
        "answer_month",
    ),
    *("age", "sex", "lag", "authorization", "service_day", "answered_day"),
)
_OF_CLAIM = (
    *(
        "procedures",
        "modifiers",
        "lines",
        "charge_cents",
        "is_refused",
        "decided_day",
        "contested_day",
    ),
    *("is_overturned", "recovered_cents", "written_off_cents"),
)
_OF_REFUSAL = ("procedure", "modifiers", "category", "carc", "rarcs", "amount_cents")
_WHOLE = frozenset(
    {"claim_id", "patient_id", "service_day", "answered_day", "charge_cents", "decided_day"}
    | {"contested_day", "recovered_cents", "written_off_cents", "amount_cents"}
)
_YES_NO = frozenset({"is_refused", "is_overturned"})


@dataclass(slots=True)
class _Answer:
    """The first answer of a claim."""

    pk: int
    on: date
    payer_id: int
    charge_cents: int
    plan: str
    lines: dict[int, tuple[str, str]] = field(default_factory=dict)  # procedure, modifiers


@dataclass(frozen=True, slots=True)
class _Refused:
    """One denial that is no duplicate."""

    claim_payment_id: int
    line_payment_id: int | None
    carc: str
    rarcs: str
    amount_cents: int
    category: str
    state: str
    state_on: date
    contested_on: date | None
    recovered_cents: int


def fact_columns(practice: Practice, claim_ids: Sequence[int]) -> dict[str, Columns]:
    """Return the tables "claims" and "refusals" of those of these claims that are the practice's. Eleven queries."""
    columns = (
        *("id", "patient_id", "payer_id", "claim_type", "origin", "facility_code"),
        *("billing_provider_id", "rendering_provider_id", "service_facility_id"),
        *(
            "service_from_on",
            "service_through_on",
            "first_submitted_on",
            "prior_authorization",
            "diagnoses",
        ),
        "charge_cents",
    )
    claims = sorted(rows_in(Claim, columns, "id", claim_ids, practice_id=practice.pk))
    ids = [row[0] for row in claims]
    answers = _first_answers(ids)
    refused = _refused(ids)
    known = _Known(claims, answers)
    of_claims: list[tuple[Any, ...]] = []
    of_refusals: list[tuple[Any, ...]] = []
    for row in claims:
        answer, every = answers.get(row[0]), refused.get(row[0], [])
        first = [one for one in every if answer and one.claim_payment_id == answer.pk]
        shared = known.shared(row, answer)
        of_claims.append((*shared, *known.claim(row, answer, first, every)))
        of_refusals += [(*shared, *known.refusal(row, answer, one)) for one in first if answer]
    return {
        "claims": _arrays((*_SHARED, *_OF_CLAIM), of_claims),
        "refusals": _arrays((*_SHARED, *_OF_REFUSAL), of_refusals),
    }


class _Known:
    """What is known of the claims of a part beside their own rows."""

    def __init__(self, claims: Sequence[tuple[Any, ...]], answers: dict[int, _Answer]) -> None:
        people = {row[1] for row in claims if row[1] is not None}
        patients = rows_in(Patient, ("id", "birth_on", "sex"), "id", people)
        self.people = {pk: facts for pk, *facts in patients}
        ids = [row[0] for row in claims]
        indicators = ("claim_id", "filing_indicator")
        self.plans = dict(rows_in(Coverage, indicators, "claim_id", ids, also="sequence = 'P'"))
        sent = ("id", "claim_id", "submitter")
        self.submitters: dict[int, str] = {}
        for _, pk, submitter in sorted(rows_in(Submission, sent, "claim_id", ids)):
            self.submitters.setdefault(pk, submitter)
        silent = [pk for pk in ids if pk not in answers or not answers[pk].lines]
        self.billed: dict[int, list[tuple[str, str]]] = defaultdict(list)
        lines = ("claim_id", "procedure_code", "modifiers")
        for pk, *line in sorted(rows_in(ServiceLine, lines, "claim_id", silent, also="is_current")):
            self.billed[pk].append((line[0], line[1]))

    def lines(self, claim_id: int, answer: _Answer | None) -> Iterable[tuple[str, str]]:
        """Return procedure and modifiers of each line: as answered, else as billed."""
        return (answer.lines.values() if answer else ()) or self.billed.get(claim_id, ())

    def shared(self, row: tuple[Any, ...], answer: _Answer | None) -> tuple[Any, ...]:
        pk, patient_id, payer_id, kind, origin, place, billing, rendering, facility = row[:9]
        service_on, through_on, submitted_on, authorization, diagnoses = row[9:14]
        birth_on, sex = self.people.get(patient_id, (None, ""))
        answered_on = answer.on if answer else None
        group = attributes.diagnosis_group(diagnoses)
        is_seen = origin == ClaimOrigin.SUBMISSION
        return (
            pk,
            patient_id or 0,
            str(answer.payer_id if answer else payer_id),
            (answer.plan if answer else "") or self.plans.get(pk, ""),
            attributes.chapter(group),
            group,
            attributes.place(kind, place),
            str(billing or ""),
            str(rendering or ""),
            str(facility or billing or ""),
            self.submitters.get(pk, ""),
            attributes.weekday(service_on),
            attributes.month(service_on),
            attributes.month(answered_on),
            attributes.age_band(birth_on, service_on),
            sex,
            attributes.lag_band(through_on or service_on, submitted_on),
            ("yes" if authorization else "no") if is_seen else "",
            _ordinal(service_on),
            _ordinal(answered_on),
        )

    def claim(
        self,
        row: tuple[Any, ...],
        answer: _Answer | None,
        first: Sequence[_Refused],
        every: Sequence[_Refused],
    ) -> tuple[Any, ...]:
        """Return what became of a claim: by every refusal of it, where its first answer refused something."""
        told = every if first else ()
        is_live = any(one.state in LIVE for one in told)
        lines = list(self.lines(row[0], answer))
        return (
            _joined(code for code, _ in lines),
            _joined(code for _, modifiers in lines for code in modifiers.split()),
            _joined(f"{code}|{'+'.join(modifiers.split())}" for code, modifiers in lines),
            answer.charge_cents if answer else row[14],
            bool(first),
            0 if is_live else max((_ordinal(one.state_on) for one in told), default=0),
            min((_ordinal(one.contested_on) for one in told if one.contested_on), default=0),
            any(one.state == DenialState.RECOVERED for one in told),
            sum(one.recovered_cents for one in told),
            sum(
                one.amount_cents - one.recovered_cents
                for one in told
                if one.state == DenialState.WRITTEN_OFF
            ),
        )

    def refusal(self, row: tuple[Any, ...], answer: _Answer, one: _Refused) -> tuple[Any, ...]:
        line = answer.lines.get(one.line_payment_id or 0)
        if line is None:  # of the claim as a whole: of a procedure where there is but one
            lines = list(self.lines(row[0], answer))
            line = lines[0] if len(lines) == 1 else ("", "")
        return (*line, one.category, one.carc, one.rarcs, one.amount_cents)


def _first_answers(claim_ids: Sequence[int]) -> dict[int, _Answer]:
    """Return the first answer of each claim that has one, by date, then in the order of posting."""
    columns = (
        *("id", "claim_id", "remittance_id", "status_code", "charge_cents", "paid_cents"),
        *("denied_cents", "patient_responsibility_cents", "filing_indicator"),
    )
    rows = sorted(rows_in(ClaimPayment, columns, "claim_id", claim_ids))
    remitted = ("id", "payer_id", "paid_on")
    remittances = {
        pk: (payer, on)
        for pk, payer, on in rows_in(Remittance, remitted, "id", {r[2] for r in rows})
    }
    undated = [row[0] for row in rows if remittances[row[2]][1] is None]
    days = dict(
        rows_in(
            Entry,
            ("claim_payment_id", "effective_on"),
            "claim_payment_id",
            undated,
            also="kind = 'payment'",
        )
    )
    silent = [row[0] for row in rows if row[5] <= 0 and row[6] <= 0]
    said = _adjustments(silent)
    found: dict[int, _Answer] = {}
    for pk, claim_id, remittance_id, status, charge, paid, denied, responsibility, plan in rows:
        payer_id, on = remittances[remittance_id]
        on = on or days.get(pk, date.min)
        adjustments = said.get(pk, [])
        share = patient_share_cents(adjustments)
        if not any(one.group_code == "PR" for one in adjustments):
            share = responsibility or 0
        is_answer = is_first_answer(
            status_code=status,
            charge_cents=charge,
            settled_cents=max(paid, 0) + max(denied, 0) + max(share, 0),
            held_cents=sum(
                one.amount_cents for one in adjustments if is_held(one.group_code, one.carc)
            ),
        )
        if is_answer and (claim_id not in found or on < found[claim_id].on):
            found[claim_id] = _Answer(pk, on, payer_id, charge, plan)
    _add_lines(found.values())
    return found


def _adjustments(claim_payment_ids: Iterable[int]) -> dict[int, list[Adjustment]]:
    columns = ("claim_payment_id", "group_code", "carc", "amount_cents")
    rows = rows_in(
        Entry, columns, "claim_payment_id", claim_payment_ids, also="kind = 'adjustment'"
    )
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for pk, *facts in rows:
        found[pk].append(Adjustment(*facts))
    return found


def _add_lines(answers: Iterable[_Answer]) -> None:
    by_payment = {answer.pk: answer for answer in answers}
    columns = ("id", "claim_payment_id", "procedure_code", "revenue_code", "modifiers")
    for pk, payment_id, code, revenue, modifiers in sorted(
        rows_in(LinePayment, columns, "claim_payment_id", by_payment)
    ):
        by_payment[payment_id].lines[pk] = code or revenue, modifiers


def _refused(claim_ids: Sequence[int]) -> dict[int, list[_Refused]]:
    columns = (
        *("id", "claim_id", "claim_payment_id", "line_payment_id", "carc", "rarcs"),
        *("amount_cents", "category", "state", "state_on", "contested_on", "recovered_cents"),
    )
    found: dict[int, list[_Refused]] = defaultdict(list)
    for _, claim_id, *facts in sorted(
        rows_in(Denial, columns, "claim_id", claim_ids, also="NOT is_duplicate"),
        key=lambda row: row[0],
    ):
        found[claim_id].append(_Refused(*facts))
    return found


def _arrays(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    columns = zip(*rows) if rows else [()] * len(names)
    return {name: np.array(values, dtype=_type(name)) for name, values in zip(names, columns)}


def _type(name: str) -> Any:
    if name in _WHOLE:
        return np.int64
    return np.bool_ if name in _YES_NO else object


def _ordinal(day: date | None) -> int:
    return 0 if day is None or day == date.min else day.toordinal()


def _joined(codes: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(code for code in codes if code))
