"""Checks of the work behind the pages: beat, queues, journal, purges, what became of messages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from campaigns.models import Blast, Fate, Tally
from journal.models import Dead
from operations import pulse
from operations.findings import Finding
from operations.readiness import BEAT_MOST, ENTRY_MOST, TASK_MOST
from people import purged

LATELY: Final = timedelta(days=7)  # after their end blasts are told of


def beat(_at: datetime) -> Iterator[Finding]:
    """Somebody looked into the journal a moment ago."""
    age = pulse.last_look()
    if age is None or age >= BEAT_MOST:
        yield Finding(
            _("Nobody takes up what came in: beat, or the worker of the queue now, stands still."),
            _("Start both again. Nothing is lost meanwhile; receipts and counts come late."),
            since=None if age is None else timezone.now() - timedelta(seconds=age),
        )


def queues(_at: datetime) -> Iterator[Finding]:
    """Workers take what is sent to them."""
    for queue in pulse.queues(settings.REDIS_URL):
        if queue.seconds > TASK_MOST[queue.name]:
            yield Finding(
                _("Tasks that wait in the queue {name}: {tasks}, the oldest for {seconds} s."),
                _("Look whether a worker of that queue runs; start another one if it does."),
                {
                    "tasks": str(queue.tasks),
                    "name": queue.name,
                    "seconds": f"{queue.seconds:.0f}",
                },
                about=queue.name,
            )
    for kind in pulse.waiting():
        if kind.seconds > ENTRY_MOST:
            yield Finding(
                _(
                    "Entries {kind} of the journal that wait: {entries}, the oldest for {seconds} s."
                ),
                _("Look into the log of the worker of the queue now."),
                {
                    "entries": str(kind.entries),
                    "kind": kind.kind,
                    "seconds": f"{kind.seconds:.0f}",
                },
                about=f"journal {kind.kind}",
            )


def dead_lines(_at: datetime) -> Iterator[Finding]:
    """Every line of the journal could be read."""
    counted = Dead.objects.values_list("kind").annotate(lines=Count("pk")).order_by("kind")
    for kind, lines in counted:
        yield Finding(
            _("Lines {kind} of the journal that could not be taken up and are kept: {lines}."),
            _("Let a technician read journal_dead: after a power cut a few are damaged lines."),
            {"lines": str(lines), "kind": kind},
            about=kind,
            wrong=False,
        )


def purges(at: datetime) -> Iterator[Finding]:
    """What is over its time goes."""
    late = sum(line.late for line in purged.lines(at=at))
    if late:
        yield Finding(
            _("Rules of deletion that did not run within the last day: {rules}."),
            _("Look whether beat and the bulk worker run. What is due goes with the next run."),
            {"rules": str(late)},
        )


def unsure(at: datetime) -> Iterator[Finding]:
    """Of blasts that went lately, nobody's fate is unknown; as counted last."""
    ended = Blast.objects.exclude(started_at=None).filter(expires_at__gt=at - LATELY)
    kept = Tally.objects.filter(blast__in=ended, kind=Tally.Kind.FATES).order_by("blast_id")
    for blast, rows in kept.values_list("blast_id", "rows"):
        if people := sum(row[-1] for row in rows if row[0] == Fate.UNSURE):
            yield Finding(
                _("Blast {blast}, messages of which nobody knows whether they arrived: {people}."),
                _("Wait for receipts; then decide on the page of the blast."),
                {"blast": str(blast), "people": str(people)},
                about=str(blast),
                wrong=False,
            )
