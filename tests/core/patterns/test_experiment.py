"""A quick slice of `make experiment-patterns`, and its own yardstick."""

from dataclasses import replace

import pytest

from dueline.core.patterns import Condition
from dueline.sample.planted import Options, invent
from experiments import rivals
from experiments.patterns import main_table, power_table
from experiments.runs import JUMP_OPTIONS, jump, must_find, planted, seeds
from experiments.truth import score

QUICK = Options(lines=15_000, patterns=4, most_refused=150)


@pytest.mark.slow
def test_most_is_found_and_hardly_anything_invented() -> None:
    runs = [planted(options) for options in seeds(QUICK, 5)]
    due, found = must_find(runs)
    assert due >= 8
    assert found >= 0.75 * due  # five runs: the page has fifty
    assert sum(r.false for r in runs) <= 2
    assert any("claims and a lift" in line for line in main_table(runs, runs))
    assert len(power_table(runs)) == 6


@pytest.mark.slow
def test_a_threefold_jump_is_found_within_ten_business_days() -> None:
    options = replace(JUMP_OPTIONS, lines=100_000, jump_volume=20.0)
    done = jump(replace(options, seed=1))
    assert done is not None
    assert done.found_after is not None


def test_the_same_options_invent_the_same() -> None:
    one, other = invent(QUICK), invent(QUICK)
    assert one.plants == other.plants
    assert one.table.refusals.lines.tolist() == other.table.refusals.lines.tolist()
    assert invent(replace(QUICK, seed=9)).plants != one.plants


def test_the_plants_themselves_are_all_true_and_exact() -> None:
    invented = invent(QUICK)
    told = score(invented, [(p.reason, p.conditions) for p in invented.plants])
    assert (told.false, told.exact) == (0, len(invented.plants))


def test_a_second_report_of_a_plant_a_sliver_and_a_stranger_are_false() -> None:
    invented = invent(replace(QUICK, patterns=1))
    plant = invented.plants[0]
    unused = next(
        a
        for a in invented.table.attributes
        if a.name not in {c.attribute for c in plant.conditions} and len(a.labels) > 20
    )
    sliver = (*plant.conditions, Condition(unused.name, unused.labels[-1]))
    stranger = next(r for r in invented.table.reasons if r != plant.reason)
    reports = [
        (plant.reason, plant.conditions),
        (plant.reason, plant.conditions),
        (plant.reason, sliver),
        (stranger, plant.conditions),
    ]
    assert score(invented, reports).matches == (0, -1, -1, -1)


def test_pivots_return_ten_whatever_is_there() -> None:
    table = invent(replace(QUICK, patterns=0)).table
    assert len(rivals.pivot_by_count(table)) == len(rivals.pivot_by_rate(table)) == 10
