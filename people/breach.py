"""Who is affected when data got out: a list of tokens and of what is kept under each, in minutes (S14).

The authority's clock runs for 72 hours from when the breach was known. The list names nobody: a token can be
turned into a number only by somebody with the keys who tries numbers. It is for the server's own disk, is read
by its owner alone, and goes when the breach is dealt with.
"""

import csv
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from people import audit, carrying
from people.audit import Kind
from people.carrying import Column
from people.models import Staff, TokenField

CLOCK = timedelta(hours=72)
HEADER = ("token", "place", "country", "rows")
PORTION = 5_000  # rows held at a time
TOMBSTONE = "erased:"
# Rows of a table that knows no country are listed whatever country is asked for: rather one too many.
TOKENS = """
SELECT {column}, {country}, count(*) FROM {table}
WHERE {column} <> '' AND NOT starts_with({column}, '{tombstone}') AND ({country} IN ('', %(country)s) OR %(country)s = '')
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """What was written: rows by place, distinct tokens, the file's SHA-256, when the authority must know."""

    places: dict[str, int]
    tokens: int
    digest: str
    until: datetime


def write(
    path: Path, *, by: Staff, country: str = "", why: str, known_at: datetime, at: datetime
) -> Listed:
    """Write the list as CSV. Raises FileExistsError: nothing is overwritten.

    `country` "": all. `known_at`: when somebody first knew of the breach. One entry of the audit tells of it.
    """
    places: dict[str, int] = {}
    tokens: set[bytes] = set()
    with (
        transaction.atomic(),
        os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file,
    ):
        written = csv.writer(file)
        written.writerow(HEADER)
        for column in carrying.columns(TokenField):
            rows = 0
            for token, where, n in _rows(column, country):
                written.writerow((token, column.label, where, n))
                tokens.add(hashlib.blake2b(token.encode(), digest_size=8).digest())
                rows += 1
            if rows:
                places[column.label] = rows
        told = {"tokens": str(len(tokens)), "why": why}
        what = "tokens affected by a breach"
        audit.note(Kind.EXPORT, by=by, what=what, country=country, details=told, at=at)
    return Listed(places, len(tokens), _digest(path), known_at + CLOCK)


def _rows(column: Column, country: str) -> Iterator[tuple[str, str, int]]:
    names = {field.name for field in column.model._meta.get_fields()}  # noqa: SLF001 - documented for this
    statement = TOKENS.format(
        table=column.table,
        column=column.field.column,
        country="country" if "country" in names else "''",
        tombstone=TOMBSTONE,
    )
    with connection.chunked_cursor() as cursor:  # else the whole answer would lie in memory
        cursor.execute(statement, {"country": country})
        while rows := cursor.fetchmany(PORTION):
            yield from rows


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
