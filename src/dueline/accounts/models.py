"""Practices, users with their roles, and the audit trail. Every other table belongs to a practice."""

from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser
from django.db import models

from dueline.accounts.errors import AppendOnlyError
from dueline.core.enums import Role


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that are added and read, never changed or deleted."""

    def update(self, **kwargs: object) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted")


class AppendOnly(models.Model):
    """A record that is only ever added to. The database refuses changes as well (migration 0002)."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise AppendOnlyError(f"{type(self).__name__} rows are never deleted")


class Practice(models.Model):
    """The organization whose receivables these are."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    tax_id = models.CharField(max_length=20, blank=True)
    address_1 = models.CharField(max_length=200, blank=True)
    address_2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=15, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=64, default="America/New_York")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class PracticeNpi(models.Model):
    """A National Provider Identifier under which the practice bills."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="npis")
    npi = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "npi"], name="practice_npi_once")
        ]

    def __str__(self) -> str:
        return self.npi


class User(AbstractUser):
    """A person who signs in. What they may see and do is said by their memberships."""

    time_zone = models.CharField(max_length=64, default="America/New_York")
    theme = models.CharField(
        max_length=5,
        default="auto",
        choices=[("auto", "As the system"), ("light", "Light"), ("dark", "Dark")],
    )
    has_single_keys = models.BooleanField(default=True)


class Membership(models.Model):
    """A user's role in one practice."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(r.value, r.name) for r in Role])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class HashChain(models.Model):
    """The last link of a chain of hashed records; locked while a link is added.

    `scope` is the practice code, or "" for what belongs to no practice (sign-in, administration).
    """

    kind = models.CharField(max_length=16)  # audit, follow_up
    scope = models.CharField(max_length=32, blank=True)
    last_sequence = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "scope"], name="hash_chain_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope}"


class AuditEvent(AppendOnly):
    """One write, or one view or export of patient data. No foreign keys: history outlives rows."""

    scope = models.CharField(max_length=32, blank=True)  # practice code
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    username = models.CharField(max_length=150)
    action = models.CharField(max_length=64)  # verb_noun: record_follow_up, view_claim
    object_kind = models.CharField(max_length=32, blank=True)
    object_key = models.CharField(max_length=64, blank=True)  # a row's id, never patient data
    detail = models.JSONField(default=dict)  # no patient data
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "sequence"], name="audit_event_sequence")
        ]
        indexes = [
            models.Index(fields=["scope", "object_kind", "object_key"], name="audit_event_object")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.sequence} {self.action}"
