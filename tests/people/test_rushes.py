"""Rushes: counts of opt-outs and of what doors held back, and what of it is an alarm."""

from datetime import timedelta

import pytest

from journal.models import Dead
from people import consent, rushes
from people.models import Rush, Suppression
from people.rushes import FEWEST, Burst, Held
from tests.journal.lines import write
from tests.people.made import NOON, stop_token

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TEN = 10 * MINUTE
DAY = timedelta(days=1)


def journal(kind, **body):
    write(kind, {"at": NOON.timestamp(), "g": "sim", "c": "KE"} | body)


def opted_out(number, *, at=NOON, country="KE", gateway="sim"):
    Rush.objects.create(slot=at, what="opt-out", gateway=gateway, country=country, number=number)


def counted():
    return list(
        Rush.objects.order_by("slot", "what").values_list(
            "slot", "what", "gateway", "country", "number"
        )
    )


# --- counting ---------------------------------------------------------------------------------------


def test_opt_outs_are_counted_by_ten_minutes_and_gateway_and_obeyed():
    for n, minute in enumerate((0, 9, 10)):
        journal("opt-out", st=stop_token(n), at=(NOON + minute * MINUTE).timestamp())
    journal("opt-out", st=stop_token(3), g="")

    consent.fold_opt_outs()

    assert counted() == [
        (NOON, "opt-out", "", "KE", 1),
        (NOON, "opt-out", "sim", "KE", 2),
        (NOON + TEN, "opt-out", "sim", "KE", 1),
    ]
    assert Suppression.objects.count() == 4


def test_what_was_held_back_is_counted_once_a_line():
    for _ in range(3):
        journal("limited", what="ussd")
    journal("limited", what="secret", g="", c="")

    assert rushes.fold_limited() == 4
    assert rushes.fold_limited() == 0
    assert counted() == [(NOON, "secret", "", "", 1), (NOON, "ussd", "sim", "KE", 3)]


def test_line_of_no_limit_of_ours_is_set_aside():
    journal("limited", what="opt-out")
    journal("limited")

    rushes.fold_limited()

    assert (Rush.objects.count(), Dead.objects.count()) == (0, 2)


def test_held_is_summed_for_the_countries_asked_and_for_none():
    for at in (NOON, NOON + TEN):
        Rush.objects.create(slot=at, what="sms", gateway="sim", country="KE", number=2)
    Rush.objects.create(slot=NOON, what="sms", gateway="sim", country="ET", number=9)
    Rush.objects.create(slot=NOON, what="secret", number=7)
    Rush.objects.create(slot=NOON - DAY, what="ussd", gateway="sim", country="KE", number=9)
    opted_out(5)

    assert rushes.held(["KE"], since=NOON) == [
        Held("secret", "", "", 7),
        Held("sms", "sim", "KE", 4),
    ]


# --- alarms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "alarms"), [(FEWEST, 1), (FEWEST - 1, 0)])
def test_burst_is_told_from_so_many_on(number, alarms):
    opted_out(number)

    assert len(rushes.bursts(["KE"], at=NOON + MINUTE)) == alarms


@pytest.mark.parametrize(("number", "alarms"), [(100, 1), (99, 0)])
def test_burst_is_five_times_the_usual_of_that_gateway(number, alarms):
    """20 in each ten minutes of the week before."""
    opted_out(20 * 7 * 144, at=NOON - 3 * DAY)
    opted_out(9_000_000, at=NOON - 3 * DAY, gateway="other")
    opted_out(number)

    assert len(rushes.bursts(["KE"], at=NOON)) == alarms


def test_burst_says_where_when_and_how_many():
    opted_out(1008 * 2, at=NOON - 3 * DAY)
    opted_out(70)

    assert rushes.bursts(["KE"], at=NOON) == [Burst(NOON, "sim", "KE", 70, 2.0)]


def test_burst_is_told_for_a_day():
    opted_out(70)

    assert [len(rushes.bursts(["KE"], at=NOON + one)) for one in (DAY - MINUTE, DAY)] == [1, 0]


def test_burst_of_another_country_is_not_told_and_of_none_is():
    opted_out(70, country="ET")
    opted_out(80, country="")

    assert [one.number for one in rushes.bursts(["KE"], at=NOON)] == [80]
