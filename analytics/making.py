"""Exports that staff asked for, made by a worker one after the other: progress, an end in words, a file for some days.

A job is claimed, told on and ended by updates that hold only while nobody else moved it, so that whoever
cancels is obeyed at the worker's next word. A worker that dies leaves a lock that is free: the job failed.
"""

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.db import Error
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.exports import identity, writing
from analytics.exports.gathering import Ask, Sources
from analytics.exports.identity import BadIdentity, Identity
from analytics.exports.kinds import KINDS, Kind
from analytics.exports.outward import NotReleased
from analytics.exports.writing import Order
from analytics.models import ExportJob
from analytics.periods import Period
from analytics.turns import turn

log = logging.getLogger(__name__)
State = ExportJob.State
LOCKS = 0x6E6A6978  # advisory: with a job's number while it is made, with ONE for whoever makes any
ONE = 0
SETTLING = timedelta(minutes=1)  # between a job's claim and its lock
PAUSE = 0.5  # seconds between two words on how far a job is
WHY: Mapping[str, str | Promise] = MappingProxyType(
    {
        "cut": _("The worker was stopped meanwhile. Ask for it again."),
        "disk": _("The file could not be written: look whether the disk is full."),
        "error": _("It could not be made. An operator finds the reason in the log."),
        "gone": _("The file is gone. Ask for it again."),
        "parts": _(
            "What leaves is of the whole deployment: somebody who sees all its countries must ask."
        ),
        "span": _("DHIS2 knows months, quarters, semesters and years: choose such a period."),
        "unconfigured": _(
            "Nobody has said yet how our numbers are called there: an operator fills the file that NJIA_EXPORTS names."
        ),
        "unreleased": _(
            "No table of this period was released: close it, then release its tables on the page “Outside tables”."
        ),
        "withheld": _("Every number of this period's tables is withheld: they are too small."),
    }
)


class Cancelled(Exception):  # noqa: N818 - says what happened
    """Somebody cancelled the job, or it was taken away."""


# --- for pages --------------------------------------------------------------------------------------------


def order(
    kind: Kind, period: Period, *, countries: Sequence[str], by: str, at: datetime
) -> ExportJob:
    """A job for the worker; its headings are in the language that is spoken now."""
    return ExportJob.objects.create(
        kind=kind.code,
        starts=period.starts,
        ends=period.ends,
        countries=sorted(countries),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        by=by,
        asked_at=at,
    )


def seen_by(countries: Sequence[str]) -> QuerySet[ExportJob]:
    """Jobs whose numbers lie wholly in these countries."""
    return ExportJob.objects.filter(countries__contained_by=list(countries))


def cancel(job: ExportJob, *, at: datetime) -> bool:
    """Stop a job that is not done; False when it was over already."""
    still = ExportJob.objects.filter(pk=job.pk, state__in=(State.WAITING, State.RUNNING))
    return bool(still.update(state=State.CANCELLED, finished_at=at))


def place(job: ExportJob) -> Path:
    """Where its file lies when it is done; 0600."""
    return folder() / f"{job.pk}.{KINDS[job.kind].suffix}"


def name(job: ExportJob) -> str:
    """What the file is called at whoever takes it."""
    period = Period(job.starts, job.ends).code.replace("/", "_")
    label = "demonstration-" if settings.DEMONSTRATION else ""
    return f"njia-{label}{job.kind}-{period}-{job.pk}.{KINDS[job.kind].suffix}"


def folder() -> Path:
    made: Path = settings.DATA / "exports"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def who() -> Identity:
    """Who reports, by the file that NJIA_EXPORTS names. Raises BadIdentity."""
    return identity.read(Path(settings.EXPORTS_FILE)) if settings.EXPORTS_FILE else Identity()


# --- for the worker ---------------------------------------------------------------------------------------


def work_off(*, sources: Sources, at: datetime) -> int:
    """Make every waiting job, unless somebody else is at it; how many were claimed."""
    with turn(LOCKS, ONE) as mine:
        if not mine:
            return 0
        give_up_cut(at=at)
        waiting = ExportJob.objects.filter(state=State.WAITING).order_by("pk")
        return sum(_claimed(job, sources) for job in waiting)


