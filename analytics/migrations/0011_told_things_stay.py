from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0010_exports'),
    ]

    operations = [
        # what is told can be neither changed nor deleted (0007): nor may it go all at once (docs/adr/0010)
        *(
            migrations.RunSQL(
                f'REVOKE TRUNCATE ON {table} FROM CURRENT_USER',
                f'GRANT TRUNCATE ON {table} TO CURRENT_USER',
            )
            for table in ('analytics_entry', 'analytics_target', 'analytics_baseline', 'analytics_deviation')
        ),
    ]
