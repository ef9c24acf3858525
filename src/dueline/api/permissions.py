"""What a token may: its scopes, as far as the role of its user in the practice allows."""

from dueline.accounts.permissions import ROLE_NAMES, Permission, role_can, why_not
from dueline.api.errors import ScopeMissing
from dueline.api.models import Token
from dueline.core.enums import Role
from dueline.core.scopes import SCOPE_WORDS, Scope

# What the role must permit for a scope to be of use.
NEEDS: dict[Scope, Permission] = {
    Scope.READ_CLAIMS: Permission.VIEW_PRACTICE,
    Scope.READ_WORKLIST: Permission.VIEW_PRACTICE,
    Scope.WORK_CLAIMS: Permission.WORK_CLAIMS,
    Scope.READ_FOLLOW_UPS: Permission.VIEW_PRACTICE,
    Scope.RECORD_FOLLOW_UPS: Permission.RECORD_FOLLOW_UP,
    Scope.READ_PAYERS: Permission.VIEW_PRACTICE,
    Scope.READ_DENIALS: Permission.VIEW_PRACTICE,
    Scope.READ_PATTERNS: Permission.VIEW_PRACTICE,
    Scope.READ_INTAKE: Permission.VIEW_PRACTICE,
    Scope.TAKE_IN_FILES: Permission.TAKE_IN_FILES,
    Scope.READ_WEBHOOKS: Permission.ADMINISTER,
    Scope.PROPOSE: Permission.RECORD_FOLLOW_UP,
    Scope.CHOOSE_DAY: Permission.EXPORT,
}


def scopes_of(role: Role | None) -> list[Scope]:
    """Return the scopes that are of use to a role."""
    return [scope for scope in Scope if role_can(role, NEEDS[scope])]


def check_scope(token: Token, role: Role | None, scope: Scope) -> None:
    """Raise ScopeMissing, with the reason, unless the token has the scope and its user's role permits it."""
    if scope not in token.scopes:
        raise ScopeMissing(f"This token lacks the scope {scope}: {SCOPE_WORDS[scope]}.")
    reason = why_not(role, NEEDS[scope])
    if reason:
        name = ROLE_NAMES[role] if role else "no role"
        raise ScopeMissing(f"{reason} This token's user is {name} here.")
