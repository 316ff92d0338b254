"""The simulator's phones: a call screen by screen as the network sends it, and the thread of SMS."""

from datetime import UTC, datetime

import pytest

from gateways.network.remote import Phones
from people import phones as numbers
from ussd import simulator
from ussd.simulator import PHONES, RANGES, Line, Message, mark, press, thread

KENYA = Line("KE", "*384*1234#", 2)


@pytest.fixture
def phones(network):
    made = Phones(f"http://127.0.0.1:{network.port}")
    yield made
    made.close()


@pytest.mark.parametrize("country", RANGES)
def test_every_phone_has_a_valid_number_of_its_country(country):
    own = [Line(country, "", phone).number for phone in PHONES]

    assert [numbers.normalise(number, country) for number in own] == own
    assert {numbers.country_of(number) for number in own} == {country}


def test_call_shows_the_first_screen_and_how_full_it_is(phones):
    display = press(phones, KENYA, transcript=None, word="ignored")

    assert (display.text, display.ends, display.transcript, display.encoding) == (
        "DEMO 1 Kiswahili\n2 English\n0 Exit",
        False,
        "",
        "GSM-7",
    )
    assert (display.units, display.answered) == (len(display.text), True)


def test_words_are_strung_together_as_the_network_sends_them(phones):
    press(phones, KENYA, transcript=None, word="")
    second = press(phones, KENYA, transcript="", word="2")
    third = press(phones, KENYA, transcript=second.transcript, word="1")

    assert (second.transcript, third.transcript) == ("2", "2*1")
    assert second.text != third.text


def test_exit_ends_the_call(phones):
    press(phones, KENYA, transcript=None, word="")

    assert press(phones, KENYA, transcript="", word="0").ends is True


def test_product_that_breaks_is_shown_as_such(phones, product):
    product.broken = True

    display = press(phones, KENYA, transcript=None, word="")

    assert (display.status, display.answered, display.ends) == (500, False, True)


def test_thread_puts_both_ways_in_order_newest_first(phones):
    said = [(float(second), f"word {second}") for second in range(30)]

    messages = thread(phones, KENYA, said)

    assert len(messages) == simulator.NEWEST
    assert messages[0] == Message(datetime.fromtimestamp(29, UTC), "word 29", mine=True)


def test_mark_tells_inboxes_apart():
    one = [Message(datetime(2026, 1, 5, tzinfo=UTC), "a", mine=False)]

    assert mark(one) == mark(list(one))
    assert len({mark(one), mark([]), mark(one * 2)}) == 3
