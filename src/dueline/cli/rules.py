"""`dueline rules`: check, import and export a practice's payers and their rules, as CSV or YAML."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dueline.cli.startup import (
    AsOfOption,
    JsonOption,
    PracticeOption,
    day_or_today,
    fail,
    operator,
    practice_or_fail,
    print_json,
    ready,
    remarks,
)
from dueline.core.rule_check import Problem, check_rules, fields_of

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.payers.files import Contents
    from dueline.payers.models import PayerRule
    from dueline.worklist.actions import RuleReport

app = typer.Typer(add_completion=False, no_args_is_help=True)
LISTED = 20  # claims named whose deadlines move
FileArgument = Annotated[Path, typer.Argument(help="A .csv or .yaml file.")]


@app.callback()
def _rules() -> None:
    """Check, import or export payers and their rules."""


@app.command()
def check(
    practice: PracticeOption,
    file: Annotated[
        Path | None, typer.Argument(help="A .csv or .yaml file; without, the practice's own rules.")
    ] = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Say what is wrong with a file and what importing it would change; without a file, name unchecked rules.

    Nothing is saved. Exits with 1 where something is wrong or unchecked.
    """
    day = day_or_today(as_of)
    ready()
    owner = practice_or_fail(practice)
    if file is None:
        _check_own(owner, day, json)
        return
    _apply(owner, _read(file), day, json, is_trial=True)


@app.command(name="import")
def import_(
    file: FileArgument,
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Make the rules of a file the practice's, whole or not at all, and say which open claims' deadlines move."""
    day = day_or_today(as_of)
    ready()
    _apply(practice_or_fail(practice), _read(file), day, json, is_trial=False)


@app.command()
def export(
    practice: PracticeOption,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file to write; without, standard output.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="csv (rules) or yaml (payers too).")] = "",
    defaults: Annotated[
        bool,
        typer.Option("--defaults", help="The default rules as shipped, not the practice's own."),
    ] = False,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Write the practice's rules as they were known on --as-of, in the form in which `import` takes them."""
    day = day_or_today(as_of)
    ready()
    from dueline.payers.actions import default_rules
    from dueline.payers.files import csv_of, yaml_of
    from dueline.payers.queries import payer_facts, rule_drafts

    form = form or (output.suffix.removeprefix(".") if output else "csv")
    if form not in ("csv", "yaml", "yml"):
        fail(f"--format: expected csv or yaml, found {form[:20]!r}")
    owner = practice_or_fail(practice)
    drafts = default_rules() if defaults else rule_drafts(owner, as_of=day)
    rules, payers = [fields_of(draft) for draft in drafts], [] if defaults else payer_facts(owner)
    if json:
        print_json({"payers": payers, "rules": rules})
        return
    text = csv_of(rules) if form == "csv" else yaml_of(payers, rules)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    remarks.print(f"Wrote {len(rules)} rules to {output}.", markup=False)


def _read(file: Path) -> "Contents":
    from dueline.payers.errors import FileRefused
    from dueline.payers.files import contents_of, form_of, text_of

    try:
        form = form_of(file.name)
        return contents_of(text_of(file.read_bytes()), form)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except FileRefused as refused:
        fail(f"{file}: {refused}")


def _apply(
    owner: "Practice", contents: "Contents", day: date, json: bool, *, is_trial: bool
) -> None:
    from dueline import clock
    from dueline.denials.actions import save_rules
    from dueline.payers.errors import RulesRefused
    from dueline.worklist.actions import try_rules

    drafts, problems = check_rules(contents.rules, as_of=day)
    if problems:
        _refuse(problems, json)
    try:
        found = (try_rules if is_trial else save_rules)(
            practice=owner,
            drafts=drafts,
            payers=contents.payers,
            by=operator(),
            at=clock.now_on(day),
            on=day,
        )
    except RulesRefused as error:
        _refuse(error.problems, json)
    report = _report(owner, found)
    if json:
        print_json(report)
    else:
        _print(report, is_trial)


def _refuse(problems: Sequence[Problem], json: bool) -> None:
    if json:
        print_json(
            {"problems": [{"row": p.row, "field": p.field, "problem": p.words} for p in problems]}
        )
    for problem in problems:
        remarks.print(f"dueline: {problem}", markup=False)
    remarks.print("dueline: nothing was saved", markup=False)
    raise typer.Exit(1)


def _report(owner: "Practice", found: "RuleReport") -> dict[str, Any]:
    from dueline.payers.queries.versions import held_before

    return {
        "payers": found.payers,
        "changes": [
            {
                "before": fields_of(change.before) if change.before else None,
                "after": fields_of(change.after),
                "held_before": ""
                if change.before
                else held_before(owner, found.before, change.after),
            }
            for change in found.changes
        ],
        "unchanged": found.unchanged,
        "moved": {
            "claims": found.moved.count,
            "first": [
                {
                    "patient_control_number": claim.patient_control_number,
                    "deadlines": [
                        {"kind": kind.value, "before": was, "after": will}
                        for kind, was, will in moved.clocks
                    ],
                }
                for claim, moved in found.moved.first[:LISTED]
            ],
        },
    }


def _print(report: dict[str, Any], is_trial: bool) -> None:
    for change in report["changes"]:
        before, after = change["before"], change["after"]
        print(f"{_whose(after)}: {after['kind']}")
        print(f"  before  {_terms(before) if before else change['held_before'] or 'no rule'}")
        print(f"  after   {_terms(after)}")
    moved = report["moved"]
    verb = "would change" if is_trial else "changed"
    print(f"{len(report['changes'])} rules {verb}, {report['unchanged']} are as they were.")
    print(f"Deadlines of {moved['claims']} open claims {'would move' if is_trial else 'moved'}.")
    for claim in moved["first"]:
        for one in claim["deadlines"]:
            days = f"{one['before'] or 'none'} to {one['after'] or 'none'}"
            print(f"  {claim['patient_control_number']:<20} {one['kind']:<16} {days}")


def _whose(rule: dict[str, str]) -> str:
    names = ("payer", "contract", "plan", "group", "payer_type", "state", "network", "claim_type")
    return ", ".join(rule[name] for name in names if rule[name]) or "all payers"


def _terms(rule: dict[str, str]) -> str:
    clock = " ".join(filter(None, (rule["count"], rule["unit"], rule["start_event"])))
    since = rule["effective_from"] or "not known"
    until = f" to {rule['effective_to']}" if rule["effective_to"] else ""
    return f"{clock or rule['note']}; in force from {since}{until}; {rule['source']}"


def _check_own(owner: "Practice", day: date, json: bool) -> None:
    from dueline.payers.queries import unchecked_rules, whose_words

    late: list[PayerRule] = unchecked_rules(owner, as_of=day)
    rows = [
        {
            "whose": whose_words(rule),
            "kind": rule.deadline_kind,
            "checked_on": rule.checked_on,
            "review_days": rule.review_days,
            "source": rule.source,
        }
        for rule in late
    ]
    if json:
        print_json(rows)
    else:
        for row in rows:
            print(f"{row['whose']}: {row['kind']}, checked {row['checked_on']}: {row['source']}")
        print(f"{len(rows)} rules have not been checked within their review interval.")
    if rows:
        raise typer.Exit(1)
