"""Let the database itself refuse to change steps."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLE = "write_offs_writeoffstep"


def protect_steps(apps, schema_editor):
    protect(schema_editor, TABLE)


def release_steps(apps, schema_editor):
    release(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("write_offs", "0001_initial")]
    operations = [migrations.RunPython(protect_steps, release_steps)]
