"""Invented answered claim lines with denial patterns planted in them, whose truth is therefore known.

For the pattern experiment, its tests and its benchmark. Attributes hang together as they do in a practice (plans
belong to payers, modifiers and places to procedures); payers, procedures, diagnoses, providers and delays differ by
ordinary factors; patients come back, some are prone to a refusal, and claims are often refused whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.model import AnsweredLines, Attribute, Condition

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEVELS = {
    "payer": 12,
    "plan": 30,
    "procedure": 60,
    "modifier": 7,
    "diagnosis": 24,
    "place": 5,
    "rendering": 16,
    "billing": 3,
    "location": 4,
    "age": 7,
    "sex": 2,
    "lag": 5,
    "authorization": 2,
}
# Our own short list: reason and its ordinary share of lines.
REASONS = {
    "CO-197": 0.016,
    "CO-16": 0.020,
    "CO-50": 0.012,
    "CO-97": 0.014,
    "CO-29": 0.006,
    "CO-11": 0.008,
    "PR-204": 0.009,
    "CO-22": 0.010,
    "PR-27": 0.009,
    "CO-4": 0.006,
    "CO-109": 0.005,
    "CO-B7": 0.004,
}
ORDINARY = ("payer", "procedure", "diagnosis", "rendering", "lag")
LEAST_FACTOR, MOST_FACTOR = 0.6, 1.6  # how far ordinary values of an attribute differ
MOST_CHANCE = 0.95
FIRST_DAY = 739_252  # 2025-01-01


@dataclass(frozen=True)
class Options:
    """What to invent. A pattern's size is in refusals: about `least_refused` to `most_refused`."""

    lines: int = 60_000
    days: int = 365
    patterns: int = 6
    least_refused: int = 40
    most_refused: int = 300
    lifts: tuple[float, ...] = (3.0, 4.0, 6.0, 10.0, 20.0)
    least_lines: int = 40
    overlap: float = 0.1  # share of patterns that lie across an earlier one, with its reason
    drift: float = 0.2  # share that begin some way into the time
    frailty: float = 1.0  # variance of how prone patients are; 0: all alike
    jump_on: int = (
        0  # day since the first on which a reason jumps at one payer, by its answers; 0: no jump
    )
    jump_lift: float = 3.0
    jump_volume: float = 20.0  # refusals in ten business days before the jump: this to twice this
    seed: int = 0


@dataclass(frozen=True)
class Plant:
    """One planted pattern; `refused` lines and their `claims` as they came out.

    `lift` is against what the lines' attributes make ordinary, whoever the patients are, and over the whole time, also
    where it begins late; for a single value against all other values, since what is ordinary for it cannot be known
    apart from the pattern.
    """

    reason: str
    conditions: tuple[Condition, ...]
    since_day: int
    lift: float
    lines: int
    refused: int
    claims: int


@dataclass(frozen=True)
class PlantedJump:
    """One planted change in time, by answer day. `volume`: refusals expected in ten business days before."""

    reason: str
    payer: str
    since_day: int
    volume: float


@dataclass(frozen=True)
class Invented:
    """A table, what is planted in it, and for each refusal the plant that caused it (-1: none)."""

    table: AnsweredLines
    plants: tuple[Plant, ...]
    causes: Codes
    jump: PlantedJump | None = None


def invent(options: Options) -> Invented:
    """Return invented answered lines; the same for the same options."""
    rng = np.random.default_rng(options.seed)
    patients, claims, days, columns = _practice(rng, options)
    chances, plain = _ordinary_chances(rng, columns, patients, options)
    drafts = _draft_plants(rng, options, columns, days, chances)
    answered = days + rng.integers(9, 45, len(days))
    jump, jumped = _draft_jump(rng, options, columns, answered, chances)
    shared = rng.random(len(patients))[claims]  # one lot a claim: refused whole
    lines, reasons, causes = [], [], []
    raised = {}
    for number, reason in enumerate(REASONS):
        chance = chances[number]
        lot = np.where(rng.random(len(patients))[claims] < 0.5, shared, rng.random(len(patients)))
        lot = (lot + number * 0.618034) % 1.0
        cause = np.full(len(patients), -1)
        higher = chance.copy()
        for index, (plant_reason, mask, lift, _) in enumerate(drafts):
            if plant_reason == reason:
                stronger = np.minimum(MOST_CHANCE, chance * lift)
                takes = mask & (stronger > higher)
                higher[takes] = stronger[takes]
                cause[takes] = index
        if jump and jump.reason == reason:
            higher = np.where(jumped, np.minimum(MOST_CHANCE, higher * options.jump_lift), higher)
        hit = np.flatnonzero(lot < higher)
        lines.append(hit)
        reasons.append(np.full(len(hit), number))
        causes.append(np.where(lot[hit] < chance[hit], -1, cause[hit]))
        raised[reason] = (plain[number], higher)
    where, why = np.concatenate(lines), np.concatenate(reasons)
    table = AnsweredLines.of(
        [
            Attribute(name, columns[name], tuple(f"{name}-{i:02d}" for i in range(size)))
            for name, size in LEVELS.items()
        ],
        patients=patients,
        service_days=FIRST_DAY + days,
        answer_days=FIRST_DAY + answered,
        reasons=list(REASONS),
        refused_lines=where,
        refused_reasons=why,
        refused_cents=np.round(np.exp(rng.normal(9.6, 0.8, len(where)))).astype(np.int64),
    )
    plants = tuple(_plant(d, table, raised, columns, claims) for d in drafts)
    return Invented(table, plants, np.concatenate(causes), jump)


