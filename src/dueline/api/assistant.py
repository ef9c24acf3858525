"""What an assistant may do, as tools of the Model Context Protocol: read, and propose; never record or send.

Every tool checks its token anew, as a request to the API is checked, and leaves its event in the trail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from django.db import close_old_connections
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.errors import NotAllowed
from dueline.api.access import Caller, caller_of
from dueline.api.actions.drafts import propose
from dueline.api.errors import ApiError
from dueline.api.schemas.denials import denial_out, denial_row
from dueline.api.schemas.payers import rules_in_use
from dueline.api.schemas.worklist import item_row
from dueline.calls.queries import packet_of
from dueline.core.drafts import DraftKind
from dueline.core.enums import Order
from dueline.core.follow_up import FollowUpError
from dueline.core.follow_up_schema import schema
from dueline.core.scopes import Scope
from dueline.denials.models import Denial
from dueline.denials.queries import card_of, denial_for, denials_of
from dueline.ledger.models import Claim
from dueline.ledger.queries import claim_for
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book
from dueline.payers.queries.versions import rules_of
from dueline.worklist.actions import ensure_priced
from dueline.worklist.queries import explain_each, items, pricing_for, usual_filters

INSTRUCTIONS = """\
Dueline is the workbench of a medical-billing team that follows up unpaid claims. These tools read the worklist, \
a claim's packet, a payer's rules and denials, and leave drafts. A draft changes nothing: a person confirms or \
discards it on the Drafts page. Invent no fact: what is not in the packet is not known. What tools answer is \
patient data of the practice.
"""
_ClaimId = Annotated[int, Field(ge=1, le=2**63 - 1, description="A claim's id, from the worklist.")]
_Text = Annotated[str, Field(min_length=1, max_length=20_000)]
_READS = ToolAnnotations(read_only_hint=True)
_PROPOSES = ToolAnnotations(read_only_hint=False, destructive_hint=False)


class Assistant:
    """The tools, for one token in one practice."""

    def __init__(self, presented: str, practice: str) -> None:
        self._presented = presented
        self._practice = practice

    @contextmanager
    def _let_in(self, scope: Scope) -> Iterator[Caller]:
        """Check the token, and let what is done in the block name it in the trail."""
        close_old_connections()
        try:
            caller = caller_of(self._presented, self._practice, scope)
            with audit.through(caller.token.pk):
                yield caller
        except (ApiError, NotAllowed, FollowUpError) as refused:
            raise ToolError(str(refused)) from None
        except (Claim.DoesNotExist, Denial.DoesNotExist, Payer.DoesNotExist):
            raise ToolError("There is no such thing in this practice.") from None

    def worklist(
        self,
        order: Order = Order.PRIORITY,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """List the claims that the token's user works now, in an order, each with its reason."""
        with self._let_in(Scope.READ_WORKLIST) as caller:
            as_of, now = clock.today(), clock.now()
            ensure_priced(practice=caller.practice, as_of=as_of, now=now)
            found = items(
                caller.practice,
                order=order,
                filters=usual_filters(caller.role),
                as_of=as_of,
                user=caller.user,
            )
            rows = list(found[:limit])
            prices = explain_each(rows, rules=pricing_for(caller.practice, as_of=as_of))
            _viewed(caller, "view_worklist", [row.claim_id for row in rows])
            return {
                "items": [
                    item_row(row, price.sentence, now=now).model_dump(mode="json")
                    for row, price in zip(rows, prices)
                ]
            }

    def claim_packet(self, claim: _ClaimId) -> dict[str, Any]:
        """Give what a payer's representative asks for about a claim, how to reach them, and what happened last."""
        with self._let_in(Scope.READ_CLAIMS) as caller:
            found = packet_of(claim_for(caller.practice, claim), now=clock.now())
            _viewed(caller, "view_packet", [claim])
            line = found.line
            return {
                "claim": claim,
                "payer": {
                    "name": line.payer,
                    "phone": line.phone or None,
                    "portal": line.portal or None,
                    "is_open_now": line.hours.is_open,
                },
                "groups": [
                    {
                        "title": group.title,
                        "facts": [
                            {"label": fact.label, "value": fact.copied or None}
                            for fact in group.facts
                        ],
                    }
                    for group in found.groups
                ],
                "last_contacts": [
                    {"on": one.on.isoformat(), "text": one.text} for one in found.contacts
                ],
            }

    def payer_rules(
        self, payer: Annotated[int, Field(ge=1, le=2**63 - 1, description="A payer's id.")]
    ) -> dict[str, Any]:
        """List the rules in force at a payer today, each with its source and when it was checked."""
        with self._let_in(Scope.READ_PAYERS) as caller:
            found = Payer.objects.get(practice=caller.practice, pk=payer)
            found.practice = caller.practice
            facts = rule_book(caller.practice).payers[found.pk]
            kinds = rules_of(found, facts=facts, as_of=clock.today())
            return {
                "payer": found.name,
                "rules": [rule.model_dump(mode="json") for rule in rules_in_use(kinds)],
            }

    def claim_denials(self, claim: _ClaimId) -> dict[str, Any]:
        """List a claim's denials, the latest first."""
        with self._let_in(Scope.READ_DENIALS) as caller:
            found = claim_for(caller.practice, claim)
            _viewed(caller, "view_denials", [claim])
            rows = [denial_row(row).model_dump(mode="json") for row in denials_of(found.pk)]
            return {"denials": rows}

    def denial(
        self, denial: Annotated[int, Field(ge=1, le=2**63 - 1, description="A denial's id.")]
    ) -> dict[str, Any]:
        """Give a denial with what the playbook says to do, and what the practice's own data answers."""
        with self._let_in(Scope.READ_DENIALS) as caller:
            found = denial_for(caller.practice, denial)
            claim = claim_for(caller.practice, found.claim_id)
            _viewed(caller, "view_denial", [claim.pk])
            return denial_out(card_of(found, claim, as_of=clock.today())).model_dump(mode="json")

    def draft_note(self, claim: _ClaimId, text: _Text) -> dict[str, Any]:
        """Leave the text of a note about a claim, for a person to take over or discard."""
        return self._proposed(claim, DraftKind.NOTE, text=text)

    def draft_appeal(self, claim: _ClaimId, text: _Text) -> dict[str, Any]:
        """Leave the text of an appeal of a claim, for a person to take over or discard. Nothing is sent."""
        return self._proposed(claim, DraftKind.APPEAL, text=text)

    def propose_follow_up(self, claim: _ClaimId, facts: dict[str, Any]) -> dict[str, Any]:
        """Leave the facts of a follow-up, to be recorded only when a person has confirmed it."""
        return self._proposed(claim, DraftKind.FOLLOW_UP, facts=facts)

    def _proposed(
        self, claim: int, kind: DraftKind, *, text: str = "", facts: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        with self._let_in(Scope.PROPOSE) as caller:
            made = propose(
                practice=caller.practice,
                claim=claim_for(caller.practice, claim),
                token=caller.token,
                kind=kind,
                text=text,
                facts=facts,
                as_of=clock.today(),
                now=clock.now(),
            )
            return {"draft": made.pk, "state": made.state, "waits_for": "a person, on Drafts"}


def _viewed(caller: Caller, action: str, claims: list[int]) -> None:
    audit.record(
        practice=caller.practice,
        by=caller.username,
        action=action,
        at=clock.now(),
        detail={"claims": claims},
    )


def server(presented: str, practice: str) -> MCPServer:
    """Return the server with the tools for one token in one practice."""
    assistant = Assistant(presented, practice)
    made: MCPServer = MCPServer("dueline", instructions=INSTRUCTIONS, log_level="WARNING")
    reads = (
        assistant.worklist,
        assistant.claim_packet,
        assistant.payer_rules,
        assistant.claim_denials,
        assistant.denial,
    )
    for tool in reads:
        made.add_tool(tool, annotations=_READS)
    made.add_tool(assistant.draft_note, annotations=_PROPOSES)
    made.add_tool(assistant.draft_appeal, annotations=_PROPOSES)
    made.add_tool(
        assistant.propose_follow_up,
        description=f"{assistant.propose_follow_up.__doc__} {_fields()}",
        annotations=_PROPOSES,
    )
    return made


_NOT_SAID = ("patient_control_number", "request_key", "corrects")


def _fields() -> str:
    """Return in words what a follow-up takes; what an outcome requires is answered where it is missing."""
    found = schema()["properties"]
    assert isinstance(found, dict)
    return f"Fields of `facts`: {', '.join(name for name in found if name not in _NOT_SAID)}."
