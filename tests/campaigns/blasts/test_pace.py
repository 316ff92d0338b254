"""The shared bucket and breaker, on a real Redis and without one."""

import time

import pytest
from django.conf import settings

from campaigns.blasts import pace
from campaigns.blasts.pace import Pace

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"{request.node.name}:{time.time_ns()}"


def taken(one: Pace, numbers: int, seconds: float) -> int:
    """How many numbers get through in so many seconds by asking again and again."""
    until, through = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        if wait := one.take(numbers):
            time.sleep(min(wait, max(0.0, until - time.monotonic())))
        else:
            through += numbers
    return through


def test_first_second_is_given_at_once_then_the_rate_holds(name):
    one = Pace(name, rate=1000, url=settings.REDIS_URL)

    assert 1400 <= taken(one, 100, 0.5) <= 1700


def test_two_processes_share_one_rate(name):
    first, second = (Pace(name, rate=1000, url=settings.REDIS_URL) for _ in range(2))
    through = sum(one.take(100) == 0.0 for _ in range(20) for one in (first, second))

    assert 10 <= through <= 12


def test_request_larger_than_a_seconds_rate_still_passes(name):
    assert Pace(name, rate=1, url=settings.REDIS_URL).take(500) == 0.0


def test_hold_makes_everybody_wait_as_long_as_asked(name):
    first, second = (Pace(name, rate=1000, url=settings.REDIS_URL) for _ in range(2))

    first.hold(5)

    assert 4.5 < second.take(1) <= 5


def test_breaker_opens_after_failures_in_a_row_and_closes_on_success(name):
    one = Pace(name, rate=1000, url=settings.REDIS_URL)
    for _ in range(pace.TRIP - 1):
        one.failed()
    assert one.take(1) == 0.0

    one.failed()
    assert one.take(1) > 1

    one.succeeded()
    other = Pace(name + "closed", rate=1000, url=settings.REDIS_URL)
    assert other.take(1) == 0.0


def test_half_open_breaker_lets_one_request_try(name, monkeypatch):
    monkeypatch.setattr(pace, "FIRST_REST", 0.05)
    one = Pace(name, rate=1000, url=settings.REDIS_URL)
    for _ in range(pace.TRIP):
        one.failed()
    time.sleep(0.1)

    assert one.take(1) == 0.0
    assert one.take(1) == 0.5

    one.succeeded()
    assert one.take(1) == 0.0


def test_a_success_in_between_starts_the_count_anew(name):
    one = Pace(name, rate=1000, url=settings.REDIS_URL)
    for _ in range(3):
        for _ in range(pace.TRIP - 1):
            one.failed()
        one.succeeded()

    assert one.take(1) == 0.0


def test_without_redis_a_share_of_the_rate_is_left(name):
    one = Pace(name, rate=1000, url=NOBODY)

    assert 1000 <= taken(one, 100, 0.5) <= 1300


def test_without_redis_the_breaker_opens_too(name):
    one = Pace(name, rate=1000, url=NOBODY)
    for _ in range(pace.TRIP):
        one.failed()

    assert one.take(1) > 1


def test_redis_that_is_away_costs_a_moment_not_a_second(name):
    one = Pace(name, rate=1000, url=NOBODY)
    began = time.monotonic()

    for _ in range(10):
        one.take(1)

    assert time.monotonic() - began < 0.6


@pytest.mark.parametrize("url", [settings.REDIS_URL, NOBODY], ids=["redis", "without"])
def test_breaker_says_for_how_long_it_is_open(name, url):
    one = Pace(name, rate=1000, url=url)
    for _ in range(pace.TRIP - 1):
        one.failed()
    closed = one.down_for()

    one.failed()
    time.sleep(0.2)
    one.failed()

    assert closed == 0.0
    assert 0.2 <= one.down_for() < 5


def test_breaker_that_closed_was_not_open(name):
    one = Pace(name, rate=1000, url=settings.REDIS_URL)
    for _ in range(pace.TRIP):
        one.failed()

    one.succeeded()

    assert one.down_for() == 0.0
