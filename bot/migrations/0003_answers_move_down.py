"""Answers belong to campaigns from here on: the table keeps its rows and takes the name of its new app."""

from django.db import migrations

NAMES = (
    ("TABLE", "bot_answer", "campaigns_answer"),
    ("SEQUENCE", "bot_answer_id_seq", "campaigns_answer_id_seq"),
    ("INDEX", "bot_answer_pkey", "campaigns_answer_pkey"),
)
TYPE = "UPDATE django_content_type SET app_label = '{}' WHERE app_label = '{}' AND model = 'answer'"


def renamed(kind: str, old: str, new: str) -> migrations.RunSQL:
    there, back = (f"ALTER {kind} {a} RENAME TO {b}" for a, b in ((old, new), (new, old)))
    return migrations.RunSQL(there, back)


class Migration(migrations.Migration):
    dependencies = [("bot", "0002_case_token"), ("contenttypes", "0002_remove_content_type_name")]
    run_before = [("campaigns", "0007_answers")]  # so that campaigns need not know who had them

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("Answer")],
            database_operations=[
                *(renamed(*names) for names in NAMES),
                migrations.RunSQL(TYPE.format("campaigns", "bot"), TYPE.format("bot", "campaigns")),
            ],
        )
    ]
