"""Pages of badges: given once, shown once, ended by one press."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import badges
from people.models import Badge, Staff
from tests.partners import ROOT, program

pytestmark = pytest.mark.django_db
FORM = {"partner": "Radio", "scopes": ["blasts"], "countries": ["KE"], "days": "90"}


@pytest.fixture
def boss(sign_in):
    return sign_in("administrator")


def html(answer):
    return answer.content.decode()


@pytest.mark.parametrize("role", ["manager", "approver", "translator", "monitoring", "protection"])
def test_badges_are_for_administrators(sign_in, role):
    client = sign_in(role, "KE")

    assert client.get("/staff/badges/").status_code == 403
    assert client.post("/staff/badges/give/", FORM).status_code == 403


def test_empty_page_says_what_to_do_next(boss):
    page = html(boss.get("/staff/badges/"))

    assert "No program reads anything yet. Give a badge" in page
    assert 'href="/staff/badges/"' in html(boss.get("/staff/"))


def test_badge_is_shown_this_once_and_opens(boss):
    answer = boss.post("/staff/badges/give/", FORM)

    found = re.search(r'value="(njia_[^"]+)"', html(answer))
    assert found
    assert answer["Cache-Control"] == "no-store"
    page = html(boss.get("/staff/badges/"))
    assert (found[1] in page, Badge.objects.get().mark in page) == (False, True)
    shown = {"authorization": f"Bearer {found[1]}"}
    assert Client().get(f"{ROOT}blasts", headers=shown).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"partner": ""},
        {"partner": "+254711000001"},
        {"scopes": []},
        {"scopes": ["people"]},
        {"countries": []},
        {"countries": ["XX"]},
        {"days": "3650"},
    ],
)
def test_form_explains_what_is_wrong(boss, wrong):
    answer = boss.post("/staff/badges/give/", {**FORM, **wrong})

    assert (answer.status_code, Badge.objects.count()) == (422, 0)
    assert 'role="alert"' in html(answer)


def test_badge_holds_as_many_days_as_were_chosen(boss):
    boss.post("/staff/badges/give/", FORM)

    badge = Badge.objects.get()
    assert (badge.expires_at - badge.made_at).days == 90
    assert (badge.scopes, badge.countries) == (["blasts"], ["KE"])


def test_press_ends_a_badge(boss):
    own = program("blasts")
    address = reverse("people:badge-end", args=[own.badge.pk])

    page = html(boss.post(address, follow=True))

    assert f"The badge {own.badge.mark} is ended." in page
    assert "a-administrator" in page
    assert own.get("blasts").status_code == 401
    assert f'action="{address}"' not in page
    assert "It was over already." in html(boss.post(address, follow=True))


def test_badges_of_other_countries_are_neither_shown_nor_ended(boss):
    own = program(countries=["KE", "ET"])
    Staff.objects.filter(username="a-administrator").update(countries=["KE"])

    page = html(boss.get("/staff/badges/"))
    answer = boss.post(reverse("people:badge-end", args=[own.badge.pk]))

    assert (own.badge.mark in page, answer.status_code) == (False, 404)
    assert badges.shown(own.secret, at=timezone.now()) == own.badge


def test_list_has_no_query_a_row(boss, django_assert_max_num_queries):
    for _each in range(5):
        program()
    boss.get("/staff/badges/")

    with django_assert_max_num_queries(12):
        boss.get("/staff/badges/")
