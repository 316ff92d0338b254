"""Staff switch the questions on and change lists of districts: looked at first, kept by a second press."""

import re

import pytest
from django.urls import reverse

from people import districts, inquiry, seeding
from people.inquiry import Asking
from people.models import CountryMenu, District
from tests.people.made import person

pytestmark = pytest.mark.django_db
AGREED = "Data protection office, 2 March 2026"
TOLD = {"one_in": "10", "questions": ["age_band", "sex"], "agreed": AGREED}


@pytest.fixture(autouse=True)
def seeded():
    seeding.load()


@pytest.fixture
def manager(sign_in):
    return sign_in("manager", "KE", "DJ")


def page_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def errors(answer):
    return re.findall(r'role="alert">([^<]*)<', page_of(answer))


def asking_page(country="KE"):
    return reverse("people:inquiry", args=[country])


def list_page(country="DJ"):
    return reverse("people:districts", args=[country])


def button(answer):
    """Mark and words of the button that keeps what was looked at; None where there is none."""
    found = re.search(r'name="looked" value="(\w+)">([^<]*)<', page_of(answer))
    return found.groups() if found else None


def hidden(answer):
    """The mark of what the page was made from."""
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page_of(answer))
    return seen


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [
        ("administrator", 200, 200),
        ("manager", 200, 200),
        ("approver", 200, 403),
        ("translator", 200, 403),
        ("monitoring", 200, 403),
        ("protection", 200, 403),
    ],
)
def test_pages_open_by_role(sign_in, role, seen, changed):
    client = sign_in(role, "KE")

    pages = [asking_page(), list_page("KE")]
    assert [client.get(page).status_code for page in pages] == [seen] * 2
    told = [TOLD, typed(districts.seeded()["KE"])]
    answers = [client.post(page, one) for page, one in zip(pages, told, strict=True)]
    assert [answer.status_code for answer in answers] == [changed] * 2


def test_country_that_is_not_the_own_is_not_there(manager):
    pages = [asking_page("UG"), list_page("UG"), asking_page("XX"), list_page("XX")]

    assert [manager.get(page).status_code for page in pages] == [404] * 4
    assert [manager.post(page, TOLD).status_code for page in pages] == [404] * 4


def test_role_that_only_looks_is_offered_no_form(sign_in):
    client = sign_in("monitoring", "KE")

    for page in (asking_page(), list_page("KE")):
        assert re.findall(r'<form[^>]*id="(\w+)"', page_of(client.get(page))) == []


def test_languages_lead_to_it_for_the_own_countries(manager):
    page = page_of(manager.get(reverse("people:languages")))

    assert re.findall(r'href="/languages/asking/(\w\w)/"', page) == ["DJ", "KE"]


# --- how often, and what ----------------------------------------------------------------------------


def test_page_says_that_nobody_is_asked_yet(manager):
    answer = manager.get(asking_page())

    assert "<strong>Nobody is asked.</strong>" in page_of(answer)
    assert "a list of 47 districts" in page_of(answer)
    assert button(answer) is None


def test_page_lists_the_languages_of_the_country_with_their_wording(manager):
    page = page_of(manager.get(asking_page()))

    assert re.findall(r'href="/translation/(\w+)/texts/ui.ussd.who_notice/"', page) == [
        "sw",
        "en",
        "so",
        "om",
    ]


def test_looking_says_it_in_numbers_and_keeps_nothing(manager):
    answer = manager.post(asking_page(), TOLD)

    page = page_of(answer)
    assert "Of 1,000 sessions, 100 at most are asked one question." in page
    assert "About 50 of them get each of these: age band, sex." in page
    assert button(answer)[1] == "Ask in about 1 of 10 sessions"
    assert inquiry.asking()["KE"] == Asking()


def test_second_press_keeps_it_with_who_and_when(manager):
    looked = manager.post(asking_page(), TOLD)
    told = TOLD | {"looked": button(looked)[0], "seen": hidden(looked)}

    answer = manager.post(asking_page(), told, follow=True)

    page = page_of(answer)
    assert "This is kept. Callers meet it with the next edition." in page
    assert "<strong>About 1 in 10 sessions is asked one question, at most.</strong>" in page
    assert f"The notice was agreed: <bdi>{AGREED}</bdi>" in page
    assert "Set by a-manager, " in page
    assert inquiry.asking()["KE"] == Asking(10, ("age_band", "sex"))


