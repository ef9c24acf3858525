"""Who may see what. Every page and command reaches a practice through these functions."""

from collections.abc import Collection

from django.db.models import QuerySet

from dueline.accounts.models import Membership, Practice, User
from dueline.core.enums import Role


def practices_of(user: User) -> QuerySet[Practice]:
    """Return the practices a user is assigned to, by name."""
    if not user.is_active:
        return Practice.objects.none()
    return Practice.objects.filter(memberships__user=user).order_by("name")


def practice_for(user: User, code: str) -> Practice:
    """Return one practice of the user's. Raises Practice.DoesNotExist for any other: a page answers 404."""
    return practices_of(user).get(code=code)


def practice_by_code(code: str) -> Practice:
    """Return a practice for the command line, whose user owns the machine. Raises Practice.DoesNotExist."""
    return Practice.objects.get(code=code)


def role_in(user: User, practice: Practice) -> Role | None:
    """Return the user's role in a practice, None where they have none."""
    membership = Membership.objects.filter(user=user, practice=practice).first()
    return Role(membership.role) if membership and user.is_active else None


_APPROVE_OWN = frozenset({Role.LEAD, Role.ADMIN})


def may_approve(user: User, practice: Practice, *, made_by: Collection[str]) -> bool:
    """Whether a user who may approve may approve what these people made: one's own only as lead or administrator."""
    return user.get_username() not in made_by or role_in(user, practice) in _APPROVE_OWN


def users_of(practice: Practice) -> QuerySet[User]:
    return User.objects.filter(memberships__practice=practice, is_active=True).order_by("username")


def is_administrator(user: User) -> bool:
    """Return whether a user administers this installation: an active user with that role in any practice."""
    return user.is_active and user.memberships.filter(role=Role.ADMIN.value).exists()
