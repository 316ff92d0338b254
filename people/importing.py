"""Taking in a list: basis and evidence first, then 10 000 rows at a time, in memory that stays flat.

A person who is known stays as known: blanks are filled, a consent is never overwritten. A number that ended
messages is counted and not stored again. Nothing is kept of the file but counts and line numbers.
"""

import secrets
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from analytics.turns import turn
from people import audit, consent, districts, identity, languages, lists, rotation, tags, workbooks
from people.countries import CODES, COUNTRIES
from people.lists import BadList, Candidate, Refused
from people.models import Basis, Consent, ImportRun, Kind, Person, Purpose, Staff

BATCH = 10_000
MOST_PROBLEMS = 1000
SEQUENCE = 250  # numbers one after the other that a list of people may hold; more are flagged
LOCKS = 0x4E4A4941  # our name space among the database's advisory locks

LANDING = """
CREATE TEMP TABLE IF NOT EXISTS landing (
    line int, token text COLLATE "C", stop_tokens text[], number text, country text, language text,
    sex text, age_band text, district text, tags varchar[], fixed_line boolean) ON COMMIT DELETE ROWS
"""
SEEN = 'CREATE TEMP TABLE IF NOT EXISTS seen (token text COLLATE "C" PRIMARY KEY)'
COPY = """COPY landing (line, token, stop_tokens, number, country, language, sex, age_band, district, tags, fixed_line)
FROM STDIN"""
# One row a number, the first of the file; who ended messages is neither stored nor told apart by page or log.
CLEARED = """
WITH told AS MATERIALIZED (SELECT DISTINCT ON (token) * FROM landing ORDER BY token, line),
fresh AS MATERIALIZED (
    INSERT INTO seen SELECT token FROM told ON CONFLICT DO NOTHING RETURNING token),
once AS MATERIALIZED (SELECT told.* FROM told JOIN fresh USING (token)),
barred AS (
    SELECT token FROM once WHERE EXISTS (
        SELECT 1 FROM people_suppression AS s WHERE s.token = ANY(once.stop_tokens)
        AND s.lifted_at IS NULL AND s.purpose IN ('all', 'campaign'))),
clear AS (SELECT * FROM once WHERE NOT EXISTS (SELECT 1 FROM barred WHERE barred.token = once.token)),
"""
COUNTS = """
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM barred),
    ARRAY(SELECT line FROM landing EXCEPT SELECT line FROM once ORDER BY line)
"""
ADD = f"""{CLEARED} added AS (
    INSERT INTO people_person (token, stop_token, number, country, language, sex, age_band, district, tags,
        network, fixed_line, basis_id, added_at)
    SELECT token, stop_tokens[1], number, country, language, sex, age_band, district, tags, '', fixed_line, %s, %s
    FROM clear ORDER BY token ON CONFLICT (token) DO NOTHING RETURNING token)
{COUNTS}"""  # noqa: S608 - constants only
TRY = f"""{CLEARED} added AS (
    SELECT token FROM clear WHERE NOT EXISTS (SELECT 1 FROM people_person AS p WHERE p.token = clear.token))
{COUNTS}"""  # noqa: S608 - constants only
FILL = """
UPDATE people_person AS p SET
    language = CASE WHEN p.language = '' THEN told.language ELSE p.language END,
    sex = CASE WHEN p.sex = 'unknown' THEN told.sex ELSE p.sex END,
    age_band = CASE WHEN p.age_band = 'unknown' THEN told.age_band ELSE p.age_band END,
    district = CASE WHEN p.district = '' THEN told.district ELSE p.district END,
    number = told.number,
    tags = p.tags || ARRAY(SELECT unnest(told.tags) EXCEPT SELECT unnest(p.tags))
FROM (SELECT DISTINCT ON (token) * FROM landing ORDER BY token, line) AS told
WHERE p.token = told.token AND NOT EXISTS (SELECT 1 FROM seen WHERE seen.token = told.token) AND (
    (p.language = '' AND told.language <> '') OR (p.sex = 'unknown' AND told.sex <> 'unknown')
    OR (p.age_band = 'unknown' AND told.age_band <> 'unknown') OR (p.district = '' AND told.district <> '')
    OR NOT p.tags @> told.tags OR split_part(p.number, '.', 1) <> split_part(told.number, '.', 1))
"""
# A consent that was given for a campaign now over says nothing any more: the list's own takes its place.
RENEW = """
UPDATE people_person AS p SET basis_id = %s FROM landing AS told, people_consent AS c
WHERE p.token = told.token AND c.id = p.basis_id AND c.ends_on < (now() AT TIME ZONE 'Africa/Nairobi')::date
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks to be imported. `allowed`: countries whose numbers this member of staff may add.

    `ends_on`: last day of the campaign that people agreed to, where they agreed to no more; then nothing is sent
    to them, and thirty days later their numbers go.
    """

    country: str
    basis: str
    evidence: str
    dry_run: bool = False
    by: Staff | None = None
    allowed: frozenset[str] = frozenset(CODES)
    ends_on: date | None = None