Draft = tuple[str, Mask, float, tuple[tuple[str, int], ...]]


def _practice(
    rng: np.random.Generator, options: Options
) -> tuple[Codes, Codes, Codes, dict[str, Codes]]:
    """Return patient, claim and day of each line, and its attributes, sorted by nothing."""
    count = options.lines
    people = max(2, count // 4)
    size = rng.integers(1, 4, count)
    claims = np.repeat(np.arange(count), size)[:count]
    total = int(claims[-1]) + 1
    visits = rng.gamma(1.0, size=people)
    patient = rng.choice(people, total, p=visits / visits.sum())
    plan = _zipf(rng, LEVELS["plan"], people, 0.7)
    home = _zipf(rng, LEVELS["location"], people, 0.5)
    age, sex = rng.integers(0, LEVELS["age"], people), rng.integers(0, 2, people)
    location = _mostly(rng, home[patient], LEVELS["location"], 0.9)
    rendering = _mostly(rng, location * 4 + rng.integers(0, 4, total), LEVELS["rendering"], 0.85)
    diagnosis = _zipf(rng, LEVELS["diagnosis"], total, 0.8)
    days = np.sort(rng.integers(0, options.days, total))
    lag = _zipf(rng, LEVELS["lag"], total, 1.2)
    own = diagnosis * 5 % LEVELS["procedure"] + rng.integers(0, 8, total)
    procedure = _mostly(rng, np.repeat(own % LEVELS["procedure"], np.bincount(claims)), 60, 0.5)
    needs = procedure % 5 == 0
    columns = {
        "payer": (plan * LEVELS["payer"] // LEVELS["plan"])[patient][claims],
        "plan": plan[patient][claims],
        "procedure": procedure,
        "modifier": _mostly(rng, procedure % LEVELS["modifier"], LEVELS["modifier"], 0.6),
        "diagnosis": diagnosis[claims],
        "place": _mostly(rng, procedure // 13, LEVELS["place"], 0.75),
        "rendering": rendering[claims],
        "billing": (rendering // 6)[claims] % LEVELS["billing"],
        "location": location[claims],
        "age": age[patient][claims],
        "sex": sex[patient][claims],
        "lag": lag[claims],
        "authorization": np.where(rng.random(count) < np.where(needs, 0.8, 0.15), 1, 0),
    }
    return patient[claims], claims, days[claims], columns


def _zipf(rng: np.random.Generator, size: int, count: int, power: float) -> Codes:
    weight = 1.0 / np.arange(1, size + 1) ** power
    return rng.choice(size, count, p=weight / weight.sum())


def _mostly(rng: np.random.Generator, usual: Codes, size: int, share: float) -> Codes:
    """Return the usual value for this share, any value for the rest."""
    free = rng.random(len(usual)) >= share
    return np.where(free, rng.integers(0, size, len(usual)), usual % size).astype(np.int64)


def _ordinary_chances(
    rng: np.random.Generator, columns: dict[str, Codes], patients: Codes, options: Options
) -> tuple[list[Floats], list[Floats]]:
    """Return for each reason the chance of each line without any pattern, by its attributes and by its patient too."""
    chances, plain = [], []
    for share in REASONS.values():
        chance = np.full(len(patients), share)
        for name in ORDINARY:
            factors = np.exp(rng.normal(0.0, 0.25, LEVELS[name]))
            chance *= np.clip(factors, LEAST_FACTOR, MOST_FACTOR)[columns[name]]
        plain.append(chance * share / chance.mean())
        if options.frailty > 0:
            shape = 1.0 / options.frailty
            chance *= rng.gamma(shape, 1.0 / shape, int(patients.max()) + 1)[patients]
        chances.append(np.minimum(MOST_CHANCE, chance * share / chance.mean()))
    return chances, plain


def _draft_plants(
    rng: np.random.Generator,
    options: Options,
    columns: dict[str, Codes],
    days: Codes,
    chances: list[Floats],
) -> list[Draft]:
    """Return patterns of the wanted sizes; fewer where the data is too small to hold them."""
    drafts: list[Draft] = []
    names, reasons = list(LEVELS), list(REASONS)
    for _ in range(options.patterns * 400):
        if len(drafts) >= options.patterns:
            break
        reason = reasons[rng.integers(len(reasons))]
        row = int(rng.integers(len(days)))
        kept: tuple[tuple[str, int], ...] = ()
        across = bool(drafts) and rng.random() < options.overlap
        if across:  # through a line of an earlier pattern, sharing one of its conditions
            reason, mask, _, conditions = drafts[rng.integers(len(drafts))]
            row = int(rng.choice(np.flatnonzero(mask)))
            kept = (conditions[rng.integers(len(conditions))],)
        level = int(rng.choice([1, 2, 3], p=[0.15, 0.45, 0.4]))
        chosen = [str(n) for n in rng.choice(names, level, replace=False)]
        both = dict([*((n, int(columns[n][row])) for n in chosen[len(kept) :]), *kept])
        draft = _draft(rng, options, columns, days, chances[reasons.index(reason)], both)
        if draft and not any(reason == d[0] and _alike(draft[0], d[1]) for d in drafts):
            drafts.append((reason, *draft))
    return drafts


def _draft_jump(
    rng: np.random.Generator,
    options: Options,
    columns: dict[str, Codes],
    answered: Codes,
    chances: list[Floats],
) -> tuple[PlantedJump | None, Mask]:
    """Return a change at a payer of the wanted volume, and the lines it affects; none where no payer has it."""
    nothing = np.zeros(len(answered), dtype=bool)
    if not options.jump_on:
        return None, nothing
    fortnight = (answered >= options.jump_on - 84) & (answered < options.jump_on)  # six of them
    fitting = []
    for number, reason in enumerate(REASONS):
        volumes = np.bincount(columns["payer"][fortnight], chances[number][fortnight]) / 6
        for payer in np.flatnonzero(
            (volumes >= options.jump_volume) & (volumes < 2 * options.jump_volume)
        ):
            fitting.append((reason, int(payer), float(volumes[payer])))
    if not fitting:
        return None, nothing
    reason, chosen, volume = fitting[rng.integers(len(fitting))]
    jump = PlantedJump(reason, f"payer-{chosen:02d}", FIRST_DAY + options.jump_on, volume)
    return jump, (columns["payer"] == chosen) & (answered >= options.jump_on)


def _draft(
    rng: np.random.Generator,
    options: Options,
    columns: dict[str, Codes],
    days: Codes,
    chance: Floats,
    both: dict[str, int],
) -> tuple[Mask, float, tuple[tuple[str, int], ...]] | None:
    """Return mask, lift and conditions, or None where the size is not the wanted one."""
    mask = np.logical_and.reduce([columns[n] == code for n, code in both.items()])
    whole = int(mask.sum())
    if not options.least_lines <= whole <= len(days) // 8:
        return None
    if rng.random() < options.drift:
        mask = mask & (days >= int(rng.uniform(0.3, 0.6) * options.days))
    lift = float(rng.choice(options.lifts))
    expected = float(np.minimum(MOST_CHANCE, chance[mask] * lift).sum())
    if not options.least_refused <= expected <= options.most_refused:
        return None
    return mask, lift, tuple(sorted(both.items()))


def _alike(one: Mask, other: Mask) -> bool:
    """Whether two masks are more the same than not."""
    return bool(2 * (one & other).sum() > (one | other).sum())


def cover(columns: dict[str, Codes], conditions: tuple[tuple[str, int], ...]) -> Mask:
    """Return which lines have all these values."""
    return np.asarray(np.logical_and.reduce([columns[n] == code for n, code in conditions]))


def _plant(
    draft: Draft,
    table: AnsweredLines,
    raised: dict[str, tuple[Floats, Floats]],
    columns: dict[str, Codes],
    claims: Codes,
) -> Plant:
    reason, mask, _, conditions = draft
    whole = cover(columns, conditions)
    chance, higher = raised[reason]
    number = table.reasons.index(reason)
    hits = table.refusals.lines[table.refusals.reasons == number]
    usual = float(chance[whole].sum())
    if len(conditions) == 1:
        usual = float(chance[~whole].mean() * whole.sum())
    return Plant(
        reason=reason,
        conditions=tuple(Condition(n, f"{n}-{code:02d}") for n, code in conditions),
        since_day=int(table.service_days[mask].min()),
        lift=float(higher[whole].sum() / usual),
        lines=int(whole.sum()),
        refused=int(whole[hits].sum()),
        claims=len(np.unique(claims[hits[whole[hits]]])),
    )
