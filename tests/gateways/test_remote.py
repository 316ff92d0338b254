"""The simulated network asked over HTTP, as another process does: calls, SMS, inboxes, refusals."""

import pytest

from gateways.network.remote import Away, Phones

PHONE, CODE = "+254711000001", "*384*1234#"


@pytest.fixture
def phones(network):
    made = Phones(f"http://127.0.0.1:{network.port}")
    yield made
    made.close()


def test_screen_is_shown_without_con_or_end(phones, hooks, product):
    product.menu = {"": "CON Njia Salama\n1 Hatari", "1": "END Kwaheri"}

    first = phones.dial(PHONE, CODE, "")
    last = phones.dial(PHONE, CODE, "1")

    assert [(one.text, one.ends, one.transcript, one.status) for one in (first, last)] == [
        ("Njia Salama\n1 Hatari", False, "", 200),
        ("Kwaheri", True, "1", 200),
    ]


def test_answer_that_is_no_screen_comes_as_it_is_and_ends_the_call(phones, hooks, product):
    product.status, product.menu = 500, {"": "Traceback"}

    shown = phones.dial(PHONE, CODE, "")

    assert (shown.text, shown.ends, shown.status) == ("Traceback", True, 500)


def test_hanging_up_ends_an_open_session(phones, hooks, product):
    product.menu = {"": "CON Njia Salama"}
    phones.dial(PHONE, CODE, "")

    phones.hang_up(PHONE)
    phones.hang_up(PHONE)  # nothing is open any more: no error

    assert phones.dial(PHONE, CODE, "").transcript == ""


def test_sms_goes_to_the_product(phones, hooks, product):
    phones.say(PHONE, "STOP", "NJIA")

    assert [(form["from"], form["text"], form["to"]) for form in product.of("sms")] == [
        (PHONE, "STOP", "NJIA")
    ]


def test_inbox_of_a_new_phone_is_empty(phones):
    assert phones.inbox(PHONE) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda phones: phones.dial("", CODE, ""),
        lambda phones: phones.dial(PHONE, " ", ""),
        lambda phones: phones.hang_up(""),
        lambda phones: phones.inbox(""),
        lambda phones: phones.say(PHONE, "STOP", ""),
    ],
)
def test_what_the_network_refuses_is_said(phones, ask):
    with pytest.raises(Away, match="400"):
        ask(phones)


def test_network_that_is_not_there_is_said():
    phones = Phones("http://127.0.0.1:9")

    with pytest.raises(Away, match="does not answer"):
        phones.inbox(PHONE)

    phones.close()
