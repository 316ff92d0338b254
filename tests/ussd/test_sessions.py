"""Transcripts cut into inputs, and pins that outlive a process but keep no words."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from config import embedded
from tests.servers import PREFIX, wipe
from ussd import sessions
from ussd.menu import Budget, Start
from ussd.sessions import Away, Elsewhere, Pin, Pins, inputs, last_input, move

KEY = ("sim", "*384*1234#", "ATUid_1")
WORDS = st.text(st.sampled_from("12 a*ሰ0"), max_size=4)


def pin(**rest) -> Pin:
    return Pin("e1", Start(language="sw"), "t1.x", **rest)


def heard(own: Pin, text: str, echo: str = "") -> tuple[str, ...]:
    move(own, text, echo=echo)
    return inputs(text, own.ends)


# --- transcripts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hops", "expected"),
    [
        ([""], ()),
        (["", "1"], ("1",)),
        (["", "1", "1*1"], ("1", "1")),
        (["", "1", "1*"], ("1", "")),
        (["", "1", "1*", "1**2"], ("1", "", "2")),
        (["", "*1"], ("", "1")),
        (["", "3", "3*ሰላም"], ("3", "ሰላም")),
        (["", "1", "1*a*b"], ("1", "a*b")),
        (["", "1", "1*a*b", "1*a*b*2"], ("1", "a*b", "2")),
        (["", "1", "1*a*b", "1*a*b*c*d"], ("1", "a*b", "c*d")),
        (["", "a*b"], ("a*b",)),
        (["", "1", "1"], ("1",)),
        (["", "1", "1*1", "1"], ("1",)),
        (["", "1", "1*a*b", "1*a*b*2", "1*a*b"], ("1", "a*b")),
        (["", "1", "1*a*b", "1*a*b*2", "1", "1*a*b*2*3"], ("1", "a*b", "2", "3")),
        (["", "1", "1*1", ""], ()),
        (["", "1", "1*1", "", "2"], ("2",)),
        (["", "1", "12"], ("12",)),
    ],
)
def test_transcript_is_cut_where_inputs_were_seen_to_end(hops, expected):
    own = pin()

    found = [heard(own, text) for text in hops]

    assert found[-1] == expected


def test_star_parts_inputs_when_the_gateway_says_hops_went_elsewhere():
    own = pin(place="ask")
    heard(own, "1")

    assert heard(own, "1*2*3", echo="dangers") == ("1", "2", "3")


def test_star_stays_when_the_gateway_echoes_our_last_screen():
    own = pin(place="ask")
    heard(own, "1")

    assert heard(own, "1*2*3", echo="ask") == ("1", "2*3")


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_any_inputs_come_back_as_they_were_typed(typed):
    own, text = pin(), ""
    if not typed[0] or typed[0].startswith("*"):
        typed = ["1", *typed]  # an empty transcript cannot tell one empty input from none

    for count, one in enumerate(typed, 1):
        text = "*".join(typed[:count])
        assert heard(own, text) == tuple(typed[:count]), one


@given(st.lists(WORDS.filter(bool), min_size=1, max_size=6), st.data())
def test_a_repeated_or_late_request_is_read_as_it_was(typed, data):
    own = pin()
    typed = ["1", *typed]
    for count in range(1, len(typed) + 1):
        heard(own, "*".join(typed[:count]))
        again = data.draw(st.integers(1, count))
        assert heard(own, "*".join(typed[:again])) == tuple(typed[:again])


@pytest.mark.parametrize(
    ("hops", "text", "expected"),
    [
        ([], "", False),
        ([], "1", False),
        ([""], "1", False),
        ([""], "1*1", True),
        (["", "1"], "1*1", False),
        (["", "1"], "1*1*1", True),
        (["", "1"], "1*a*b", True),
        (["", "1", "1*1"], "1", False),
    ],
)
def test_transcript_leaps_where_more_than_one_input_may_be_new(hops, text, expected):
    own = pin()
    for one in hops:
        heard(own, one)

    assert sessions.leaps(own, text) == expected


def test_pin_catches_up_with_a_process_that_saw_more():
    own = pin(length=1, said=("1",))

    sessions.catch_up(own, pin(length=5, ends=(1, 5), said=("1", "a*b")))

    assert own == pin(length=5, ends=(1, 5), said=("1", "a*b"), shared=True)


def test_pin_stays_where_nobody_saw_more():
    own = pin(length=5, ends=(1, 5), said=("1", "2"))

    sessions.catch_up(own, pin(length=1, said=("1",)))

    assert own == pin(length=5, ends=(1, 5), said=("1", "2"))


def test_last_input_gathers_what_the_gateway_does_not_repeat():
    own = pin()

    given_ = [last_input(own, text, now=now) for text, now in [("1", 10), ("1", 15), ("a*b", 20)]]

    assert given_ == [("1",), ("1", "1"), ("1", "1", "a*b")]


def test_last_input_takes_no_more_than_a_session_can_hold():
    own = pin()

    said = [last_input(own, str(n % 7), now=10.0 * n) for n in range(210)]

    assert (len(said[199]), said[209]) == (200, said[199])


def test_last_input_takes_the_same_within_a_second_for_a_retry():
    own = pin()

    assert [last_input(own, "1", now=10), last_input(own, "1", now=10.5)] == [("1",), ("1",)]


# --- pins of this process -------------------------------------------------------------------------


def test_pins_remember_and_forget_the_oldest_first():
    pins = Pins(size=2)
    for number in range(5):
        pins.put(("sim", "*1#", str(number)), pin(born=time.monotonic()))

    known = [number for number in range(5) if pins.get(("sim", "*1#", str(number)))]

    assert known == [2, 3, 4]


def test_pins_in_use_outlive_newer_ones():
    pins = Pins(size=2)
    for number in range(6):
        pins.put(("sim", "*1#", str(number)), pin(born=time.monotonic()))
        assert pins.get(("sim", "*1#", "0")) is not None


def test_pins_older_than_any_session_are_gone():
    pins = Pins(life=10)
    pins.put(KEY, pin(born=time.monotonic() - 11))

    assert pins.get(KEY) is None


# --- pins elsewhere -------------------------------------------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    both = Elsewhere(settings.REDIS_URL)
    yield both
    both.stop()


@pytest.fixture
def valkey() -> Iterator[embedded.Keeper]:
    """A Valkey of this test's own, to be killed or frozen."""
    keeper = embedded.Keeper(
        Path(tempfile.mkdtemp(prefix=PREFIX)).resolve(),
        durable=False,
        without=frozenset({"database"}),
    )
    try:
        keeper.start()
        yield keeper
    finally:
        keeper.stop()
        wipe(keeper.data)


