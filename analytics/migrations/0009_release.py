from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0008_schemes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.TextField(db_collation='C')),
                ('rule', models.PositiveSmallIntegerField()),
                ('starts', models.DateField()),
                ('ends', models.DateField()),
                ('table', models.TextField(db_collation='C')),
                ('upto', models.BigIntegerField()),
                ('content', models.TextField()),
                ('truth', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('made_by', models.CharField(max_length=150)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'outside table',
                'verbose_name_plural': 'outside tables',
                'ordering': ['-ends', 'starts'],
                'default_permissions': ('view', 'add'),
                'constraints': [models.UniqueConstraint(models.F('indicator'), models.F('starts'), models.F('ends'), models.F('table'), name='released_once')],
            },
        ),
        # as closed periods: even the table's owner must first take the rights back
        migrations.RunSQL(
            'REVOKE UPDATE, DELETE, TRUNCATE ON analytics_release FROM CURRENT_USER',
            'GRANT UPDATE, DELETE, TRUNCATE ON analytics_release TO CURRENT_USER',
        ),
    ]
