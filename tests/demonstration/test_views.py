"""The page of the year: ask for it, see how far it is, have it removed."""

import pytest
from django.test import Client
from django.urls import reverse

from demonstration import making, removing
from demonstration.models import Year
from people.models import Staff
from tests.campaigns import scene
from tests.campaigns.scene import Scene
from tests.demonstration import years

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(house: Scene) -> Client:
    signed_in = Client()
    signed_in.force_login(Staff.objects.get(username="administrator"))
    return signed_in


def page(client: Client, **headers: str) -> str:
    return client.get(reverse("demonstration:year"), headers=headers).content.decode()


def test_year_is_asked_for(client: Client):
    client.post(reverse("demonstration:make"), {"people": "40", "seed": "7"})

    year = Year.objects.get()
    assert (year.state, year.people, year.seed) == (Year.State.WAITING, 40, 7)
    assert year.asked_by == "administrator"


def test_what_are_no_numbers_is_refused_in_words(client: Client):
    client.post(reverse("demonstration:make"), {"people": "many", "seed": "7"})

    assert Year.objects.count() == 0
    assert "People and seed are whole numbers." in page(client)


def test_page_asks_again_only_while_a_worker_is_at_it(client: Client):
    year = years.ask()
    waiting = page(client)
    Year.objects.filter(pk=year.pk).update(state=Year.State.MADE)

    assert ("every 3s" in waiting, "every 3s" in page(client)) == (True, False)


def test_part_alone_answers_the_page_itself(client: Client):
    years.ask()

    assert page(client, HX_Request="true").startswith('<div id="year"')


def test_removal_says_in_numbers_what_it_takes(client: Client):
    year = years.ask()
    Year.objects.filter(pk=year.pk).update(state=Year.State.MADE)

    assert "Remove 40 invented people and all from 1 Feb 2026 to before 9 Mar 2026" in page(client)


def test_made_year_is_removed_by_the_worker(client: Client):
    year = years.ask()
    Year.objects.filter(pk=year.pk).update(state=Year.State.MADE)

    client.post(reverse("demonstration:remove"))

    assert Year.objects.get().state == Year.State.LEAVING
    assert (removing.work_off(), Year.objects.count()) == (1, 0)


def test_year_at_work_is_not_removed(client: Client):
    years.ask()

    client.post(reverse("demonstration:remove"))

    assert Year.objects.get().state == Year.State.WAITING


def test_page_says_why_there_can_be_none(settings, client: Client):
    settings.DEMONSTRATION = False

    assert "Only a demonstration can have a year of invented life." in page(client)


def test_worker_notes_why_it_made_none(house: Scene):
    years.ask()
    house.retire()

    assert making.work_off() == 0

    year = Year.objects.get()
    assert year.state == Year.State.FAILED
    assert year.fault.startswith("NoRoute: ")


def test_worker_makes_none_beside_a_person_who_came_meanwhile(house: Scene):
    years.ask()
    scene.people(1)

    assert making.work_off() == 0

    assert Year.objects.get().state == Year.State.FAILED
