"""A practice whose files are written by a test, as for denials."""

from tests.apps.denials.conftest import practice, remit, submit, take_in

__all__ = ["practice", "remit", "submit", "take_in"]
