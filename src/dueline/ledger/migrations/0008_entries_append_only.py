"""Let the database itself refuse to change an entry."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLE = "ledger_entry"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_compact_key")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor, TABLE),
            lambda apps, schema_editor: release(schema_editor, TABLE),
        )
    ]
