"""Staff name networks on pages that work without script; codes without a name come first."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from analytics import ledger, networks, refreshing
from analytics.models import Network
from tests.analytics.ledgers import exposure
from tests.analytics.views.pages import alerts, page_of

pytestmark = pytest.mark.django_db
LIST, ADD = "analytics:networks", "analytics:network-add"
JAMBO = {"code": "63911", "country": "KE", "name": "Jambo", "source": "a letter"}


@pytest.fixture(autouse=True)
def seeded():
    networks.load()


def change_page(code="63902"):
    return reverse("analytics:network-change", args=[code])


def back_page(code="63902"):
    return reverse("analytics:network-put-back", args=[code])


def renamed(client, name, *, seen, code="63902"):
    form = {"country": "KE", "name": name, "source": "", "seen": seen}
    return client.post(change_page(code), form)


def meet(*codes, country="KE"):
    ledger.record([exposure(n, network=one, country=country) for n, one in enumerate(codes)])
    refreshing.refresh(at=datetime(2025, 4, 1, tzinfo=UTC))


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [
        ("administrator", 200, 200),
        ("manager", 200, 200),
        ("monitoring", 200, 403),
        ("approver", 200, 403),
        ("translator", 403, 403),
        ("protection", 403, 403),
    ],
)
def test_pages_open_by_role(sign_in, role, seen, changed):
    client = sign_in(role, "KE")

    assert client.get(reverse(LIST)).status_code == seen
    assert [client.get(one).status_code for one in (reverse(ADD), change_page())] == [changed] * 2
    assert client.post(back_page()).status_code == (302 if changed == 200 else 403)


def test_readers_see_no_button(sign_in):
    meet("63911")

    page = page_of(sign_in("monitoring", "KE").get(reverse(LIST)))

    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"<(?:button|a) [^>]*>", main) == []
    assert "63911" in main


def test_network_of_another_country_is_not_there(sign_in):
    client = sign_in("manager", "KE")

    pages = [change_page("64110"), change_page("00000"), change_page("99999")]
    assert [client.get(page).status_code for page in pages] == [404, 404, 200]
    assert client.post(back_page("64110")).status_code == 404


# --- the list --------------------------------------------------------------------------------------


def test_list_groups_the_readers_networks_by_country(sign_in):
    page = page_of(sign_in("manager", "UG", "KE").get(reverse(LIST)))

    assert re.findall(r'scope="rowgroup" id="of-(\w+)">([^<]*)<', page) == [
        ("KE", "Kenya"),
        ("UG", "Uganda"),
        ("none", "Test networks"),
    ]
    names = re.findall(r'change/(\w+)/"><bdi>([^<]*)<', page)
    assert names[:2] == [("63902", "Safaricom"), ("63903", "Airtel")]


def test_codes_without_a_name_stand_first_and_lead_to_naming(sign_in):
    meet("63911", "63912", "63902")
    client = sign_in("manager", "KE")

    page = page_of(client.get(reverse(LIST)))

    links = re.findall(r'href="(/networks/add/\?code=\w+)"', page)
    assert links == ["/networks/add/?code=63911", "/networks/add/?code=63912"]
    assert page.index("63911") < page.index("Safaricom")
    assert 'value="63911"' in page_of(client.get(links[0]))
    assert '<option value="KE" selected>' in page_of(client.get(links[0]))


@pytest.mark.parametrize(
    ("countries", "words"),
    [
        (["KE"], "Every network through which somebody was reached has a name."),
        ([], "No country is assigned to you, so there is nothing to show."),
    ],
)
def test_empty_list_says_why(sign_in, countries, words):
    page = page_of(sign_in("manager", *countries).get(reverse(LIST)))

    assert page.count(words) == 1


def test_list_costs_the_same_however_many_there_are(sign_in, django_assert_max_num_queries):
    meet("63911", "63912", "63913", "63914")
    client = sign_in("manager", "KE", "UG", "SO")

    with django_assert_max_num_queries(
        8
    ):  # session, staff, roles, rights (2), rows, figures, names
        client.get(reverse(LIST))


# --- naming ----------------------------------------------------------------------------------------


def test_new_name_is_kept_and_shown_on_the_reach_page(sign_in):
    meet("63911")
    client = sign_in("manager", "KE")

    answer = client.post(reverse(ADD), JAMBO, follow=True)

    assert "63911 is called Jambo from now on." in page_of(answer)
    reach = client.get(reverse("analytics:reach"), {"period": "2025", "by": "network"})
    assert '<th scope="row" dir="auto">Jambo</th>' in page_of(reach)
    row = Network.objects.get(pk="63911")
    assert (row.source, row.changed_by) == ("a letter", "a-manager")


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"name": ""}, "This field is required."),
        (
            {"code": "639 11"},
            "A code has up to 16 letters, digits, hyphens and underscores, as 63902.",
        ),
        ({"country": "UG"}, "Codes that begin with 639 are of Kenya."),
        ({"country": "SO"}, "Select a valid choice. SO is not one of the available choices."),
        ({"name": "safaricom"}, "63902 is called Safaricom already: add what tells the two apart."),
        ({"code": "63902"}, "63902, or the name, is on the list already: look at it again."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(sign_in, told, wrong):
    client, before = sign_in("manager", "KE", "UG"), list(Network.objects.values())

    answer = client.post(reverse(ADD), JAMBO | told)

    assert (answer.status_code, alerts(answer)) == (422, [wrong])
    assert list(Network.objects.values()) == before


def test_adding_a_code_that_has_a_row_leads_to_it(sign_in):
    answer = sign_in("manager", "KE").get(reverse(ADD, query={"code": "63902"}))

    assert (answer.status_code, answer["Location"]) == (302, change_page())


# --- renaming and undoing --------------------------------------------------------------------------


def test_rename_keeps_the_code_and_offers_the_way_back(sign_in):
    client = sign_in("manager", "KE")

    page = page_of(renamed(client, "Safari", seen="0"))
    listed = page_of(client.get(reverse(LIST)))

    assert page == ""  # on to the list
    assert "63902 is called Safari from now on." in listed
    assert listed.count("Call it Safaricom again") == 1
    client.post(back_page(), {"seen": "1"})
    assert Network.objects.get(pk="63902").name == "Safaricom"
    assert page_of(client.get(reverse(LIST))).count("Call it Safari again") == 1


def test_code_cannot_be_changed(sign_in):
    client = sign_in("manager", "KE")

    client.post(change_page(), JAMBO | {"seen": "0"})

    assert Network.objects.get(pk="63902").name == "Jambo"
    assert not Network.objects.filter(pk="63911").exists()


def test_name_that_was_added_can_be_taken_away(sign_in):
    client = sign_in("manager", "KE")
    client.post(reverse(ADD), JAMBO)
    assert "Take the name Jambo away" in page_of(client.get(reverse(LIST)))

    page = page_of(client.post(back_page("63911"), {"seen": "1"}, follow=True))

    assert "63911 has no name." in page
    assert page.index("Call it Jambo again") < page.index("Safaricom")


@pytest.mark.parametrize("seen", ["0", "", "x", "-1", "9" * 40])
def test_whoever_was_slower_is_told(sign_in, seen):
    client = sign_in("manager", "KE")
    renamed(client, "Safari", seen="0")

    late = renamed(client, "Other", seen=seen) if seen else client.post(back_page(), follow=True)

    assert "Somebody else has just changed 63902. Look at it again." in page_of(late)
    assert Network.objects.get(pk="63902").name == "Safari"
