"""The seed becomes rows once, and never undoes what staff changed."""

import io

import pytest
from django.core.management import call_command

from people import languages, seeding
from people.models import CountryMenu, Language

pytestmark = pytest.mark.django_db


def test_load_makes_every_row_once():
    assert (seeding.load(), seeding.load()) == (32, 0)

    assert set(Language.objects.values_list("code", flat=True)) == set(languages.seeded())
    assert languages.known() == languages.seeded()
    assert languages.orders() == languages.seeded_orders()


def test_load_keeps_what_staff_changed():
    seeding.load()
    Language.objects.filter(code="nus").update(plain="Naath")
    CountryMenu.objects.filter(country="SS").update(languages=["en", "nus"])
    Language.objects.filter(code="wal").delete()  # as if an upgrade had brought it

    assert seeding.load() == 1

    assert languages.known()["nus"].plain == "Naath"
    assert languages.order("SS") == ("en", "nus")


def test_command_says_how_many():
    out = io.StringIO()

    call_command("languages", stdout=out)

    assert out.getvalue() == "Languages and orders added: 32.\n"
