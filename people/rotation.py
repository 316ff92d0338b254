"""After a key was rotated: carry everybody whose number we hold over to the new keys, and reseal what is sealed.

Everybody else (USSD callers, chats) follows at the next meeting: doors journal the former tokens while a
rotation is open (`identity.trail`). Until it is done nobody under an old suppression key is sent to:
`consent.refusal` says `old-key`. `usage` counts what still needs which key: a key may go when nothing does.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, models, transaction

from journal import intake
from people import audit, carrying, identity, keys
from people.carrying import Column, columns
from people.models import Kind, LineField, Person, SealField, TokenField

PORTION = 2000
TRIES = 5  # of a portion that a sender or a fold was in the way of
MAKE = {"token": identity.token, "suppression": identity.suppression_token}
Row = tuple[Any, ...]  # primary key, seal, tokens
Usage = dict[str, Counter[str]]  # column -> key id -> rows
Say = Callable[[str, int, int], None]  # column, rows done so far, rows in all

RESEALED = """
UPDATE {table} AS t SET {column} = n.new FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n(id, old, new)
WHERE t.id = n.id AND t.{column} = n.old
"""
USED = """
SELECT split_part({column}, '.', 1), count(*) FROM {table} WHERE strpos({column}, '.') > 0 GROUP BY 1
"""
NAMED = "SELECT count(*) FROM {table} WHERE strpos(replace({column}::text, '\": ', '\":'), %s) > 0"
# How a journal line names a key that it needs; the former tokens in its `f` are there to be parted with.
NEEDS = {"token": '"t":"{key}.', "suppression": '"st":"{key}.', "seal": ':"{key}.'}


class KeyInUse(ValueError):  # noqa: N818 - named for what it is
    """A key that rows still need; the text says which and how many."""


@dataclass(slots=True)
class Carried:
    """What a run did. `broken`: rows whose seal does not open; they stay as they are."""

    people: int = 0
    seals: int = 0
    broken: Counter[str] = field(default_factory=Counter)


def retoken(say: Say = lambda _label, _done, _of: None) -> Carried:
    """Everybody under an old key, in portions that each commit: may be cut at any moment and run again."""
    done = Carried()
    for sealed in columns(SealField):
        if _kind(sealed) == identity.NUMBER:
            _carry_column(sealed, done, say)
    for sealed in columns(SealField):
        _reseal_column(sealed, done, say)
    return done


def _kind(column: Column) -> str:
    assert isinstance(column.field, SealField)  # noqa: S101 - `columns` looked for nothing else
    return column.field.kind


# --- tokens -----------------------------------------------------------------------------------------------


def _carry_column(sealed: Column, done: Carried, say: Say) -> None:
    """The people whose numbers this column holds, with everything any table knows of them."""
    fields = _token_fields(sealed)
    old = _rows(sealed, _under_other_tokens(sealed))
    before, of = done.people, old.count()
    for rows in _portions(sealed, old, *(one.name for one in fields)):
        numbers = {pk: number for pk, _, number in _opened(sealed, rows, done.broken)}
        people = [(f"tel:{numbers[row[0]]}", row[2:]) for row in rows if row[0] in numbers]
        _patiently(partial(_carry, people, [one.key for one in fields]))
        done.people += len(people)
        say(sealed.label, done.people - before, of)


def _carry(people: Sequence[tuple[str, Sequence[str]]], keys_of: Sequence[str]) -> int:
    """By every key we have, and from the tokens of the rows themselves: their key may be lost."""
    carried = identity.follow((address for address, _ in people), again=True)
    for key, make in MAKE.items():
        current = f"{getattr(identity.ring(), key).current}."
        own = [
            (old, make(address))
            for address, tokens in people
            for old, which in zip(tokens, keys_of, strict=True)
            if which == key and "." in old and not old.startswith(current)
        ]
        carried += carrying.carry(own, key)
    return carried


def _token_fields(sealed: Column) -> list[TokenField]:
    found = sealed.model._meta.get_fields()  # noqa: SLF001 - documented for exactly this
    return [one for one in found if isinstance(one, TokenField)]


def _under_other_tokens(sealed: Column) -> models.Q:
    """Rows of the seal's table with a token under another key than the current one; tombstones are under none."""
    found = models.Q(pk__in=[])
    for one in _token_fields(sealed):
        current = f"{getattr(identity.ring(), one.key).current}."
        under = models.Q(**{f"{one.name}__contains": "."})
        found |= under & ~models.Q(**{f"{one.name}__startswith": current})
    return found


# --- seals ------------------------------------------------------------------------------------------------


def _reseal_column(sealed: Column, done: Carried, say: Say) -> None:
    old = _rows(sealed, _under_former_seals(sealed))
    before, of = done.seals, old.count()
    for rows in _portions(sealed, old):
        opened = list(_opened(sealed, rows, done.broken))
        made = [(pk, was, identity.seal(text, _kind(sealed))) for pk, was, text in opened]
        done.seals += _patiently(partial(_write, sealed, made))
        say(sealed.label, done.seals - before, of)


