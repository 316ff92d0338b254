"""The rows of a pack: read from the ledger in order, each subject under a pseudonym of this pack alone.

A pseudonym is HMAC-SHA-256 of the subject under a random key that lives in this process while the pack is
made, and nowhere else. Rows carry the day, not the time. Memory stays flat, whatever the number of rows.
"""

import csv
import hashlib
import hmac
import io
import random
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from analytics import frozen, questions
from analytics.periods import Period
from analytics.questions import Parts, Question
from analytics.recounting import EARLIER, ROWS

SLICE = 100_000  # sequences read at a time: how often progress is told
BLOCK = 1_000  # lines that are hashed and written at once
SAMPLE = 50
PSEUDONYM = 24  # hex digits: 96 bits, no two of a billion subjects share one
ID = 36  # characters of a uuid
DANGEROUS = re.compile(rb"(?:^|,)\"?[=+\-@\t\r']")  # a cell that a spreadsheet takes for a formula
Told = Callable[[int], None]

INSIDE = f"""
COPY (SELECT subject, key, to_char(at AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM-DD'), {", ".join(ROWS[2:])}
      FROM analytics_exposure
      WHERE sequence > %(after)s AND sequence <= %(last)s AND %(indicator)s = ANY(indicators)
        AND at >= %(begin)s AND at < %(end)s ORDER BY sequence) TO STDOUT (FORMAT csv)"""  # noqa: S608
BEFORE = """
COPY (SELECT subject, to_char(month, 'YYYY-MM'), {columns} FROM (
          SELECT DISTINCT ON (subject, campaign, country, channel, linked) * FROM ({hits}) hits
          ORDER BY subject, campaign, country, channel, linked, month, sequence) one
      ORDER BY month, sequence) TO STDOUT (FORMAT csv)"""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes) -> object: ...


@dataclass(frozen=True, slots=True)
class Sampled:
    """A row drawn by lot; `row` counts from 1, `key` names the fact in the ledger."""

    row: int
    subject: UUID = field(repr=False)
    key: UUID = field(repr=False)
    cells: tuple[str, ...] = field(repr=False)  # as they stand in the pack, the pseudonym first

    def told(self, column: str) -> str:
        return self.cells[ROWS.index(column)]


def inside(question: Question, period: Period, told: Told = lambda _done: None) -> Iterator[bytes]:
    """The exposures of the period as known at the question's sequence, in order of recording.

    `told` hears to which sequence it has come.
    """
    begin = max(period.starts, question.start)
    if begin >= period.ends:
        return
    span = Period(begin, period.ends)
    asked = {"indicator": question.indicator, "begin": span.begin, "end": span.end}
    for after in range(0, question.upto, SLICE):
        last = min(after + SLICE, question.upto)
        yield from _copied(INSIDE, asked | {"after": after, "last": last})
        told(last)


def earlier(question: Question, period: Period) -> Iterator[bytes]:
    """By which ways each subject had been reached before the period: the first exposure of each."""
    if question.start >= period.starts:
        return
    span, also = Period(question.start, period.starts), "AND tier = ANY(%(tiers)s)"
    listed, params = questions.hits(question, span, Parts.of(frozen.SETS), (), also=also)
    statement = BEFORE.format(columns=", ".join(EARLIER[2:]), hits=listed)
    yield from _copied(statement, params | {"tiers": list(question.tiers)})


def _copied(statement: str, params: Mapping[str, Any]) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        for line in copy:
            yield bytes(line)


def ledger_digest(question: Question, period: Period) -> str:
    """What the same rows hash to as the ledger has them: can be had again at any time."""
    rows = Rows(secrets.token_bytes(32))
    rows.pack_earlier(_Nowhere(), earlier(question, period))
    rows.pack(_Nowhere(), inside(question, period))
    return rows.ledgers


class _Nowhere:
    def write(self, data: bytes) -> None:
        """Only the hash is wanted."""


class Rows:
    """Rows on their way into a pack."""

    def __init__(self, key: bytes) -> None:
        self._key, self._ours, self._ledgers = key, hashlib.sha256(), hashlib.sha256()
        self._dice = random.Random(secrets.randbits(128))  # noqa: S311 - a lot, no secret
        self.count, self.earlier, self.sample = 0, 0, list[Sampled]()

    @property
    def digest(self) -> str:
        """SHA-256 over earlier.csv and rows.csv, one after the other."""
        return self._ours.hexdigest()

    @property
    def ledgers(self) -> str:
        """The same of the lines as the database gave them."""
        return self._ledgers.hexdigest()

    def pack_earlier(self, sink: Sink, lines: Iterable[bytes]) -> None:
        self.earlier = self._pack(sink, EARLIER, map(self._earlier, lines))

    def pack(self, sink: Sink, lines: Iterable[bytes]) -> None:
        self.count = self._pack(sink, ROWS, map(self._row, lines))

    def _pack(self, sink: Sink, header: Sequence[str], lines: Iterator[bytes]) -> int:
        pending, count = [",".join(header).encode() + b"\n"], -1
        while pending:
            count += len(pending)
            block = b"".join(pending)
            self._ours.update(block)
            sink.write(block)
            pending = [line for _, line in zip(range(BLOCK), lines, strict=False)]
        return count

    def _earlier(self, line: bytes) -> bytes:
        self._ledgers.update(line)
        return self._pseudonym(line[:ID]) + _safe(line[ID:])

    def _row(self, line: bytes) -> bytes:
        self._ledgers.update(line)
        self.count += 1
        packed = self._pseudonym(line[:ID]) + _safe(line[2 * ID + 1 :])
        place = self.count - 1 if self.count <= SAMPLE else self._dice.randrange(self.count)
        if place < SAMPLE:
            self._draw(place, line, packed)
        return packed

    def _draw(self, place: int, line: bytes, packed: bytes) -> None:
        cells = tuple(next(csv.reader([packed.decode()])))
        key = UUID(line[ID + 1 : 2 * ID + 1].decode())
        self.sample[place : place + 1] = [Sampled(self.count, UUID(line[:ID].decode()), key, cells)]

    def _pseudonym(self, subject: bytes) -> bytes:
        return hmac.digest(self._key, subject, "sha256").hex()[:PSEUDONYM].encode()


def _safe(rest: bytes) -> bytes:
    """The rest of a line, from its comma on, without a formula: such a cell gets a ' before it (`plain`)."""
    if not DANGEROUS.search(rest, 1):
        return rest
    cells = next(csv.reader(io.StringIO(rest.decode(), newline="")))
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(map(marked, cells))
    return written.getvalue().encode()


def marked(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else cell


def plain(cell: str) -> str:
    """What was marked, as it was."""
    return cell.removeprefix("'")
