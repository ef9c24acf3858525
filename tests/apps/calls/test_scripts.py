"""A practice's own call scripts: versions, what is refused, and calls that keep the words they began with."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dueline.core.enums import Role
from dueline.core.scripts import ScriptError, shipped, shipped_text

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
LINE = "not_told: {label: Not told, to: extension}"
OURS = shipped_text("S16").replace("title: Benefit limit reached", "title: Visits used up")


@pytest.fixture
def lead(make_user: Callable[..., Any]) -> Any:
    return make_user(Role.LEAD)


@pytest.fixture
def save(practice: Any, lead: Any) -> Callable[..., Any]:
    from dueline.calls.actions import save_script

    def act(text: str = OURS, key: str = "S16", **changes: Any) -> Any:
        given = {"reason": "Our words", "base": 0, "by": lead, "at": NOW} | changes
        return save_script(practice=practice, key=key, text=text, **given)

    return act


def title(practice: Any, key: str = "S16", **how: Any) -> str:
    from dueline.calls.queries import scripts_of

    script = scripts_of(practice, **how).get(key)
    return script.title if script else ""


def test_version_of_a_practice_lies_over_duelines_own(practice: Any, save: Any) -> None:
    assert title(practice) == shipped()["S16"].title
    version = save()
    assert (version.number, title(practice)) == (1, "Visits used up")


def test_another_practice_keeps_duelines_own(practice: Any, save: Any) -> None:
    from dueline.accounts.actions import add_practice

    other = add_practice(code="summit", name="Summit", npis=[], by="tests", at=NOW)
    save()
    assert title(other) == shipped()["S16"].title


def test_versions_are_counted_and_all_kept(practice: Any, save: Any) -> None:
    from dueline.calls.queries import versions_of

    save()
    save(OURS.replace("Visits used up", "No visits left"), base=1, reason="Shorter")
    assert title(practice) == "No visits left"
    kept = [(one.number, one.reason) for one in versions_of(practice, "S16")]
    assert kept == [(2, "Shorter"), (1, "Our words")]


def test_version_of_someone_else_meanwhile_is_not_written_over(practice: Any, save: Any) -> None:
    from dueline.calls.errors import ScriptStale

    save()
    with pytest.raises(ScriptStale, match="another version meanwhile"):
        save(OURS.replace("Visits used up", "Mine"), base=0)
    assert title(practice) == "Visits used up"


def test_saved_version_cannot_be_changed(save: Any) -> None:
    from django.db import DatabaseError, connection, transaction

    version = save()
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE calls_scriptversion SET text = 'x' WHERE id = %s", [version.pk])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(("to: our_count", "to: nowhere"), "nowhere", id="leads nowhere"),
        pytest.param(("first: denial", "first: nothing"), "one of its steps", id="no first step"),
        pytest.param(("key: S16", "key: S17"), "A script keeps its key", id="another key"),
        pytest.param(("title: Visits used up", "title: [x"), "YAML", id="no YAML"),
        pytest.param(("level: L1", "level: L9"), "one of L1, L2", id="no such level"),
        pytest.param((OURS, shipped_text("S16")), "a change", id="changes nothing"),
    ],
)
def test_fault_is_refused_with_its_place(
    practice: Any, save: Any, change: tuple[str, str], expected: str
) -> None:
    assert change[0] in OURS
    with pytest.raises(ScriptError, match=expected.replace("[", r"\[")):
        save(OURS.replace(*change))
    assert title(practice) == shipped()["S16"].title


def test_way_back_to_a_script_that_was_left_is_refused(practice: Any, save: Any) -> None:
    """S00 leads to S16 already."""
    assert LINE in OURS
    with pytest.raises(ScriptError, match="no way back"):
        save(OURS.replace(LINE, LINE.replace("extension}", "S00}")))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301, "a\x07b"])
def test_reason_is_needed(save: Any, reason: str) -> None:
    with pytest.raises(ScriptError, match="reason"):
        save(reason=reason)


def test_caller_may_not_change_scripts(caller: Any, save: Any) -> None:
    from dueline.accounts.errors import NotAllowed

    with pytest.raises(NotAllowed, match="change call scripts"):
        save(by=caller)


def test_practice_may_add_a_script_and_lead_to_it(practice: Any, save: Any, lead: Any) -> None:
    from dueline.calls.actions import withdraw_script

    save(OURS.replace("key: S16", "key: S31").replace("Visits used up", "Ours"), key="S31")
    assert title(practice, "S31") == "Ours"
    assert LINE in OURS
    save(OURS.replace(LINE, LINE.replace("extension}", "S31}")))
    with pytest.raises(ScriptError, match="S16, step our_day, to: found S31"):
        withdraw_script(practice=practice, key="S31", reason="Not used", base=1, by=lead, at=NOW)
    save(base=1, reason="Without it again")
    withdraw_script(practice=practice, key="S31", reason="Not used", base=1, by=lead, at=NOW)
    assert title(practice, "S31") == ""


def test_taken_away_version_gives_duelines_own_back(practice: Any, save: Any, lead: Any) -> None:
    from dueline.calls.actions import withdraw_script

    save()
    withdraw_script(practice=practice, key="S16", reason="Not better", base=1, by=lead, at=NOW)
    assert title(practice) == shipped()["S16"].title
    with pytest.raises(ScriptError, match="no version of this practice"):
        withdraw_script(practice=practice, key="S16", reason="Again", base=2, by=lead, at=NOW)


def test_call_under_way_keeps_the_words_it_began_with(
    practice: Any, save: Any, caller: Any, claim: Any
) -> None:
    from dueline.calls.actions import answer, start_call, switch
    from dueline.calls.queries import parts_of, talk_of

    call = start_call(practice=practice, claims=[claim], by=caller, as_of=AS_OF, now=NOW)
    save()
    part = switch(parts_of(call).get(), by=caller, now=NOW, scenario="S16")
    assert talk_of(part, as_of=AS_OF).scripts["S16"].title == shipped()["S16"].title
    assert answer(part, by=caller, now=NOW, step="S16.denial").talk["answers"] == {"S16.denial": ""}
    assert title(practice) == "Visits used up"


def test_version_that_cannot_be_read_any_more_leaves_duelines_own(practice: Any) -> None:
    """A later release may not know a fact that an old version asks for: calls go on all the same."""
    from dueline.calls.models import ScriptVersion
    from dueline.calls.queries import scripts_in_use

    text = OURS.replace("denied_on", "no_such_fact")
    ScriptVersion.objects.create(
        practice=practice, key="S16", number=1, text=text, reason="x", saved_at=NOW, saved_by="x"
    )
    assert title(practice) == shipped()["S16"].title
    assert scripts_in_use(practice)["S16"].is_unreadable


def test_saving_is_audited(practice: Any, save: Any) -> None:
    from dueline.accounts.models import AuditEvent

    save()
    event = AuditEvent.objects.get(action="save_script")
    assert (event.object_key, event.username, event.detail) == (
        "S16",
        "lead",
        {"version": 1, "changes": 1},
    )
