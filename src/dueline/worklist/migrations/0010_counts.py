import django.db.models.deletion
from django.db import migrations, models


# The counts begin with 0012, when a column has been added to them.
class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_append_only'),
        ('payers', '0003_contacts_and_dated_rules'),
        ('worklist', '0009_escalation'),
    ]

    operations = [
        migrations.AddField(
            model_name='dailypricing',
            name='acknowledging',
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name='DayCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('deadline', 'DEADLINE'), ('overdue', 'OVERDUE'), ('service', 'SERVICE'), ('submission', 'SUBMISSION')], max_length=10)),
                ('level', models.CharField(blank=True, max_length=2)),
                ('day', models.DateField()),
                ('claims', models.BigIntegerField()),
                ('cents', models.BigIntegerField()),
                ('payer', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='payers.payer')),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'kind'], name='day_count')],
            },
        ),
        migrations.CreateModel(
            name='WorkCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(max_length=2)),
                ('is_due', models.BooleanField()),
                ('due_cause', models.CharField(blank=True, max_length=16)),
                ('next_action', models.CharField(max_length=24)),
                ('seen_status', models.CharField(blank=True, max_length=24)),
                ('claims', models.BigIntegerField()),
                ('cents', models.BigIntegerField()),
                ('payer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='payers.payer')),
                ('practice', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice'], name='work_count')],
            },
        ),
    ]
