"""`dueline mcp`: the tools of an assistant, over standard input and output."""

import os

import typer

from dueline.cli.startup import PracticeOption, fail, ready

app = typer.Typer(add_completion=False)


@app.command()
def mcp(practice: PracticeOption) -> None:
    """Serve an assistant over standard input and output, with the rights of the token in DUELINE_TOKEN."""
    ready()
    presented = os.environ.get("DUELINE_TOKEN", "").strip()
    if not presented:
        fail("DUELINE_TOKEN: expected a token (dueline token add), found nothing")
    from dueline import clock
    from dueline.api.assistant import server
    from dueline.api.errors import ApiError
    from dueline.api.queries.tokens import token_presented

    try:
        token_presented(presented, now=clock.now())
    except ApiError as refused:
        fail(str(refused))
    server(presented, practice).run("stdio")
