"""Adding practices and people, and saying who does what where."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.errors import AccountsError
from dueline.accounts.models import Membership, Practice, PracticeNpi, User
from dueline.accounts.queries import is_administrator
from dueline.core.enums import Role
from dueline.core.npi import is_npi

_CODE = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


def _check_practice(code: str, npis: Sequence[tuple[str, str]], time_zone: str) -> None:
    if not _CODE.match(code):
        raise AccountsError(
            f"code: expected up to 32 small letters, digits and hyphens, found {code[:40]!r}"
        )
    if Practice.objects.filter(code=code).exists():
        raise AccountsError(f"code: a practice {code!r} exists already")
    for npi, _ in npis:
        if not is_npi(npi):
            raise AccountsError(
                f"npis: expected ten digits with a right check digit, found {npi[:20]!r}"
            )
    if len({npi for npi, _ in npis}) < len(npis):
        raise AccountsError("npis: expected each once, found one twice")
    held = PracticeNpi.objects.filter(npi__in=[npi for npi, _ in npis]).select_related("practice")
    if (other := held.first()) is not None:
        raise AccountsError(
            f"npis: {other.npi} is an NPI of the practice {other.practice.code!r} already: "
            "a file that bears it could be either's"
        )
    if time_zone not in available_timezones():
        raise AccountsError(
            f"time_zone: expected a name such as America/New_York, found {time_zone[:40]!r}"
        )


def _words(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return f"password: {' '.join(error.messages)}"
    return "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())


@transaction.atomic
def add_practice(
    *,
    code: str,
    name: str,
    by: str,
    at: datetime,
    tax_id: str = "",
    npis: Sequence[tuple[str, str]] = (),
    time_zone: str = "America/New_York",
    address: Mapping[str, str] | None = None,
) -> Practice:
    """Add a practice with its NPIs, given as (NPI, name). Raises AccountsError naming the field."""
    _check_practice(code, npis, time_zone)
    if not name.strip():
        raise AccountsError("name: expected the practice's name, found nothing")
    practice = Practice(
        code=code, name=name.strip(), tax_id=tax_id, time_zone=time_zone, **(address or {})
    )
    try:
        practice.full_clean()
    except ValidationError as error:
        raise AccountsError(_words(error)) from None
    practice.save()
    PracticeNpi.objects.bulk_create(
        PracticeNpi(practice=practice, npi=npi, name=npi_name) for npi, npi_name in npis
    )
    audit.record(
        practice=practice,
        by=by,
        action="add_practice",
        at=at,
        object_kind="practice",
        object_key=code,
    )
    return practice


@transaction.atomic
def add_user(
    *,
    username: str,
    password: str | None,
    memberships: Mapping[Practice, Role],
    by: str,
    at: datetime,
    name: str = "",
    time_zone: str = "America/New_York",
    is_checked: bool = True,
) -> User:
    """Add a person with a role in each of some practices.

    `is_checked` False leaves the password rules aside, for the demo's own people. Raises AccountsError.
    """
    if User.objects.filter(username=username).exists():
        raise AccountsError(f"username: {username!r} exists already")
    first, _, last = name.partition(" ")
    user = User(username=username, first_name=first, last_name=last, time_zone=time_zone)
    try:
        user.full_clean(exclude=["password"])
        if password is not None and is_checked:
            validate_password(password, user)
    except ValidationError as error:
        raise AccountsError(_words(error)) from None
    user.set_password(password)
    user.save()
    audit.record(
        practice=None, by=by, action="add_user", at=at, object_kind="user", object_key=str(user.pk)
    )
    for practice, role in memberships.items():
        assign_role(practice=practice, user=user, role=role, by=by, at=at)
    return user


@transaction.atomic
def assign_role(*, practice: Practice, user: User, role: Role, by: str, at: datetime) -> Membership:
    """Give a user a role in a practice, in place of any they had. An administrator may use the admin pages."""
    membership, _ = Membership.objects.update_or_create(
        practice=practice, user=user, defaults={"role": role.value}
    )
    sync_administrator(user)
    audit.record(
        practice=practice,
        by=by,
        action="assign_role",
        at=at,
        object_kind="user",
        object_key=str(user.pk),
        detail={"role": role.value},
    )
    return membership


def sync_administrator(user: User) -> None:
    """Let Django's own flags say what the user's roles say: only an administrator may use the admin pages."""
    is_admin = is_administrator(user)
    if (user.is_staff, user.is_superuser) != (is_admin, is_admin):
        user.is_staff = user.is_superuser = is_admin
        user.save(update_fields=["is_staff", "is_superuser"])
