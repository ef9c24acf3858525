"""What a token of the API may be used for. A token never can more than the role of its user: see api.permissions."""

from enum import StrEnum


class Scope(StrEnum):
    READ_CLAIMS = "claims:read"
    READ_WORKLIST = "worklist:read"
    WORK_CLAIMS = "worklist:work"  # be given a claim, hold it, give it back
    READ_FOLLOW_UPS = "follow-ups:read"
    RECORD_FOLLOW_UPS = "follow-ups:record"
    READ_PAYERS = "payers:read"  # and their rules
    READ_DENIALS = "denials:read"
    READ_PATTERNS = "patterns:read"  # and cases
    READ_INTAKE = "intake:read"  # files received, what is in quarantine
    TAKE_IN_FILES = "intake:write"
    READ_WEBHOOKS = "webhooks:read"
    PROPOSE = "drafts:propose"  # for a person to confirm on a page
    CHOOSE_DAY = "days:choose"  # ask as of another day than today


SCOPE_WORDS: dict[Scope, str] = {
    Scope.READ_CLAIMS: "read claims: facts, money, deadlines, timeline",
    Scope.READ_WORKLIST: "read the worklist",
    Scope.WORK_CLAIMS: "be given the next claim, hold a claim, give it back",
    Scope.READ_FOLLOW_UPS: "read follow-ups",
    Scope.RECORD_FOLLOW_UPS: "record and correct follow-ups",
    Scope.READ_PAYERS: "read payers and their rules",
    Scope.READ_DENIALS: "read denials and their figures",
    Scope.READ_PATTERNS: "read patterns of denials, and cases",
    Scope.READ_INTAKE: "read which files came in, and what is in quarantine",
    Scope.TAKE_IN_FILES: "hand in files",
    Scope.READ_WEBHOOKS: "read where webhooks go, and which failed",
    Scope.PROPOSE: "propose drafts that a person confirms",
    Scope.CHOOSE_DAY: "ask as of another day than today",
}
