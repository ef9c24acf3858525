"""Let the database itself refuse to change what is only added to."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLE = "calls_scriptversion"


class Migration(migrations.Migration):
    dependencies = [("calls", "0005_script_versions")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor, TABLE),
            lambda apps, schema_editor: release(schema_editor, TABLE),
        )
    ]
