"""`dueline practice`: add a practice from a YAML file, list those there are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dueline.cli.startup import JsonOption, fail, operator, print_json, ready

if TYPE_CHECKING:
    from dueline.accounts.models import Practice

app = typer.Typer(no_args_is_help=True, add_completion=False)

_FIELDS = {
    "code",
    "name",
    "tax_id",
    "npis",
    "address",
    "time_zone",
    "payers",
}
_ADDRESS = {"address_1", "address_2", "city", "state", "postal_code", "phone"}


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(help="YAML: code, name, tax_id, npis, address, payers ...")
    ],
    json: JsonOption = False,
) -> None:
    """Add a practice with its NPIs and payers, and the default payer rules."""
    ready()
    practice = add_from_file(file)
    if json:
        print_json({"code": practice.code, "name": practice.name})
    else:
        payers = practice.payers.count()
        print(
            f"Added {practice.name} with {_count(practice.npis.count(), 'NPI')} "
            f"and {_count(payers, 'payer')}; its code is {practice.code}.\n"
            f"Next: dueline user add NAME --practice {practice.code} --role lead, "
            f"then dueline intake FILES --practice {practice.code}"
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@app.command("list")
def list_practices(json: JsonOption = False) -> None:
    """List the practices there are."""
    ready()
    from dueline.accounts.models import Practice

    practices = Practice.objects.order_by("code")
    if json:
        print_json([{"code": p.code, "name": p.name} for p in practices])
        return
    for practice in practices:
        print(f"{practice.code:<20} {practice.name}")


def add_from_file(file: Path) -> "Practice":
    """Add the practice that a file describes, or stop naming the file, the field, what was expected and found."""
    from dueline.accounts.errors import AccountsError

    try:
        return add_from(_read(file), by=operator())
    except (AccountsError, _Wrong) as error:
        fail(f"{file}: {error}")


class _Wrong(Exception):
    """A practice file does not say what it should."""


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        # Every value is read as text: a tax ID keeps its leading zero.
        facts = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        fail(f"{file}: not YAML" + (f", line {mark.line + 1}" if mark else ""))
    if not isinstance(facts, dict):
        fail(f"{file}: expected fields such as code and name, found {_kind(facts)}")
    return facts


def add_from(facts: dict[str, Any], *, by: str) -> "Practice":
    """Add the practice that a practice file describes. Raises AccountsError, or _Wrong naming the field."""
    from django.db import transaction

    from dueline import clock
    from dueline.accounts.actions import add_practice
    from dueline.payers.actions import seed_default_rules

    unknown = sorted(set(facts) - _FIELDS)
    if unknown:
        known = ", ".join(sorted(_FIELDS))
        raise _Wrong(f"{unknown[0]} is no field of a practice file. Its fields are {known}")
    address = facts.get("address") or {}
    if not isinstance(address, dict) or set(address) - _ADDRESS:
        raise _Wrong(f"address: expected {', '.join(sorted(_ADDRESS))}")
    with transaction.atomic():
        practice = add_practice(
            code=_text(facts, "code"),
            name=_text(facts, "name"),
            tax_id=_text(facts, "tax_id", ""),
            npis=[(_text(n, "npi"), _text(n, "name", "")) for n in _list(facts, "npis")],
            address={key: _text(address, key, "") for key in address},
            time_zone=_text(facts, "time_zone", "America/New_York"),
            by=by,
            at=clock.now(),
        )
        seed_default_rules(practice=practice)
        for place, payer in enumerate(_list(facts, "payers"), start=1):
            try:
                _add_payer(practice, payer)
            except _Wrong as error:
                raise _Wrong(f"payer {place} of payers: {error}") from None
    return practice


def _add_payer(practice: "Practice", payer: dict[str, Any]) -> None:
    from dueline.core.enums import PayerType
    from dueline.payers.actions import add_payer

    kind = _text(payer, "type", PayerType.OTHER.value)
    if kind not in set(PayerType):
        raise _Wrong(f"type: expected one of {', '.join(PayerType)}, found {kind!r}")
    add_payer(
        practice=practice,
        name=_text(payer, "name"),
        payer_type=PayerType(kind),
        identifiers=[(_text(i, "kind"), _text(i, "value")) for i in _list(payer, "identifiers")],
        source="practice file",
    )


def _list(facts: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = facts.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _Wrong(f"{name}: expected a list of fields, found {_kind(value)}")
    return value


def _text(facts: dict[str, Any], name: str, default: str | None = None) -> str:
    value = facts.get(name) or default
    if value is None:
        raise _Wrong(f"{name} is missing")
    if not isinstance(value, str):
        raise _Wrong(f"{name}: expected text, found {_kind(value)}")
    return value


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "fields"
    return "a list of other things" if isinstance(value, list) else "text"
