import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models

# What was planned before went through the one gateway of its blast.
CARRY = """
UPDATE campaigns_blast SET routes = ARRAY[gateway];
UPDATE campaigns_chunk c SET gateway = b.gateway, sender = b.sender
FROM campaigns_blast b WHERE b.id = c.blast_id;
"""
NAMES = django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None)


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0009_audience_member_token'),
    ]

    operations = [
        migrations.AddField(model_name='blast', name='routes', field=NAMES),
        migrations.AddField(model_name='blast', name='cap', field=models.PositiveSmallIntegerField(default=2)),
        migrations.AddField(model_name='blast', name='cap_days', field=models.PositiveSmallIntegerField(default=7)),
        migrations.AddField(
            model_name='campaign',
            name='cap',
            field=models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='messages a person, at most'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='cap_days',
            field=models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='in so many days'),
        ),
        migrations.AddField(
            model_name='chunk', name='gateway', field=models.CharField(default='', max_length=64), preserve_default=False
        ),
        migrations.AddField(
            model_name='chunk', name='sender', field=models.CharField(blank=True, max_length=32, default=''), preserve_default=False
        ),
        migrations.AddField(model_name='chunk', name='onward', field=NAMES),
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name='chunk', name='chunk_of_blast'),
        migrations.AddIndex(
            model_name='chunk',
            index=models.Index(fields=['blast', 'state', 'gateway', 'id'], name='chunk_of_blast'),
        ),
    ]
