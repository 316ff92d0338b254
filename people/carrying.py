"""Carrying people from tokens under old keys to those under the current ones, in every room's tables at once.

Rooms mark their columns (`people.models.columns`); this finds them, so that nothing points upward. What was
under way while somebody was carried (a journal line, a held hop) still names the old token: `successors`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.utils import CursorWrapper

from analytics import recounts
from people import keys
from people.models import Erasure, TokenField

LOCK = 0x6E6A69610B  # advisory: one carries at a time, so that two never wait for each other
Pair = tuple[str, str]  # a token under an old key, the same address's under the current one

KNOWN = """
SELECT n.old, n.new FROM unnest(%s::text[], %s::text[]) AS n(old, new)
JOIN people_successor s ON s.old = n.old AND s.new = n.new
"""
FOLLOWED = """
UPDATE people_successor AS s SET new = n.new FROM unnest(%s::text[], %s::text[]) AS n(old, new) WHERE s.new = n.old
"""
NOTED = """
INSERT INTO people_successor (old, new) SELECT * FROM unnest(%s::text[], %s::text[])
ON CONFLICT (old) DO UPDATE SET new = excluded.new
"""
# Copied, not renamed: lines of before, which must be scrubbed too, name the old token.
WISHES = """
INSERT INTO people_erasure (token, at)
SELECT n.new, e.at FROM people_erasure e JOIN unnest(%s::text[], %s::text[]) AS n(old, new) ON e.token = n.old
ON CONFLICT (token) DO UPDATE SET at = greatest(people_erasure.at, excluded.at)
"""
RENAMED = """
UPDATE {table} AS t SET {column} = n.new FROM unnest(%s::text[], %s::text[]) AS n(old, new)
WHERE t.{column} = n.old AND t.{column} <> ''
"""
# Somebody with a subject under both keys: the ledger knows them twice, and they keep one, the later one.
TWICE = """
SELECT o.subject, x.token, o.language FROM unnest(%s::text[], %s::text[]) AS n(old, new)
JOIN people_subject o ON o.token = n.old JOIN people_subject x ON x.token = n.new AND x.subject <> o.subject
"""
SPOKEN = "UPDATE people_subject SET language = %s, language_at = now() WHERE token = %s AND language = ''"
STANDING = "SELECT id FROM {table} WHERE {column} = %s ORDER BY id FOR UPDATE"
ONE = "UPDATE {table} SET {column} = %s WHERE id = %s"
DROPPED = "DELETE FROM {table} WHERE id = %s"
BURIED = "UPDATE {table} SET {column} = 'erased:' || replace(gen_random_uuid()::text, '-', '') WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Column:
    """A marked column of a table. `label`: as operators read it."""

    model: type[models.Model]
    field: "models.Field[Any, Any]"

    @property
    def table(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001 - Django's own name for it

    @property
    def label(self) -> str:
        return f"{self.table}.{self.field.column}"

    def sql(self, statement: str) -> str:
        """The statement for this column; both names are ours."""
        return statement.format(table=self.table, column=self.field.column)


def columns(kind: "type[models.Field[Any, Any]]") -> Iterator[Column]:
    """Every column of the whole product that is marked so."""
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 - documented for exactly this
            if isinstance(field, kind):
                yield Column(model, field)


def carry(pairs: Iterable[Pair], key: str = "token", *, again: bool = False) -> int:
    """Everything under the old tokens goes over to the new ones, in one transaction; how many rows.

    Pairs carried before cost one look, unless `again`: a process that was not restarted yet may have written
    under the old key since.
    """
    wanted = sorted(set(pairs))
    if not wanted:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        if not again:
            cursor.execute(KNOWN, _lists(wanted))
            known = set(cursor.fetchall())
            wanted = [pair for pair in wanted if pair not in known]
        return _carried(cursor, wanted, key) if wanted else 0


def _carried(cursor: CursorWrapper, pairs: Sequence[Pair], key: str) -> int:
    """One old key after the other: two rows of one person never come to one name in one statement."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    cursor.execute(FOLLOWED, _lists(pairs))
    cursor.execute(NOTED, _lists(pairs))
    carried = 0
    names = {old.partition(".")[0] for old, _ in pairs}
    for name in sorted(names, key=keys.age, reverse=True):
        of_key = [pair for pair in pairs if pair[0].startswith(f"{name}.")]
        if key == "token":
            cursor.execute(WISHES, _lists(of_key))
            _become_one(cursor, of_key)
        for column in columns(TokenField):
            if column.model is not Erasure and _field(column).key == key:
                carried += _renamed(cursor, column, of_key)
    return carried


def _become_one(cursor: CursorWrapper, pairs: Sequence[Pair]) -> None:
    """Who was met under both keys before anybody knew: their language is kept, and that they may count twice."""
    cursor.execute(TWICE, _lists(pairs))
    twice = cursor.fetchall()
    for _, token, language in twice:
        cursor.execute(SPOKEN, [language, token])
    recounts.note([subject for subject, _, _ in twice])


def _field(column: Column) -> TokenField:
    assert isinstance(column.field, TokenField)  # noqa: S101 - `columns` looked for nothing else
    return column.field


def _renamed(cursor: CursorWrapper, column: Column, pairs: Sequence[Pair]) -> int:
    """The column's rows under their new tokens; row by row where somebody stands under both."""
    try:
        with transaction.atomic():
            cursor.execute(column.sql(RENAMED), _lists(pairs))
            return int(cursor.rowcount)
    except IntegrityError:
        return sum(_renamed_singly(cursor, column, pair) for pair in pairs)


def _renamed_singly(cursor: CursorWrapper, column: Column, pair: Pair) -> int:
    old, new = pair
    cursor.execute(column.sql(STANDING), [old])
    rows = [row for (row,) in cursor.fetchall()]
    for row in rows:
        try:
            with transaction.atomic():
                cursor.execute(column.sql(ONE), [new, row])
        except IntegrityError:
            double = BURIED if _field(column).double == "bury" else DROPPED
            cursor.execute(column.sql(double), [row])
    return len(rows)


def _lists(pairs: Sequence[Pair]) -> list[list[str]]:
    return [[old for old, _ in pairs], [new for _, new in pairs]]


# --- whom an old token means ----------------------------------------------------------------------------


def successors(tokens: Iterable[str]) -> dict[str, str]:
    """Old token -> the one its person is known by now; only those that were carried."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT old, new FROM people_successor WHERE old = ANY(%s)", [list(set(tokens))]
        )
        return dict(cursor.fetchall())


def predecessors(tokens: Iterable[str]) -> list[str]:
    """The old tokens of these people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT old FROM people_successor WHERE new = ANY(%s)", [list(tokens)])
        return [old for (old,) in cursor.fetchall()]


def let_go(tokens: Iterable[str]) -> list[str]:
    """These tokens and those of before, in whose place they came; nothing leads from one to another any more."""
    now = list(tokens)
    known = list(dict.fromkeys([*now, *predecessors(now)]))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_successor WHERE old = ANY(%s)", [known])
    return known


def part_with(key: str) -> int:
    """Drop what is kept of tokens under a key that is retired; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_successor WHERE starts_with(old, %s)", [f"{key}."])
        return int(cursor.rowcount)
