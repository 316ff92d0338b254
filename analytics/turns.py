"""One process at a time: whoever has the turn keeps it until it gives it up, or ends, when PostgreSQL frees it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def turn(*key: int, wait: bool = False) -> Iterator[bool]:
    """Whether the turn of this key is ours; with `wait` it is, in the end.

    key: of an advisory lock of the session, one number of 64 bits or two of 32. Every key stands in the module that
    uses it.
    """
    places = ", ".join(["%s"] * len(key))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_lock({places})", key)
        got = wait or bool(cursor.fetchone()[0])
        try:
            yield got
        finally:
            if got:
                cursor.execute(f"SELECT pg_advisory_unlock({places})", key)
