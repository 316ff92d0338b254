"""The rules of danger that officers changed, and that every process hears by them within a minute.

No message waits for the database: rules are in memory, read anew now and then. Where the database is away, what
was read before holds, and after a start the files alone.
"""

import csv
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction

from bot.models import DangerRule
from people import audit
from people.audit import Kind
from people.models import Staff
from understanding import rulebook, safeguarding
from understanding.rulebook import Book, Change

EVERY = 20.0  # seconds between two looks
TRIED = rulebook.FOLDER / "tried.tsv"
REASON_LEAST = 10  # characters
ALARMS_MOST = 0.5  # share of other messages: a rule that hears more hears everything
log = logging.getLogger(__name__)
_seen: dict[str, float | int] = {"at": 0.0, "newest": -1}


class NotKept(ValueError):  # noqa: N818 - named for what it is
    """The rule is not kept. `word`: of rulebook.BadRule, or key, reason, alarms."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Figures:
    """How the rules do on the product's own lines: of `cries` so many `heard`, of `others` so many `false`."""

    cries: int
    heard: int
    others: int
    false: int


# --- in memory ----------------------------------------------------------------------------------------


def freshen() -> None:
    """Hear by the newest rules, at most one look every EVERY seconds; whatever the database does."""
    now = time.monotonic()
    if now - _seen["at"] < EVERY and _seen["newest"] != -1:
        return
    _seen["at"] = now
    try:
        read()
    except (DatabaseError, InterfaceError) as error:
        log.warning("rules of danger stay as they were: %s", type(error).__name__)


def read() -> None:
    """Compile the rules anew where any changed since the last look."""
    newest = DangerRule.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest != _seen["newest"]:
        safeguarding.put(rulebook.overlaid(changes()))
        _seen["newest"] = newest


def keep_fresh(*, every: float = EVERY) -> None:
    """Look from a thread of this process, which ends with it."""
    threading.Thread(target=_tend, args=(every,), name="rules of danger", daemon=True).start()


def _tend(every: float) -> None:
    while True:
        close_old_connections()
        freshen()
        connection.close()
        time.sleep(every)


# --- what officers changed ----------------------------------------------------------------------------


def changes() -> list[Change]:
    """The newest of every rule that was ever changed."""
    rows = DangerRule.objects.order_by("language", "key", "-pk").distinct("language", "key")
    return [Change(r.language, r.key, r.on, r.always, r.phrases) for r in rows]


def newest(language: str) -> dict[str, DangerRule]:
    """Of one language, by key."""
    rows = DangerRule.objects.filter(language=language).select_related("by")
    return {row.key: row for row in rows.order_by("key", "-pk").distinct("key")}


def history(language: str, key: str) -> Sequence[DangerRule]:
    """All versions of a rule, newest first."""
    rows = DangerRule.objects.filter(language=language, key=key)
    return list(rows.select_related("by").order_by("-pk")[:50])


def book(language: str) -> Book | None:
    return next((one for one in rulebook.books() if one.language == language), None)


def effect(change: Change) -> tuple[Figures, Figures]:
    """The figures of the language's lines now, and with the change. Raises NotKept."""
    _check(change)
    kept = [one for one in changes() if (one.language, one.key) != (change.language, change.key)]
    before, after = rulebook.overlaid(changes()), rulebook.overlaid([*kept, change])
    return figures(before, change.language), figures(after, change.language)


def keep(change: Change, *, why: str, reviewed: bool, by: Staff, at: datetime) -> DangerRule:
    """A new version of a rule, on record. Raises NotKept."""
    before, after = effect(change)
    if after.false > max(before.false, ALARMS_MOST * after.others):
        raise NotKept("alarms")
    if len(why.strip()) < REASON_LEAST:
        raise NotKept("reason")
    with transaction.atomic():
        made = DangerRule.objects.create(
            language=change.language,
            key=change.key,
            on=change.on,
            always=change.always,
            phrases=change.text,
            reviewed=reviewed,
            why=why.strip()[:300],
            by=by,
            at=at,
        )
        told = {"rule": str(made), "on": str(made.on), "row": str(made.pk), "why": made.why}
        audit.note(Kind.SETTING, by=by, what="rule of danger changed", details=told, at=at)
    return made


def _check(change: Change) -> None:
    found = book(change.language)
    if found is None or not change.key.strip() or len(change.key) > 80:
        raise NotKept("key")
    try:
        if change.on:
            rulebook.groups_of(change.text, found)
    except rulebook.BadRule as bad:
        raise NotKept(bad.word) from bad


# --- the product's own lines --------------------------------------------------------------------------


def figures(books: Iterable[Book], language: str) -> Figures:
    """Cries of the language's own lines, and false alarms on the lines of all."""
    among = safeguarding.compiled(books)
    lines = _lines()
    cries = [text for spoken, kind, text in lines if kind == "danger" and spoken == _row(language)]
    others = [text for _, kind, text in lines if kind == "notdanger"]
    return Figures(len(cries), _alarms(cries, among), len(others), _alarms(others, among))


def _alarms(texts: Iterable[str], among: tuple[safeguarding.Language, ...]) -> int:
    return sum(safeguarding.meets(text, among) for text in texts)


def _row(language: str) -> str:
    return "lat" if language == "latin" else language


@cache
def _lines() -> list[tuple[str, str, str]]:
    with TRIED.open(encoding="utf-8") as file:
        rows = csv.DictReader((x for x in file if not x.startswith("#")), delimiter="\t")
        return [(row["language"], row["kind"], row["text"]) for row in rows]
