"""Requests counted by how long they take."""

import pytest

from operations.meters import BOUNDS, Meter, metered


def passing(*seconds: float):
    """A clock on which each request takes so long."""
    now, steps = 0.0, []
    for each in seconds:
        steps += [now, now := now + each]
    return iter(steps).__next__


def page(environ, start_response):
    if environ.get("fails"):
        raise OSError("failed")
    start_response("200 OK", [])
    return [b"a page"]


def ask(door, **environ: object) -> list[bytes]:
    return list(door(environ, lambda *_: None))


def test_answer_passes_as_it_is():
    assert ask(metered(page, Meter())) == [b"a page"]


def test_requests_are_counted_by_duration():
    meter = Meter()
    door = metered(page, meter, clock=passing(0.0001, 0.00011, 0.5, 9))

    for _ in range(4):
        ask(door)

    buckets = dict(meter.buckets())
    assert meter.seconds == pytest.approx(9.50021)
    assert [buckets["0.0001"], buckets["0.00025"], buckets["0.1"], buckets["0.5"]] == [1, 2, 2, 3]
    assert (buckets[str(BOUNDS[-1])], buckets["+Inf"], meter.failures) == (3, 4, 0)


def test_failed_request_is_counted_and_goes_on_failing():
    meter = Meter()
    door = metered(page, meter)

    with pytest.raises(OSError, match="failed"):
        ask(door, fails=True)

    assert (meter.requests, meter.failures) == (1, 1)


def test_every_request_is_counted_where_some_are_timed():
    meter = Meter()
    door = metered(page, meter, every=8)

    for _ in range(17):
        ask(door)

    assert (meter.requests, sum(meter.counts)) == (17, 3)
