"""Lines in the journal's table, as the shipper brings them there."""

import json
from typing import Any

from django.db import connection

from journal.writer import Journal
from tests.doors import journalled


def write(kind: str, *bodies: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for body in bodies:
            cursor.execute(
                "INSERT INTO journal_entry (kind, line) VALUES (%s, %s)", [kind, json.dumps(body)]
            )


def ship(journal: Journal) -> None:
    """All that this journal holds."""
    for body in journalled(journal):
        write(body.pop("kind"), body)