@pytest.mark.parametrize(
    "own",
    [
        pin(),
        pin(length=5, ends=(1, 5)),
        pin(said=("1", "a*b")),
        pin(length=5, shared=True),
        Pin("e2", Start(None, "ET", Budget(156, 0), 3), "t1.y"),
    ],
)
def test_pin_written_here_is_read_there(elsewhere, own):
    elsewhere.later(KEY, own)
    elsewhere.flush()

    assert elsewhere.read(KEY) == own


def test_unknown_session_is_known_to_be_unknown(elsewhere):
    assert elsewhere.read(KEY) is None


def test_thread_copies_pins_behind_the_request(elsewhere):
    elsewhere.start()
    elsewhere.later(KEY, pin())

    until = time.monotonic() + 5
    while elsewhere.read(KEY) is None and time.monotonic() < until:
        time.sleep(0.01)

    assert elsewhere.read(KEY) == pin()


def test_what_a_person_said_lies_in_redis_sealed_and_not_for_long(elsewhere):
    elsewhere.later(KEY, pin(said=("my secret",)))
    elsewhere.flush()
    client = redis.Redis.from_url(settings.REDIS_URL)

    (name,) = client.keys("njia:pin:*")

    assert "secret" not in str(client.get(name))
    assert 0 < client.ttl(name) <= sessions.LIFE


def test_what_another_release_wrote_counts_as_unknown(elsewhere):
    redis.Redis.from_url(settings.REDIS_URL).set("njia:pin:" + ":".join(KEY), '{"edition": 1}')

    assert elsewhere.read(KEY) is None


def test_dead_redis_is_asked_once_a_second_and_costs_no_time(valkey):
    both = Elsewhere(valkey.servers.redis)
    assert both.read(KEY) is None
    valkey.valkey.process.kill()
    valkey.valkey.process.wait()

    began = time.perf_counter()
    found = [both.read(KEY) for _ in range(1000)]

    assert found == [Away.AWAY] * 1000
    assert time.perf_counter() - began < 0.06
    both.stop()


def test_frozen_redis_holds_a_request_up_for_50_ms_at_most(valkey):
    both = Elsewhere(valkey.servers.redis)
    both.read(KEY)
    os.kill(valkey.valkey.process.pid, signal.SIGSTOP)
    began = time.perf_counter()
    found = [both.read(KEY) for _ in range(1000)]
    took = time.perf_counter() - began
    os.kill(valkey.valkey.process.pid, signal.SIGCONT)

    assert found == [Away.AWAY] * 1000
    assert took < 0.1  # 25 ms of patience, and this machine's own moods
    both.stop()


def test_pins_wait_for_a_redis_that_is_away(valkey):
    both = Elsewhere(valkey.servers.redis)
    valkey.valkey.process.kill()
    valkey.valkey.process.wait()
    both.later(KEY, pin())
    with pytest.raises(redis.RedisError):
        both.flush()
    valkey.start()

    assert both.flush() == 1
    time.sleep(sessions.BREAK)
    assert both.read(KEY) == pin()
    both.stop()
