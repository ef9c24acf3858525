"""What can be wrong with a fee schedule, a contract's terms or the word on an underpayment."""

from collections.abc import Sequence


class ScheduleRefused(Exception):
    """A fee schedule was not loaded, nothing of it; each reason names its row."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(reasons[0])
        self.reasons = tuple(reasons)


class UnderpaymentRefused(Exception):
    """It cannot be as asked; the message says what was expected."""
