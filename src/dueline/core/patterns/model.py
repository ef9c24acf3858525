"""What patterns of denials are made of: the table that is looked at, the findings, and how much is asked.

Days are proleptic ordinals (`date.toordinal`), money is integer cents, attribute values are codes with labels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
UNKNOWN = -1  # an attribute value that is not known: belongs to no pattern, counts in every total


class BadTable(ValueError):
    """The columns of a table do not fit together; the message says which."""


class Verdict(StrEnum):
    """What a run can say at all."""

    FOUND = "found"
    NOTHING_FOUND = "nothing_found"  # enough was looked at, and nothing stands out
    TOO_LITTLE = "too_little"  # no statement either way


@dataclass(frozen=True)
class Attribute:
    """One categorical column: `codes` index `labels`, one code a line; any other code counts as unknown."""

    name: str
    codes: Integers
    labels: tuple[str, ...]

    @classmethod
    def of(cls, name: str, values: Iterable[str | None]) -> "Attribute":
        """Encode texts, in the order in which they first appear; None and "" are unknown."""
        seen: dict[str, int] = {}
        codes = [seen.setdefault(v, len(seen)) if v else UNKNOWN for v in values]
        return cls(name, np.asarray(codes, dtype=np.int64), tuple(seen))


@dataclass(frozen=True)
class Refusals:
    """What was refused: one row for each line and reason. A line may stand here with several reasons.

    `lines` index the table's lines, `reasons` its reasons. `cents` may be negative or huge.
    """

    lines: Integers
    reasons: Integers
    cents: Integers


@dataclass(frozen=True)
class AnsweredLines:
    """Claim lines (or claims) that a payer has answered, duplicates (CARC 18) left out by whoever makes it.

    `patients` are any whole numbers; lines of one patient are never taken for independent evidence.
    `service_days` and `answer_days` may stand in any order, 0 where not known. `reasons` may hold CARCs and
    categories at once: a finding that both give is reported once.
    """

    attributes: tuple[Attribute, ...]
    patients: Integers
    service_days: Integers
    answer_days: Integers
    reasons: tuple[str, ...]
    refusals: Refusals

    @classmethod
    def of(
        cls,
        attributes: Sequence[Attribute],
        *,
        patients: ArrayLike,
        service_days: ArrayLike,
        answer_days: ArrayLike,
        reasons: Sequence[str],
        refused_lines: ArrayLike,
        refused_reasons: ArrayLike,
        refused_cents: ArrayLike,
    ) -> "AnsweredLines":
        """Make a table; raise BadTable where lengths, names or indices do not fit."""
        refusals = Refusals(
            whole(refused_lines), whole(refused_reasons), whole(refused_cents, most=AMOUNT_MOST)
        )
        table = cls(
            tuple(attributes),
            whole(patients),
            whole(service_days),
            whole(answer_days),
            tuple(reasons),
            refusals,
        )
        fault = _fault(table)
        if fault:
            raise BadTable(fault)
        return table

    def __len__(self) -> int:
        return len(self.patients)


AMOUNT_MOST = 2**62  # cents; an amount beyond is taken as this, so that nothing overflows


def whole(values: ArrayLike, *, most: int = 2**62) -> Integers:
    """Return whole numbers, those beyond ± `most` set to it."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iub":
        return np.clip(values.astype(np.int64), -most, most)
    numbers: list[Any] = list(values)  # type: ignore[arg-type]
    return np.asarray([max(-most, min(most, int(v))) for v in numbers], dtype=np.int64)


def _fault(table: AnsweredLines) -> str:
    """Return what does not fit, or nothing."""
    count = len(table)
    columns = {a.name: a.codes for a in table.attributes}
    columns |= {"service_days": table.service_days, "answer_days": table.answer_days}
    for name, column in columns.items():
        if len(column) != count:
            return f"column {name}: {count} values expected, {len(column)} found"
    names = [a.name for a in table.attributes]
    for what, texts in (("attribute", names), ("reason", list(table.reasons))):
        if len(set(texts)) < len(texts):
            return f"each {what} once expected, found {', '.join(sorted(texts))}"
    rows = table.refusals
    if not len(rows.lines) == len(rows.reasons) == len(rows.cents):
        return "refusals: columns of one length expected"
    if len(rows.lines) and not (rows.lines.min() >= 0 and rows.lines.max() < count):
        return f"refusals: lines from 0 to {count - 1} expected"
    if len(rows.lines) and not (
        rows.reasons.min() >= 0 and rows.reasons.max() < len(table.reasons)
    ):
        return f"refusals: reasons from 0 to {len(table.reasons) - 1} expected"
    return ""


@dataclass(frozen=True)
class PatternSettings:
    """How much is asked of a pattern before it is reported."""

    most_attributes: int = 3
    false_share: float = 0.05  # expected share of false findings among those reported
    hint_share: float = 0.5  # weaker hints: beyond `false_share`, up to this
    least_lift: float = 2.0  # against what the rest of the data explains
    least_lines: int = 10  # a combination on fewer lines is not looked at
    least_patients: int = 5  # with a refusal; below, a pattern may be one person
    most_findings: int = 100
    most_hints: int = 20


