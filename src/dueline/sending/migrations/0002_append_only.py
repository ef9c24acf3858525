"""Let the database itself refuse to change what was said of a file."""

from django.db import migrations

from dueline.accounts.append_only import protect, release

TABLE = "sending_outgoinganswer"


class Migration(migrations.Migration):
    dependencies = [("sending", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor, TABLE),
            lambda apps, schema_editor: release(schema_editor, TABLE),
        )
    ]
