"""The page of what may be forged: own countries, small numbers as few, empty states, the way there."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from people import staff
from people.models import Rush
from people.rushes import FEWEST, LIMITS
from tests.ussd.steps import total
from tests.ussd.views.tables import shown
from ussd.views.suspect import WHAT

pytestmark = pytest.mark.django_db
PAGE = "/reach/suspect/"


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def enter(role):
        client.force_login(staff.hire(f"a-{role}", role, countries=["KE"], password="x"))
        return client

    return enter


def look(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def rush(number, what="opt-out", country="KE", gateway="sim", ago=timedelta(hours=1)):
    slot = timezone.now() - ago
    Rush.objects.create(slot=slot, what=what, gateway=gateway, country=country, number=number)


# --- who may look -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("monitoring", 200), ("manager", 200), ("translator", 403), ("protection", 403)],
)
def test_page_opens_for_those_who_see_reach(sign_in, role, status):
    assert sign_in(role).get(PAGE).status_code == status


def test_reach_leads_there(sign_in):
    assert f'href="{PAGE}"' in sign_in("monitoring").get("/reach/").content.decode()


# --- sessions ---------------------------------------------------------------------------------------


def test_shares_are_told_by_month_and_country(sign_in):
    total(date(2026, 2, 3), sessions=1200, near=300, unended=0)
    total(sessions=20, near=3, unended=20)

    assert shown(look(sign_in("monitoring"))) == [
        ["February 2026", "Kenya", "1,200", "300 (25%)", "0 (0%)"],
        ["January 2026", "Kenya", "20", "<5", "20 (100%)"],
    ]


def test_few_sessions_are_told_as_few(sign_in):
    total(sessions=4, near=4)

    assert shown(look(sign_in("monitoring"))) == [["January 2026", "Kenya", "<5", "<5", "<5"]]


def test_other_countries_are_not_on_the_page(sign_in):
    total(country="ET")
    rush(FEWEST, country="ET")
    rush(3, what="ussd", country="ET")

    assert shown(look(sign_in("monitoring"))) == []


def test_empty_page_says_what_to_do(sign_in):
    page = look(sign_in("monitoring"))

    assert "No USSD session is over yet." in page
    assert "Nothing was held back" in page


# --- bursts and what was held back ------------------------------------------------------------------


def test_burst_stands_on_the_page_and_on_the_home_page(sign_in):
    Rush.objects.create(
        slot=timezone.now() - timedelta(days=3),
        what="opt-out",
        gateway="sim",
        country="KE",
        number=2016,
    )
    rush(FEWEST)
    client = sign_in("monitoring")

    assert [row[1:] for row in shown(look(client))] == [["sim", "Kenya", "50", "2.0"]]
    assert f'href="{PAGE}#bursts"' in client.get("/").content.decode()


@pytest.mark.parametrize(("role", "number"), [("monitoring", FEWEST - 1), ("translator", FEWEST)])
def test_home_page_tells_of_no_burst_where_there_is_none_or_to_whom_it_is_no_affair(
    sign_in, role, number
):
    rush(number)

    assert "#bursts" not in sign_in(role).get("/").content.decode()


def test_what_was_held_back_is_told_in_words(sign_in):
    rush(7, what="ussd")
    rush(2, what="secret", country="", gateway="")
    rush(9, what="sms", ago=timedelta(days=31))

    assert shown(look(sign_in("monitoring"))) == [
        ["calls of the USSD code", "sim", "Kenya", "7"],
        ["requests of one address with a wrong secret", "–", "–", "2"],
    ]


def test_every_limit_has_words():

    assert set(WHAT) == LIMITS
