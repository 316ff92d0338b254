from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0012_releasing'),
    ]

    operations = [
        # what was counted and the chain over it only grow, as the books made of them (0006; docs/adr/0016)
        *(
            migrations.RunSQL(
                f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM CURRENT_USER',
                f'GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER',
            )
            for table in ('analytics_exposure', 'analytics_daylink')
        ),
    ]
