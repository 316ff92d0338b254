"""The page of tags, and what became of the tags of before."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from campaigns.blasts import discretion
from campaigns.blasts.audience_forms import AudienceForm
from campaigns.models import Audience
from people import staff
from people.models import Person, Staff, Tag
from tests.people.made import person

pytestmark = pytest.mark.django_db
PAGE = "campaigns:tags"


@pytest.fixture
def manager(client):
    staff.install_roles()
    client.force_login(staff.hire("manager", "manager", countries=["KE"], password="x"))
    return client


def add(client, name: str, country: str = "KE"):
    return client.post(
        reverse("campaigns:tag-add"), {"name": name, "country": country}, follow=True
    )


def test_tag_is_added_and_shown_with_its_people(manager):
    person(1, tags=["bus"])

    add(manager, "Bus")

    ((tag, people, place, mine),) = manager.get(reverse(PAGE)).context["lines"]
    assert (tag.name, people, place, mine) == ("bus", 1, "Kenya", True)


@pytest.mark.parametrize(
    "name", ["victims", "asylum seekers", "refugee club", "لاجئين", "wakimbizi"]
)
def test_tag_with_a_listed_word_is_refused(manager, name):
    shown = add(manager, name).content.decode()

    assert "A tag must give nobody away" in shown
    assert Tag.objects.count() == 0


def test_listed_words_are_found_in_any_language():
    assert discretion.in_any("club of victims") != []
    assert discretion.in_any("bus park") == []


def test_tag_is_retired_and_offered_again(manager):
    add(manager, "bus")
    tag, seen = Tag.objects.get(), []
    for name in ("retire", "offer"):
        manager.post(reverse("campaigns:tag-step", args=[tag.pk, name]))
        tag.refresh_from_db()
        seen.append(tag.retired)

    assert seen == [True, False]


def test_tag_of_another_country_is_not_there(manager):
    tag = Tag.objects.create(name="bus", country="ET")

    answer = manager.post(reverse("campaigns:tag-step", args=[tag.pk, "retire"]))

    assert (answer.status_code, list(manager.get(reverse(PAGE)).context["lines"])) == (404, [])


def test_empty_list_says_what_to_do_next(manager):
    assert "No tag is on the list" in manager.get(reverse(PAGE)).content.decode()


def test_audience_chooses_from_the_list():
    Tag.objects.create(name="bus")
    by = Staff(countries=["KE"])
    told = {"name": "Horn", "countries": ["KE"]}

    forms = [AudienceForm(told | {"tags": [tag]}, staff=by) for tag in ("bus", "victims")]

    assert ["tags" in form.errors for form in forms] == [False, True]


def test_tags_of_before_are_carried_over_or_removed():
    person(1, tags=["bus", "victims"])
    Audience.objects.create(name="a", countries=["KE"], tags=["victims"])

    with connection.schema_editor() as editor:
        import_module("campaigns.migrations.0014_tags").carry(apps, editor)

    assert list(Tag.objects.values_list("name", flat=True)) == ["bus"]
    assert (Person.objects.get().tags, Audience.objects.get().tags) == (["bus"], ["removed"])
