"""The seed becomes rows once, and never undoes what staff changed."""

import io

import pytest
from django.core.management import call_command

from people import districts, inquiry, languages, seeding
from people.models import CountryMenu, District, Language

pytestmark = pytest.mark.django_db


def test_load_makes_every_row_once():
    assert (seeding.load(), seeding.load()) == (158, 0)

    assert set(Language.objects.values_list("code", flat=True)) == set(languages.seeded())
    assert languages.known() == languages.seeded()
    assert languages.orders() == languages.seeded_orders()
    assert districts.lists() == districts.seeded()


def test_load_keeps_what_staff_changed():
    seeding.load()
    Language.objects.filter(code="nus").update(plain="Naath")
    CountryMenu.objects.filter(country="SS").update(languages=["en", "nus"])
    Language.objects.filter(code="wal").delete()  # as if an upgrade had brought it

    assert seeding.load() == 1

    assert languages.known()["nus"].plain == "Naath"
    assert languages.order("SS") == ("en", "nus")


def test_load_leaves_districts_that_staff_renamed_retired_or_moved():
    seeding.load()
    District.objects.filter(code="UG-C").update(name="Buganda", order=9)
    District.objects.filter(code="UG-E").update(retired=True)
    District.objects.create(country="UG", name="Karamoja", order=1)
    District.objects.filter(code="UG-W").delete()  # as if an upgrade had brought it

    assert seeding.load() == 1

    assert inquiry.districts()["UG"] == ("Karamoja", "Northern Uganda", "Western Uganda", "Buganda")


def test_orders_of_another_deployment_leave_what_callers_are_asked(tmp_path):
    seeding.load()
    seeding.write(tmp_path)
    CountryMenu.objects.filter(country="KE").update(languages=["en"], asks_one_in=10)

    seeding.bring(tmp_path)

    assert languages.order("KE") == languages.seeded_orders()["KE"]
    assert inquiry.asking()["KE"].one_in == 10


def test_command_says_how_many():
    out = io.StringIO()

    call_command("languages", stdout=out)

    assert out.getvalue() == "Languages, orders and districts added: 158.\n"
