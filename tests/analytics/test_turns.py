"""A turn is one process's at a time; who waits gets it, and it ends with whoever had it."""

import threading

import pytest
from django.db import connection

from analytics.turns import turn
from tests.analytics.at_once import run

KEY = 0x74657374  # no turn of the product
pytestmark = pytest.mark.django_db(transaction=True)


def test_turn_that_somebody_has_is_nobody_elses():
    found: list[tuple[bool, bool]] = []

    def elsewhere() -> None:
        with turn(KEY) as first, turn(KEY, 1) as other:
            found.append((first, other))
        connection.close()

    with turn(KEY) as mine:
        run(elsewhere)

    assert (mine, found) == (True, [(False, True)])


def test_who_waits_gets_it_when_it_is_given_up():
    order: list[bool | str] = []
    waiting = threading.Event()

    def elsewhere() -> None:
        waiting.set()
        with turn(KEY, 7, wait=True) as mine:
            order.append(mine)
        connection.close()

    thread = threading.Thread(target=elsewhere)
    with turn(KEY, 7):
        thread.start()
        waiting.wait(5)
        order.append("given up")
    thread.join()

    assert order == ["given up", True]


def test_turn_is_given_up_by_whoever_fails():
    with pytest.raises(ValueError, match="broken off"), turn(KEY):
        raise ValueError("broken off")

    with turn(KEY) as mine:
        assert mine
