"""Lists uploaded on the page: previewed and read by a worker, kept as a file of their own until the run is over.

A file stays only while its run waits, is read, or is a preview of less than a day. Whatever else lies in the
folder goes at the next tick, so that kill -9 leaves nothing.
"""

import contextlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from analytics.turns import turn
from people import lists, workbooks
from people.countries import CODES
from people.importing import LOCKS, Order, at_work, check, fail, folder, open_run, read
from people.lists import BadList
from people.models import ImportRun

CUT = gettext_noop(
    "The import was cut off. Import the list again: whoever was added already counts as known."
)
GONE = gettext_noop("The file is gone.")
SETTLING = timedelta(minutes=1)  # between a run's row and its lock
LEFT_AFTER = timedelta(days=1)  # a list nobody confirmed
HALF_AFTER = timedelta(hours=1)  # an upload, or the text of a workbook, that was cut off


def place(run_id: int) -> Path:
    """Where the uploaded list of a run waits; 0600, removed when it was read."""
    return folder() / f"{run_id}.csv"


def accept(portions: Iterable[bytes], order: Order, *, at: datetime) -> ImportRun:
    """Keep an uploaded list and a waiting run for it. Raises BadList, and then keeps neither."""
    check(order)
    draft = folder() / f"{secrets.token_hex(8)}.part"
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as stream:
            for portion in portions:
                stream.write(portion)
        run = open_run(order, _looked_at(draft), ImportRun.State.WAITING, at)
        draft.rename(place(run.pk))
    finally:
        draft.unlink(missing_ok=True)
    return run


def _looked_at(draft: Path) -> int:
    """How many lines, about. Raises BadList; of a workbook the worker reads more than its beginning."""
    return workbooks.check(draft) if workbooks.is_one(draft) else lists.examine(draft).lines


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
    remove_left_files(at=at)
    for run in ImportRun.objects.filter(state=ImportRun.State.WAITING).order_by("pk"):
        mine = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.WAITING)
        with at_work(run):
            if mine.update(state=ImportRun.State.RUNNING):
                claimed += 1
                _work(run)
    return claimed


def _work(run: ImportRun) -> None:
    run.state, file = ImportRun.State.RUNNING, place(run.pk)
    try:
        if workbooks.is_one(file):
            _unpack(file)
        read(run, file, frozenset(run.by.countries if run.by else CODES))
    except BadList as error:
        fail(run, error)
    except FileNotFoundError:
        fail(run, BadList(GONE))
    if not run.dry_run or run.state == ImportRun.State.FAILED:
        file.unlink(missing_ok=True)


def _unpack(file: Path) -> None:
    """A workbook's list as text in its place: preview and import read that."""
    workbooks.check(file)
    draft = file.with_suffix(".part")
    workbooks.unpack(file, draft)
    draft.replace(file)


def remove_left_files(*, at: datetime) -> int:
    """Remove what no run needs any more. How many."""
    files = [*folder().glob("*")]
    numbers = {int(file.stem) for file in files if file.stem.isdecimal()}
    runs = ImportRun.objects.in_bulk(numbers) if numbers else {}
    gone = 0
    for file in files:
        with contextlib.suppress(FileNotFoundError):  # a worker was first
            age = at - datetime.fromtimestamp(file.stat().st_mtime, at.tzinfo)
            known = runs.get(int(file.stem)) if file.stem.isdecimal() else None
            if age > _kept(known):
                file.unlink()
                gone += 1
    return gone


def _kept(run: ImportRun | None) -> timedelta:
    """How long a file may lie there, by its run."""
    if run is None:
        return HALF_AFTER
    if run.state == ImportRun.State.RUNNING:
        return timedelta.max  # it ends with its worker: give_up_cut
    if run.state == ImportRun.State.WAITING:
        return LEFT_AFTER
    return LEFT_AFTER if run.dry_run and run.state == ImportRun.State.DONE else timedelta.min


def give_up_cut(*, at: datetime) -> int:
    """Mark as failed the runs whose process is gone. What they added stays: a second import knows it."""
    cut = 0
    running = ImportRun.objects.filter(state=ImportRun.State.RUNNING)
    for run in running.filter(started_at__lt=at - SETTLING):
        with turn(LOCKS, run.pk) as gone:
            if gone:
                cut += 1
                fail(run, BadList(CUT))
                place(run.pk).unlink(missing_ok=True)
    return cut
