"""A span of days is taken out of the ledger; what is left holds, and the right to do it is gone again."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from analytics import chain, closing, ledger, packs, refreshing, unmaking, verification
from analytics.models import ClosedPeriod, Closing, DayLink, Exposure, Reach, Target
from analytics.periods import Kind, Period, midnight, standard
from tests.analytics import books, ledgers

SPAN = Period(date(2025, 3, 1), date(2025, 3, 11))
NOW = midnight(date(2025, 4, 1))
pytestmark = pytest.mark.django_db


def count(*days: date) -> None:
    """An exposure of the first subject and one of another, on each of these days, recorded on it."""
    for n, day in enumerate(days, 1):
        at = midnight(day) + timedelta(hours=9)
        ledger.record([ledgers.exposure(0, at=at), ledgers.exposure(n, at=at)], at=at)


def unmade() -> None:
    chain.close_days(at=NOW)
    refreshing.refresh(at=NOW)
    unmaking.unmake(SPAN, at=NOW)


def test_only_what_lies_in_the_days_goes():
    count(date(2025, 3, 5), date(2025, 3, 10), date(2025, 3, 11))

    unmade()

    assert {one.date() for one in Exposure.objects.values_list("at", flat=True)} == {
        date(2025, 3, 11)
    }


def test_first_exposure_that_is_left_says_who_was_reached():
    count(date(2025, 3, 5), date(2025, 3, 20))

    unmade()

    first = Exposure.objects.order_by("sequence").first()
    assert first is not None
    assert set(
        Reach.objects.filter(subject=ledgers.number(0)).values_list("sequence", flat=True)
    ) == {first.sequence}


def test_ledger_holds_and_its_days_are_chained_anew():
    count(date(2025, 2, 20), date(2025, 3, 5), date(2025, 3, 20))

    unmade()

    assert verification.verify().differences == ()
    assert list(DayLink.objects.order_by("day").values_list("day", flat=True)) == [
        date(2025, 2, 20),
        date(2025, 3, 20),
    ]


def test_right_to_delete_is_gone_afterwards():
    unmade()

    for told in (Target, Exposure, DayLink):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            told.objects.all().delete()


def test_closed_period_goes_with_its_pack(settings, tmp_path: Path):
    settings.DATA = tmp_path
    count(date(2025, 3, 5))
    closing.freeze(books.agreed(standard(Kind.MONTH, SPAN.starts)), packs.NO_SOURCES, at=NOW)
    kept = [packs.place(one.digest) for one in ClosedPeriod.objects.all()]

    unmade()
    connection.check_constraints()  # as a commit does

    assert [path for path in kept if path.exists()] == []
    assert (ClosedPeriod.objects.count(), Closing.objects.count(), len(kept)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("days", "first"), [((), None), ((date(2025, 3, 5), date(2025, 3, 2)), date(2025, 3, 2))]
)
def test_first_day_that_was_counted(days: tuple[date, ...], first: date | None):
    count(*days)

    assert unmaking.counted_before(NOW) == first


def test_day_is_that_of_the_place_where_we_count():
    late = datetime.fromisoformat("2025-03-04T22:30:00+00:00")
    ledger.record([ledgers.exposure(at=late)], at=late)

    assert unmaking.counted_before(NOW) == date(2025, 3, 5)
