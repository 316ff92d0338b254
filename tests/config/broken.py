"""Tables that fail at every statement, with a person's words in what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DataError, connection

NUMBER, LOCAL, WORDS = "+254711000001", "0711 000 001", "they took my passport"


SIGNING_IN = ("django_session", "people_staff", "auth_", "django_content_type", "SAVEPOINT")


@contextmanager
def broken_tables() -> Iterator[None]:
    """Every statement fails as PostgreSQL would say it, naming the row; signing in goes on."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if any(table in sql for table in SIGNING_IN):
            return execute(sql, params, many, context)
        told = f"bad value\nLINE 1: '{WORDS}'\nDETAIL:  Key (number)=({NUMBER}, {LOCAL}, {WORDS})."
        raise DataError(told)

    with connection.execute_wrapper(fail):
        yield
