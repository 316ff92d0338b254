"""How often callers are asked who they are, and which question: never, until somebody says so."""

import pytest
from django.db import IntegrityError

from people import districts, inquiry, seeding
from people.countries import CODES
from people.inquiry import Asking
from people.models import CountryMenu, District

pytestmark = pytest.mark.django_db
ALL_FOUR = ("age_band", "sex", "status", "district")


@pytest.mark.parametrize("seeded", [True, False])
def test_nobody_is_asked_until_a_country_switches_it_on(seeded):
    if seeded:
        seeding.load()

    assert inquiry.asking() == dict.fromkeys(CODES, Asking(0, ALL_FOUR))


def test_asking_is_as_each_country_set_it():
    seeding.load()
    CountryMenu.objects.filter(country="KE").update(asks_one_in=10, asks=["sex", "district"])

    asking = inquiry.asking()

    assert asking["KE"] == Asking(10, ("sex", "district"))
    assert asking["UG"] == Asking()


@pytest.mark.parametrize("one_in", [1, 101])
def test_table_takes_no_other_rate(one_in):
    with pytest.raises(IntegrityError, match="countrymenu_asks_one_in"):
        CountryMenu.objects.create(country="KE", languages=["sw"], asks_one_in=one_in)


def test_districts_are_the_names_in_use_in_their_order():
    seeding.load()
    District.objects.filter(name="Arta").update(retired=True)
    District.objects.filter(name="Obock").update(order=0)

    offered = inquiry.districts()

    assert offered["DJ"] == ("Obock", "Ali Sabieh", "Dikhil", "Djibouti", "Tadjourah")
    assert offered["KE"] == districts.offered(districts.seeded()["KE"])


def test_each_is_one_query(django_assert_num_queries):
    seeding.load()

    with django_assert_num_queries(2):
        inquiry.asking()
        inquiry.districts()
