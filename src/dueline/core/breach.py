"""What `dueline verify` names: a rule that does not hold, and where."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """`where` names rows by id and file, never by patient."""

    rule: str
    where: str
    text: str