def test_what_was_changed_after_looking_is_looked_at_again(manager):
    looked = manager.post(asking_page(), TOLD)
    told = TOLD | {"looked": button(looked)[0], "seen": hidden(looked), "one_in": "2"}

    answer = manager.post(asking_page(), told)

    assert button(answer)[1] == "Ask in about 1 of 2 sessions"
    assert inquiry.asking()["KE"] == Asking()


def test_switching_off_needs_no_reason(manager):
    CountryMenu.objects.filter(country="KE").update(asks_one_in=10, asks_agreed=AGREED)
    told = {"one_in": "0", "agreed": ""}
    looked = manager.post(asking_page(), told)
    assert button(looked)[1] == "Ask nobody"

    manager.post(asking_page(), told | {"looked": button(looked)[0], "seen": hidden(looked)})

    assert inquiry.asking()["KE"].one_in == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"one_in": "1"}, "Ask in one session of 2 to 100, or 0 for never."),
        ({"one_in": "101"}, "Ensure this value is less than or equal to 100."),
        ({"questions": []}, "Choose one question at least."),
        (
            {"questions": ["name"]},
            "Select a valid choice. name is not one of the available choices.",
        ),
        ({"agreed": " "}, "Say who agreed to the notice, and when: until then nobody is asked."),
    ],
)
def test_what_is_wrong_is_said_and_cannot_be_kept(manager, changed, sentence):
    answer = manager.post(asking_page(), TOLD | changed)

    assert (answer.status_code, errors(answer), button(answer)) == (422, [sentence], None)


def test_setting_changed_meanwhile_is_said_and_not_kept(manager):
    looked = manager.post(asking_page(), TOLD)
    CountryMenu.objects.filter(country="KE").update(asks_one_in=50)

    answer = manager.post(
        asking_page(), TOLD | {"looked": button(looked)[0], "seen": hidden(looked)}
    )

    assert (answer.status_code, errors(answer)) == (
        422,
        ["Somebody else has just changed what is asked. Look at it again."],
    )
    assert inquiry.asking()["KE"].one_in == 50


# --- the list of districts --------------------------------------------------------------------------


def typed(own, **changes):
    """What the form of a list sends; `changes`: name of a district -> the columns typed over."""
    rows = [
        {"was": one.name, "name": one.name, "place": str(at), "used": not one.retired}
        | changes.get(one.name, {})
        for at, one in enumerate(own, 1)
    ]
    columns = {column: [row[column] for row in rows] for column in ("was", "name", "place")}
    return {**columns, "used": [row["was"] for row in rows if row["used"]], "add": ""}


def kept_after_looking(client, told):
    looked = client.post(list_page(), told)
    marks = {"looked": button(looked)[0], "seen": hidden(looked)}
    return client.post(list_page(), told | marks, follow=True)


def said(answer):
    """The lines of what would change."""
    part = page_of(answer).partition('id="what"')[2].partition("</section>")[0]
    return re.findall(r"<li>(.*?) ?</li>", part)


def offered():
    return inquiry.districts()["DJ"]


DJ = districts.seeded()["DJ"]


def test_list_shows_every_district_with_its_place(manager):
    answer = manager.get(list_page())

    rows = re.findall(r'name="place" value="(\d)".*?name="name" value="([^"]*)"', page_of(answer))
    assert rows == [(str(at), one.name) for at, one in enumerate(DJ, 1)]
    assert "Nothing yet." in page_of(answer)
    assert button(answer) is None