def _under_former_seals(sealed: Column) -> models.Q:
    found = models.Q(pk__in=[])
    for key in identity.ring().seal.former:
        found |= models.Q(**{f"{sealed.field.name}__startswith": f"{key}."})
    return found


def _write(sealed: Column, made: Sequence[tuple[int, str, str]]) -> int:
    """A row that was emptied or changed meanwhile keeps what it has."""
    if not made:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sealed.sql(RESEALED), [list(values) for values in zip(*made, strict=True)])
        return int(cursor.rowcount)


def _opened(
    sealed: Column, rows: Sequence[Row], broken: Counter[str]
) -> Iterator[tuple[int, str, str]]:
    for pk, seal, *_tokens in rows:
        try:
            yield pk, seal, identity.unseal(seal, _kind(sealed))
        except identity.BrokenSeal:
            broken[sealed.label] += 1


def _rows(sealed: Column, which: models.Q) -> models.QuerySet[models.Model]:
    """Rows of the column's table that hold something in it."""
    rows = sealed.model._default_manager.filter(which)  # noqa: SLF001 - Django's name
    return rows.exclude(**{sealed.field.name: ""})


def _portions(
    sealed: Column, rows: models.QuerySet[models.Model], *names: str
) -> Iterator[list[Row]]:
    told, last = rows.order_by("pk").values_list("pk", sealed.field.name, *names), 0
    while part := list(told.filter(pk__gt=last)[:PORTION]):
        last = part[-1][0]
        yield part


def _patiently(step: Callable[[], int]) -> int:
    """The step in one transaction; again where the database gave it up for another's sake."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return step()
        except OperationalError:
            if not left:
                raise
    raise AssertionError("unreachable")


# --- what still needs which key ---------------------------------------------------------------------------


def usage() -> Usage:
    """Column -> key id -> rows, over every table and the journal; columns with nothing in them are absent.

    Costs one pass over each table: minutes at some millions of rows. Journal files not shipped yet and Redis
    (minutes) are not looked at.
    """
    found = {one.label: _used(one) for kind in (TokenField, SealField) for one in columns(kind)}
    for one in columns(LineField):
        found[one.label] = Counter({key: _named(one, word) for key, word in _words()})
    found["journal"] = Counter({key: intake.naming(word) for key, word in _words()})
    return {label: +rows for label, rows in found.items() if +rows}


def _used(column: Column) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(column.sql(USED))
        return Counter(dict(cursor.fetchall()))


def _words() -> Iterator[tuple[str, str]]:
    """Each key of the ring and how a line names it."""
    for purpose, word in NEEDS.items():
        for key in getattr(identity.ring(), purpose).keys:
            yield key, word.format(key=key)


def _named(column: Column, word: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(column.sql(NAMED), [word])
        return int(cursor.fetchone()[0])


def totals(found: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    """Key id -> rows in all."""
    added: Counter[str] = Counter()
    for rows in found.values():
        added.update(rows)
    return added


def known() -> set[str]:
    """Ids of all keys of the ring."""
    ring = identity.ring()
    return {name for own in (ring.token, ring.suppression, ring.seal) for name in own.keys}


def left() -> dict[str, int]:
    """Column of sealed values -> rows that `retoken` has still to carry or to reseal."""
    found = {}
    for sealed in columns(SealField):
        which = _under_former_seals(sealed)
        if _kind(sealed) == identity.NUMBER:
            which |= _under_other_tokens(sealed)
        if rows := _rows(sealed, which).count():
            found[sealed.label] = rows
    return found


def pending() -> bool:
    """Whether people under an old suppression key wait for `retoken`: nobody may be sent to as if they were not.

    Costs two looks at an index. Those whose number cannot be read any more are waited for by nobody.
    """
    return _waiting("stop_token", identity.ring().suppression.current)


def unfinished() -> bool:
    """Whether `retoken` has people to carry over at all: a list that is imported before would bring them again."""
    return pending() or _waiting("token", identity.ring().token.current)


def _waiting(column: str, key: str) -> bool:
    # by ranges, which the column's index answers: "/" follows "."
    other = models.Q(**{f"{column}__lt": f"{key}."}) | models.Q(**{f"{column}__gte": f"{key}/"})
    waiting = Person.objects.filter(other)
    return any(_opens(one) for one in waiting.values_list("number", flat=True)[:PORTION])


def _opens(seal: str) -> bool:
    try:
        return bool(identity.unseal(seal, identity.NUMBER))
    except identity.BrokenSeal:
        return False


def retire(purpose: str, key: str, *, at: datetime) -> None:
    """Take a former key out of the key file. Raises KeyInUse while a row needs it, and keys.BadKeys."""
    found = usage()
    if used := totals(found)[key]:
        where = ", ".join(label for label, rows in found.items() if rows.get(key))
        raise KeyInUse(f"{key} is needed by {used} rows of {where}.")
    with transaction.atomic():
        carrying.part_with(key)
        audit.note(
            Kind.KEYS, by=None, what="key retired", details={"purpose": purpose, "key": key}, at=at
        )
        keys.retire(settings.KEYS_FILE, purpose, key)
    identity.reload_keys()
