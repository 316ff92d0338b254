"""Taking in a list: basis and evidence first, then 10 000 rows at a time, in memory that stays flat.

A person who is known stays as known: blanks are filled, a consent is never overwritten. A number that ended
messages is counted and not stored again. Nothing is kept of the file but counts and line numbers.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from people import districts, identity, languages, lists
from people.countries import CODES, COUNTRIES
from people.lists import BadList, Candidate, Refused
from people.models import Basis, Consent, ImportRun, Person, Purpose, Staff

BATCH = 10_000
MOST_PROBLEMS = 1000
LOCKS = 0x4E4A4941  # our name space among the database's advisory locks
CUT = "The import was cut off. Import the list again: whoever was added already counts as known."
SETTLING = timedelta(minutes=1)  # between a run's row and its lock
LEFT_AFTER = timedelta(days=1)  # an uploaded list nobody confirmed is removed

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
WITH told AS (SELECT DISTINCT ON (token) * FROM landing ORDER BY token, line),
barred AS (
    SELECT token FROM told WHERE EXISTS (
        SELECT 1 FROM people_suppression AS s WHERE s.token = ANY(told.stop_tokens)
        AND s.lifted_at IS NULL AND s.purpose IN ('all', 'campaign'))),
clear AS (SELECT * FROM told WHERE NOT EXISTS (SELECT 1 FROM barred WHERE barred.token = told.token)),
"""
COUNTS = (
    "SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM landing JOIN barred USING (token))"
)
ADD = f"""{CLEARED} added AS (
    INSERT INTO people_person (token, stop_token, number, country, language, sex, age_band, district, tags,
        network, fixed_line, basis_id, added_at)
    SELECT token, stop_tokens[1], number, country, language, sex, age_band, district, tags, '', fixed_line, %s, %s
    FROM clear ORDER BY token ON CONFLICT (token) DO NOTHING RETURNING token)
{COUNTS}"""  # noqa: S608 - constants only
TRY = f"""{CLEARED} added AS (
    INSERT INTO seen SELECT token FROM clear
    WHERE NOT EXISTS (SELECT 1 FROM people_person AS p WHERE p.token = clear.token)
    ON CONFLICT DO NOTHING RETURNING token)
{COUNTS}"""  # noqa: S608 - constants only
FILL = """
UPDATE people_person AS p SET
    language = CASE WHEN p.language = '' THEN told.language ELSE p.language END,
    sex = CASE WHEN p.sex = 'unknown' THEN told.sex ELSE p.sex END,
    age_band = CASE WHEN p.age_band = 'unknown' THEN told.age_band ELSE p.age_band END,
    district = CASE WHEN p.district = '' THEN told.district ELSE p.district END,
    tags = p.tags || ARRAY(SELECT unnest(told.tags) EXCEPT SELECT unnest(p.tags))
FROM (SELECT DISTINCT ON (token) * FROM landing ORDER BY token, line) AS told
WHERE p.token = told.token AND (
    (p.language = '' AND told.language <> '') OR (p.sex = 'unknown' AND told.sex <> 'unknown')
    OR (p.age_band = 'unknown' AND told.age_band <> 'unknown') OR (p.district = '' AND told.district <> '')
    OR NOT p.tags @> told.tags)
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks to be imported. `allowed`: countries whose numbers this member of staff may add."""

    country: str
    basis: str
    evidence: str
    dry_run: bool = False
    by: Staff | None = None
    allowed: frozenset[str] = frozenset(CODES)


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

    def note(self, refused: Iterable[Refused]) -> None:
        for one in refused:
            self.refused[one.reason] += 1
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append((one.line, one.reason))


def check(order: Order) -> None:
    """Raise BadList where the grounds do not suffice: S11, no basis or no evidence, nothing imported."""
    if order.country not in COUNTRIES:
        raise BadList(f"The country must be one of {', '.join(CODES)}.")
    if order.basis not in Basis.values:
        raise BadList(f"The basis must be one of {', '.join(Basis.values)}.")
    if not order.evidence.strip():
        raise BadList("Say what the evidence is: which form, which agreement, where it is kept.")
    old = Person.objects.exclude(stop_token__startswith=f"{identity.ring().suppression.current}.")
    if (
        old.exists()
        or Person.objects.exclude(token__startswith=f"{identity.ring().token.current}.").exists()
    ):
        raise BadList("A key was rotated: run manage.py retoken before importing.")


def import_list(path: Path, order: Order, *, at: datetime) -> ImportRun:
    """Read the whole list. Raises BadList; before the first row is taken everything that can be checked is."""
    check(order)
    shape = lists.examine(path)
    return read(_open(order, shape, ImportRun.State.RUNNING, at), path, order.allowed)


def _open(order: Order, shape: lists.Shape, state: ImportRun.State, at: datetime) -> ImportRun:
    return ImportRun.objects.create(
        country=order.country,
        basis=order.basis,
        evidence=order.evidence.strip(),
        dry_run=order.dry_run,
        by=order.by,
        state=state,
        started_at=at,
        lines=shape.lines,
    )


