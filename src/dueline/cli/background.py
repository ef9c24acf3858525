"""The worker beside `dueline serve`: does what pages put off, and stops when the server is gone.

Run as `python -m dueline.cli.background`, with standard input held open by the server.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from dueline.cli.startup import ready

_log = logging.getLogger("dueline.background")
EVERY_SECONDS = 600  # between looks at what the day still needs
TELL_SECONDS = 15  # between looks at what other systems are to be told
EXCHANGE_SECONDS = 60  # between rounds of the mailboxes


def _stop_with_the_server() -> None:
    sys.stdin.read()  # returns when the server is gone, however it ended
    os.kill(os.getpid(), signal.SIGTERM)


def _daily() -> None:
    """Put off what is done once a day, from the first hour of the business day on; a server that was off catches up."""
    from dueline.api.tasks import tidy
    from dueline.cases.tasks import look_tonight
    from dueline.status_requests.tasks import write_tonight

    look_tonight()
    write_tonight()
    tidy()


def _telling() -> None:
    """Tell other systems what happened."""
    from dueline.api.tasks import tell

    tell()


def _exchanging() -> None:
    """Send and fetch by the mailboxes that are on."""
    from dueline.exchange.tasks import exchange_due

    exchange_due()


def _again_and_again(do: Callable[[], None], seconds: int) -> None:
    from django.db import DatabaseError, close_old_connections

    while True:
        try:
            do()
        except DatabaseError:
            _log.warning("%s could not be done; it is tried again.", do.__name__, exc_info=True)
        close_old_connections()
        time.sleep(seconds)


def main() -> None:
    """Work through the tasks in the database until told to stop."""
    threading.Thread(target=_stop_with_the_server, daemon=True).start()
    ready()
    from django.core.management import call_command

    rounds = ((_daily, EVERY_SECONDS), (_telling, TELL_SECONDS), (_exchanging, EXCHANGE_SECONDS))
    for do, seconds in rounds:
        threading.Thread(target=_again_and_again, args=(do, seconds), daemon=True).start()
    call_command("db_worker", interval=1, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
