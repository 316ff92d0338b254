"""The navigation: only what the reader may see, one current place, groups of one are plain links."""

import re
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import resolve, reverse

from config import places
from people import staff
from tests.access.table import TABLE


@dataclass(frozen=True, slots=True)
class Somebody:
    holds: frozenset[str]
    is_staff: bool = False

    def has_perm(self, permission: str) -> bool:
        return permission in self.holds


def somebody(*holds: str, is_staff: bool = False) -> Somebody:
    return Somebody(frozenset(holds), is_staff)


class Everything(Somebody):
    def has_perm(self, permission: str) -> bool:
        return True


EVERYBODY = Everything(frozenset(), is_staff=True)


def shown(reader: places.Reader, here: str = "home") -> dict[str, list[str]]:
    return {
        str(menu.name): [str(link.name) for link in menu.links]
        for menu in places.menus(reader, here)
    }


def current(reader: places.Reader, here: str) -> list[str]:
    return [
        str(link.name) for menu in places.menus(reader, here) for link in menu.links if link.current
    ]


def test_without_a_role_there_is_only_home():
    assert shown(somebody()) == {"Home": ["Home"]}


def test_a_group_shows_what_the_reader_may_see():
    reader = somebody("campaigns.view_blast", "campaigns.view_fact", "ussd.use_simulator")

    assert shown(reader) == {
        "Home": ["Home"],
        "Content": ["Facts", "Simulator"],
        "Sending": ["Blasts", "Series"],
    }


def test_the_administration_is_for_whoever_enters_it():
    assert shown(somebody(is_staff=True)) == {"Home": ["Home"], "Running": ["Administration"]}


def test_proposals_have_a_place_only_where_staff_has_none():
    both = somebody("people.view_staff", "people.view_proposal")

    assert shown(somebody("people.view_proposal"))["Running"] == ["Confirm"]
    assert shown(both)["Running"] == ["Staff"]


@pytest.mark.parametrize(
    ("here", "place"),
    [
        ("home", "Home"),
        ("campaigns:item", "Content"),
        ("campaigns:series-one", "Series"),
        ("ussd:preview", "Simulator"),
        ("ussd:sent", "Blasts"),
        ("ussd:suspect", "Reach"),
        ("ussd:funnel", "USSD menu"),
        ("campaigns:reach-how", "Reach"),
        ("people:proposals", "Staff"),
        ("people:account-of", "Staff"),
        ("bot:candidates", "Cases"),
    ],
)
def test_a_page_lies_in_the_place_with_the_longest_beginning(here, place):
    assert current(EVERYBODY, here) == [place]


@pytest.mark.parametrize("here", ["people:account", "people:second-app", "login", ""])
def test_ones_own_account_lies_in_no_place(here):
    assert current(EVERYBODY, here) == []


def test_every_page_for_a_role_lies_in_a_place():
    own = ("people:account", "people:password", "people:second", "demonstration:")
    pages = [
        name
        for name, line in TABLE.items()
        if set(line.get) <= set("AMPTVO") and line.get and not name.startswith(own)
    ]

    assert [name for name in pages if len(current(EVERYBODY, name)) != 1] == []


def test_a_menu_is_current_with_one_of_its_links():
    menus = places.menus(EVERYBODY, "campaigns:blast")

    assert [str(menu.name) for menu in menus if menu.current] == ["Sending"]


def test_every_place_leads_to_an_address_within_it():
    astray = [
        place.view
        for group in places.GROUPS
        for place in group.places
        if not resolve(reverse(place.view)).view_name.startswith(place.within)
    ]

    assert astray == []


def test_before_signing_in_there_is_no_place(rf):
    request = rf.get("/sign-in/")
    request.user = AnonymousUser()

    assert places.of(request) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "campaigns:tags", "bot:office"])
def test_every_page_shows_the_same_navigation(client, name):
    """Those two have places of their own to show."""
    staff.install_roles()
    client.force_login(staff.hire("m", "manager", countries=["KE"], password="correct horse"))

    page = client.get(reverse(name)).content.decode()

    nav = page.partition('<nav class="places"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</(?:summary>|a>\n)", nav) == [
        "Home",
        "Content",
        "Sending",
        "People",
        "Answers",
        "Figures",
        "Administration",
    ]
