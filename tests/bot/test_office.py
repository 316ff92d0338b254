"""Office hours: on the clock of the country, rounded up, and silent where nobody said any."""

from datetime import UTC, date, datetime, time

import pytest

from bot import office
from bot.models import Holiday, Office
from people.models import AuditEntry, Staff
from tests.bot.caseload import officer

pytestmark = pytest.mark.django_db
WEEK = range(5)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # noon in Nairobi
SPAN = (time(8), time(17))


@pytest.fixture
def manager() -> Staff:
    return officer("boss", "KE", "SD", role="manager")


def nairobi(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour - 3, minute, tzinfo=UTC)


@pytest.fixture
def hours(manager) -> None:
    office.set_hours("KE", WEEK, SPAN, by=manager, at=MONDAY)


@pytest.mark.parametrize(
    ("at", "wait"),
    [
        (nairobi(2, 8), 0),
        (nairobi(2, 16, 59), 0),
        (nairobi(2, 17), 15),  # till Tuesday at eight
        (nairobi(2, 7, 59), 1),
        (nairobi(2, 6, 30), 2),
        (nairobi(6, 18), 62),  # Friday evening, till Monday
    ],
)
def test_wait_is_told_in_whole_hours_rounded_up(hours, at, wait):
    assert office.reads_in("KE", at) == wait


def test_hours_are_those_of_the_countrys_clock(manager):
    office.set_hours("SD", WEEK, SPAN, by=manager, at=MONDAY)

    assert office.reads_in("SD", nairobi(2, 8)) == 1  # Khartoum is an hour behind Nairobi


def test_holiday_is_waited_out(hours, manager):
    office.add_holiday("KE", date(2026, 3, 3), "Invented day", by=manager, at=MONDAY)

    assert office.reads_in("KE", nairobi(2, 17)) == 39


def test_country_without_hours_promises_none(hours):
    assert (office.reads_in("UG", MONDAY), office.reads_in("", MONDAY)) == (None, None)


def test_closure_of_a_month_promises_none(hours):
    off = [date.fromordinal(date(2026, 3, 2).toordinal() + n) for n in range(office.AHEAD)]
    Holiday.objects.bulk_create([Holiday(country="KE", day=day) for day in off])

    assert office.reads_in("KE", MONDAY) is None


@pytest.mark.parametrize(
    ("days", "span", "word"),
    [
        ((), SPAN, "days"),
        ((7,), SPAN, "days"),
        (WEEK, SPAN[::-1], "order"),
        (WEEK, (time(8), time(8)), "order"),
    ],
)
def test_hours_that_are_none_are_refused(manager, days, span, word):
    with pytest.raises(office.NotSet) as refused:
        office.set_hours("KE", days, span, by=manager, at=MONDAY)

    assert (refused.value.word, Office.objects.count()) == (word, 0)


def test_past_and_too_many_holidays_are_refused(hours, manager, monkeypatch):
    monkeypatch.setattr(office, "MOST_HOLIDAYS", 1)
    office.add_holiday("KE", date(2026, 3, 2), "", by=manager, at=MONDAY)

    words = []
    for day in (date(2026, 3, 1), date(2026, 3, 5)):
        with pytest.raises(office.NotSet) as refused:
            office.add_holiday("KE", day, "", by=manager, at=MONDAY)
        words.append(refused.value.word)

    assert words == ["past", "many"]


def test_who_changed_the_hours_is_on_record(hours, manager):
    office.add_holiday("KE", date(2026, 3, 3), "", by=manager, at=MONDAY)
    office.drop_holiday("KE", date(2026, 3, 3), by=manager, at=MONDAY)
    office.drop_holiday("KE", date(2026, 3, 3), by=manager, at=MONDAY)

    told = AuditEntry.objects.order_by("sequence").values_list("kind", "what", "country")
    assert list(told) == [
        ("setting", "office hours set", "KE"),
        ("setting", "holiday set", "KE"),
        ("setting", "holiday dropped", "KE"),
    ]


def test_door_answers_from_what_it_read_last(hours, django_assert_num_queries):
    held = office.Held()
    before = held.reads_in("KE", nairobi(2, 17))
    held.refresh()

    with django_assert_num_queries(0):
        assert (before, held.reads_in("KE", nairobi(2, 17))) == (None, 15)
