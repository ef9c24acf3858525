"""Let the database itself refuse to change what is only added to."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLE = "prevention_checkswitch"


class Migration(migrations.Migration):
    dependencies = [("prevention", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor, TABLE),
            lambda apps, schema_editor: release(schema_editor, TABLE),
        )
    ]
