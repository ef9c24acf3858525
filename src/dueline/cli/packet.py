"""`dueline packet`: what a representative asks for, before a call about one claim."""

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
    from dueline.calls.queries import Packet

app = typer.Typer(add_completion=False)


@app.command()
def packet(
    patient_control_number: ClaimArgument,
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print all that a payer's representative asks for, in the order in which they ask, and how to reach them."""
    ready()
    from dueline.calls.queries import packet_of
    from dueline.clock import now_on

    owner = practice_or_fail(practice)
    now = now_on(day_or_today(as_of))
    found = viewed_claim(owner, patient_control_number, action="view_packet", at=now)
    made = packet_of(found, now=now)
    if json:
        print_json(_document(made))
    else:
        _print(made)


def _document(made: "Packet") -> dict[str, object]:
    line = made.line
    return {
        "patient_control_number": made.claim.patient_control_number,
        "payer": {
            "name": line.payer,
            "phone": line.phone or None,
            "ivr_path": line.ivr_path or None,
            "fax": line.fax or None,
            "portal": line.portal or None,
            "claims_per_call": line.claims_per_call,
            "hold_minutes": line.hold_minutes,
            "is_open": line.hours.is_open,
            "opens_at": line.hours.opens_at,
            "closes_at": line.hours.closes_at,
        },
        "groups": [
            {
                "title": group.title,
                "facts": [{"label": f.label, "value": f.copied or None} for f in group.facts],
            }
            for group in made.groups
        ],
        "last_contacts": [{"on": c.on, "text": c.text} for c in made.contacts],
    }


def _print(made: "Packet") -> None:
    line = made.line
    hours = "open" if line.hours.is_open else "closed now"
    print(f"{line.payer}: {line.phone or 'telephone number not known'}, {hours}")
    print(f"  {line.hours.opens_at:%H:%M} to {line.hours.closes_at:%H:%M %Z}")
    for label, value in (("Path", line.ivr_path), ("Fax", line.fax), ("Portal", line.portal)):
        if value:
            print(f"  {label}: {value}")
    for group in made.groups:
        print(f"\n{group.title}")
        for fact in group.facts:
            print(f"  {fact.label:<16} {fact.shown}")
    if made.contacts:
        print("\nLast contacts")
        for contact in made.contacts:
            print(f"  {contact.on}  {contact.text}")
