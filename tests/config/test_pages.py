"""The frame of all pages: signing in, the language switch, the ribbon, and every page in every language."""

import re
from datetime import UTC, datetime

import pytest
from axes.models import AccessAttempt
from django.conf import settings as own
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.blasts import routes
from people import staff
from tests.campaigns import scene
from tests.published import demonstration

pytestmark = pytest.mark.django_db
UNWRITTEN = {"aa", "lg"}  # languages of menus and texts that have no catalogue of the pages yet
LANGUAGES = [code for code, _name in own.LANGUAGES if code not in UNWRITTEN]
EVERYWHERE = (
    "/",
    "/blasts/",
    "/blasts/plan/",
    "/people/",
    "/people/import/",
    "/languages/",
    "/languages/add/",
    "/languages/order/KE/",
    "/content/",
    "/content/new/",
    "/translation/",
    "/translation/so/",
    "/translation/so/sheets/",
    "/editions/",
    "/editions/next/",
    "/directory/",
    "/facts/",
    "/expiring/",
    "/reach/",
    "/simulator/",
    "/chat/",
    "/admin/",
    "/admin/campaigns/source/",
    "/no-such-page/",
)


@pytest.fixture(autouse=True)
def english_again():
    """A request's language stays with the thread; other tests read English."""
    yield
    translation.activate("en")


@pytest.fixture
def data(settings, tmp_path):
    """A data folder with the demonstration's edition; the phone network is away."""
    settings.DATA, settings.NETWORK_PORT = tmp_path, 9
    scene.forget_routes()
    routes._shelf().put(demonstration())
    yield tmp_path
    scene.forget_routes()


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role="manager"):
        client.force_login(staff.hire(role, role, countries=["KE"], password="correct horse"))
        return client

    return _sign_in


def html(page):
    """The language and the direction that a page says it has."""
    return re.search(r'<html lang="([^"]*)" dir="([^"]*)"', page)


# --- signing in -----------------------------------------------------------------------------------------


def sign(client, **told):
    given = {"username": "manager", "password": "correct horse"} | told
    return client.post("/sign-in/", given)


def test_signing_in_leads_home(sign_in, client):
    sign_in()
    client.logout()

    assert sign(client).url == "/"


def test_wrong_password_is_said_and_the_name_is_kept(sign_in, client):
    sign_in()
    client.logout()

    answer = sign(client, password="wrong")

    page = answer.content.decode()
    assert (answer.status_code, 'value="manager"' in page, 'role="alert"' in page) == (
        200,
        True,
        True,
    )
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/blasts/", "/blasts/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\elsewhere.example", "/"),
    ],
)
def test_signing_in_leads_on_only_to_own_pages(sign_in, client, asked, led):
    sign_in()
    client.logout()

    assert sign(client, next=asked).url == led


def test_account_is_closed_after_many_wrong_passwords(sign_in, client, settings):
    settings.AXES_ENABLED = True
    sign_in()
    client.logout()

    answers = [sign(client, password=f"wrong {place}") for place in range(9)]

    assert [answer.status_code for answer in answers] == [200] * 7 + [429, 429]
    assert "closed for half an hour" in answers[-1].content.decode()
    assert sign(client).status_code == 429
    AccessAttempt.objects.all().delete()


def test_signing_out_needs_a_press(sign_in):
    client = sign_in()

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/").status_code == 302


def test_form_of_an_old_page_is_explained(sign_in, client):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"username": "manager", "password": "x"})

    assert answer.status_code == 403
    assert "send it once more" in answer.content.decode()


# --- the frame -----------------------------------------------------------------------------------------


def test_language_switch_comes_back_to_the_same_page(sign_in, data):
    client = sign_in()
    page = client.get("/people/?country=KE&language=so").content.decode()

    assert 'name="next" value="/people/?country=KE&amp;language=so"' in page
    told = {"language": "ar", "next": "/people/?country=KE&language=so"}
    assert client.post(reverse("set_language"), told).url == told["next"]
    assert html(client.get("/people/").content.decode()).groups() == ("ar", "rtl")


