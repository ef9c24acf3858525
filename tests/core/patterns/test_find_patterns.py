"""What the search says of small, readable tables, and what must not change its answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from dueline.core.patterns import (
    AnsweredLines,
    Attribute,
    BadTable,
    Condition,
    Finding,
    PatternReport,
    Verdict,
    covered_lines,
    find_patterns,
    refused_lines,
)
from dueline.sample.planted import FIRST_DAY, Options, invent

SMALL = Options(lines=12_000, patterns=4, most_refused=150, overlap=0.0, drift=0.0)
Chance = Callable[[dict[str, np.ndarray]], np.ndarray]


def practice(
    chance: Chance,
    *,
    lines: int = 6000,
    patients: np.ndarray | None = None,
    more: Sequence[Attribute] = (),
    seed: int = 5,
) -> AnsweredLines:
    """A practice of four payers, ten procedures and two places, each line another patient's unless said."""
    rng = np.random.default_rng(seed)
    codes = {
        "payer": rng.integers(0, 4, lines),
        "place": rng.integers(0, 2, lines),
        "procedure": rng.integers(0, 10, lines),
    }
    refused = np.flatnonzero(rng.random(lines) < chance(codes))
    sizes = {"payer": 4, "place": 2, "procedure": 10}
    attributes = [
        Attribute(name, codes[name], tuple(f"{name}-{i}" for i in range(size)))
        for name, size in sizes.items()
    ]
    days = FIRST_DAY + np.sort(rng.integers(0, 365, lines))
    return AnsweredLines.of(
        [*attributes, *more],
        patients=np.arange(lines) if patients is None else patients,
        service_days=days,
        answer_days=days + 20,
        reasons=["CO-197"],
        refused_lines=refused,
        refused_reasons=np.zeros(len(refused), dtype=np.int64),
        refused_cents=np.full(len(refused), 10_000),
    )


def everywhere(codes: dict[str, np.ndarray]) -> np.ndarray:
    return np.full(len(codes["payer"]), 0.02)


def at_one_payer(codes: dict[str, np.ndarray]) -> np.ndarray:
    return np.where(codes["payer"] == 2, 0.30, 0.02)


def at_one_payer_for_one_procedure(codes: dict[str, np.ndarray]) -> np.ndarray:
    return np.where((codes["payer"] == 2) & (codes["procedure"] == 7), 0.40, 0.02)


def by_payer_and_procedure_apart(codes: dict[str, np.ndarray]) -> np.ndarray:
    """Two ordinary factors: together four times the least, and nothing beyond their product."""
    return (
        0.02 * np.where(codes["payer"] == 2, 1.8, 1.0) * np.where(codes["procedure"] == 7, 1.8, 1)
    )


