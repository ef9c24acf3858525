from django.db import migrations, models

from dueline.worklist.counting import begin, end

_WITHOUT_COUNTS = migrations.RunPython(
    lambda apps, schema_editor: end(schema_editor), migrations.RunPython.noop
)


class Migration(migrations.Migration):
    dependencies = [
        ('worklist', '0011_list_indexes'),
    ]

    operations = [
        _WITHOUT_COUNTS,
        migrations.AddField(
            model_name='workcount',
            name='work_status',
            field=models.CharField(default='', max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='workcount',
            name='is_for_caller',
            field=models.BooleanField(default=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='daycount',
            name='is_for_caller',
            field=models.BooleanField(default=False),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='worklistitem',
            index=models.Index(
                condition=models.Q(('work_status', 'with_lead')),
                fields=['practice', '-urgency', '-priority', 'id'],
                name='item_with_lead',
            ),
        ),
        migrations.RunPython(
            lambda apps, schema_editor: begin(schema_editor),
            lambda apps, schema_editor: end(schema_editor),
        ),
    ]
