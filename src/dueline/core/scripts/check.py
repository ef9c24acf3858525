"""Whether scripts lead somewhere: no dead end, no loop, and every ending with the facts its outcome requires."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from dueline.core.follow_up import REQUIRED, FieldProblem
from dueline.core.scripts.model import Need, Script, Step

_Given = frozenset[tuple[str, ...]]


def check(scripts: Mapping[str, Script]) -> list[FieldProblem]:
    """Return what is wrong with scripts that are used together; empty where all is well."""
    problems = [problem for script in scripts.values() for problem in _inside(script, scripts)]
    return problems or list(_between(scripts))


def _inside(script: Script, scripts: Mapping[str, Script]) -> Iterator[FieldProblem]:
    lost = [
        problem
        for step in script.steps.values()
        for _, to in step.ways()
        for problem in _leads(script, step, to, scripts)
    ]
    if lost:  # all else that is found then mostly follows from it
        yield from lost
        return
    reached = _reached(script)
    for key in [key for key in script.steps if key not in reached]:
        yield _problem(script, f"step {key}", "a step that nothing leads to", "an answer that does")
    for key in [key for key in script.endings if f"end.{key}" not in reached]:
        yield _problem(
            script, f"ending {key}", "an ending that nothing leads to", "an answer that does"
        )
    order = _order(script)
    if order is None:
        yield _problem(script, "steps", "steps that lead back to each other", "a way on from each")
    else:
        yield from _lacking(script, order)


def _problem(script: Script, place: str, found: str, expected: str) -> FieldProblem:
    return FieldProblem(f"{script.key}, {place}", found, expected, "Change it.")


def _leads(
    script: Script, step: Step, to: str, scripts: Mapping[str, Script]
) -> Iterator[FieldProblem]:
    known = to in script.steps or (to in scripts and to != script.key)
    if to.startswith("end."):
        known = to[4:] in script.endings
    if not known:
        expected = "a step of this script, another scenario, or end. and an ending"
        yield _problem(script, f"step {step.key}, to", to[:40] or "nothing", expected)


def _reached(script: Script) -> set[str]:
    reached, waiting = set[str](), [script.first]
    while waiting:
        key = waiting.pop()
        if key in reached:
            continue
        reached.add(key)
        if key in script.steps:
            waiting += [to for _, to in script.steps[key].ways()]
    return reached


def _order(script: Script) -> list[str] | None:
    """Return the steps, each after those that lead to it; None where they go round."""
    return _sorted(
        {
            key: {to for _, to in step.ways() if to in script.steps}
            for key, step in script.steps.items()
        }
    )


def _sorted(leads: Mapping[str, set[str]]) -> list[str] | None:
    try:
        return list(TopologicalSorter(leads).static_order())[::-1]
    except CycleError:
        return None


def _between(scripts: Mapping[str, Script]) -> Iterator[FieldProblem]:
    leads = {
        key: {to for step in script.steps.values() for _, to in step.ways() if to in scripts}
        for key, script in scripts.items()
    }
    try:
        TopologicalSorter(leads).prepare()
    except CycleError as error:
        way = " to ".join(reversed(error.args[1]))
        yield FieldProblem("scenarios", way, "no way back to one that was left", "Change a jump.")


def _lacking(script: Script, order: list[str]) -> Iterator[FieldProblem]:
    """Yield each ending that some way reaches without a fact that its outcome requires."""
    given: dict[str, _Given] = {script.first: frozenset()}
    for key in order:
        if key not in given:
            continue
        for needs, to in script.steps[key].ways():
            after = given[key] | _certain(needs)
            given[to] = after & given[to] if to in given else after
    for ending in script.endings.values():
        certain = given.get(f"end.{ending.key}", frozenset())
        for names in REQUIRED[ending.outcome]:
            if not any(set(asked) <= set(names) for asked in certain):
                expected = (
                    f"{' or '.join(names)} on every way to it, for the outcome {ending.outcome}"
                )
                yield _problem(script, f"ending {ending.key}", "a way without", expected)


def _certain(needs: tuple[Need, ...]) -> _Given:
    return frozenset(need.names for need in needs if need.is_needed)