def read(run: ImportRun, path: Path, allowed: frozenset[str]) -> ImportRun:
    """Read the list of a run and bring the run to its end, done or failed. Raises BadList when it failed."""
    with _at_work(run):
        try:
            _read(run, _reader(run, path, allowed))
        except BadList as error:
            _finish(run, ImportRun.State.FAILED, str(error))
            raise
        _finish(run, ImportRun.State.DONE, "")
    return run


def _reader(run: ImportRun, path: Path, allowed: frozenset[str]) -> lists.Reader:
    called = languages.names(languages.known().values())
    shape, spelled = lists.examine(path), districts.spellings()
    return lists.Reader(path, shape, run.country, allowed, called, spelled)


@contextmanager
def _at_work(run: ImportRun) -> Iterator[None]:
    """A lock that ends with its process, however that ends: how others see that a run still goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, run.pk])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, run.pk])


def give_up_cut(*, at: datetime) -> int:
    """Mark as failed the runs whose process is gone. What they added stays: a second import knows it."""
    cut = 0
    running = ImportRun.objects.filter(state=ImportRun.State.RUNNING)
    for run in running.filter(started_at__lt=at - SETTLING):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, run.pk])
            if cursor.fetchone()[0]:
                cut += 1
                _finish(run, ImportRun.State.FAILED, CUT)
                place(run.pk).unlink(missing_ok=True)
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, run.pk])
    return cut


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


def _batches(rows: Iterator[Candidate | Refused]) -> Iterator[list[Candidate | Refused]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _consent(run: ImportRun) -> Consent:
    """One consent for the whole list: everybody it brings points to it."""
    return Consent.objects.create(
        purpose=Purpose.CAMPAIGN,
        basis=run.basis,
        evidence=run.evidence,
        channel="list",
        given_at=run.started_at,
        by=run.by,
    )


def _take(batch: list[Candidate | Refused], run: ImportRun, tally: Tally) -> None:
    candidates = [one for one in batch if isinstance(one, Candidate)]
    tally.note(one for one in batch if isinstance(one, Refused))
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
            cursor.execute(ADD, [run.consent_id, run.started_at])
        added, suppressed = cursor.fetchone()
    tally.rows += len(batch)
    tally.added += added
    tally.suppressed += suppressed
    tally.known += len(candidates) - added - suppressed
    tally.flagged["fixed-line"] += sum(one.fixed_line for one in candidates)
    tally.flagged["district-not-in-the-list"] += sum(one.unlisted for one in candidates)


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


def _finish(run: ImportRun, state: ImportRun.State, error: str) -> None:
    run.state, run.error, run.finished_at = state, error, timezone.now()
    run.save(update_fields=["state", "error", "finished_at"])


# --- lists from the page: kept as a file of their own until the run is over ----------------------------


def place(run_id: int) -> Path:
    """Where the uploaded list of a run waits; 0600, removed when it was read."""
    return Path(settings.DATA) / "imports" / f"{run_id}.csv"


def accept(portions: Iterable[bytes], order: Order, *, at: datetime) -> ImportRun:
    """Keep an uploaded list and a waiting run for it. Raises BadList, and then keeps neither."""
    check(order)
    folder = place(0).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{secrets.token_hex(8)}.part"
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as stream:
            for portion in portions:
                stream.write(portion)
        run = _open(order, lists.examine(draft), ImportRun.State.WAITING, at)
        draft.rename(place(run.pk))
    finally:
        draft.unlink(missing_ok=True)
    return run


def confirm(run: ImportRun, *, at: datetime) -> bool:
    """Turn a finished preview into the import itself. False when it was turned already or its file is gone."""
    done = ImportRun.objects.filter(pk=run.pk, dry_run=True, state=ImportRun.State.DONE)
    return place(run.pk).exists() and bool(
        done.update(
            dry_run=False, state=ImportRun.State.WAITING, started_at=at, finished_at=None, rows=0
        )
    )


def work_off(*, at: datetime) -> int:
    """Read every waiting list. Several workers may call it: a run is claimed by changing its state."""
    claimed = 0
    give_up_cut(at=at)
    for run in ImportRun.objects.filter(state=ImportRun.State.WAITING).order_by("pk"):
        mine = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.WAITING)
        with _at_work(run):
            if mine.update(state=ImportRun.State.RUNNING):
                claimed += 1
                _work(run)
    return claimed


def _work(run: ImportRun) -> None:
    run.state = ImportRun.State.RUNNING
    allowed = frozenset(run.by.countries if run.by else CODES)
    try:
        read(run, place(run.pk), allowed)
    except (BadList, OSError) as error:
        _finish(
            run,
            ImportRun.State.FAILED,
            str(error) if isinstance(error, BadList) else "The file is gone.",
        )
    if not run.dry_run or run.state == ImportRun.State.FAILED:
        place(run.pk).unlink(missing_ok=True)


def remove_left_files(*, at: datetime) -> int:
    """Uploaded lists that nobody confirmed within a day. How many."""
    left = [
        file
        for file in place(0).parent.glob("*")
        if datetime.fromtimestamp(file.stat().st_mtime, at.tzinfo) < at - LEFT_AFTER
    ]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)
