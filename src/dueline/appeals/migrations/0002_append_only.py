"""Let the database itself refuse to change versions, typed facts and steps."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLES = (
    *("appeals_letterhead", "appeals_letterversion", "appeals_levelterms"),
    *("appeals_typedfact", "appeals_appealstep"),
)


def protect_all(apps, schema_editor):
    for table in TABLES:
        protect(schema_editor, table)


def release_all(apps, schema_editor):
    for table in TABLES:
        release(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_initial")]
    operations = [migrations.RunPython(protect_all, release_all)]
