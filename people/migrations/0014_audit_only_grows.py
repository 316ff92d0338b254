from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0013_consent_ends'),
    ]

    operations = [
        # emptied together the entries and their checks would agree with each other
        migrations.RunSQL(
            'REVOKE TRUNCATE ON people_auditentry FROM CURRENT_USER',
            'GRANT TRUNCATE ON people_auditentry TO CURRENT_USER',
        ),
        migrations.RunSQL(
            'REVOKE UPDATE, DELETE, TRUNCATE ON people_auditcheck FROM CURRENT_USER',
            'GRANT UPDATE, DELETE, TRUNCATE ON people_auditcheck TO CURRENT_USER',
        ),
    ]