@dataclass(slots=True)
class Tally:
    """What became of the rows so far; added + known + suppressed + refused = rows, always."""

    rows: int = 0
    added: int = 0
    known: int = 0
    suppressed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    numbers: "array[int]" = field(default_factory=lambda: array("Q"))  # 8 bytes a row, till the end

    def note(self, refused: Iterable[tuple[int, str]]) -> None:
        """Rows refused in this batch: (line, reason)."""
        for line, reason in sorted(refused):
            self.refused[reason] += 1
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append((line, reason))


def check(order: Order) -> None:
    """Raise BadList where the grounds do not suffice: S11, no basis or no evidence, nothing imported."""
    if order.country not in COUNTRIES:
        codes = ", ".join(CODES)
        raise BadList(gettext_noop("The country must be one of %(codes)s."), codes=codes)
    if order.basis not in Basis.values:
        words = ", ".join(Basis.values)
        raise BadList(gettext_noop("The basis must be one of %(words)s."), words=words)
    if not order.evidence.strip():
        raise BadList(
            gettext_noop("Say what the evidence is: which form, which agreement, where it is kept.")
        )
    if order.ends_on and order.ends_on < timezone.localdate():
        raise BadList(gettext_noop("The campaign is over: nobody agreed to more."))
    if rotation.unfinished():
        raise BadList(gettext_noop("A key was rotated: run manage.py retoken before importing."))


def import_list(path: Path, order: Order, *, at: datetime) -> ImportRun:
    """Read the whole list. Raises BadList; before the first row is taken everything that can be checked is."""
    check(order)
    with _as_text(path) as text:
        lines = lists.examine(text).lines
        return read(open_run(order, lines, ImportRun.State.RUNNING, at), text, order.allowed)


@contextmanager
def _as_text(path: Path) -> Iterator[Path]:
    """The list itself, or that of a workbook for as long as it is read."""
    if not workbooks.is_one(path):
        yield path
        return
    workbooks.check(path)
    draft = folder() / f"{secrets.token_hex(8)}.part"
    try:
        workbooks.unpack(path, draft)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def folder() -> Path:
    """Where lists lie while they are read; what is left of a cut one goes soon (people.uploaded)."""
    place = Path(settings.DATA) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def open_run(order: Order, lines: int, state: ImportRun.State, at: datetime) -> ImportRun:
    """A run of the order; `lines` of its list, about."""
    return ImportRun.objects.create(
        country=order.country,
        basis=order.basis,
        evidence=order.evidence.strip(),
        ends_on=order.ends_on,
        dry_run=order.dry_run,
        by=order.by,
        state=state,
        started_at=at,
        lines=lines,
    )


def read(run: ImportRun, path: Path, allowed: frozenset[str]) -> ImportRun:
    """Read the list of a run and bring the run to its end, done or failed. Raises BadList when it failed."""
    with at_work(run):
        try:
            _read(run, _reader(run, path, allowed))
        except BadList as error:
            fail(run, error)
            raise
        finish(run)
    return run


def _reader(run: ImportRun, path: Path, allowed: frozenset[str]) -> lists.Reader:
    called = languages.names(languages.known().values())
    shape, spelled = lists.examine(path), districts.spellings()
    run.lines = shape.lines
    return lists.Reader(path, shape, run.country, allowed, called, spelled, tags.offered())


def at_work(run: ImportRun) -> AbstractContextManager[bool]:
    """A turn that ends with its process, however that ends: how others see that a run still goes on."""
    return turn(LOCKS, run.pk, wait=True)


def _read(run: ImportRun, reader: lists.Reader) -> None:
    tally, rows = Tally(), reader.rows()
    if not run.dry_run:
        run.consent = _consent(run)
    with connection.cursor() as cursor:
        cursor.execute(LANDING)
        cursor.execute(f"DROP TABLE IF EXISTS seen; {SEEN}")
    for batch in _batches(rows):
        with transaction.atomic():
            _take(batch, run, tally)
            _report(run, tally)
    tally.flagged["in-sequence"] = in_sequence(tally.numbers)
    _report(run, tally)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE seen")  # the tokens of a list do not stay with the connection