def test_language_switch_offers_what_pages_can_be_read_in(client):
    page = client.get("/sign-in/").content.decode()
    switch = page.partition('name="language"')[2].partition("</select>")[0]

    assert re.findall(r'<option value="([^"]*)"', switch) == LANGUAGES


def test_language_switch_does_not_lead_elsewhere(client):
    told = {"language": "ar", "next": "https://elsewhere.example/"}

    assert client.post(reverse("set_language"), told).url == "/"


@pytest.mark.parametrize(("demonstration", "ribbons"), [(True, 1), (False, 0)])
def test_demonstration_says_so_on_every_page(sign_in, settings, demonstration, ribbons):
    settings.DEMONSTRATION = demonstration

    pages = [sign_in().get("/").content.decode(), sign_in().get("/blasts/").content.decode()]

    assert [page.count('class="demo-ribbon"') for page in pages] == [ribbons] * 2


def test_frame_names_the_role_in_the_readers_language(sign_in):
    client = sign_in()

    assert "Campaign manager" in client.get("/").content.decode()
    with translation.override("fr"):
        french = str(staff.ROLES["manager"].name)
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert french in page


def test_pages_ask_nothing_from_elsewhere(sign_in, data):
    client = sign_in()

    pages = {address: client.get(address).content.decode() for address in EVERYWHERE}

    loaded = re.compile(r'(?:src|<link[^>]*href)="((?:https?:)?//[^"]*)"')
    assert {address: loaded.findall(page) for address, page in pages.items()} == {
        address: [] for address in EVERYWHERE
    }
    assert {
        address: re.findall(r"<script(?![^>]*(?:src|type)=)|\son\w+=", page)
        for address, page in pages.items()
        if "/admin" not in address
    } == {address: [] for address in EVERYWHERE if "/admin" not in address}


def test_only_the_administration_may_evaluate(sign_in, data):
    client = sign_in()

    policies = {address: client.get(address)["Content-Security-Policy"] for address in EVERYWHERE}

    loose = {address for address, policy in policies.items() if "unsafe" in policy}
    assert loose == {"/admin/", "/admin/campaigns/source/"}
    assert all("default-src 'none'" in policy for policy in policies.values())


# --- languages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_every_language(sign_in, deployment_with_a_blast, language):
    client = sign_in()
    client.cookies.load({own.LANGUAGE_COOKIE_NAME: language})
    direction = "rtl" if language == "ar" else "ltr"

    answers = {address: client.get(address) for address in (*EVERYWHERE, *deployment_with_a_blast)}

    assert {address: answer.status_code for address, answer in answers.items()} == {
        address: 404 if address == "/no-such-page/" else 200 for address in answers
    }
    told = {
        address: found.groups()
        for address, answer in answers.items()
        if (found := html(answer.content.decode()))
        and not address.startswith(("/chat/", "/admin/"))
    }
    assert told == {
        address: (language, direction)
        for address in answers
        if not address.startswith(("/chat/", "/admin/"))
    }


@pytest.fixture
def deployment_with_a_blast(data):
    """Addresses of a planned blast's pages."""
    scene.people(2)
    blast = scene.planned(item="faq-021")
    return (
        reverse("campaigns:blast", args=[blast.pk]),
        reverse("campaigns:outcomes", args=[blast.pk]),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sign_in_opens_in_every_language(client, language):
    page = client.get("/sign-in/", headers={"Accept-Language": language}).content.decode()

    assert html(page).groups() == (language, "rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(
    ("language", "number", "moment"),
    [
        ("en", "5,000", "5 Jan 2026, 12:30"),
        ("sw", "5,000", "5 Jan 2026, 12:30"),
        ("am", "5,000", "05/01/2026 12:30"),
        ("ar", "5,000", "5 يناير 2026، 12:30"),
        ("fr", "5\xa0000", "5 janvier 2026 12:30"),
    ],
)
def test_numbers_and_times_are_in_the_readers_form(language, number, moment):
    words = Template('{{ number }}|{{ at|date:"DATETIME_FORMAT" }}')
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    with translation.override(language):
        assert words.render(Context({"number": 5000, "at": at})) == f"{number}|{moment}"
