"""Troubles: what the checks found, kept with the time since when, so that a page need not look itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from operations.checks import CHECKS
from operations.doctor import Examined, examine
from operations.models import Look, Trouble
from people.models import Staff

LATE: Final = timedelta(minutes=5)  # without a look: beat or the bulk worker stands still
KEPT: Final = timedelta(days=30)  # after it was over
SHOWN: Final = 20  # of those that are over
LOCK: Final = 0x6E6A696B  # advisory; any number that no other room takes
TOLD: Final = ("wrong", "sentence", "advice", "values", "since", "seen_at")
Key = tuple[str, str, str]


def look(*, at: datetime, slow: bool) -> int:
    """Run the checks of one kind and write down what stands and what is over; how many things are wrong."""
    chosen = [check for check in CHECKS.values() if check.slow == slow]
    found = list(examine(at=at, checks=chosen))
    with transaction.atomic():
        _alone()
        keep(found, at=at)
        Look.objects.update_or_create(slow=slow, defaults={"at": at})
        Trouble.objects.filter(over_at__lt=at - KEPT).delete()
    return sum(finding.wrong for one in found for finding in one.findings)


def _alone() -> None:
    """Until the transaction ends: a page and beat may look at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def keep(found: Iterable[Examined], *, at: datetime) -> None:
    """What was found of these checks; whatever else stood of them is over."""
    rows = list(found)
    names = [one.check.name for one in rows]
    standing = Trouble.objects.filter(check_name__in=names, over_at=None)
    before: dict[Key, Trouble] = {_key(row): row for row in standing}
    now = {_key(row): row for row in _troubles(rows, at)}
    for key in before.keys() & now.keys():
        old, row = before[key], now[key]
        row.pk, row.since = old.pk, min(old.since, row.since)
    Trouble.objects.bulk_create(row for row in now.values() if row.pk is None)
    Trouble.objects.bulk_update((row for row in now.values() if _key(row) in before), TOLD)
    gone = [row.pk for key, row in before.items() if key not in now]
    Trouble.objects.filter(pk__in=gone).update(over_at=at)


def _key(row: Trouble) -> Key:
    return row.check_name, row.about, row.country


def _troubles(found: Iterable[Examined], at: datetime) -> Iterable[Trouble]:
    for one in found:
        for finding in one.findings:
            yield Trouble(
                check_name=one.check.name,
                about=finding.about[:80],
                country=finding.country,
                wrong=finding.wrong,
                sentence=finding.said,
                advice=finding.do,
                values=dict(finding.values),
                since=min(finding.since or at, at),
                seen_at=at,
            )


# --- what a page shows ----------------------------------------------------------------------------------


def concerning(staff: Staff) -> QuerySet[Trouble]:
    """Those of the countries this member of staff works for, and those of none."""
    return Trouble.objects.filter(country__in=[*staff.countries, ""])


def open_to(staff: Staff) -> list[Trouble]:
    """What stands: wrong before worth a look, the checks in their order, the oldest first."""
    order = {name: place for place, name in enumerate(CHECKS)}
    rows = concerning(staff).filter(over_at=None)
    return sorted(rows, key=lambda row: (not row.wrong, order.get(row.check_name, 99), row.since))


def over(staff: Staff) -> list[Trouble]:
    """What was over lately, the newest first."""
    rows = concerning(staff).exclude(over_at=None)
    return list(rows.order_by("-over_at", "-pk")[:SHOWN])


def looked_at() -> datetime | None:
    """When the quick checks were last run; None: never."""
    return Look.objects.filter(slow=False).values_list("at", flat=True).first()
