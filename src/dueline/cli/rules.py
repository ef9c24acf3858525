"""`dueline rules`: check, import and export a practice's payers and their rules, as CSV or YAML."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
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
from dueline.core.rule_check import FIELDS, Problem, RuleDraft, check_rules, fields_of

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.payers.actions import RuleChanges
    from dueline.payers.models import PayerRule
    from dueline.payers.queries import RuleBook
    from dueline.worklist.queries import Moved

app = typer.Typer(add_completion=False, no_args_is_help=True)
LISTED = 20  # claims named whose deadlines move
FileArgument = Annotated[Path, typer.Argument(help="A .csv or .yaml file.")]


@app.callback()
def _rules() -> None:
    """Check, import or export payers and their rules."""


@dataclass
class _Contents:
    """What a file holds: rules, and with YAML also payers."""

    rules: list[dict[str, str]] = field(default_factory=list)
    payers: list[dict[str, Any]] = field(default_factory=list)


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
    text = _csv(rules) if form == "csv" else _yaml(payers, rules)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    remarks.print(f"Wrote {len(rules)} rules to {output}.", markup=False)


def _csv(rules: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rules)
    return text.getvalue()


def _yaml(payers: Sequence[dict[str, object]], rules: Sequence[dict[str, str]]) -> str:
    import yaml

    said = [{name: value for name, value in rule.items() if value} for rule in rules]
    document = {"payers": list(payers), "rules": said}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def _read(file: Path) -> _Contents:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file}: not UTF-8 text")
    if file.suffix.lower() == ".csv":
        return _from_csv(file, text)
    if file.suffix.lower() in (".yaml", ".yml"):
        return _from_yaml(file, text)
    fail(f"{file}: expected a .csv or .yaml file")


def _from_csv(file: Path, text: str) -> _Contents:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="(more)", restval="")
    try:
        rows = list(reader)
    except csv.Error as error:
        fail(f"{file}: not CSV: {error}")
    for number, row in enumerate(rows, start=1):
        if "(more)" in row:
            fail(f"{file}: row {number}: has more values than there are columns")
    return _Contents(rules=rows)


def _from_yaml(file: Path, text: str) -> _Contents:
    import yaml

    try:
        # Every value is read as text: a telephone number keeps its leading zero.
        facts = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fail(f"{file}: not YAML" + (f", line {mark.line + 1}" if mark else ""))
    if not isinstance(facts, dict) or set(facts) - {"payers", "rules"}:
        fail(f"{file}: expected payers and rules")
    contents = _Contents(facts.get("rules") or [], facts.get("payers") or [])
    for name, rows in (("rules", contents.rules), ("payers", contents.payers)):
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            fail(f"{file}: {name}: expected a list of fields")
    for number, rule in enumerate(contents.rules, start=1):
        if any(not isinstance(value, str) for value in rule.values()):
            fail(f"{file}: rules: row {number}: expected text in every field")
    return contents


class _Trial(Exception):
    """Ends the transaction of a check: nothing stays."""


def _apply(
    owner: "Practice", contents: _Contents, day: date, json: bool, *, is_trial: bool
) -> None:
    from django.db import transaction

    from dueline import clock
    from dueline.accounts import audit
    from dueline.payers.actions import apply_payers, change_rules
    from dueline.payers.errors import RulesRefused
    from dueline.payers.queries import rule_book
    from dueline.worklist.actions import refresh

    report: dict[str, Any] = {}
    drafts, problems = check_rules(contents.rules, as_of=day)
    if problems:
        _refuse(problems, json)
    try:
        with transaction.atomic():
            before, at = rule_book(owner), clock.now_on(day)
            who = operator()
            names = apply_payers(practice=owner, facts=contents.payers, by=who, at=at, on=day)
            changes = change_rules(practice=owner, drafts=drafts, by=who, at=at, on=day)
            report = _report(owner, changes, before, names)
            report["moved"] = _moved(owner, before, day)
            if is_trial:
                raise _Trial
    except RulesRefused as error:
        _refuse(error.problems, json)
    except _Trial:
        count = report["moved"]["claims"]
        audit.record(
            practice=owner, by=who, action="check_rules", at=at, detail={"claims_moved": count}
        )
    else:
        refresh(practice=owner, as_of=day)
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


def _report(
    owner: "Practice", changes: "RuleChanges", before: "RuleBook", payers: list[str]
) -> dict[str, Any]:
    return {
        "payers": payers,
        "changes": [
            {
                "before": fields_of(change.before) if change.before else None,
                "after": fields_of(change.after),
                "held_before": "" if change.before else _held(owner, before, change.after),
            }
            for change in changes.changes
        ],
        "unchanged": changes.unchanged,
    }


def _held(owner: "Practice", before: "RuleBook", after: RuleDraft) -> str:
    """Return in words the rule that a payer had of this kind before it got its own, "" where none."""
    from dueline.core.deadline_words import source_words, span_words
    from dueline.core.enums import PayerType
    from dueline.payers.queries import payer_named

    payer = payer_named(owner, after.payer) if after.payer else None
    if payer is None:
        return ""
    coverage = before.coverage(payer.pk, PayerType(payer.payer_type), after.effective_from)
    rules = before.clocks_for(coverage)
    rules += before.rules_for(payer.pk, coverage.payer_type, after.effective_from)
    found = next((rule for rule in rules if rule.kind == after.kind), None)
    if found is None:
        return ""
    return f"{span_words(found)}; {source_words(found, found.checked_on)}"


def _moved(owner: "Practice", before: "RuleBook", day: date) -> dict[str, Any]:
    from dueline.ledger.models import Claim
    from dueline.payers.queries import rule_book
    from dueline.worklist.queries import moved_deadlines

    count = 0
    first: list[Moved] = []
    for moved in moved_deadlines(owner, before=before, after=rule_book(owner), as_of=day):
        count += 1
        if len(first) < LISTED:
            first.append(moved)
    numbers = dict(
        Claim.objects.filter(pk__in=[moved.claim_id for moved in first]).values_list(
            "pk", "patient_control_number"
        )
    )
    claims = [
        {
            "patient_control_number": numbers[moved.claim_id],
            "deadlines": [
                {"kind": kind.value, "before": was, "after": will}
                for kind, was, will in moved.clocks
            ],
        }
        for moved in first
    ]
    return {"claims": count, "first": claims}


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
