"""The administration lies where the deployment says, and in production never where everybody looks for it."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from django.urls import reverse

from config import urls
from config.settings import env
from people import staff
from tests.config.programs import PRODUCTION, begin, said


@pytest.mark.parametrize("place", ["", "admin", "/admin/"])
def test_production_refuses_the_place_that_everybody_knows(tmp_path, place):
    assert said(tmp_path, NJIA_ADMIN_PATH=place) == (
        "Production needs NJIA_ADMIN_PATH: see .env.example for what each one means."
    )


def test_production_starts_with_a_place_of_its_own(tmp_path):
    assert said(tmp_path, NJIA_ADMIN_PATH="office-7k2m") == "office-7k2m/"


@pytest.mark.parametrize(
    ("own", "warned"), [({}, set()), ({"NJIA_HSTS_SUBDOMAINS": "no"}, {"security.W005"})]
)
def test_production_is_clean_by_djangos_own_check(tmp_path, own, warned):
    (tmp_path / "keys.toml").touch()
    keys = {"NJIA_KEYS": str(tmp_path / "keys.toml"), "NJIA_DATA": str(tmp_path)}
    strong = {"NJIA_SECRET_KEY": "Zq8-vN3_rT6yHw1KpXc5-mB9sJd2LfGa7uEo4iRtVb0QxWzYnC"}
    place = {"NJIA_ADMIN_PATH": "office-7k2m", "DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    code = "import django; django.setup(); from django.core import checks;" + (
        "print(*sorted(one.id for one in checks.run_checks(include_deployment_checks=True)"
        " if not one.is_silenced()))"
    )
    environment: Any = {**PRODUCTION, **keys, **strong, **place, **own}
    out, complaint = begin(code, **environment).communicate(timeout=60)

    assert (set(out.split()), complaint) == (warned, "")


@pytest.mark.parametrize("place", ["a b", "../x", "people?", "\u0645", "/"])
def test_place_that_is_no_path_is_refused(monkeypatch, place):
    monkeypatch.setenv("NJIA_ADMIN_PATH", place)

    with pytest.raises(ImproperlyConfigured, match="must be a place such as"):
        env.place("NJIA_ADMIN_PATH", "admin/")


@pytest.mark.parametrize(
    "place", ["people/", "people/x/", "sign-in/", "chat/", "hooks/", "static/"]
)
def test_place_of_other_pages_is_refused(place):
    with pytest.raises(ImproperlyConfigured, match="other addresses begin with"):
        urls.administration(place)


# --- moved ---------------------------------------------------------------------------------------------


class Moved:
    """Addresses of a deployment whose administration lies elsewhere."""

    urlpatterns = (*urls.rooms, *urls.administration("office-7k2m/"))


@pytest.fixture
def manager(db):
    """Signed in with the second step, where the administration was moved."""
    staff.install_roles()
    browser = Client()
    browser.force_login(staff.hire("m", "manager", countries=["KE"], password="x"))
    with override_settings(ROOT_URLCONF=Moved):
        yield browser


def test_moved_administration_is_found_there_alone(manager):
    places = (reverse("admin:index"), "/admin/", "/admin/login/", "/office-7k2m/login/")

    assert places[0] == "/office-7k2m/"
    assert [manager.get(place).status_code for place in places] == [200, 404, 404, 302]


def test_moved_administration_takes_the_second_step_too(manager):
    session = manager.session
    del session["stepped"]
    session.save()

    assert manager.get("/office-7k2m/campaigns/source/").url == reverse("people:account")


def test_rules_of_the_browser_move_with_it(manager):
    rules = [
        manager.get(place).headers["Content-Security-Policy"] for place in ("/office-7k2m/", "/")
    ]

    assert ["'unsafe-eval'" in one for one in rules] == [True, False]
