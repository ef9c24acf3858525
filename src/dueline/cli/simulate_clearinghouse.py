"""`dueline simulate-clearinghouse`: a clearinghouse with invented payers, to try the exchange of files with."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dueline.cli.startup import fail

app = typer.Typer(add_completion=False)

EVERY_SECONDS = 1.0


@app.command()
def simulate_clearinghouse(
    folder: Annotated[
        Path, typer.Argument(help="Where its mailboxes and its memory are kept; made if new.")
    ],
    box: Annotated[
        list[str], typer.Option(help="A mailbox, named by the practice's code; may be repeated.")
    ],
    port: Annotated[int, typer.Option(min=0, max=65535, help="The SFTP port; 0 takes one.")] = 2222,
    speed: Annotated[
        float,
        typer.Option(
            min=1,
            max=1e6,
            help="How many times faster its payers' days pass: 1440 makes a day a minute.",
        ),
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="What its payers deny by chance.")] = 1,
) -> None:
    """Serve mailboxes by SFTP on 127.0.0.1, and answer 837 and 276 with 999, 277CA, 277 and 835, until Ctrl-C.

    Its payers are those of `dueline sample`. Files are dated by the real day, however fast the days pass.
    """
    from dueline.simulator import boxes

    try:
        for name in box:
            boxes.make_box(folder, name)
        asyncio.run(_run(folder, box, port, speed, seed))
    except boxes.NoSuchBox as error:
        fail(f"--{error}")
    except OSError as error:
        fail(f"{error.filename or f'--port {port}'}: {error.strerror}")
    except KeyboardInterrupt:
        print("Stopped.")


async def _run(folder: Path, names: list[str], port: int, speed: float, seed: int) -> None:
    from dueline.simulator import Clearinghouse, boxes
    from dueline.simulator.server import HOST, listen, user_key

    server = await listen(folder, port)
    place = server.get_port()
    print(f"The simulated clearinghouse listens on {HOST}:{place}. Tell Dueline of its mailboxes:")
    for name in names:
        print(
            f"  dueline mailbox add --practice {name} --name simulator --kind sftp --host {HOST} "
            f"--port {place} --username {name} --key-file {user_key(folder, name)} "
            f"--host-key-file {folder / 'host_key.pub'} --out {boxes.IN} --in {boxes.OUT}"
        )
    print("Stop it with Ctrl-C.", flush=True)
    house = Clearinghouse(folder, speed=speed, seed=seed)
    try:
        while True:
            for sent in house.work(datetime.now(UTC)):
                print(f"sent {sent}", flush=True)
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        server.close()
