"""Who was left out of blasts of a period, by campaign and reason, for the workbook."""

from datetime import UTC, datetime

import pytest

from analytics.exports.gathering import Exclusion
from analytics.periods import parse
from campaigns.blasts.left_out import left_out
from campaigns.models import Blast, Campaign
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
JUNE = datetime(2025, 6, 10, 9, tzinfo=UTC)


def begun(country="KE", at=JUNE, campaign=None, **excluded):
    blast = scene.planned(audience=country)
    more = {"campaign": campaign} if campaign else {}
    Blast.objects.filter(pk=blast.pk).update(started_at=at, excluded=excluded, **more)
    return blast


@pytest.fixture(autouse=True)
def ready(deployment):
    scene.people(2, "KE", language="en")


def test_reasons_are_summed_over_blasts_of_a_campaign():
    first = begun(suppressed=5, frequency=2, stopped=0)
    begun(suppressed=7)

    code = first.campaign.code
    assert left_out(parse("2025-Q2"), ["KE"]) == [
        Exclusion(code, "frequency", "had enough messages this week", 2),
        Exclusion(code, "suppressed", "ended messages", 12),
    ]


def test_campaigns_stand_apart():
    other = Campaign.objects.create(code="zz", name="Z", countries=["KE"])
    begun(suppressed=1)
    begun(campaign=other, suppressed=3)

    assert [one.people for one in left_out(parse("2025"), ["KE"])] == [1, 3]


@pytest.mark.parametrize(
    ("period", "countries"), [("2025-Q1", ["KE"]), ("2025-Q3", ["KE"]), ("2025-Q2", ["UG"])]
)
def test_other_periods_and_countries_have_none(period, countries):
    begun(suppressed=5)

    assert left_out(parse(period), countries) == []
