"""The lines of how well questions are understood, and the page that shows them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from campaigns.models import Edition, Understood
from campaigns.writing import understanding
from campaigns.writing.workbench import house_kind
from people import staff
from people.models import Staff
from tests.campaigns import house

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def measured(*, day: int = 2, missed: tuple[str, ...] = ()) -> Understood:
    at = AT.replace(day=day)
    row = Edition.objects.create(
        hash=f"day{day}", kind=house_kind(), body="", published_at=at, languages=["sw"]
    )
    return Understood.objects.create(
        edition=row,
        language="sw",
        by=Understood.By.QUESTIONS,
        accuracy=0.705,
        top3=0.9,
        sure_precision=1.0,
        missed=list(missed),
        at=at,
    )


def test_shares_are_in_the_readers_form_and_what_nobody_measured_is_a_dash():
    measured()

    (line,) = understanding.lines()

    assert line.shares == ("70.5%", "90.0%", "100.0%", "–")
    assert (line.code, line.floor_met, line.at) == ("sw", True, AT)


def test_newest_edition_alone_is_told_of():
    measured(missed=("top3",))
    measured(day=3)

    assert [line.at.day for line in understanding.lines()] == [3]


def test_floor_that_is_missed_is_not_met():
    measured(missed=("top3",))

    assert [line.floor_met for line in understanding.lines()] == [False]


def test_page_shows_the_lines_or_says_when_they_come(client):
    house.build()
    staff.hire("t", "translator", countries=["KE"], password="x")
    client.force_login(Staff.objects.get(username="t"))
    page = reverse("campaigns:translation")

    before = client.get(page).context["understood"]
    measured()
    after = client.get(page).context["understood"]

    assert (before, [line.code for line in after]) == ([], ["sw"])
