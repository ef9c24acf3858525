"""The tools of an assistant, driven by the SDK's own client."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent
from dueline.api.actions.drafts import confirm, discard
from dueline.api.actions.tokens import revoke_token
from dueline.api.assistant import server
from dueline.api.errors import DraftRefused
from dueline.api.models import Draft, Token
from dueline.api.queries.drafts import draft_for, waiting_drafts
from dueline.calls.models import FollowUp
from dueline.core.drafts import DraftKind, DraftState
from dueline.core.enums import Role
from dueline.core.scopes import Scope
from tests.api.site import AS_OF, CONTACT, NOW, Site, build, token_of

TOOLS = {
    "worklist": {},
    "claim_packet": {"claim": "claim"},
    "payer_rules": {"payer": "payer"},
    "claim_denials": {"claim": "claim"},
    "denial": {"denial": "denial"},
    "draft_note": {"claim": "claim", "text": "Ask for the fax."},
    "draft_appeal": {"claim": "claim", "text": "We ask you to reconsider."},
    "propose_follow_up": {"claim": "claim", "facts": CONTACT},
}
SCOPES = {
    "worklist": Scope.READ_WORKLIST,
    "claim_packet": Scope.READ_CLAIMS,
    "payer_rules": Scope.READ_PAYERS,
    "claim_denials": Scope.READ_DENIALS,
    "denial": Scope.READ_DENIALS,
    "draft_note": Scope.PROPOSE,
    "draft_appeal": Scope.PROPOSE,
    "propose_follow_up": Scope.PROPOSE,
}


def run(talk: Callable[[], Any]) -> Any:
    """Run a coroutine in a thread of its own: a browser test before this one leaves its loop in the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, talk).result()


def ask(token: str, *calls: tuple[str, dict[str, Any]], practice: str = "lakeside") -> list[Any]:
    """Return the results of calls in one session."""

    async def talk() -> list[Any]:
        async with Client(server(token, practice)) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return run(talk)


def arguments(site: Site, name: str, of: str = "lakeside") -> dict[str, Any]:
    ids = site.ids[of]
    return {key: ids[value] if isinstance(value, str) and value in ids else value
            for key, value in TOOLS[name].items()}  # fmt: skip


def said(result: Any) -> str:
    return " ".join(part.text for part in result.content)


@pytest.mark.django_db(transaction=True)
def test_assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One database for all: tools run in threads of their own, and see what is committed."""
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: AS_OF)
    site = build(tmp_path)
    _tools_are_described(site)
    _every_tool_works_and_is_in_the_trail(site)
    _refuses(site)
    _nothing_counts_before_a_person_confirms(site)


def _tools_are_described(site: Site) -> None:
    async def tools() -> Any:
        async with Client(server(site.tokens[Role.LEAD], "lakeside")) as client:
            return (await client.list_tools()).tools

    found = {tool.name: tool for tool in run(tools)}
    assert set(found) == set(TOOLS)
    assert all(tool.description for tool in found.values())
    readers = {name for name, tool in found.items() if tool.annotations.read_only_hint}
    assert readers == {"worklist", "claim_packet", "payer_rules", "claim_denials", "denial"}
    assert "occurred_at" in str(found["propose_follow_up"].description)


def _every_tool_works_and_is_in_the_trail(site: Site) -> None:
    last = AuditEvent.objects.order_by("-pk")[0].pk
    token = Token.objects.get(user=site.people[Role.LEAD], name="test")
    results = ask(site.tokens[Role.LEAD], *((name, arguments(site, name)) for name in TOOLS))
    assert not any(result.is_error for result in results), [said(result) for result in results]
    texts = dict(zip(TOOLS, map(said, results)))
    assert "LAK001" in texts["worklist"]
    assert "MLAK001" in texts["claim_packet"]  # the member ID, which a representative asks for
    assert "open_negotiation" in texts["payer_rules"]
    assert json.loads(texts["denial"])["carc"] == "197"
    events = AuditEvent.objects.filter(pk__gt=last).order_by("pk")
    assert [event.action for event in events] == [
        "view_worklist", "view_packet", "view_denials", "view_denial",
        "propose_draft", "propose_draft", "propose_draft",
    ]  # fmt: skip
    assert {event.detail["token"] for event in events} == {token.pk}
    assert not FollowUp.objects.exists()


def _refuses(site: Site) -> None:
    before = AuditEvent.objects.count()
    lead = site.people[Role.LEAD]
    for name, scope in SCOPES.items():
        others = [one for one in Scope if one not in (scope, Scope.READ_WEBHOOKS)]
        _, text = token_of(lead, site.lakeside, others)
        before += 1  # the token's own event
        (refused,) = ask(text, (name, arguments(site, name)))
        assert refused.is_error
        assert scope.value in said(refused)
        if name != "worklist":
            (foreign,) = ask(site.tokens[Role.LEAD], (name, arguments(site, name, of="summit")))
            assert foreign.is_error
            assert "no such" in said(foreign)
    gone, text = token_of(lead, site.lakeside, list(SCOPES.values()))
    revoke_token(token=gone, by="tests", now=NOW)
    before += 2
    assert "revoked" in said(ask(text, ("worklist", {}))[0])
    for token, practice in (
        ("dlt_x", "lakeside"),
        (site.other, "lakeside"),
        (site.other, "nowhere"),
    ):
        assert ask(token, ("worklist", {}), practice=practice)[0].is_error
    _, text = token_of(lead, site.lakeside, [Scope.PROPOSE])
    before += 1
    bad = {**CONTACT, "facts": {}}
    claim = site.ids["lakeside"]["claim"]
    for wrong in (bad, {**CONTACT, "colour": "red"}, {}):
        (refused,) = ask(text, ("propose_follow_up", {"claim": claim, "facts": wrong}))
        assert refused.is_error
    (refused,) = ask(text, ("draft_note", {"claim": claim, "text": "x" * 20_001}))
    assert refused.is_error
    assert AuditEvent.objects.count() == before


def _nothing_counts_before_a_person_confirms(site: Site) -> None:
    drafts = {draft.kind: draft for draft in waiting_drafts(site.lakeside)}
    assert set(drafts) == set(DraftKind)
    follow_up = drafts[DraftKind.FOLLOW_UP]
    analyst, caller = site.people[Role.ANALYST], site.people[Role.L2_CALLER]
    with pytest.raises(NotAllowed):
        confirm(draft=follow_up, by=analyst, as_of=AS_OF, now=NOW)
    confirmed = confirm(draft=follow_up, by=caller, as_of=AS_OF, now=NOW)
    recorded = FollowUp.objects.get()
    assert confirmed.follow_up == recorded
    assert recorded.recorded_by == caller  # who confirmed it answers for it
    assert recorded.said == CONTACT["said"]
    for act in (lambda: confirm(draft=follow_up, by=caller, as_of=AS_OF, now=NOW),
                lambda: discard(draft=follow_up, by=caller, now=NOW)):  # fmt: skip
        with pytest.raises(DraftRefused, match="confirmed by l2_caller already"):
            act()
    discard(draft=drafts[DraftKind.NOTE], by=caller, now=NOW)
    confirm(draft=drafts[DraftKind.APPEAL], by=caller, as_of=AS_OF, now=NOW)
    assert not waiting_drafts(site.lakeside).exists()
    assert FollowUp.objects.count() == 1
    with pytest.raises(Draft.DoesNotExist):
        draft_for(site.practices["summit"], follow_up.pk)
    states = set(Draft.objects.values_list("state", flat=True))
    assert states == {DraftState.CONFIRMED.value, DraftState.DISCARDED.value}
