"""Looking for numbers and words in whatever a run left behind: in clear, written with blanks, in base64, compressed."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from django.db import connection

from people.models import PageSession

BETWEEN = re.compile(r"(?<=\d)(?:[ \u00a0().-]|%20)+(?=\d)")
BLANKS = re.compile(r"\s+")
CORE = 9  # the last digits of a number, as every spelling of it has them
STEPS = 3  # bytes that base64 takes at a time


@dataclass(frozen=True, slots=True)
class Sought:
    """What must not be found. `numbers` E.164, `words` a part of what somebody wrote."""

    numbers: tuple[str, ...]
    words: tuple[str, ...]

    def traces(self) -> Iterator[tuple[str, str]]:
        """(what it is, as it would stand there)."""
        for number in self.numbers:
            yield number, number[-CORE:]
            yield from ((number, one) for one in _base64(number.removeprefix("+")))
        for word in self.words:
            yield word, word.casefold()
            yield word, json.dumps(word)[1:-1].casefold()
            yield from ((word, one) for one in _base64(word))

    def found(self, text: str) -> set[str]:
        """Those of them that stand in the text, in whatever spelling."""
        seen = BLANKS.sub(" ", BETWEEN.sub("", text))
        folded = seen.casefold()
        return {what for what, trace in self.traces() if trace in seen or trace in folded}


def _base64(text: str) -> Iterator[str]:
    """The middle of the text in base64, at each of the three places it may begin in a longer one."""
    for before in range(STEPS):
        coded = base64.b64encode(b"\0" * before + text.encode()).decode()
        yield coded[4 if before else 0 : len(coded) // 4 * 4 - 4]


def rows() -> Iterator[tuple[str, str]]:
    """(table, its rows as COPY writes them), of all tables there are."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                yield table, b"".join(map(bytes, copy)).decode()


def sessions() -> Iterator[tuple[str, str]]:
    """What lies compressed in the sessions of staff and chats."""
    for row in PageSession.objects.all():
        yield "a session", json.dumps(row.get_decoded(), ensure_ascii=False)


def files(folder: Path, pattern: str = "*") -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            yield str(path.relative_to(folder)), opened(path.read_bytes())


def opened(content: bytes) -> str:
    """The content as text, and what is compressed in it."""
    try:
        return zlib.decompress(content).decode(errors="replace")
    except zlib.error:
        return content.decode(errors="replace")


def keys(url: str) -> Iterator[tuple[str, str]]:
    """(name, name and value) of everything in Redis: conversations, pins, messages of the queues."""
    store: Any = redis.Redis.from_url(url)
    read: Mapping[bytes, Callable[[bytes], object]] = {
        b"string": store.get,
        b"list": lambda name: store.lrange(name, 0, -1),
        b"hash": store.hgetall,
        b"set": store.smembers,
        b"zset": lambda name: store.zrange(name, 0, -1),
    }
    try:
        for name in store.scan_iter():
            yield name.decode(), f"{name.decode()} {read[store.type(name)](name)!r}"
    finally:
        store.close()


def leaks(sought: Sought, places: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Place -> what was found there."""
    found = ((place, sought.found(text)) for place, text in places)
    return {place: what for place, what in found if what}
