"""The districts every installation begins with: complete, plain, told apart; the tables lead."""

import re

import pytest

from gateways import segments
from people import districts
from people.countries import CODES
from people.districts import District
from people.models import District as Row

SEED = districts.seeded()
ALL = [one for own in SEED.values() for one in own]


def names(country):
    return [one.name for one in SEED[country]]


# --- the seed ---------------------------------------------------------------------------------------


def test_every_country_has_its_first_level_areas():
    assert {country: len(own) for country, own in SEED.items()} == {
        "DJ": 6,
        "ER": 6,
        "ET": 14,
        "KE": 47,
        "SO": 18,
        "SS": 13,
        "SD": 18,
        "UG": 4,
    }
    assert set(SEED) == set(CODES)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_names_fit_a_line_of_a_menu_on_any_phone(one):
    assert one.name.isascii()
    assert segments.count(one.name).encoding == "GSM-7"
    assert 3 <= segments.units(one.name) <= 20


def test_codes_are_of_their_country_and_stand_once():
    assert [one.code for one in ALL if not re.fullmatch(one.country + "-([A-Z0-9]{1,2}|[a-z]+)", one.code)] == []  # fmt: skip
    assert len({one.code for one in ALL}) == len(ALL)


def test_own_codes_are_the_areas_the_standard_has_none_for():
    own = [one for one in ALL if one.code[3:].islower()]

    assert [one.name for one in own] == [
        "Central Ethiopia",
        "South Ethiopia",
        "Abyei",
        "Greater Pibor",
        "Ruweng",
    ]
    assert [one.source.startswith("no ISO 3166-2 code") for one in own] == [True] * 5


def test_counties_of_kenya_bear_their_numbers():
    assert [one.code for one in SEED["KE"]] == [f"KE-{number:02}" for number in range(1, 48)]


def test_no_two_districts_share_a_name_in_any_country():
    assert len({districts.folded(one.name) for one in ALL}) == len(ALL)


@pytest.mark.parametrize("country", CODES)
def test_lists_are_in_the_order_people_look_names_up(country):
    assert names(country) == sorted(names(country))


def test_every_district_names_its_source():
    assert {one.name for one in ALL if "ISO 3166-2" not in one.source} == set()


# --- the tables -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_lists_are_the_seeds_where_a_country_has_no_rows():
    Row.objects.create(country="UG", name="Karamoja", order=1)

    assert districts.lists() == {**SEED, "UG": (District("UG", "Karamoja"),)}


@pytest.mark.django_db
def test_country_whose_districts_are_all_retired_offers_none():
    districts.adopt("DJ")
    Row.objects.update(retired=True)

    own = districts.lists()["DJ"]

    assert (len(own), districts.offered(own)) == (6, ())


@pytest.mark.django_db
def test_adopting_twice_makes_no_row_twice():
    districts.adopt("ER")
    districts.adopt("ER", "DJ")

    assert districts.lists() == SEED
    assert Row.objects.count() == 12


@pytest.mark.parametrize("written", ["MURANG'A", "Muranga", " murang a "])
def test_names_are_compared_by_letters_alone(written):
    assert districts.folded(written) == districts.folded("Murang'a")
