"""What a test committed is taken away again: only the tables that hold something are emptied.

Django's own way empties all hundred tables and writes contents' types and permissions anew, after each of
hundreds of tests. Here it does so once a process. What it leaves is the ground; whoever changes that has
Django's own way again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

Teardown = Callable[[TransactionTestCase], None]
ONLY_GROW = (
    "people_auditentry, people_auditcheck, analytics_closedperiod, analytics_restatement, analytics_release, "
    "analytics_entry, analytics_target, analytics_baseline, analytics_deviation, "
    "analytics_exposure, analytics_daylink"
)
FILLED = """
SELECT relname FROM pg_class
WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0
"""
Ground = dict[str, str]  # table -> digest of its rows


@contextmanager
def audit_open() -> Iterator[None]:
    """The product's role may not empty what only grows; what a test committed must go all the same."""
    _execute(f"GRANT TRUNCATE ON {ONLY_GROW} TO CURRENT_USER")
    yield
    _execute(f"REVOKE TRUNCATE ON {ONLY_GROW} FROM CURRENT_USER")


def emptier(teardown: Teardown) -> Teardown:
    """Django's own `teardown` where it is needed, and the quick way where not."""
    ground: Ground = {}

    def empty(test: TransactionTestCase) -> None:
        if ground and digests(ground) == ground:
            truncate([name for name in filled() if name not in ground])
            return
        with audit_open():
            teardown(test)
        ground.clear()
        ground.update(digests(filled()))

    return empty


def filled() -> list[str]:
    """Tables that may hold a row: their files hold at least a page."""
    tables = connection.introspection.django_table_names(only_existing=False, include_views=False)
    return sorted(str(name) for (name,) in _execute(FILLED, [tables]))


def digests(tables: Iterable[str]) -> Ground:
    """Of each table's rows, in any order."""
    query = "SELECT md5(string_agg(one::text, ' ' ORDER BY one::text)) FROM {} one"
    return {
        name: str(_execute(sql.SQL(query).format(sql.Identifier(name)))[0][0]) for name in tables
    }


def truncate(tables: list[str]) -> None:
    """Those, and what refers to them."""
    if tables:
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        with audit_open():
            _execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def _execute(query: Any, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []
