"""What is wished for again and again: odd wishes are told in words, and nothing is kept of them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.blasts import freezing, recurring
from campaigns.blasts.planning import CannotPlan
from campaigns.models import Blast, Occurrence, Series
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
NINE = datetime(2027, 3, 1, 6, tzinfo=UTC)  # in Nairobi
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"most": 0}, "Between 1 and 1000 times"),
        ({"most": 1001}, "Between 1 and 1000 times"),
        ({"rhythm": "before", "occasion": "ramadan", "days_before": -1}, "Between 0 and 180 days"),
        ({"at": time(9, tzinfo=UTC)}, "by the clock of each country"),
        ({"rhythm": "once", "starts": NINE.date() - timedelta(days=2)}, "is over already"),
    ],
)
def test_odd_wish_is_refused_in_words(odd, said):
    wish = scene.proposal(**odd)

    with pytest.raises(CannotPlan, match=said):
        recurring.propose(wish, by=scene.planner(), at=NINE - timedelta(days=1))
    assert Series.objects.count() == 0


def test_item_that_goes_between_the_plan_and_the_hour_waits_for_a_person(deployment):
    scene.people(1)
    series = recurring.propose(scene.proposal(), by=scene.planner(), at=NINE - 60 * MINUTE)
    recurring.approve(series, by=scene.approver(), at=NINE - 60 * MINUTE)
    recurring.tend(at=NINE - 20 * MINUTE)
    freezing.freeze(Blast.objects.get())
    scene.withdraw(deployment)

    assert [one.reason for one in recurring.tend(at=NINE - 10 * MINUTE)] == ["refused"]
    assert Occurrence.objects.get().state == "waiting"
    assert Blast.objects.get().state == "planned"
