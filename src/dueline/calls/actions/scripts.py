"""A practice's own words for its calls: trying, saving and taking away a version of a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.calls.errors import ScriptStale
from dueline.calls.models import ScriptVersion
from dueline.calls.queries.scripts import latest_versions, scripts_of
from dueline.core.follow_up import FieldProblem
from dueline.core.scripts import Difference, Script, ScriptError, differences, parse, shipped
from dueline.core.scripts import check as check_scripts


@dataclass(frozen=True)
class Trial:
    """What a text would be as a script, and what it changes. `problems`: why it cannot be saved."""

    script: Script | None
    changes: list[Difference]
    problems: list[FieldProblem]


def try_script(practice: Practice, key: str, text: str) -> Trial:
    """Return what saving a text as this script would do; nothing is written."""
    scripts = dict(scripts_of(practice))
    try:
        script = parse(text)
    except ScriptError as refused:
        return Trial(None, [], list(refused.problems))
    if script.key != key:
        problem = FieldProblem("key", script.key, key, "A script keeps its key.")
        return Trial(script, [], [problem])
    changes = differences(scripts.get(key), script)
    problems = check_scripts({**scripts, key: script})
    if not changes:
        problems = [FieldProblem("the text", "what holds already", "a change", "Change it.")]
    return Trial(script, changes, problems)


@transaction.atomic
def save_script(
    *, practice: Practice, key: str, text: str, reason: str, base: int, by: User, at: datetime
) -> ScriptVersion:
    """Save a version of a script; calls that begin from now on use it.

    `base`: the number of the version that was changed, 0 for Dueline's own. Raises NotAllowed, ScriptError
    (a fault in the text, a flow that leads nowhere, no reason), ScriptStale.
    """
    check(by, practice, Permission.CHANGE_SCRIPTS)
    trial = try_script(practice, key, text)
    problems = trial.problems + _reason_problems(reason)
    if problems:
        raise ScriptError(problems)
    return _add(practice, key, text, reason, base, by, at, changes=len(trial.changes))


@transaction.atomic
def withdraw_script(
    *, practice: Practice, key: str, reason: str, base: int, by: User, at: datetime
) -> ScriptVersion:
    """Take the practice's version of a script away: Dueline's own holds again, or none where it has none.

    Raises NotAllowed, ScriptError (other scripts lead to it, no reason, nothing to take away), ScriptStale.
    """
    check(by, practice, Permission.CHANGE_SCRIPTS)
    problems = _reason_problems(reason)
    held = latest_versions(practice).get(key)
    if held is None or not held.text:
        problems.append(FieldProblem(key, "no version of this practice", "one", "Nothing to do."))
    else:
        problems += check_scripts(_without(scripts_of(practice), key))
    if problems:
        raise ScriptError(problems)
    return _add(practice, key, "", reason, base, by, at)


def _without(scripts: Mapping[str, Script], key: str) -> dict[str, Script]:
    rest = {name: script for name, script in scripts.items() if name != key}
    own = shipped().get(key)
    return {**rest, key: own} if own else rest


def _reason_problems(reason: str) -> list[FieldProblem]:
    words = reason.strip()
    if words and words.isprintable() and len(words) <= 300:
        return []
    found = "nothing" if not words else "more than 300 characters or a control character"
    return [FieldProblem("reason", found, "why, in a sentence", "Say why it is changed.")]


def _add(
    practice: Practice,
    key: str,
    text: str,
    reason: str,
    base: int,
    by: User,
    at: datetime,
    **detail: object,
) -> ScriptVersion:
    held = latest_versions(practice).get(key)
    number = held.number if held else 0
    stale = ScriptStale(
        "Someone saved another version meanwhile. Yours is kept here; compare both."
    )
    if base != number:
        raise stale
    try:
        with transaction.atomic():
            version: ScriptVersion = ScriptVersion.objects.create(
                practice=practice,
                key=key,
                number=number + 1,
                text=text,
                reason=reason.strip(),
                saved_at=at,
                saved_by=by.get_username(),
            )
    except IntegrityError:
        raise stale from None
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="save_script" if text else "withdraw_script",
        at=at,
        object_kind="script",
        object_key=key,
        detail={"version": version.number, **detail},
    )
    return version