def _batches(rows: Iterator[Candidate | Refused]) -> Iterator[list[Candidate | Refused]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _consent(run: ImportRun) -> Consent:
    """One consent for the whole list: everybody it brings points to it."""
    return Consent.objects.create(
        purpose=Purpose.CAMPAIGN,
        basis=run.basis,
        evidence=run.evidence,
        ends_on=run.ends_on,
        channel="list",
        given_at=run.started_at,
        by=run.by,
    )


def _take(batch: list[Candidate | Refused], run: ImportRun, tally: Tally) -> None:
    candidates = [one for one in batch if isinstance(one, Candidate)]
    refused = [one for one in batch if isinstance(one, Refused)]
    added, suppressed, repeated = _land(candidates, run)
    tally.note(
        [(one.line, one.reason) for one in refused] + [(line, "duplicate") for line in repeated]
    )
    tally.rows += len(batch)
    tally.added += added
    tally.suppressed += suppressed
    tally.known += len(candidates) - added - suppressed - len(repeated)
    tally.flagged["fixed-line"] += sum(one.fixed_line for one in candidates)
    tally.flagged["district-not-in-the-list"] += sum(one.unlisted for one in candidates)
    tally.flagged["known-under-18"] += _minors(refused, dry_run=run.dry_run)
    tally.numbers.extend(int(one.address.removeprefix("tel:+")) for one in candidates)


def _land(candidates: list[Candidate], run: ImportRun) -> tuple[int, int, list[int]]:
    """Take the rows in: how many people were (or would be) added, how many ended messages, lines said twice."""
    identity.follow(one.address for one in candidates)
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE landing"
        )  # its own rule empties it at commit, too late inside a caller's
        with cursor.copy(COPY) as copy:
            for one in candidates:
                copy.write_row(_landing(one))
        if run.dry_run:
            cursor.execute(TRY)
        else:
            cursor.execute(FILL)
            cursor.execute(RENEW, [run.consent_id])
            cursor.execute(ADD, [run.consent_id, run.started_at])
        return cursor.fetchone()  # type: ignore[no-any-return]


def _minors(refused: Iterable[Refused], *, dry_run: bool) -> int:
    """Whoever we know and the list calls under 18 is no person to us any more (S8). How many."""
    tokens = {identity.token(one.address) for one in refused if one.address}
    if dry_run:
        return Person.objects.filter(token__in=tokens).count()
    return consent.drop_minors(tokens)


def in_sequence(numbers: "array[int]") -> int:
    """How many of the numbers stand in rows of more than SEQUENCE that follow one another, in any order."""
    if not numbers:
        return 0
    found = np.unique(np.frombuffer(numbers, dtype=np.uint64))
    ends = np.flatnonzero(np.diff(found) != 1) + 1
    lengths = np.diff(np.concatenate([[0], ends, [len(found)]]))
    return int(lengths[lengths > SEQUENCE].sum())


def _landing(one: Candidate) -> tuple[Any, ...]:
    stop = [
        identity.suppression_token(one.address),
        *identity.former_suppression_tokens(one.address),
    ]
    return (
        one.line,
        identity.token(one.address),
        stop,
        one.number,
        one.country,
        one.language,
        one.sex,
        one.age_band,
        one.district,
        list(one.tags),
        one.fixed_line,
    )


def _report(run: ImportRun, tally: Tally) -> None:
    """Progress, visible to others with the batch it counts."""
    run.rows, run.added, run.known, run.suppressed = (
        tally.rows,
        tally.added,
        tally.known,
        tally.suppressed,
    )
    run.refused, run.flagged = dict(tally.refused), dict(+tally.flagged)
    run.problems = [list(problem) for problem in tally.problems]
    run.save()


def fail(run: ImportRun, error: BadList) -> None:
    """The run ends here; its page says why."""
    run.state, run.finished_at = ImportRun.State.FAILED, timezone.now()
    run.error, run.error_values = error.said, error.values
    run.save(update_fields=["state", "error", "error_values", "finished_at"])


def finish(run: ImportRun) -> None:
    """The run is done; people added are an entry of the audit."""
    run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    with transaction.atomic():
        run.save(update_fields=["state", "finished_at"])
        if not run.dry_run:
            told = {"added": str(run.added), "basis": run.basis, "evidence": run.evidence}
            what, at = f"import {run.pk}", run.finished_at
            audit.note(Kind.IMPORT, by=run.by, what=what, country=run.country, details=told, at=at)