def _claimed(job: ExportJob, sources: Sources) -> bool:
    mine = ExportJob.objects.filter(pk=job.pk, state=State.WAITING)
    with turn(LOCKS, job.pk):
        if not mine.update(state=State.RUNNING, started_at=timezone.now()):
            return False
        _made(job, sources)
    return True


def _made(job: ExportJob, sources: Sources) -> None:
    draft = place(job).with_suffix(".part")
    try:
        with translation.override(job.language):
            _write(job, sources, draft)
        _finish(job, draft)
    except Cancelled:
        log.info("Export %d was cancelled.", job.pk)
    except NotReleased as refusal:
        _fail(job, refusal.code)
    except BadIdentity:
        log.exception("Export %d: the file that NJIA_EXPORTS names cannot be used.", job.pk)
        _fail(job, "unconfigured")
    except OSError:
        log.exception("Export %d could not be written.", job.pk)
        _fail(job, "disk")
    except (Error, ValueError):
        log.exception("Export %d could not be made.", job.pk)
        _fail(job, "error")
    finally:
        draft.unlink(missing_ok=True)


def _write(job: ExportJob, sources: Sources, draft: Path) -> None:
    known, at = who(), timezone.now()
    asked = Ask(
        period=Period(job.starts, job.ends),
        countries=tuple(job.countries),
        deployment=known.name,
        demonstration=settings.DEMONSTRATION,
        sources=sources,
    )
    draft.touch(mode=0o600)
    writing.write(job.kind, Order(asked, known, draft, at, _Progress(job)))


class _Progress:
    """Tells the job's row how far it is, now and then. Raises Cancelled when it is no longer ours."""

    def __init__(self, job: ExportJob) -> None:
        self.job, self.told = job, 0.0

    def __call__(self, rows: int, expected: int = 0) -> None:
        now = time.monotonic()
        if now - self.told < PAUSE and not expected:
            self.job.rows = rows
            return
        self.told = now
        more = {"expected": expected} if expected else {}
        self.job.rows = rows
        if not _running(self.job).update(rows=rows, **more):
            raise Cancelled


def _running(job: ExportJob) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(pk=job.pk, state=State.RUNNING)


def _finish(job: ExportJob, draft: Path) -> None:
    """The file is in its place before anybody is told of it."""
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = draft.stat().st_size
    draft.replace(place(job))
    ended = {"state": State.DONE, "finished_at": timezone.now(), "rows": job.rows}
    if not _running(job).update(**ended, size=size, digest=digest):
        place(job).unlink(missing_ok=True)
        raise Cancelled


def _fail(job: ExportJob, code: str) -> None:
    _running(job).update(state=State.FAILED, fault=code, finished_at=timezone.now())


def give_up_cut(*, at: datetime) -> int:
    """Mark as failed the jobs whose worker is gone; how many."""
    cut = 0
    for job in ExportJob.objects.filter(state=State.RUNNING, started_at__lt=at - SETTLING):
        with turn(LOCKS, job.pk) as free:
            if free:
                _fail(job, "cut")
                place(job).with_suffix(".part").unlink(missing_ok=True)
                cut += 1
    return cut


# --- how long ---------------------------------------------------------------------------------------------


def purge(before: datetime) -> int:
    """Files and rows of what was asked for before this moment, unless it is being made; how many."""
    old = ExportJob.objects.filter(asked_at__lt=before).exclude(state=State.RUNNING)
    gone = 0
    for job in old:
        place(job).unlink(missing_ok=True)
        gone += job.delete()[0]
    _sweep()
    return gone


def _sweep() -> None:
    """Files without a job: of a database that was put back, or emptied."""
    files = {file for file in folder().glob("*") if file.stem.isdecimal()}
    known = set(ExportJob.objects.values_list("pk", flat=True))
    for file in files:
        if int(file.stem) not in known:
            file.unlink(missing_ok=True)
