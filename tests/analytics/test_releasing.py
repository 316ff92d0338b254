"""Wishes to release: asked once, decided by one worker, gone when the tables are there."""

from threading import Thread

import pytest
from django.db import connection

from analytics import ledger, outside, releasing
from analytics.models import Release, Releasing
from analytics.turns import turn
from tests.analytics import books
from tests.analytics.books import LATER, MARCH, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def march(indicators):
    ledger.record([exposure(n) for n in range(40)])
    return books.close(MARCH)


def ask(period=MARCH) -> None:
    releasing.ask("3.3", period, by="amina", at=LATER)


def wishes():
    return list(Releasing.objects.values_list("indicator", "by", "done", "expected", "failed"))


def test_asking_twice_is_one_wish(march):
    ask()
    ask()

    assert wishes() == [("3.3", "amina", 0, 0, False)]


def test_period_that_is_not_closed_is_refused_at_once(march):
    with pytest.raises(outside.NotReleased, match=r"^Only the tables of a closed period"):
        ask(QUARTER)

    assert wishes() == []


def test_worker_releases_and_the_wish_is_gone(march):
    ask()

    assert releasing.work_off(at=LATER) == 1

    assert wishes() == []
    made = outside.released("3.3", MARCH)
    assert [(one.table, one.made_by) for one in made] == [
        ("total", "amina"),
        ("country", "amina"),
        ("channel", "amina"),
    ]


def test_what_is_released_is_not_asked_for_again(march):
    outside.release("3.3", MARCH, by="amina", at=LATER)

    ask()

    assert wishes() == []


def test_release_tells_how_many_periods_are_decided(march):
    books.close(QUARTER)
    told = []

    outside.release("3.3", QUARTER, by="amina", at=LATER, tell=lambda *far: told.append(far))

    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_release_cut_off_leaves_nothing(march):
    def cut(done: int, _expected: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    books.close(QUARTER)
    with pytest.raises(KeyboardInterrupt):
        outside.release("3.3", QUARTER, by="amina", at=LATER, tell=cut)

    assert Release.objects.count() == 0
    assert outside.release("3.3", QUARTER, by="amina", at=LATER) != []


def test_wish_that_cannot_be_fulfilled_says_so_until_asked_again(march):
    lost = {"starts": QUARTER.starts, "ends": QUARTER.ends, "asked_at": LATER}
    Releasing.objects.create(indicator="3.3", by="amina", **lost)

    assert releasing.work_off(at=LATER) == 0

    assert wishes() == [("3.3", "amina", 0, 0, True)]
    assert releasing.work_off(at=LATER) == 0
    books.close(QUARTER)
    ask(QUARTER)
    assert wishes() == [("3.3", "amina", 0, 0, False)]
    assert releasing.work_off(at=LATER) == 1


@pytest.mark.django_db(transaction=True)
def test_second_worker_leaves_it_to_the_first(march):
    ask()
    done = []

    def elsewhere() -> None:
        done.append(releasing.work_off(at=LATER))
        connection.close()

    with turn(releasing.LOCK):  # the first worker
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert (done, len(wishes())) == ([0], 1)
