"""A database of an earlier release, filled, then brought to today's tables step by step. Run as a program.

`python -m tests.config.earlier` works on the empty database that DATABASE_URL names and prints one JSON object:
what was filled, what is left, and for each migration its seconds and the tables that it rewrote.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any

import django
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

# The tables as of the evening of 25 November 2026, when lists, blasts, USSD and chat first stood together. No
# release was tagged yet; from the first tag on, this names the newest one.
EARLIER = {
    "analytics": "0002_indicators",
    "bot": "0002_case_token",
    "campaigns": "0001_initial",
    "journal": "0001_initial",
    "people": "0002_erasure",
    "ussd": "0001_initial",
}
ROWS = 3  # of each table
AT = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
PLACES = """
SELECT relname, relfilenode FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
BINDINGS = """
SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index
UNION SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'f')
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: how long it took on a few rows, and the older tables that it wrote anew, row by row, or read
    through under a lock for an index or a check.
    """

    name: str
    seconds: float
    rewrote: list[str]
    read: list[str]


def go(targets: list[tuple[str, str]]) -> Iterator[Step]:
    """Migrate to the targets, one migration at a time."""
    executor = MigrationExecutor(connection)
    for migration, _ in executor.migration_plan(targets):
        before, bound, began = places(), bindings(), time.monotonic()
        MigrationExecutor(connection).migrate([(migration.app_label, migration.name)])
        took, after = time.monotonic() - began, places()
        rewrote = [name for name, place in before.items() if after.get(name, place) != place]
        read = {table for table, _ in bindings() - bound if table in before}
        yield Step(f"{migration.app_label} {migration.name}", took, rewrote, sorted(read))


def places() -> dict[str, int]:
    """Table -> its file: another one after a rewrite."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        return dict(cursor.fetchall())


def bindings() -> set[tuple[str, str]]:
    """(table, name) of each index, check and foreign key."""
    with connection.cursor() as cursor:
        cursor.execute(BINDINGS)
        return set(cursor.fetchall())


# --- rows of every table --------------------------------------------------------------------------


def fill(old: StateApps) -> dict[str, int]:
    """Some rows in each table of ours, by what its columns take; table -> rows it has."""
    waiting = [one for one in old.get_models() if one._meta.app_label in EARLIER]
    while waiting:
        left = [one for one in waiting if not filled(one)]
        assert len(left) < len(waiting), [one._meta.label for one in left]
        waiting = left
    return counts()


def filled(model: type[models.Model]) -> bool:
    """False where a table that it leans on is still empty."""
    needed = [
        field.related_model
        for field in model._meta.fields
        if field.is_relation and not field.null and field.related_model is not model
    ]
    if not all(one._default_manager.exists() for one in needed):  # type: ignore[union-attr]
        return False
    if not model._default_manager.exists():  # else a migration filled it
        with transaction.atomic():
            for n in range(ROWS):
                model._default_manager.create(**values(model, n))
    return True


def values(model: type[models.Model], n: int) -> dict[str, Any]:
    return {
        field.name: value(field, n)
        for field in model._meta.concrete_fields
        if field.column
        and not (
            field.has_default() or field.has_db_default() or field.generated or field.auto_created
        )
    }


def value(field: Any, n: int) -> Any:
    """What the n-th row of the table may have in this column."""
    if field.is_relation:
        rows = list(field.related_model._default_manager.order_by("pk")[:ROWS])
        return rows[n % len(rows)] if rows else None
    if field.choices:
        return field.choices[0][0]
    plain = {
        "BooleanField": False,
        "DateTimeField": AT,
        "DateField": date(2026, 12 if field.name.startswith("end") else 11, 20 + n),
        "TimeField": clock(9),
        "DurationField": None,
        "UUIDField": uuid.UUID(int=n + 1),
        "JSONField": {},
        "ArrayField": [],
        "DecimalField": Decimal(n + 1),
        "FloatField": float(n),
    }
    kind = next((name for name in plain if name in kinds(field)), "")
    if kind:
        return plain[kind]
    if "IntegerField" in kinds(field):
        return n + 1
    return f"{field.name[:1]}{n}"[: field.max_length or 9]


def kinds(field: Any) -> set[str]:
    return {one.__name__ for one in type(field).__mro__}


def counts() -> dict[str, int]:
    """Table of ours -> rows."""
    tables = [
        name for name in connection.introspection.table_names() if name.split("_")[0] in EARLIER
    ]
    with connection.cursor() as cursor:
        found = {}
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = int(cursor.fetchone()[0])
        return found


def main() -> None:
    django.setup()
    targets = list(EARLIER.items())
    for _ in go(targets):
        pass
    before = fill(MigrationExecutor(connection).loader.project_state(targets).apps)
    steps = [asdict(step) for step in go(MigrationExecutor(connection).loader.graph.leaf_nodes())]
    json.dump({"before": before, "after": counts(), "steps": steps}, sys.stdout)


if __name__ == "__main__":
    main()
