"""Let the database itself refuse to change a version of a draft, or a step."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLES = ("corrections_correctionversion", "corrections_correctionstep")


def forward(apps, schema_editor):
    for table in TABLES:
        protect(schema_editor, table)


def backward(apps, schema_editor):
    for table in TABLES:
        release(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("corrections", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
