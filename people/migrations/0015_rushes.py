from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0014_audit_only_grows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rush',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.DateTimeField()),
                ('what', models.CharField(max_length=16)),
                ('gateway', models.CharField(blank=True, max_length=64)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('slot', 'what', 'gateway', 'country'), name='rush_once')],
            },
        ),
    ]
