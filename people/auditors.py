"""What somebody who audits looks at: entries by kind, name, country and day, on a page and as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from json import dumps

from django.db.models import Q, QuerySet
from django.utils import timezone

from people import audit
from people.models import AuditEntry, Staff

PAGE = 50
PORTION = 1_000  # entries of a table at a time
HEADER = (
    "sequence",
    "at",
    "staff",
    "name",
    "kind",
    "what",
    "country",
    "details",
    "previous",
    "digest",
    "line",  # what is hashed after the previous digest and a line end
)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which entries are asked for; "" and None ask for all. `first` and `last` are days, both included."""

    kind: str = ""
    name: str = ""
    country: str = ""
    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self != Sieve()


def entries(staff: Staff, sieve: Sieve) -> QuerySet[AuditEntry]:
    """What a member of staff may see of it: acts in their countries, and acts in none; newest first."""
    found = AuditEntry.objects.filter(Q(country="") | Q(country__in=staff.own))
    for field in ("kind", "country"):
        if wanted := getattr(sieve, field):
            found = found.filter(**{field: wanted})
    if sieve.name:
        found = found.filter(name__icontains=sieve.name)
    if sieve.first:
        found = found.filter(at__gte=_midnight(sieve.first))
    if sieve.last:
        found = found.filter(at__lt=_midnight(sieve.last + timedelta(days=1)))
    return found.order_by("-sequence")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def page(
    found: QuerySet[AuditEntry], before: int | None
) -> tuple[Sequence[AuditEntry], int | None]:
    """The newest entries below sequence `before`, and where the next page begins (None: no more)."""
    rows = list((found.filter(sequence__lt=before) if before else found)[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].sequence if len(rows) > PAGE else None


def table(found: QuerySet[AuditEntry]) -> Iterator[Sequence[object]]:
    """Rows of a table with its header, oldest first, so that each follows what it is chained to."""
    yield HEADER
    for one in found.order_by("sequence").iterator(PORTION):
        yield (
            one.sequence,
            one.at.astimezone(UTC).isoformat(timespec="microseconds"),
            one.staff or "",
            one.name,
            one.kind,
            one.what,
            one.country,
            dumps(one.details, ensure_ascii=False, sort_keys=True),
            one.previous,
            one.digest,
            audit.line(one),
        )
