"""The funnel's page and downloads: the menu in its order, small numbers told as few, own countries alone."""

import csv
import io
import re
from typing import Any

import pytest

from analytics import networks
from campaigns.press.shelf import Shelf
from people import staff
from people.models import Staff
from tests.campaigns import scene
from tests.editions import DANGER, ENGLISH, SAFE
from tests.ussd.hops import EDITION
from tests.ussd.steps import at, end, fold
from tests.ussd.views.tables import shown
from ussd import figures
from ussd.figures import Flow, guarded, withheld

pytestmark = pytest.mark.django_db
PAGE = "/ussd/funnel/"
ONE, PAPER = ENGLISH["one"], ENGLISH["paper"]  # titles of the two answers
DAYS = {"first": "2026-01-01", "last": "2026-01-31"}


@pytest.fixture(autouse=True)
def served(settings, tmp_path):
    settings.DATA = tmp_path
    Shelf(tmp_path / "editions").put(EDITION)
    scene.forget_routes()
    yield
    scene.forget_routes()


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def enter(role: str = "monitoring", *countries: str):
        own = countries or ("KE",)
        client.force_login(staff.hire(f"a-{role}", role, countries=own, password="x"))
        return client

    return enter


def call(name: str, *places: str, status: str = "Incomplete", **changes: Any) -> None:
    """A session that was shown these screens, five seconds each, and then ended so."""
    fold(*(at(5 * n, place, n, s=name, **changes) for n, place in enumerate(places)))
    if status:
        end(s=name, status=status, ms=30_000)


def calls(number: int, *places: str, **changes: Any) -> None:
    for n in range(number):
        call(f"{places} {changes} {n}", *places, **changes)


def look(client, **asked: str) -> str:
    answer = client.get(PAGE, DAYS | asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def numbers(page: str, title: str) -> list[str]:
    """Entered, went on, left here, percent and seconds of a screen."""
    return next(row[2:] for row in shown(page) if row[0] == title)


# --- who may look -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("monitoring", 200), ("manager", 200), ("administrator", 200), ("translator", 403)],
)
def test_page_and_downloads_open_by_role(sign_in, role, status):
    client = sign_in(role)

    told = [client.get(PAGE + name).status_code for name in ("", "screens.csv", "sessions.csv")]

    assert told == [status] * 3


def test_place_is_in_the_navigation_of_whom_it_concerns(sign_in):
    assert 'href="/ussd/funnel/" aria-current="page"' in look(sign_in())
    assert PAGE not in sign_in("translator").get("/").content.decode()


def test_sessions_one_by_one_are_for_administrators(sign_in):
    assert sign_in("administrator").get("/admin/ussd/call/").status_code == 200
    assert sign_in("manager").get("/admin/ussd/call/").status_code == 403


# --- the page ---------------------------------------------------------------------------------------


def test_screens_stand_in_the_order_of_the_menu(sign_in):
    calls(5, "main", "dangers", DANGER, f"{DANGER}.2", SAFE, "bye")

    page = look(sign_in())

    assert [row[0] for row in shown(page) if len(row) == 7] == [
        "main menu",
        "dangers",
        ONE,
        f"{ONE} · page 2",
        PAPER,
        "goodbye",
        "sensitive screens (8), as one",
    ]


def test_screens_that_nobody_entered_are_named_below(sign_in):
    calls(5, "main", "dangers")

    page = look(sign_in())

    assert "4 screens of the menu that nobody entered" in page
    assert re.findall(r'<li dir="auto">([^<]+)</li>', page) == [
        "list of languages",
        ONE,
        PAPER,
        "mine",
    ]


def test_screen_is_told_in_numbers(sign_in):
    calls(12, "main", "dangers")
    calls(8, "main")

    page = look(sign_in())

    assert numbers(page, "main menu") == ["20", "12", "8", "40%", "5"]
    assert numbers(page, "dangers") == ["12", "0", "12", "100%", "–"]
    assert re.findall(r'y="0" width="(\d+)"', page)[:4] == ["100", "40", "60", "60"]


def test_few_are_told_as_few_and_what_gives_them_away_is_not(sign_in):
    calls(12, "main", "dangers")
    calls(3, "main")
    calls(2, SAFE)

    page = look(sign_in())

    assert numbers(page, "main menu") == ["15", "–", "<5", "–", "–"]
    assert numbers(page, PAPER) == ["<5", "–", "–", "–", "–"]


def test_sensitive_screens_are_one_line(sign_in):
    calls(6, "main", "help", "stop")

    page = look(sign_in())

    assert numbers(page, "sensitive screens (8), as one") == ["12", "6", "6", "50%", "5"]
    assert "help" not in [row[0] for row in shown(page)]


def test_sessions_are_told_with_their_averages(sign_in):
    calls(6, "main", "bye", status="Success")
    calls(6, "main", status="Incomplete")

    page = re.sub("[\u2066\u2069]", "", look(sign_in()))

    assert re.findall(r'class="figure[^>]*>([^<]+)<', page) == [
        "12",
        "50%",
        "1.5",
        "30",
        "1.50 KES",
    ]


