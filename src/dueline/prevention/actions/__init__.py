"""Looking at files of claims, turning checks off and on, and learning what the payers then did."""

from dueline.prevention.actions.measure import measure
from dueline.prevention.actions.run import FileCheck, check_file
from dueline.prevention.actions.switches import turn_check

__all__ = ["FileCheck", "check_file", "measure", "turn_check"]
