"""`dueline serve`: the site and its worker."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from dueline.cli.startup import fail, ready, remarks

app = typer.Typer(add_completion=False)

THREADS = 8
_LOCAL = ("127.0.0.1", "localhost", "::1")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 8000,
) -> None:
    """Serve the site until Ctrl-C, with a worker for what pages put off."""
    ready()
    run(host, port)


def run(host: str, port: int) -> None:
    """Serve the site; Django is ready. Returns when interrupted."""
    from django.conf import settings
    from waitress import create_server

    from dueline.wsgi import application

    if host not in _LOCAL and not settings.IS_PUBLIC:
        remarks.print(
            "Without TLS, passwords and patient data can be read on the way. "
            "See docs/how-to/serve-a-team.md.",
            markup=False,
        )
    # Behind a proxy on this machine, its word is taken for the caller's address and for TLS.
    proxy = (
        {
            "trusted_proxy": "127.0.0.1",
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
        if settings.IS_PUBLIC
        else {}
    )
    try:
        server = create_server(
            application, host=host, port=port, threads=THREADS, ident="", **proxy
        )
    except OSError as error:
        fail(
            f"--port: {host}:{port} cannot be served: {error.strerror}. Choose another with --port"
        )
    shown = f"[{host}]" if ":" in host else host
    print(f"Dueline serves on http://{shown}:{_port(server, port)} (Ctrl-C stops it)", flush=True)
    with _worker():
        server.run()


def _port(server: object, port: int) -> int:
    return int(getattr(server, "effective_port", port))


@contextmanager
def _worker() -> Iterator[None]:
    """Keep a worker running while the block runs; one that ended is started again."""
    is_over = threading.Event()
    keeper = threading.Thread(target=_keep, args=[is_over], daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join(timeout=10)


def _keep(is_over: threading.Event) -> None:
    command = [sys.executable, "-m", "dueline.cli.background"]
    while not is_over.is_set():
        worker = subprocess.Popen(command, stdin=subprocess.PIPE)
        while worker.poll() is None and not is_over.wait(0.5):
            pass
        if worker.poll() is None:
            worker.terminate()
            worker.wait()
        if worker.stdin:
            worker.stdin.close()
        is_over.wait(2)  # one that fails at once is not started in a loop
