"""What each role may do. `check` raises with the reason, `can` asks: one table guards writes and buttons."""

from enum import StrEnum

from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.core.enums import Role


class Permission(StrEnum):
    VIEW_PRACTICE = "view_practice"
    WORK_CLAIMS = "work_claims"  # take a claim, be given the next one
    RECORD_FOLLOW_UP = "record_follow_up"
    MOVE_DUE_DATE = "move_due_date"
    ASK_REQUESTS = "ask_requests"
    ANSWER_REQUESTS = "answer_requests"
    OVERRIDE_READINESS = "override_readiness"
    TAKE_IN_FILES = "take_in_files"
    DECIDE_MATCHES = "decide_matches"
    RELEASE_QUARANTINE = "release_quarantine"
    CHANGE_PAYERS = "change_payers"  # and their rules
    CHANGE_SCRIPTS = "change_scripts"
    CHANGE_CODES = "change_codes"  # what reason codes mean in the practice
    WORK_CASES = "work_cases"  # on the causes of denials
    CHECK_CLAIMS = "check_claims"  # look at claims before they go out
    CHANGE_CHECKS = "change_checks"  # turn such a check off and on
    WORK_UNDERPAYMENTS = "work_underpayments"
    SEND_FILES = "send_files"  # write what goes to payers, download it, say that it was sent
    CORRECT_CLAIMS = "correct_claims"  # prepare a corrected, replacement or void claim
    APPROVE_CORRECTIONS = "approve_corrections"
    WRITE_APPEALS = "write_appeals"  # and say what was sent and decided
    APPROVE_APPEALS = "approve_appeals"
    CHANGE_LETTERS = "change_letters"  # letterhead, letters, what a level asks for
    REQUEST_WRITE_OFFS = "request_write_offs"  # also to move a balance to the patient
    APPROVE_WRITE_OFFS = "approve_write_offs"
    EXPORT = "export"
    ADMINISTER = "administer"


_P = Permission
_CALLER = {
    _P.VIEW_PRACTICE,
    _P.WORK_CLAIMS,
    _P.RECORD_FOLLOW_UP,
    _P.MOVE_DUE_DATE,
    _P.ASK_REQUESTS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.L1_CALLER: frozenset(_CALLER),
    Role.L2_CALLER: frozenset(
        _CALLER
        | {
            _P.DECIDE_MATCHES,
            _P.WORK_UNDERPAYMENTS,
            _P.CORRECT_CLAIMS,
            _P.APPROVE_CORRECTIONS,
            _P.WRITE_APPEALS,
            _P.REQUEST_WRITE_OFFS,
        }
    ),
    Role.LEAD: frozenset(set(_P) - {_P.ADMINISTER}),
    Role.ANALYST: frozenset(
        {
            _P.VIEW_PRACTICE,
            _P.CHANGE_CODES,
            _P.WORK_CASES,
            _P.CHECK_CLAIMS,
            _P.CHANGE_CHECKS,
            _P.APPROVE_APPEALS,
            _P.CHANGE_LETTERS,
            _P.EXPORT,
        }
    ),
    Role.QUALITY: frozenset({_P.VIEW_PRACTICE, _P.CHANGE_SCRIPTS}),
    Role.BILLER: frozenset(
        {
            _P.VIEW_PRACTICE,
            _P.ASK_REQUESTS,
            _P.ANSWER_REQUESTS,
            _P.TAKE_IN_FILES,
            _P.DECIDE_MATCHES,
            _P.WORK_CASES,
            _P.CHECK_CLAIMS,
            _P.WORK_UNDERPAYMENTS,
            _P.SEND_FILES,
            _P.CORRECT_CLAIMS,
            _P.APPROVE_CORRECTIONS,
            _P.REQUEST_WRITE_OFFS,
            _P.EXPORT,
        }
    ),
    Role.AUDITOR: frozenset({_P.VIEW_PRACTICE, _P.EXPORT}),
    Role.ADMIN: frozenset(_P),
}

_DEEDS = {
    _P.VIEW_PRACTICE: "see this practice",
    _P.WORK_CLAIMS: "take claims to work",
    _P.RECORD_FOLLOW_UP: "record follow-ups",
    _P.MOVE_DUE_DATE: "move a due date",
    _P.ASK_REQUESTS: "ask someone about a claim",
    _P.ANSWER_REQUESTS: "answer requests",
    _P.OVERRIDE_READINESS: "allow a call that a check blocks",
    _P.TAKE_IN_FILES: "take in files",
    _P.DECIDE_MATCHES: "say which claim a payment belongs to",
    _P.RELEASE_QUARANTINE: "release a set from quarantine",
    _P.CHANGE_PAYERS: "change payers and their rules",
    _P.CHANGE_SCRIPTS: "change call scripts",
    _P.CHANGE_CODES: "change what reason codes mean here",
    _P.WORK_CASES: "work cases",
    _P.CHECK_CLAIMS: "check claims before they go out",
    _P.CHANGE_CHECKS: "turn checks off and on",
    _P.WORK_UNDERPAYMENTS: "work underpayments",
    _P.SEND_FILES: "send files to payers",
    _P.CORRECT_CLAIMS: "correct claims",
    _P.APPROVE_CORRECTIONS: "approve corrected claims",
    _P.WRITE_APPEALS: "write appeals",
    _P.APPROVE_APPEALS: "approve appeals",
    _P.CHANGE_LETTERS: "change letterhead, letters and terms of appeal",
    _P.REQUEST_WRITE_OFFS: "ask for write-offs",
    _P.APPROVE_WRITE_OFFS: "approve write-offs",
    _P.EXPORT: "export",
    _P.ADMINISTER: "administer",
}

ROLE_NAMES = {
    Role.L1_CALLER: "L1 caller",
    Role.L2_CALLER: "L2 caller",
    Role.LEAD: "lead",
    Role.ANALYST: "denial analyst",
    Role.QUALITY: "quality and training lead",
    Role.BILLER: "biller",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "administrator",
}


def role_can(role: Role | None, permission: Permission) -> bool:
    return role is not None and permission in PERMISSIONS[role]


def can(user: User, practice: Practice, permission: Permission) -> bool:
    return role_can(role_in(user, practice), permission)


def why_not(role: Role | None, permission: Permission) -> str:
    """Return the reason a role may not, for beside a disabled button; "" where it may."""
    if role_can(role, permission):
        return ""
    allowed = [ROLE_NAMES[r] for r in Role if permission in PERMISSIONS[r]]
    return f"Only these roles may {_DEEDS[permission]}: {', '.join(allowed)}."


def check(user: User, practice: Practice, permission: Permission) -> None:
    """Raise NotAllowed, with the reason, unless the user may."""
    reason = why_not(role_in(user, practice), permission)
    if reason:
        raise NotAllowed(reason)