def test_looking_at_a_list_says_what_becomes_of_figures_and_people(manager):
    person(1, country="DJ", district="Arta")
    person(2, country="DJ", district="Arta")
    told = typed(DJ, Arta={"name": "Artah"}, Obock={"used": False}, Dikhil={"place": "1"})

    answer = manager.post(list_page(), told | {"add": "Camp\n"})

    assert said(answer) == [
        "<bdi>Arta</bdi> becomes <bdi>Artah</bdi>, a new category in the figures: what was counted as "
        "<bdi>Arta</bdi> stays so. 2 people of your lists keep <bdi>Arta</bdi>.",
        "<bdi>Obock</bdi> is offered no more; what was counted as it stays.",
        "<bdi>Camp</bdi> is new, at the end.",
        "The order changes: callers find the names at other digits.",
    ]
    assert offered() == districts.offered(DJ)


def test_list_is_kept_by_the_second_press(manager):
    told = typed(DJ, Arta={"name": "Artah"}, Obock={"used": False}, Dikhil={"place": "1"})

    answer = kept_after_looking(manager, told | {"add": "Camp\n  Port  city "})

    assert "The list is kept. Callers meet it with the next edition." in page_of(answer)
    assert offered() == (
        "Dikhil",
        "Ali Sabieh",
        "Artah",
        "Djibouti",
        "Tadjourah",
        "Camp",
        "Port city",
    )
    assert District.objects.get(code="DJ-OB").retired is True


def test_page_after_looking_can_be_sent_as_it_is(manager):
    looked = manager.post(list_page(), typed(DJ, Tadjourah={"place": "1"}))
    page = page_of(looked)
    rows = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("was", "name", "place", "used")}  # fmt: skip

    manager.post(list_page(), rows | {"looked": button(looked)[0], "seen": hidden(looked)})

    assert offered() == ("Tadjourah", *districts.offered(DJ)[:-1])


def test_retired_district_is_taken_back(manager):
    District.objects.filter(code="DJ-OB").update(retired=True)
    own = districts.lists()["DJ"]

    told = typed(own, Obock={"used": True})
    assert said(manager.post(list_page(), told)) == ["<bdi>Obock</bdi> is offered again."]
    kept_after_looking(manager, told)

    assert offered() == districts.offered(DJ)


@pytest.mark.parametrize("place", ["", "x", "-1", "٣", "9999999"])
def test_place_that_is_no_place_leaves_the_row_where_it_is(manager, place):
    answer = manager.post(list_page(), typed(DJ, Arta={"place": place}))

    assert "Nothing yet." in page_of(answer)


def test_what_is_wrong_with_a_list_is_said_and_cannot_be_kept(manager):
    answer = manager.post(list_page(), typed(DJ, Arta={"name": "Ártà"}) | {"add": "OBOCK"})

    assert (answer.status_code, errors(answer), button(answer)) == (
        422,
        [
            "Ártà: every phone must show it; write it without Á à.",
            "OBOCK stands in the list twice.",
        ],
        None,
    )


def test_list_changed_meanwhile_is_said_and_not_kept(manager):
    told = typed(DJ, Arta={"used": False})
    looked = manager.post(list_page(), told)
    District.objects.filter(code="DJ-OB").update(name="Obok")

    answer = manager.post(list_page(), told | {"looked": button(looked)[0], "seen": hidden(looked)})

    assert (answer.status_code, errors(answer)) == (
        422,
        ["Somebody else has just changed this list. Look at it again."],
    )
    assert District.objects.filter(retired=True).count() == 0


def test_list_of_the_seed_can_be_changed_before_the_first_steps_ran(manager):
    District.objects.all().delete()

    kept_after_looking(manager, typed(DJ, Arta={"used": False}))

    assert offered() == ("Ali Sabieh", "Dikhil", "Djibouti", "Obock", "Tadjourah")
    assert set(District.objects.values_list("country", flat=True)) == {"DJ"}


def test_names_of_a_country_are_offered_to_a_form(manager):
    District.objects.filter(country="KE").exclude(name="Lamu").update(retired=True)

    answer = manager.get(reverse("people:district-names"), {"country": "KE"})

    assert answer.content.decode() == '<option value="Lamu">'


@pytest.mark.parametrize("country", ["", "UG", "XX"])
def test_names_of_no_country_of_ones_own_are_not_offered(manager, country):
    answer = manager.get(reverse("people:district-names"), {"country": country})

    assert answer.status_code == 404
