"""S15: a number of help has the day somebody called it and the day that proof ends; an expired one is never shown."""

import pytest

from campaigns.editions.edition import Kind
from campaigns.models import Referral
from campaigns.press import directory
from campaigns.proofs import expiring
from tests.campaigns import living
from tests.campaigns.living import ABROAD, CHILD, DJIBOUTI, POLICE, days

pytestmark = pytest.mark.django_db
ENDS = {CHILD: ("KE", 30), POLICE: ("KE", 60), DJIBOUTI: ("DJ", 90), ABROAD: ("ET", 90)}


@pytest.fixture
def shelf(tmp_path):
    living.prepare()
    return living.shelf_in(tmp_path)


@pytest.mark.parametrize("number", ENDS)
def test_number_is_shown_to_its_last_day_and_on_no_channel_after_it(shelf, number):
    country, last = ENDS[number]
    before = living.published(shelf, at=days(last - 1))
    expiring.refill_lapsed(at=days(last), shelf=shelf)

    after = shelf.current(simulated=False)

    assert number in living.everything(before, country)
    assert number not in living.everything(after, country)


@pytest.mark.parametrize(
    "changes", [{"verified_by_call_on": None}, {"expires": None}, {"expires": days(0).date()}]
)
def test_number_without_both_days_is_never_published(shelf, changes):
    Referral.objects.filter(number=CHILD).update(**changes)

    shown, why = directory.numbers(Kind.LIVE, on=days(0).date())

    assert CHILD not in {number.number for number in shown}
    assert any("KE-01" in problem.code for problem in why)


def test_screen_says_so_where_no_number_is_left(shelf):
    living.published(shelf)
    expiring.refill_lapsed(at=days(61), shelf=shelf)

    edition = shelf.current(simulated=False)

    assert "There is no help number for your country yet." in living.everything(edition, "KE")


def test_staff_are_warned_30_7_and_1_days_before(shelf):
    living.published(shelf)

    told = [len(expiring.warn(at=days(day))) for day in (0, 22, 23, 28, 29, 30)]

    assert told[0] >= 1
    assert [bool(one) for one in told[1:]] == [False, True, False, True, True]
