"""What the account at the provider holds: how it falls, is filled up, and is asked for."""

import socket
from collections import Counter
from decimal import Decimal

import pytest

from gateways.africastalking import AfricasTalking
from gateways.base import Money, Pause, Sms, State
from tests.gateways.mouths import Mouth

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(20))
SMS = Sms("Njia salama", NUMBERS)


def account(base: str) -> AfricasTalking:
    return AfricasTalking(name="at", secrets=("a" * 24,), username="app", key="k", base=base)


def test_an_empty_account_refuses_the_rest(gateway, network):
    network.control.set_account({"balance": "4.00"})

    batch = gateway.send(SMS)

    assert Counter(outcome.state for outcome in batch.outcomes) == {
        State.ACCEPTED: 5,
        State.RETRY: 15,
    }
    assert batch.pause is Pause.BALANCE
    assert gateway.balance() == Money(Decimal("0.0000"), "KES")


def test_a_long_text_takes_its_parts_from_the_account(gateway, network):
    network.control.set_account({"balance": "4.00"})

    gateway.send(Sms("a" * 400, NUMBERS[:1]))  # three parts of 0.80

    assert gateway.balance() == Money(Decimal("1.6000"), "KES")


def test_after_a_top_up_the_rest_is_accepted(gateway, network):
    network.control.set_account({"balance": "4.00"})
    first = gateway.send(SMS)
    network.control.set_account({"top_up": "12.00"})

    left = tuple(one.number for one in first.outcomes if one.state is State.RETRY)
    batch = gateway.send(Sms("Njia salama", left))

    assert [one.state for one in batch.outcomes] == [State.ACCEPTED] * 15
    assert network.exchange.record.count == 20
    assert gateway.balance() == Money(Decimal("0.0000"), "KES")


@pytest.mark.parametrize(
    ("status", "body", "balance"),
    [
        ("200 OK", '{"UserData":{"balance":"KES 1785.50"}}', Money(Decimal("1785.50"), "KES")),
        ("200 OK", '{"userData":{"balance":"UGX -3"}}', Money(Decimal(-3), "UGX")),
        ("200 OK", '{"UserData":{}}', None),
        ("200 OK", '["userData"]', None),
        ("200 OK", '{"userData":"KES 5"}', None),
        ("200 OK", "<p>Sign in</p>", None),
        ("500 Sorry", '{"UserData":{"balance":"KES 5"}}', None),
    ],
)
def test_the_balance_is_read_in_either_spelling(status, body, balance):
    mouth = Mouth((f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode(),))
    other = account(f"{mouth.url}/version1")

    found = other.balance()

    other.client.close()
    mouth.close()
    assert found == balance
    assert mouth.heard[0].startswith(b"GET /version1/user?username=app HTTP/1.1\r\n")


def test_the_balance_is_unknown_where_nobody_answers():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        deaf = account(f"http://127.0.0.1:{taken.getsockname()[1]}/version1")
        assert deaf.balance() is None
    deaf.client.close()
