"""`dueline claim`: all that is known of one claim."""

from datetime import date
from typing import TYPE_CHECKING

import typer

from dueline.cli.startup import (
    AsOfOption,
    ClaimArgument,
    JsonOption,
    PracticeOption,
    day_or_today,
    practice_or_fail,
    print_json,
    ready,
    viewed_claim,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from dueline.ledger.models import Claim
    from dueline.ledger.queries import Story, TimelineEntry

app = typer.Typer(add_completion=False)


@app.command()
def claim(
    patient_control_number: ClaimArgument,
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print a claim's facts, its money by line, its deadlines with their rules, and its timeline."""
    ready()
    from dueline import clock
    from dueline.ledger.queries import claim_story

    owner = practice_or_fail(practice)
    day = day_or_today(as_of)
    found = viewed_claim(owner, patient_control_number, action="view_claim", at=clock.now())
    facts = _document(claim_story(found), found, day)
    if json:
        print_json(facts)
    else:
        _print(facts)


def _document(story: "Story", claim: "Claim", day: date) -> dict[str, object]:
    from dueline.core.aging import days_outstanding
    from dueline.core.money import dollars
    from dueline.worklist.models import WorklistItem
    from dueline.worklist.queries import deadlines_of, item_document, moves_of, times_put_off

    item = WorklistItem.objects.filter(claim=claim).first()
    clocks = deadlines_of(claim, as_of=day)
    return {
        "patient_control_number": claim.patient_control_number,
        "payer": claim.payer.name,
        "payer_claim_control_number": claim.payer_claim_control_number,
        "payer_status": claim.payer_status,
        "payer_said": claim.payer_said,
        "service_on": claim.service_from_on,
        "first_submitted_on": claim.first_submitted_on,
        "days_since_service": days_outstanding(claim.service_from_on, as_of=day),
        "days_since_submission": days_outstanding(claim.first_submitted_on, as_of=day),
        "charge": dollars(claim.charge_cents),
        "paid": dollars(claim.paid_cents),
        "payer_balance": dollars(claim.payer_balance_cents),
        "patient_balance": dollars(claim.patient_balance_cents),
        "lines": [
            {
                "line": line.line_number,
                "procedure": " ".join(filter(None, (line.procedure_code, line.modifiers))),
                "charge": dollars(line.charge_cents),
                "contract": dollars(line.contract_cents),
                "denied": dollars(line.denied_cents),
                "patient": dollars(line.patient_cents),
                "paid": dollars(line.paid_cents) if line.is_answered else None,
                "reasons": [
                    f"{r.group_code}-{r.carc} {dollars(r.amount_cents)}: {r.words}"
                    for r in line.reasons
                ],
            }
            for line in story.lines
        ],
        "deadlines": [
            {
                "kind": clock.kind.value,
                "due_on": clock.due_on,
                "safe_on": clock.safe_on,
                "is_met": clock.is_met,
                "is_running": clock.is_running,
                "sentence": clock.sentence,
            }
            for clock in clocks
        ],
        "timeline": [
            {"on": e.on, "kind": e.kind, "text": e.text, "source": e.source}
            for e in _timeline(story, claim)
        ],
        "times_put_off": times_put_off(moves_of(claim)),
        "item": item_document(item, as_of=day) if item and item.is_open else None,
    }


def _timeline(story: "Story", claim: "Claim") -> "list[TimelineEntry]":
    """Return all that happened to the claim, the latest first: files, contacts, dates that people moved."""
    from dueline.calls.queries import contact_entries
    from dueline.worklist.queries import move_entries, moves_of

    told = [*story.timeline, *contact_entries(claim), *move_entries(claim, moves_of(claim))]
    return sorted(told, key=lambda entry: entry.on, reverse=True)


def _words(amount: "Decimal | str") -> str:
    from dueline.core.money import dollar_words, to_cents

    return dollar_words(to_cents(amount))


def _print(facts: dict) -> None:
    from dueline.core.deadline_words import KIND_NAMES

    print(f"{facts['patient_control_number']}  {facts['payer']}  {facts['payer_said']}")
    print(
        f"Payer owes {_words(facts['payer_balance'])}, patient {_words(facts['patient_balance'])}; "
        f"charged {_words(facts['charge'])}, paid {_words(facts['paid'])}"
    )
    print(
        f"Service {facts['service_on'] or 'not known'} ({facts['days_since_service']} days), "
        f"first sent {facts['first_submitted_on'] or 'not known'}"
    )
    print("\nMoney by line          charge  contract    denied   patient      paid")
    for line in facts["lines"]:
        amounts = [line[n] for n in ("charge", "contract", "denied", "patient")]
        amounts.append("" if line["paid"] is None else line["paid"])
        print(f"  {line['line']:>2} {line['procedure']:<14}" + "".join(f"{a:>10}" for a in amounts))
        for reason in line["reasons"]:
            print(f"     {reason}")
    print("\nDeadlines")
    for clock in facts["deadlines"]:
        state = "met" if clock["is_met"] else ("running" if clock["is_running"] else "not running")
        print(
            f"  {KIND_NAMES[clock['kind']]:<26} {clock['due_on'] or 'not known'!s:<10} {state}. "
            f"{clock['sentence']}"
        )
    print("\nTimeline")
    for entry in facts["timeline"]:
        print(f"  {entry['on']}  {entry['kind']:<6} {entry['text']}  ({entry['source']})")
