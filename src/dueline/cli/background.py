"""The worker beside `dueline serve`: does what pages put off, and stops when the server is gone.

Run as `python -m dueline.cli.background`, with standard input held open by the server.
"""

import logging
import os
import signal
import sys
import threading
import time

from dueline.cli.startup import ready

_log = logging.getLogger("dueline.background")
EVERY_SECONDS = 600  # between looks at what the day still needs


def _stop_with_the_server() -> None:
    sys.stdin.read()  # returns when the server is gone, however it ended
    os.kill(os.getpid(), signal.SIGTERM)


def _every_night() -> None:
    """Put off what is done once a day, from the first hour of the business day on; a server that was off catches up."""
    from django.db import DatabaseError, close_old_connections

    from dueline.cases.tasks import look_tonight
    from dueline.status_requests.tasks import write_tonight

    while True:
        try:
            look_tonight()
            write_tonight()
        except DatabaseError:
            _log.warning("The nightly work could not be put off; it is tried again.", exc_info=True)
        close_old_connections()
        time.sleep(EVERY_SECONDS)


def main() -> None:
    """Work through the tasks in the database until told to stop."""
    threading.Thread(target=_stop_with_the_server, daemon=True).start()
    ready()
    from django.core.management import call_command

    threading.Thread(target=_every_night, daemon=True).start()
    call_command("db_worker", interval=1, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
