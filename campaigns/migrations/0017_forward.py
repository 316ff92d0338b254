from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0016_holdout'),
    ]

    operations = [
        migrations.CreateModel(
            name='Forward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=64)),
                ('gateway', models.CharField(max_length=64)),
                ('reference', models.CharField(max_length=200)),
                ('token', models.CharField(blank=True, db_collation='C', max_length=64)),
                ('number', models.TextField()),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('begun', 'begun'), ('sent', 'sent'), ('refused', 'refused')], default='waiting', max_length=8)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'made_at'], name='forward_state')],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'reference'), name='forward_once')],
            },
        ),
    ]
