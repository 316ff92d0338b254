from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ussd', '0003_funnel'),
    ]

    operations = [
        migrations.AddField(
            model_name='call',
            name='near',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='total',
            name='near',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='total',
            name='unended',
            field=models.BigIntegerField(default=0),
        ),
        # Of before it is known alone that nothing was told of sessions that fell silent; those that came to an
        # end screen of ours and had no end of the provider's are in no counter.
        migrations.RunSQL(
            "UPDATE ussd_total SET unended = sessions WHERE outcome = 'silent'", migrations.RunSQL.noop
        ),
    ]
