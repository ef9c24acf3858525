"""What changes fee schedules, contracts' terms and underpayments."""

from dueline.underpayments.actions.deciding import decide_underpayment
from dueline.underpayments.actions.finding import find_underpayments
from dueline.underpayments.actions.schedules import load_schedule
from dueline.underpayments.actions.terms import Agreed, set_pricing

__all__ = [
    "Agreed",
    "decide_underpayment",
    "find_underpayments",
    "load_schedule",
    "set_pricing",
]
