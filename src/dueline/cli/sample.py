"""`dueline sample`: write an invented practice's files."""

from pathlib import Path
from typing import Annotated

import typer

from dueline.cli.startup import AsOfOption, JsonOption, day_or_today, fail, print_json, progress

app = typer.Typer(add_completion=False)


@app.command()
def sample(
    code: Annotated[
        str, typer.Option(help="The practice's code; lakeside and summit are the demo's.")
    ],
    claims: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="How many claims, over a year.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write; its files/ must not exist.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    specialty: Annotated[str, typer.Option(help="multi or orthopedics.")] = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Write a year of 837, 999, 277CA, 277 and 835 of an invented practice with fifteen payers."""
    from dueline.core.money import dollar_words
    from dueline.sample import practice_plan, write_sample

    try:
        plan = practice_plan(
            code=code, claim_count=claims, seed=seed, as_of=day_or_today(as_of), specialty=specialty
        )
        with progress(f"Writing {claims} claims", claims) as shown:
            result = write_sample(plan, out, shown.update)
    except ValueError as error:
        fail(str(error))
    except FileExistsError:
        fail(f"{out / 'files'} is there already; name another folder or delete it")
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    if json:
        print_json(result.document())
        return
    print(
        f"{result.claims} claims, {dollar_words(result.charge_cents)} charged; {result.remittances} "
        f"remittances, {dollar_words(result.payment_cents)} paid; {result.files} files in {out / 'files'}."
    )
