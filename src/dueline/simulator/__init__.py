"""A clearinghouse with invented payers behind it: takes files in by SFTP, answers them in time."""

from dueline.simulator.clearinghouse import Clearinghouse

__all__ = ["Clearinghouse"]
