"""The worker beside `dueline serve`: does what pages put off, and stops when the server is gone.

Run as `python -m dueline.cli.background`, with standard input held open by the server.
"""

import os
import signal
import sys
import threading

from dueline.cli.startup import ready


def _stop_with_the_server() -> None:
    sys.stdin.read()  # returns when the server is gone, however it ended
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Work through the tasks in the database until told to stop."""
    threading.Thread(target=_stop_with_the_server, daemon=True).start()
    ready()
    from django.core.management import call_command

    call_command("db_worker", interval=1, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
