"""Let the database itself refuse to change a note."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLE = "cases_casenote"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor, TABLE),
            lambda apps, schema_editor: release(schema_editor, TABLE),
        )
    ]
