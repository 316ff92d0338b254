"""What waits, and since when."""

import json

from django.db import connection

from operations import pulse


def message(sent_at: object) -> str:
    """A task as it waits in the broker."""
    return json.dumps({"body": "", "headers": {"task": "a.tasks.b", pulse.SENT_AT: sent_at}})


def older(seconds: float) -> None:
    """Set every entry and marker back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_entry SET stored_at = now() - make_interval(secs => %s)", [seconds]
        )
        cursor.execute(
            "UPDATE journal_marker SET looked_at = now() - make_interval(secs => %s)", [seconds]
        )
