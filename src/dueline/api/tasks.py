"""What the worker beside the server does again and again for the interfaces."""

from dueline import clock
from dueline.api.actions.once import forget_done
from dueline.api.actions.telling import collect, practices_told, send_due


def tell() -> None:
    """Find what other systems are to be told, and send what is due."""
    for practice in practices_told():
        collect(practice=practice, as_of=clock.today(), now=clock.now())
    send_due(clock=clock.now)


def tidy() -> None:
    """Forget the keys of writes that are past repeating."""
    forget_done(now=clock.now())