def names(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [{c.attribute: c.value for c in finding.conditions} for finding in findings]


def same(one: PatternReport, other: PatternReport) -> bool:
    """Whether two reports say the same, up to the last digits of arithmetic."""
    figures = [
        [(f.key, f.refused, f.lines, f.refused_cents, round(f.lift, 3)) for f in r.findings]
        for r in (one, other)
    ]
    return figures[0] == figures[1]


@pytest.mark.parametrize(
    ("chance", "found"),
    [
        pytest.param(everywhere, [], id="the same everywhere: nothing"),
        pytest.param(at_one_payer, [{"payer": "payer-2"}], id="one value: not with others added"),
        pytest.param(
            at_one_payer_for_one_procedure,
            [{"payer": "payer-2", "procedure": "procedure-7"}],
            id="two values: neither of them alone",
        ),
        pytest.param(by_payer_and_procedure_apart, [], id="ordinary differences: no combination"),
    ],
)
def test_finds_the_simplest_form(chance: Chance, found: list[dict[str, str]]) -> None:
    assert names(find_patterns(practice(chance)).findings) == found


def test_figures_add_up_to_those_of_the_table() -> None:
    table = practice(at_one_payer_for_one_procedure)
    [finding] = find_patterns(table).findings
    columns = {a.name: a.codes for a in table.attributes}
    inside = (columns["payer"] == 2) & (columns["procedure"] == 7)
    refused = int(inside[table.refusals.lines].sum())
    assert (finding.lines, finding.refused) == (int(inside.sum()), refused)
    assert covered_lines(table, finding.conditions).tolist() == np.flatnonzero(inside).tolist()
    assert len(refused_lines(table, finding)) == refused
    assert finding.rest_lines == len(table) - finding.lines
    assert finding.rest_refused == len(table.refusals.lines) - refused
    assert finding.refused_cents == 10_000 * refused
    assert 0 < finding.avoidable_cents < finding.refused_cents
    assert finding.lift_low < finding.lift < finding.lift_high
    assert finding.p_value < finding.q_value < 0.01
    assert finding.since_day is None
    assert finding.key == "CO-197: payer=payer-2 & procedure=procedure-7"


def test_says_since_when() -> None:
    begins = FIRST_DAY + 200

    def chance(codes: dict[str, np.ndarray]) -> np.ndarray:
        late = np.arange(len(codes["payer"])) > 200 / 365 * len(codes["payer"])
        return np.where((codes["payer"] == 2) & late, 0.30, 0.02)

    [finding] = find_patterns(practice(chance)).findings
    assert finding.since_day is not None
    assert abs(finding.since_day - (begins + 20)) <= 7


def test_one_patient_who_keeps_coming_back_is_no_pattern() -> None:
    """Two hundred refusals at one payer for one procedure, all of three people."""
    table = practice(at_one_payer_for_one_procedure)
    columns = {a.name: a.codes for a in table.attributes}
    inside = (columns["payer"] == 2) & (columns["procedure"] == 7)
    patients = np.where(inside, 10**6 + table.patients % 3, table.patients)
    assert names(find_patterns(replace(table, patients=patients)).findings) == []


def test_two_attributes_that_say_the_same_give_one_finding_with_both_names() -> None:
    table = practice(at_one_payer_for_one_procedure)
    payer = next(a for a in table.attributes if a.name == "payer")
    twin = Attribute("clearinghouse", payer.codes, tuple(f"house-{i}" for i in range(4)))
    report = find_patterns(replace(table, attributes=(*table.attributes, twin)))
    assert len(report.findings) == 1
    [finding] = report.findings
    called = [finding.conditions, *finding.names]
    assert {c.attribute for name in called for c in name} == {"payer", "clearinghouse", "procedure"}


def test_a_carc_and_its_category_give_one_finding() -> None:
    table = practice(at_one_payer)
    rows = table.refusals
    both = AnsweredLines.of(
        table.attributes,
        patients=table.patients,
        service_days=table.service_days,
        answer_days=table.answer_days,
        reasons=["CO-197", "authorization_referral"],
        refused_lines=np.tile(rows.lines, 2),
        refused_reasons=np.repeat([0, 1], len(rows.lines)),
        refused_cents=np.tile(rows.cents, 2),
    )
    [finding] = find_patterns(both).findings
    assert {finding.reason, *finding.other_reasons} == {"CO-197", "authorization_referral"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_of_lines_values_and_attributes_does_not_matter(seed: int) -> None:
    table = invent(replace(SMALL, seed=seed)).table
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(table))
    position = np.argsort(shuffled)
    attributes = []
    for attribute in rng.permutation(np.asarray(table.attributes, dtype=object)).tolist():
        renamed = rng.permutation(len(attribute.labels))
        labels = tuple(attribute.labels[i] for i in np.argsort(renamed))
        attributes.append(Attribute(attribute.name, renamed[attribute.codes][shuffled], labels))
    other = AnsweredLines.of(
        attributes,
        patients=10**9 - table.patients[shuffled],
        service_days=table.service_days[shuffled],
        answer_days=table.answer_days[shuffled],
        reasons=table.reasons,
        refused_lines=position[table.refusals.lines],
        refused_reasons=table.refusals.reasons,
        refused_cents=table.refusals.cents,
    )
    first = find_patterns(table)
    assert first.findings
    assert same(first, find_patterns(other))


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_found_where_nothing_is_planted(seed: int) -> None:
    report = find_patterns(invent(Options(lines=8000, patterns=0, seed=seed)).table)
    assert report.verdict is Verdict.NOTHING_FOUND
    assert report.looked_at > 10_000


def test_hints_are_kept_apart_and_are_weaker() -> None:
    reports = [find_patterns(invent(replace(SMALL, seed=seed)).table) for seed in range(2)]
    for report in reports:
        assert all(f.q_value <= 0.05 for f in report.findings)
        assert all(0.05 < h.q_value <= 0.5 for h in report.hints)
        assert not {f.key for f in report.findings} & {h.key for h in report.hints}


def test_a_value_that_the_table_does_not_know_covers_no_line() -> None:
    table = practice(everywhere, lines=300)
    assert not len(covered_lines(table, [Condition("payer", "Unheard of")]))
    assert not len(covered_lines(table, [Condition("weekday", "Monday")]))


# ---- bad input


def three_claims(**changes: object) -> AnsweredLines:
    given: dict[str, object] = {
        "attributes": [Attribute.of("payer", ["Prairie", "Prairie", "Prairie"])],
        "patients": [1, 2, 3],
        "service_days": [FIRST_DAY, 0, FIRST_DAY + 9],
        "answer_days": [FIRST_DAY - 400, 0, 5],
        "reasons": ["CO-197", "XYZ-999"],
        "refused_lines": [0, 1],
        "refused_reasons": [0, 1],
        "refused_cents": [-5, 10**30],
    } | changes
    attributes = given.pop("attributes")
    return AnsweredLines.of(attributes, **given)  # type: ignore[arg-type]


def test_three_claims_are_too_little() -> None:
    report = find_patterns(three_claims())
    assert report.verdict is Verdict.TOO_LITTLE
    assert report.why == "Too little to conclude: 3 answered lines, at least 200 needed."
    assert report.findings == report.hints == ()


def test_no_claims_at_all_are_too_little() -> None:
    columns = "patients service_days answer_days refused_lines refused_reasons refused_cents"
    nothing: dict[str, object] = {column: [] for column in columns.split()}
    report = find_patterns(three_claims(attributes=[Attribute.of("payer", [])], **nothing))
    assert report.verdict is Verdict.TOO_LITTLE


def test_one_payer_only_is_not_compared_with_others() -> None:
    table = practice(at_one_payer_for_one_procedure)
    one = Attribute("payer", np.zeros(len(table), dtype=np.int64), ("Prairie",))
    others = tuple(a for a in table.attributes if a.name != "payer")
    report = find_patterns(replace(table, attributes=(one, *others)))
    assert report.not_compared == ("payer",)
    only = find_patterns(replace(table, attributes=(one,)))
    assert only.verdict is Verdict.TOO_LITTLE
    assert "no attribute has two values" in only.why


def test_few_refused_patients_are_too_little() -> None:
    table = practice(everywhere)
    rows = table.refusals
    few = replace(rows, lines=rows.lines[:8], reasons=rows.reasons[:8], cents=rows.cents[:8])
    report = find_patterns(replace(table, refusals=few))
    assert report.verdict is Verdict.TOO_LITTLE
    assert "8 patients with a refusal" in report.why


def test_unknown_codes_belong_to_no_pattern_but_count() -> None:
    table = practice(at_one_payer)
    payer = next(a for a in table.attributes if a.name == "payer")
    codes = np.where(payer.codes == 2, np.where(np.arange(len(table)) % 2, -1, 99), payer.codes)
    others = tuple(a for a in table.attributes if a.name != "payer")
    report = find_patterns(replace(table, attributes=(replace(payer, codes=codes), *others)))
    assert report.unknown_values == int((payer.codes == 2).sum())
    assert not any(c.attribute == "payer" for f in report.findings for c in f.conditions)


def test_huge_and_negative_amounts_do_not_overflow() -> None:
    table = practice(at_one_payer)
    cents = np.where(np.arange(len(table.refusals.cents)) % 3, 2**62, -(2**62))
    [finding] = find_patterns(
        replace(table, refusals=replace(table.refusals, cents=cents))
    ).findings
    assert finding.refused_cents > 2**62
    assert finding.avoidable_cents > 0


def test_dates_out_of_order_or_missing_do_not_matter() -> None:
    table = practice(at_one_payer)
    rng = np.random.default_rng(1)
    odd = rng.choice([0, 1, FIRST_DAY, 10**6], len(table))
    [finding] = find_patterns(replace(table, service_days=odd, answer_days=odd[::-1])).findings
    assert finding.conditions == (Condition("payer", "payer-2"),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_days": [1]}, "column service_days: 3 values expected, 1 found"),
        ({"refused_lines": [0, 3]}, "lines from 0 to 2 expected"),
        ({"refused_reasons": [0, 2]}, "reasons from 0 to 1 expected"),
        ({"refused_cents": [1]}, "columns of one length expected"),
        ({"reasons": ["CO-197", "CO-197"]}, "each reason once expected"),
    ],
)
def test_columns_that_do_not_fit_are_refused_by_name(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(BadTable, match=words):
        three_claims(**changes)