@dataclass(frozen=True)
class JumpSettings:
    """How much is asked of a change in time."""

    by: tuple[str, ...] = ("payer",)
    false_share: float = 0.05
    least_lift: float = 2.0
    least_patients: int = 5
    longest_days: int = 30  # business days back to where a jump may begin
    compare_days: int = 120  # business days before that, to compare with
    least_compare_days: int = 15


@dataclass(frozen=True, order=True)
class Condition:
    """One attribute value, in words as the table has them."""

    attribute: str
    value: str


def covered_lines(table: AnsweredLines, conditions: Iterable[Condition]) -> Integers:
    """Return the table's lines that have all these values, rising; none where the table does not know a value."""
    mask = np.ones(len(table), dtype=bool)
    columns = {a.name: a for a in table.attributes}
    for condition in conditions:
        column = columns.get(condition.attribute)
        labels = column.labels if column else ()
        meant = [code for code, label in enumerate(labels) if label == condition.value]
        mask &= np.isin(column.codes, meant) if column else False
    return np.flatnonzero(mask)


def refused_lines(table: AnsweredLines, finding: "Finding") -> Integers:
    """Return the lines that a finding counts as refused: with its values and its reason, rising, each once."""
    rows = table.refusals
    number = table.reasons.index(finding.reason) if finding.reason in table.reasons else -1
    return np.intersect1d(
        covered_lines(table, finding.conditions), rows.lines[rows.reasons == number]
    )


@dataclass(frozen=True)
class Finding:
    """Claim lines that are refused for a reason far more often than the rest of the data explains.

    `rest_*` counts all lines outside. `lift` is how many times as often the lines are refused as the rest explains
    (other attributes' ordinary effects allowed for), on those that no other finding explains; between `lift_low` and
    `lift_high` with 95 % confidence (by patients, not lines). `expected` is refused / lift. `p_value` tests refused
    patients against expected ones; `q_value` is adjusted for everything looked at. `since_day` is None where no
    beginning shows: it was so since the data begins. `names` are other names of (nearly) the same lines.
    """

    reason: str
    conditions: tuple[Condition, ...]
    refused: int
    lines: int
    rest_refused: int
    rest_lines: int
    expected: float
    lift: float
    lift_low: float
    lift_high: float
    refused_cents: int
    refused_patients: int
    since_day: int | None
    first_day: int  # answer day of the first and last refusal
    last_day: int
    p_value: float
    q_value: float
    names: tuple[tuple[Condition, ...], ...] = ()
    other_reasons: tuple[str, ...] = ()  # the same refusals under other reasons, e.g. the category

    @property
    def rate(self) -> float:
        return self.refused / self.lines if self.lines else 0.0

    @property
    def rest_rate(self) -> float:
        return self.rest_refused / self.rest_lines if self.rest_lines else 0.0

    @property
    def avoidable_cents(self) -> int:
        """The part of the dollars beyond what was to be expected."""
        beyond = max(0.0, 1.0 - self.expected / self.refused) if self.refused else 0.0
        return int(self.refused_cents * int(beyond * 10_000) // 10_000)

    @property
    def key(self) -> str:
        """The same from night to night, whatever the codes: for cases to recognise their pattern."""
        parts = " & ".join(f"{c.attribute}={c.value}" for c in self.conditions)
        return f"{self.reason}: {parts}"


@dataclass(frozen=True)
class PatternReport:
    """What a run found. `why` says in plain words what could not be concluded; empty if nothing to say."""

    verdict: Verdict
    why: str
    findings: tuple[Finding, ...]  # by dollars beyond the expected, largest first
    hints: tuple[Finding, ...]  # weaker: worth a look, not to be relied on
    lines: int
    refused: int
    patients: int
    looked_at: int  # combinations × reasons that were tested
    not_compared: tuple[str, ...] = ()  # attributes with fewer than two values
    unknown_values: int = 0


@dataclass(frozen=True)
class Jump:
    """A reason that became more frequent at one value of an attribute, from a business day on.

    `before_*` is the comparison: the same value, in the business days before. Days are answer days.
    """

    reason: str
    condition: Condition
    since_day: int
    through_day: int
    business_days: int
    refused: int
    lines: int
    before_refused: int
    before_lines: int
    expected: float
    lift: float
    lift_low: float
    lift_high: float
    refused_cents: int
    refused_patients: int
    p_value: float
    q_value: float

    @property
    def key(self) -> str:
        """The same from night to night while its beginning is."""
        return f"{self.reason}: {self.condition.attribute}={self.condition.value} since {self.since_day}"


@dataclass(frozen=True)
class JumpReport:
    """What changed. Series too short or too small to judge are counted, not judged."""

    verdict: Verdict
    why: str
    jumps: tuple[Jump, ...]
    looked_at: int
    too_small: int  # series (value × reason) with too little to compare
    through_day: int = 0
    notes: tuple[str, ...] = field(default=())
