"""Practice isolation, proved: what belongs to a practice refers only to what belongs to it too."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F

from dueline.accounts.models import Practice
from dueline.core.breach import Breach

MOST_TOLD = 100  # of one reference: the rest has the same cause


def verify_isolation(practice: Practice) -> Iterator[Breach]:
    """Yield the rows of a practice that refer to a row of another, whichever table they are in."""
    for model, reference in references():
        rows = model._base_manager.filter(practice=practice, **{f"{reference}__isnull": False})
        strangers = rows.exclude(**{f"{reference}__practice": F("practice")}).order_by("pk")
        for pk in islice(strangers.values_list("pk", flat=True).iterator(), MOST_TOLD):
            name = model._meta.verbose_name
            said = f"Its {reference.replace('_', ' ')} belongs to another practice."
            yield Breach("practice isolation", f"{name} {pk}", said)


def references() -> Iterator[tuple[type[models.Model], str]]:
    """Yield each reference from one practice's table to another table that has a practice."""
    for model in apps.get_models():
        if not _has_practice(model):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and _has_practice(field.related_model):
                yield model, field.name


def _has_practice(model: Any) -> bool:
    fields = {field.name: field for field in model._meta.get_fields()}
    return isinstance(fields.get("practice"), models.ForeignKey)
