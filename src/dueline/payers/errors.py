"""What can go wrong with payers and their rules."""

from collections.abc import Sequence

from dueline.core.rule_check import Problem


class RulesRefused(Exception):
    """Rules or payers cannot be as asked, and nothing was saved; `problems` say why, in words."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = list(problems)


class ContractRefused(Exception):
    """A contract cannot be as asked; the message says what was expected."""


class FileRefused(Exception):
    """A file of rules and payers cannot be read, for the reason in words."""


class NotAsSeen(Exception):
    """What would be saved is no longer what was shown before it; nothing was saved."""
