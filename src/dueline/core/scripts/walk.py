"""A conversation, replayed from its answers: what is done, what is asked now, what comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dueline.core.scripts.model import Choice, Ending, Need, Script, Step

_AHEAD = 2  # questions shown ahead


@dataclass(frozen=True)
class Conversation:
    """What was answered so far.

    `scenarios`: those opened, in order: a switch adds one. `answers`: "S07.denial" → the key of the choice, ""
    where the step has none. `facts`: what was typed, by the name of the fact.
    """

    scenarios: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A step that was answered."""

    script: Script
    step: Step
    choice: Choice | None
    facts: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        return f"{self.script.key}.{self.step.key}"

    @property
    def needs(self) -> tuple[Need, ...]:
        return self.step.needs + (self.choice.needs if self.choice else ())


@dataclass(frozen=True)
class Position:
    """Where a conversation stands: a question is open (`now`), or it has come to an `ending`."""

    script: Script  # the one asked from
    done: tuple[Done, ...]
    now: Step | None
    ending: Ending | None
    ahead: tuple[Step, ...]

    @property
    def key(self) -> str:
        return f"{self.script.key}.{self.now.key}" if self.now else ""

    @property
    def number(self) -> int:
        return len(self.done) + 1


def is_answered(needs: tuple[Need, ...], facts: Mapping[str, str]) -> bool:
    return all(any(facts.get(name) for name in need.names) for need in needs if need.is_needed)


def walk(scripts: Mapping[str, Script], conversation: Conversation) -> Position:
    """Return where the conversation stands. An answer that no longer fits its step is as if it were not given."""
    done: list[Done] = []
    script, now, ending = scripts[conversation.scenarios[0]], None, None
    for scenario in conversation.scenarios:
        script, now, ending = _follow(scripts, scenario, conversation, done)
    ahead = () if now is None else tuple(_ahead(script, now, conversation))
    return Position(script, tuple(done), now, ending, ahead)


def _follow(
    scripts: Mapping[str, Script], scenario: str, conversation: Conversation, done: list[Done]
) -> tuple[Script, Step | None, Ending | None]:
    script = scripts[scenario]
    seen = {one.key for one in done}
    to = script.first
    while True:
        if to in scripts:
            script, to = scripts[to], scripts[to].first
        if to.startswith("end."):
            return script, None, script.endings[to[4:]]
        step = script.steps[to]
        answered = _answered(script, step, conversation)
        if answered is None:
            return script, step, None
        if answered.key not in seen:
            seen.add(answered.key)
            done.append(answered)
        to = answered.choice.to if answered.choice else step.to


def _answered(script: Script, step: Step, conversation: Conversation) -> Done | None:
    answer = conversation.answers.get(f"{script.key}.{step.key}")
    if answer is None:
        return None
    choice = step.choice(answer)
    if step.choices and choice is None:
        return None
    needs = step.needs + (choice.needs if choice else ())
    if not is_answered(needs, conversation.facts):
        return None
    names = [name for need in needs for name in need.names if conversation.facts.get(name)]
    return Done(script, step, choice, tuple((name, conversation.facts[name]) for name in names))


def _ahead(script: Script, step: Step, conversation: Conversation) -> Iterator[Step]:
    """Yield the next questions, as far as the usual way (the first choice) stays in this script."""
    for _ in range(_AHEAD):
        answer = step.choice(conversation.answers.get(f"{script.key}.{step.key}", ""))
        to = (answer or step.choices[0]).to if step.choices else step.to
        if to not in script.steps:
            return
        step = script.steps[to]
        yield step
