from django.db import migrations, models

from dueline.core.matching import other_compact_key

MANY = 5_000


def fill(apps, schema_editor):
    """Give the claims there are their compact keys, some thousands at a time."""
    claims = apps.get_model("ledger", "Claim").objects
    last = 0
    while rows := list(claims.filter(pk__gt=last).order_by("pk").only("patient_control_number")[:MANY]):
        last = rows[-1].pk
        for claim in rows:
            claim.compact_key = other_compact_key(claim.patient_control_number)
        claims.bulk_update([claim for claim in rows if claim.compact_key], ["compact_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("ledger", "0006_open_secondary"),
        ("payers", "0003_contacts_and_dated_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="compact_key",
            field=models.CharField(max_length=38, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("compact_key__isnull", False)),
                fields=["practice", "compact_key"],
                name="claim_compact_key",
            ),
        ),
    ]
