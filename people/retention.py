"""How long things are kept, one rule a line, each purged by the daily task and proved by a test.

Periods: `indicators.md` 4.3; an operator's own periods go in by `purge(at, rules=...)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from people.models import ImportRun, PageSession, Person, Reveal, Subject, Suppression

SLICE = 2000  # rows per transaction: a purge never holds up the senders


@dataclass(frozen=True, slots=True)
class Rule:
    """What is purged after `age` without a sign of life; `purge` takes the moment before which it goes."""

    name: str
    age: timedelta
    purge: Callable[[datetime], int]


def _people(before: datetime) -> int:
    """Number and profile: a year after the last meeting, or after the list when there was none."""
    lately = Subject.objects.filter(token=OuterRef("token"), seen_at__gte=before)
    old = Person.objects.filter(~Exists(lately), added_at__lt=before).order_by("pk")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:SLICE]):
        gone += Person.objects.filter(pk__in=ids).delete()[1].get("people.Person", 0)
    return gone


def _subjects(before: datetime) -> int:
    """The bridge: until the donor's audit window is over, then only frozen counts remain."""
    return Subject.objects.filter(seen_at__lt=before).delete()[0]


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


RULES = (
    Rule("people", timedelta(days=365), _people),
    Rule("subjects", timedelta(days=7 * 365), _subjects),
    Rule("import problems", timedelta(days=90), _problems),
    Rule("lifted suppressions", timedelta(days=2 * 365), _lifted),
    Rule("sessions that have ended", timedelta(0), _sessions),
    Rule("reveals", timedelta(days=2 * 365), _reveals),
)


def purge(*, at: datetime, rules: Sequence[Rule] = RULES) -> dict[str, int]:
    """Apply every rule as of `at`. Rule name -> rows gone or emptied."""
    return {rule.name: rule.purge(at - rule.age) for rule in rules}