def test_languages_and_networks_are_told_beside_each_other(sign_in):
    networks.load()
    calls(7, "main", l="sw")
    calls(6, "main", l="en")

    rows = [row for row in shown(look(sign_in())) if len(row) == 6]

    assert [row[:2] for row in rows] == [
        ["Swahili (sw)", "7"],
        ["English (en)", "6"],
        ["Safaricom", "13"],
    ]


def test_one_small_language_takes_the_next_with_it(sign_in):
    calls(7, "main", l="sw")
    calls(6, "main", l="am")
    calls(2, "main", l="en")

    rows = [row[1] for row in shown(look(sign_in())) if len(row) == 6]

    assert rows == ["7", "–", "<5", "15"]


def test_choice_narrows_what_is_counted(sign_in):
    calls(7, "main", l="sw")
    calls(6, "main", l="en")
    client = sign_in()

    assert numbers(look(client, language="sw"), "main menu")[0] == "7"
    assert numbers(look(client, network="63902", code="*384*1234#"), "main menu")[0] == "13"
    assert "Nobody called in these days" in look(client, first="2025-01-01", last="2025-02-01")


def test_screens_before_a_language_was_chosen_can_be_chosen(sign_in):
    calls(6, "lang", l="")

    page = look(sign_in(), language="-")

    assert numbers(page, "list of languages")[0] == "6"
    assert "main menu" not in [row[0] for row in shown(page)]


def test_other_countries_are_not_told(sign_in):
    calls(6, "main")
    calls(9, "main", c="UG", g="other")
    client = sign_in()

    assert numbers(look(client), "main menu")[0] == "6"
    page = look(client, country="UG")
    assert "Select a valid choice" in page
    assert numbers(page, "main menu")[0] == "6"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": "2026-02-01"}, "The last day must not come before the first."),
        ({"first": "soon"}, "Enter a valid date."),
        ({"network": "nobody"}, "Select a valid choice"),
    ],
)
def test_choice_that_makes_no_sense_is_said(sign_in, asked, words):
    assert words in look(sign_in(), **asked)


def test_empty_page_says_what_to_do(sign_in):
    assert "Nobody called in the last thirty days." in sign_in().get(PAGE).content.decode()


def test_reader_without_a_country_is_told_so(sign_in):
    client = sign_in()
    Staff.objects.update(countries=[])

    assert "No country is assigned to you" in client.get(PAGE).content.decode()


def test_page_stands_without_an_edition(sign_in, settings, tmp_path):
    settings.DATA = tmp_path / "empty"
    calls(6, "main")

    assert numbers(look(sign_in()), "main menu")[0] == "6"


def test_page_asks_no_more_the_more_it_shows(sign_in, django_assert_max_num_queries):
    client = sign_in()
    calls(6, "main", "dangers", DANGER, SAFE, "help")

    with django_assert_max_num_queries(14):
        look(client)


# --- downloads --------------------------------------------------------------------------------------


def rows(client, name: str, **asked: str) -> list[list[str]]:
    answer = client.get(PAGE + name, DAYS | asked)
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_screens_come_day_by_day_as_csv(sign_in):
    calls(6, "main", "dangers")
    calls(2, SAFE)

    told = rows(sign_in(), "screens.csv")

    assert told[0] == list(figures.SCREENS)
    head = ["2026-01-02", "KE", "en", "63902", "*384*1234#"]
    assert told[1:] == [
        [*head, "dangers", "6", "0", "6", "0"],
        [*head, SAFE, "<5", "", "", ""],
        [*head, "main", "6", "6", "0", "30"],
    ]


def test_sessions_come_day_by_day_as_csv(sign_in):
    calls(6, "main")
    calls(2, "main", status="Success")

    told = rows(sign_in(), "sessions.csv")

    assert told[0] == list(figures.SESSIONS)
    assert [row[5:] for row in told[1:]] == [
        ["abandoned", "KES", "6", "6", "180", "6", "9.000000"],
        ["completed", "KES", "<5", "", "", "", ""],
    ]


def test_download_holds_what_was_asked_for(sign_in):
    calls(6, "main", l="sw")
    calls(6, "main", l="en")

    assert [row[2] for row in rows(sign_in(), "screens.csv", language="sw")[1:]] == ["sw"]


# --- small numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ({"a": 9, "b": 7}, set()),
        ({"a": 9, "b": 7, "c": 4}, {"b", "c"}),
        ({"a": 9, "b": 3, "c": 4}, {"b", "c"}),
        ({"a": 9, "b": 0}, set()),
        ({"a": 3}, {"a"}),
    ],
)
def test_small_number_cannot_be_told_from_the_others(numbers, hidden):
    assert withheld(numbers) == hidden


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        (Flow(20, 12, 8), (20, 12, 8)),
        (Flow(20, 20, 0), (20, 20, 0)),
        (Flow(20, 17, 3), (20, None, "<5")),
        (Flow(20, 3, 17), (20, "<5", None)),
        (Flow(6, 3, 3), (6, "<5", "<5")),
        (Flow(4, 4, 0), ("<5", None, None)),
    ],
)
def test_small_part_of_a_screen_cannot_be_told_from_the_rest(flow, told):
    assert guarded(flow) == told
