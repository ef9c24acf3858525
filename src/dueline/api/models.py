"""Tokens and what they did once, events told to other systems, and drafts that wait for a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.calls.models import FollowUp
from dueline.core.drafts import DraftKind, DraftState
from dueline.core.webhooks import EventKind
from dueline.ledger.models import Claim


class Service(models.Model):
    """A user that is a program of the practice's: it has roles as people have, and signs in nowhere."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="service"
    )
    purpose = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"service {self.user_id}"


class Token(models.Model):
    """A right to use the API as a user, narrowed by scopes and practices. The token itself is not kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens"
    )
    name = models.CharField(max_length=80)  # what it is for
    begins = models.CharField(max_length=12)  # its first characters, to know it by
    hash = models.CharField(max_length=64, unique=True)  # SHA-256: the token is 256 random bits
    scopes = models.JSONField()  # core.scopes.Scope
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    # Microsecond until which its share of requests is used up (GCRA); one UPDATE both asks and counts.
    spent_until = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="token_revoked_by",
            )
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"


class TokenPractice(models.Model):
    """A practice for which a token may be used."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="practices")
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "practice"], name="token_practice_once")
        ]

    def __str__(self) -> str:
        return f"token {self.token_id} for practice {self.practice_id}"


class DoneOnce(models.Model):
    """What was answered to a write, by its Idempotency-Key: the same request again is answered so, and not done."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)  # method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)  # JSON
    done_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="done_once_key")]

    def __str__(self) -> str:
        return f"done once {self.pk}"


class Endpoint(models.Model):
    """An address that is told of a practice's events. Its secret is kept sealed (dueline.sealed)."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=500)
    kinds = models.JSONField()  # core.webhooks.EventKind
    secret = models.CharField(max_length=400)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return f"endpoint {self.pk}"


class EventMark(models.Model):
    """How far a kind of event is known in a practice.

    Rows up to `settled_id` are done with. Those after it are looked at again for a day, since a transaction
    may end later than one that began after it; `seen_id` becomes the next `settled_id` then.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=24)  # a source of api.queries.events
    settled_id = models.BigIntegerField(default=0)
    seen_id = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind"], name="event_mark_once")]

    def __str__(self) -> str:
        return f"{self.kind} of practice {self.practice_id}"


class Event(models.Model):
    """One thing that happened, to be told once. Kept, so that it is never told twice."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=24)  # a source of api.queries.events
    object_id = models.BigIntegerField()  # the row it came from; for a deadline the claim
    detail = models.CharField(max_length=24, blank=True)  # which deadline
    on_day = models.DateField()  # of what happened; of a deadline its last day
    claim_id = models.BigIntegerField(null=True)
    is_told = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "object_id", "detail", "on_day"],
                name="event_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["practice", "kind", "id"], name="event_untold", condition=Q(is_told=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Message(models.Model):
    """What is sent to one endpoint: events of one kind, a hundred at most, until it is taken or given up."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="messages")
    identifier = models.CharField(max_length=40, unique=True)  # webhook-id: the same at each try
    kind = models.CharField(max_length=24, choices=[(v.value, v.name) for v in EventKind])
    body = models.TextField()  # JSON as it is signed and sent
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # null: taken, or given up
    taken_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=120, blank=True)  # what came of the last try

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="message_due", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Draft(models.Model):
    """What an assistant proposes about a claim. Nothing of it counts until a person has confirmed it."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+", db_index=False)
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=[(v.value, v.name) for v in DraftKind])
    text = models.TextField(blank=True)  # of a note or an appeal
    facts = models.JSONField(default=dict)  # of a follow-up, as core.follow_up reads them
    state = models.CharField(
        max_length=12,
        choices=[(v.value, v.name) for v in DraftState],
        default=DraftState.PROPOSED.value,
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    follow_up = models.OneToOneField(
        FollowUp, on_delete=models.PROTECT, null=True, related_name="draft"
    )

    class Meta:
        indexes = [models.Index(fields=["practice", "state", "-id"], name="draft_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DraftState.PROPOSED, decided_at__isnull=True, decided_by="")
                | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="draft_decided_by",
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
