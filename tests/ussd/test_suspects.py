"""Suspect shares: sessions of numbers that run and sessions without a told end, counted as they are folded."""

from datetime import date

import pytest

from analytics.exports.gathering import Suspicion
from analytics.periods import Period
from tests.doors import HOP, USSD, desk, journalled, knock
from tests.ussd.hops import EDITION
from tests.ussd.steps import ANSWER, BYE, LATER, MAIN, end, fold, total
from ussd import funnel
from ussd.hooks import door
from ussd.suspects import Suspects, suspects, suspicion

pytestmark = pytest.mark.django_db
MONTH = date(2026, 1, 1)


def counted(*countries):
    return [(one.sessions, one.near, one.unended) for one in suspects(countries or ["KE"])]


# --- folding ----------------------------------------------------------------------------------------


def test_session_with_a_told_end_is_not_suspect():
    fold(MAIN, ANSWER)
    end()

    assert counted() == [(1, 0, 0)]


def test_session_that_fell_silent_has_no_end():
    fold(MAIN, ANSWER)
    funnel.give_up(at=LATER)

    assert counted() == [(1, 0, 1)]


def test_end_screen_of_ours_is_no_end_that_was_told():
    fold(MAIN, BYE)

    assert counted() == [(1, 0, 1)]


@pytest.mark.parametrize("given_up", [True, False])
def test_end_that_comes_late_or_twice_takes_the_suspicion_back(given_up):
    fold(MAIN, BYE)
    if given_up:
        funnel.give_up(at=LATER)
    end()
    end()

    assert counted() == [(1, 0, 0)]


def test_session_is_near_once_however_many_of_its_hops_say_so():
    fold({**MAIN, "near": True}, {**ANSWER, "near": True})
    fold({**BYE, "near": True})
    end()

    assert counted() == [(1, 1, 0)]


def test_session_stays_near_where_another_process_did_not_see_it():
    fold({**MAIN, "near": True})
    fold(ANSWER)
    end()

    assert counted() == [(1, 1, 0)]


def test_forged_run_at_the_door_is_seen_in_the_share(tmp_path):
    """Ten numbers in a row, no end: from the request to the figure."""
    own = desk(tmp_path, editions=[EDITION], clock=LATER.timestamp)
    one = door(own)
    for number in range(10):
        fields = {"phoneNumber": f"+2547110000{number:02d}", "sessionId": f"ATUid_{number}"}
        knock(one, USSD, {**HOP, **fields})
    fold(*journalled(own.journal, "hop"))
    funnel.give_up(at=LATER + funnel.SILENCE * 2)

    assert counted() == [(10, 9, 10)]


# --- reading ----------------------------------------------------------------------------------------


def test_months_are_summed_by_country_newest_first():
    total(near=1, unended=2)
    total(near=3, network="63903")
    total(date(2026, 2, 3), near=5)
    total(country="ET", near=7)

    assert suspects(["KE", "ET"]) == [
        Suspects(date(2026, 2, 1), "KE", 10, 5, 0),
        Suspects(MONTH, "ET", 10, 7, 0),
        Suspects(MONTH, "KE", 20, 4, 2),
    ]


def test_other_countries_are_not_told():
    total(country="ET")

    assert suspects(["KE"]) == []


@pytest.mark.parametrize(
    ("sessions", "near", "share"),
    [(4, 4, None), (5, 5, 100), (100, 4, None), (100, 5, 5), (100, 98, 98), (100, 0, 0)],
)
def test_share_is_not_told_of_fewer_than_five(sessions, near, share):
    assert Suspects(MONTH, "KE", sessions, near, 0).share(near) == share


def test_suspicion_of_an_export_is_of_its_period_and_countries():
    total(near=2, unended=3)
    total(day=date(2026, 3, 31), country="UG", sessions=5, unended=1)
    total(day=date(2026, 4, 1), near=9)
    total(country="ET", near=9)

    found = suspicion(Period(date(2026, 1, 1), date(2026, 4, 1)), ["KE", "UG"])

    assert found == Suspicion(sessions=15, near=2, unended=4)


def test_nothing_is_suspect_where_nobody_called():
    assert suspicion(Period(MONTH, date(2026, 2, 1)), ["KE"]) == Suspicion()
