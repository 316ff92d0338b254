"""What is over its time goes: the rules of this room, and how every room's rules are run and put on record.

A rule takes what is older than its kind's period (`people.keeping`), so a product that was down for a month
catches up with the first run. Each is proved by a test.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.db import Error, connection
from django.db.models import Exists, F, OuterRef, QuerySet

from analytics import making
from analytics.periods import day_of
from journal import retention as journal
from people import carrying, erasure, uploaded
from people.keeping import KINDS
from people.models import ImportRun, PageSession, Person, PurgeRun, Reveal, Subject, Suppression

log = logging.getLogger(__name__)
SLICE = 2000  # rows per transaction: a purge never holds up the senders
Purge = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """`code` of people.keeping.KINDS; `purge` takes the moment before which it goes, and tells how many rows."""

    code: str
    purge: Purge


def in_slices(statement: str, before: datetime) -> int:
    """Run a statement that takes (before, SLICE), a transaction each time, until it finds less; rows in all."""
    changed = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [before, SLICE])
            changed += int(cursor.rowcount)
            if cursor.rowcount < SLICE:
                return changed


# --- rules of this room ------------------------------------------------------------------------------


def _delete(people: QuerySet[Person]) -> int:
    """Delete these, slice by slice; how many rows went."""
    gone = 0
    while ids := list(people.order_by("pk").values_list("pk", flat=True)[:SLICE]):
        gone += Person.objects.filter(pk__in=ids).delete()[0]
    return gone


def _people(before: datetime) -> int:
    """Number and profile: a year after the last meeting, or after the list when there was none."""
    lately = Subject.objects.filter(token=OuterRef("token"), seen_at__gte=before)
    return _delete(Person.objects.filter(~Exists(lately), added_at__lt=before))


def _after_campaign(before: datetime) -> int:
    """Who agreed to one campaign alone, and to nothing since: a START would be their ground by now."""
    return _delete(Person.objects.filter(basis__ends_on__lt=day_of(before)))


def _subjects(before: datetime) -> int:
    """The bridge: until the donor's audit window is over, then only frozen counts remain."""
    old = Subject.objects.filter(seen_at__lt=before).order_by("pk")
    gone = 0
    while rows := dict(old.values_list("pk", "token")[:SLICE]):
        carrying.let_go(rows.values())  # nor may an older token lead to theirs
        gone += Subject.objects.filter(pk__in=rows).delete()[0]
    return gone


# Each row gets a tombstone of its own. A token is byte order, so what begins with "erased:" is one range.
BURY = """
UPDATE people_consent AS c SET token = 'erased:' || replace(gen_random_uuid()::text, '-', '')
WHERE c.id IN (
    SELECT o.id FROM people_consent AS o
    WHERE o.token <> '' AND NOT starts_with(o.token, 'erased:') AND o.given_at < %s
    AND NOT EXISTS (SELECT 1 FROM people_person AS p WHERE p.token = o.token)
    LIMIT %s)
"""


def _consents(before: datetime) -> int:
    """That somebody agreed stays as a proof; who it was goes, once the number went."""
    return in_slices(BURY, before)


def _problems(before: datetime) -> int:
    """Line numbers of refused rows help only while somebody still has the list in hand."""
    old = ImportRun.objects.filter(started_at__lt=before).exclude(problems=[])
    return old.update(problems=[])


def _lifted(before: datetime) -> int:
    """Suppressions ended by START. Standing ones are kept for as long as the programme sends."""
    return Suppression.objects.filter(lifted_at__lt=before).delete()[0]


def _sessions(before: datetime) -> int:
    """Of staff and of chats: each visit of the chat page, even a robot's, leaves one."""
    return PageSession.objects.filter(expire_date__lt=before).delete()[0]


def _reveals(before: datetime) -> int:
    return Reveal.objects.filter(at__lt=before).delete()[0]


def _sign_ins(before: datetime) -> int:
    """Failed ones, kept so that guessing is slowed down; they hold addresses of browsers."""
    gone: int = AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0]
    return gone


def _changes(before: datetime) -> int:
    """The administration's own log, and what is shown under an item; the audit keeps each act besides."""
    gone: int = LogEntry.objects.filter(action_time__lt=before).delete()[0]
    return gone


def _lists(before: datetime) -> int:
    return uploaded.remove_left_files(at=before + uploaded.LEFT_AFTER)


def _wishes(before: datetime) -> int:
    """Followed up to now, then forgotten: a wish of the time when the product was down is not lost."""
    erasure.follow(at=before + KINDS["wishes"].age)
    return erasure.end_wishes(before)


RULES = (
    Rule("people", _people),
    Rule("after-campaign", _after_campaign),
    Rule("subjects", _subjects),
    Rule("consents", _consents),
    Rule("problems", _problems),
    Rule("lifted", _lifted),
    Rule("sessions", _sessions),
    Rule("reveals", _reveals),
    Rule("exports", making.purge),
    Rule("sign-ins", _sign_ins),
    Rule("changes", _changes),
    Rule("lists", _lists),
    Rule("wishes", _wishes),
    Rule("journal", journal.forget),
)


# --- running rules, of whichever room ------------------------------------------------------------------


def purge(*, at: datetime, rules: Iterable[Rule] = RULES) -> dict[str, int]:
    """Apply the rules as of `at` and note what went: code -> rows. One that fails stops none of the others.

    Raises the first failure when all were tried.
    """
    gone: dict[str, int] = {}
    failures: list[Exception] = []
    for rule in rules:
        try:
            gone[rule.code] = rule.purge(at - KINDS[rule.code].age)
            _note(rule.code, gone[rule.code], at)
        except (Error, OSError) as failure:
            log.warning("Nothing was purged of %s: %s.", rule.code, type(failure).__name__)
            failures.append(failure)
    if failures:
        raise failures[0]
    return gone


def _note(code: str, rows: int, at: datetime) -> None:
    """One row a rule and day, whatever the number of runs."""
    day = day_of(at)
    PurgeRun.objects.bulk_create([PurgeRun(rule=code, day=day, at=at)], ignore_conflicts=True)
    PurgeRun.objects.filter(rule=code, day=day).update(rows=F("rows") + rows, at=at)
