"""A year is made nowhere near real people or real phones."""

from datetime import date

import pytest

from analytics import ledger
from analytics.periods import midnight
from campaigns.editions.edition import Kind
from campaigns.models import Edition
from demonstration import guarding, making
from demonstration.guarding import NotHere
from demonstration.making import Wish
from demonstration.models import Year
from tests.analytics import ledgers
from tests.campaigns import scene
from tests.campaigns.conftest import real_gateway  # noqa: F401
from tests.campaigns.scene import Scene
from tests.demonstration import years

pytestmark = pytest.mark.django_db


def test_room_there_is(house: Scene):
    year = years.ask()

    assert (year.state, year.begins, year.ends) == ("waiting", years.SPAN.starts, years.ENDS)


def test_person_is_reason_enough(house: Scene):
    scene.people(1)

    with pytest.raises(NotHere, match="1 people are known here"):
        years.ask()


def test_live_edition_is_reason_enough(house: Scene):
    Edition.objects.create(
        hash="a" * 16, kind=Kind.LIVE, body="", source="{}", published_at=years.AT
    )

    with pytest.raises(NotHere, match="live edition"):
        years.ask()


def test_gateway_to_real_phones_is_reason_enough(house: Scene, real_gateway: None):  # noqa: F811
    with pytest.raises(NotHere, match="real phones"):
        years.ask()


def test_deployment_that_is_no_demonstration_has_none(settings, house: Scene):
    settings.DEMONSTRATION = False

    with pytest.raises(NotHere, match="Only a demonstration"):
        years.ask()


def test_second_year_waits_for_the_first_to_go(house: Scene):
    years.ask()

    with pytest.raises(NotHere, match="stands already"):
        years.ask()


@pytest.mark.parametrize("people", [0, making.MOST_PEOPLE + 1])
def test_odd_number_of_people_is_refused(house: Scene, people: int):
    with pytest.raises(NotHere, match="Between 1 and"):
        years.ask(people=people)


def test_year_ends_before_the_day_on_which_something_was_counted(house: Scene):
    count_on(date(2026, 3, 2))

    assert making.ask(Wish(people=1), by="amina", at=years.AT).ends == date(2026, 3, 2)


def test_days_on_which_something_was_counted_are_refused(house: Scene):
    count_on(date(2026, 3, 2))

    with pytest.raises(NotHere, match="Something was counted"):
        years.ask()


def test_year_ends_today_where_nothing_was_counted(house: Scene):
    assert guarding.last_day(years.AT) == date(2026, 3, 20)


def test_year_is_made_once(house: Scene):
    year = years.ask()
    Year.objects.update(state=Year.State.RUNNING)

    with pytest.raises(NotHere, match="already"):
        making.make(year)


def count_on(day: date) -> None:
    ledger.record([ledgers.exposure(at=midnight(day))])
