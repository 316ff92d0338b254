"""The page of outside tables: what may leave, released by one press, the same for ever."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from analytics import ledger, releasing
from analytics.models import ClosedPeriod, Closing, Release, Releasing
from tests.analytics import books
from tests.analytics.books import MARCH
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
PLACE = ["3.3", "2025-03"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def sign_in(client):
    def enter(*countries: str, permissions: tuple[str, ...] = ("view_release", "add_release")):
        staff = get_user_model().objects.create(username="monitor", countries=list(countries))
        staff.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(staff)

    return enter


@pytest.fixture
def march():
    """Forty numbers in Kenya, twenty in Uganda, four in Djibouti."""
    lands = ["KE"] * 40 + ["UG"] * 20 + ["DJ"] * 4
    ledger.record([exposure(n, country=land) for n, land in enumerate(lands)])
    return books.close(MARCH)


def test_empty_page_says_what_to_do_next(client, sign_in):
    sign_in("KE")

    page = client.get(reverse("analytics:outside")).content.decode()

    assert "No period is closed yet. Close one first" in page


@pytest.fixture
def released(client):
    """Pressed, and decided by the worker."""

    def press() -> None:
        client.post(reverse("analytics:outside-release", args=PLACE))
        assert releasing.work_off(at=books.LATER) == 1

    return press


def test_press_asks_the_worker_and_the_page_waits(client, sign_in, march):
    sign_in("KE", "UG", "DJ")
    assert "Release for ever" in client.get(reverse("analytics:outside")).content.decode()

    page = client.post(reverse("analytics:outside-release", args=PLACE), follow=True)

    told = page.content.decode()
    assert ("Waits for the worker" in told, 'hx-trigger="every 2s"' in told) == (True, True)
    assert Release.objects.count() == 0


def test_released_tables_are_linked_and_the_page_waits_no_more(client, sign_in, march, released):
    sign_in("KE", "UG", "DJ")

    released()

    told = client.get(reverse("analytics:outside-offers")).content.decode()
    assert ("3 tables" in told, "hx-trigger" in told) == (True, False)
    assert Release.objects.count() == 3


def test_page_tells_how_far_a_release_is(client, sign_in, march):
    sign_in("KE", "UG", "DJ")
    client.post(reverse("analytics:outside-release", args=PLACE))
    Releasing.objects.update(started_at=books.LATER, done=2, expected=19)

    told = client.get(reverse("analytics:outside-offers")).content.decode()

    assert "2 of 19 periods decided" in told
    assert '<progress max="19" value="2"></progress>' in told


def test_release_that_failed_can_be_asked_for_again(client, sign_in, march):
    sign_in("KE", "UG", "DJ")
    client.post(reverse("analytics:outside-release", args=PLACE))
    Releasing.objects.update(failed=True)

    told = client.get(reverse("analytics:outside-offers")).content.decode()

    assert ("It could not be released." in told, "Release for ever" in told) == (True, True)


def test_page_shows_no_number_that_is_withheld(client, sign_in, march, released):
    sign_in("KE", "UG", "DJ")
    released()

    page = client.get(reverse("analytics:outside-tables", args=PLACE)).content.decode()

    assert page.count('<abbr title="withheld">c</abbr>') == 6
    assert "6 numbers are withheld." in page
    assert ">4<" not in page


def test_download_is_the_same_in_every_language(client, sign_in, march, released):
    sign_in("KE", "UG", "DJ")
    released()
    address = reverse("analytics:outside-download", args=PLACE)

    english, arabic = (
        client.get(address, HTTP_ACCEPT_LANGUAGE=one).content for one in ("en", "ar")
    )

    assert english == arabic
    rows = list(csv.DictReader(io.StringIO(english.decode("utf-8-sig"))))
    found = {(row["category"], row["value"]) for row in rows if row["table"] == "country"}
    assert found == {("DJ", "c"), ("KE", "40"), ("UG", "c")}


def test_tables_of_the_whole_are_not_for_who_holds_a_part(client, sign_in, march):
    sign_in("KE")

    address = reverse("analytics:outside-release", args=PLACE)
    assert (address in client.get(reverse("analytics:outside")).content.decode()) is False
    assert client.post(address).status_code == 404
    assert Release.objects.count() == 0


def test_what_was_not_released_is_not_shown(client, sign_in, march):
    sign_in("KE", "UG", "DJ", permissions=("view_release",))

    assert client.get(reverse("analytics:outside-tables", args=PLACE)).status_code == 404
    assert "not released yet" in client.get(reverse("analytics:outside")).content.decode()


def test_year_of_a_project_is_not_offered(client, sign_in):
    sign_in("KE")
    closing = Closing.objects.create(
        starts=date(2024, 7, 1), ends=date(2025, 7, 1), proposed_at=books.LATER
    )
    ClosedPeriod.objects.create(
        closing=closing,
        indicator="3.3",
        rule=1,
        starts=closing.starts,
        ends=closing.ends,
        upto=0,
        rows=0,
        countries=[],
        size=0,
        closed_at=books.LATER,
    )

    page = client.get(reverse("analytics:outside")).content.decode()

    assert "No period is closed yet. Close one first" in page


def test_nonsense_is_no_period(client, sign_in, march):
    sign_in("KE", "UG", "DJ")

    assert client.get("/outside/3.3/2025-13/").status_code == 404
