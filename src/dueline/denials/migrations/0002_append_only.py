"""Let the database itself refuse to change what is only added to."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLES = (
    "denials_casecomment",
    "denials_casemeasure",
    "denials_checksetting",
    "denials_codemeaning",
)


def protect_all(apps, schema_editor):
    for table in TABLES:
        protect(schema_editor, table)


def release_all(apps, schema_editor):
    for table in TABLES:
        release(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("denials", "0001_initial")]
    operations = [migrations.RunPython(protect_all, release_all)]
