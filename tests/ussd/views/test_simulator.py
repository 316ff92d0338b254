"""The simulator's pages over a network and a door that run in this process."""

import pytest
from django.urls import reverse

from analytics import networks
from campaigns.blasts import routes
from gateways.network.exchange import Message
from people import staff
from tests.campaigns import scene
from ussd.views import simulator

pytestmark = pytest.mark.django_db
PAGE, DIAL, INBOX, NEWS = (f"/simulator/{name}" for name in ("", "dial/", "inbox/", "news/"))
HTMX = {"HX-Request": "true"}
FIRST_SCREEN = "DEMO 1 Kiswahili\n2 English\n0 Exit"
NUMBER = "+254711000001"


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role="manager", *countries):
        own = countries or ("KE",)
        client.force_login(staff.hire(f"a-{role}", role, countries=own, password="x"))
        return client

    return _sign_in


def dial(client, headers=HTMX, **told):
    return client.post(DIAL, {"country": "KE", "phone": "1"} | told, headers=headers)


def text(answer):
    return answer.content.decode()


def sms(words):
    return Message(words, (NUMBER,), "NJIA")


def test_pages_ask_to_sign_in(client, network):
    assert [client.get(PAGE).status_code, client.post(DIAL).status_code] == [302, 302]


@pytest.mark.parametrize(("role", "status"), [("translator", 200), ("monitoring", 403)])
def test_simulator_opens_by_role(sign_in, network, role, status):
    client = sign_in(role)

    assert [client.get(PAGE).status_code] + [
        client.post(address, headers=HTMX).status_code for address in (DIAL, INBOX, NEWS)
    ] == [status] * 4


@pytest.mark.parametrize("address", [DIAL, INBOX, NEWS])
def test_presses_are_posts(sign_in, network, address):
    assert sign_in().get(address).status_code == 405


def test_page_offers_every_country_with_a_code(sign_in, network):
    codes = sign_in().get(PAGE).context["codes"]

    assert list(codes) == ["DJ", "ER", "ET", "KE", "SO", "SS", "SD", "UG"]


@pytest.mark.parametrize(
    ("country", "operator"), [("KE", "Safaricom"), ("SO", "Hormuud"), ("UG", "MTN (Uganda)")]
)
def test_page_names_the_phones_network(sign_in, network, country, operator):
    networks.load()

    page = text(sign_in().get(PAGE, {"country": country}))

    assert f"It is on the network <bdi>{operator}</bdi>." in page


def test_network_without_a_name_is_shown_by_its_code(sign_in, network):
    assert "It is on the network <bdi>63902</bdi>." in text(sign_in().get(PAGE))


@pytest.mark.parametrize(
    ("query", "country", "phone"),
    [
        ("", "KE", 1),
        ("?country=ET&phone=3", "ET", 3),
        ("?country=XX&phone=99", "KE", 1),
        ("?country=&phone=one", "KE", 1),
        ("?country=KE&phone=-1", "KE", 1),
        ("?country=KE&phone=٣", "KE", 1),
    ],
)
def test_phone_that_does_not_exist_is_the_first_of_the_own_country(
    sign_in, network, query, country, phone
):
    line = sign_in().get(PAGE + query).context["line"]

    assert (line.country, line.phone) == (country, phone)


def test_script_gets_the_phone_alone_and_a_browser_without_scripts_the_page(sign_in, network):
    client = sign_in()
    part, whole = dial(client), dial(client, headers={})

    assert [answer.context["display"].text for answer in (part, whole)] == [FIRST_SCREEN] * 2
    assert ["<!doctype html>" in text(answer) for answer in (part, whole)] == [False, True]
    assert f'action="{reverse("set_language")}"' in text(whole)
    assert 'name="next" value="/simulator/?country=KE&phone=1"' in text(whole)


def test_call_goes_on_screen_by_screen_until_it_is_hung_up(sign_in, network):
    client = sign_in()
    dial(client)

    menu = dial(client, open="1", transcript="", key="2").context["display"]
    topic = dial(client, open="1", transcript=menu.transcript, word=" 1 ").context["display"]
    hung = dial(client, open="1", transcript=topic.transcript, hang="1")

    assert (menu.transcript, topic.transcript) == ("2", "2*1")
    assert "display" not in hung.context
    assert "Press Call to dial *384*1234#" in text(hung)


def test_transcript_of_ten_thousand_stars_is_answered(sign_in, network):
    answer = dial(sign_in(), open="1", transcript="*" * 10_000, word="1")

    assert (answer.status_code, answer.context["display"].status) == (200, 200)


def test_word_is_cut_to_what_a_phone_lets_one_type(sign_in, network):
    answer = dial(sign_in(), open="1", transcript="2", word="a" * 1000)

    assert len(answer.context["display"].transcript) == len("2*") + 160


def test_product_that_breaks_shows_no_traceback(sign_in, network, product):
    product.broken = True

    page = text(dial(sign_in()))

    assert "did not answer as it should (500)" in page
    assert "Traceback" not in page


def test_network_that_is_away_is_said(sign_in, settings, product):
    settings.NETWORK_PORT = 9  # discard: nothing listens
    client = sign_in()

    answers = [client.get(PAGE), dial(client), client.post(INBOX, {"text": "x"}), client.post(NEWS)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all("phone network does not answer" in text(answer) for answer in answers)


def test_network_of_another_host_is_where_the_gateways_file_says(settings, tmp_path):
    file = tmp_path / "gateways.toml"
    file.write_text(
        '[gateways.sim]\nadapter = "africastalking"\nsimulated = true\nusername = "x"\nkey = "x"\n'
        f'secret = "{"s" * 24}"\nbase = "http://network:8001/version1"\n'
    )
    beside = simulator.network_address()
    settings.GATEWAYS_FILE = str(file)
    routes.gateways.cache_clear()

    there = simulator.network_address()

    routes.gateways.cache_clear()
    assert (beside, there) == (
        f"http://127.0.0.1:{settings.NETWORK_PORT}",
        "http://network:8001",
    )


def test_sms_goes_out_and_stands_in_the_thread(sign_in, network, product):
    client = sign_in()

    answer = client.post(INBOX, {"country": "KE", "phone": "1", "text": " STOP "}, headers=HTMX)

    assert [(one.text, one.mine) for one in answer.context["messages_in"]] == [("STOP", True)]
    assert (product.heard, "autofocus" in text(answer)) == (["sms"], True)
    other = client.post(INBOX, {"country": "KE", "phone": "2"}, headers=HTMX)
    assert other.context["messages_in"] == []


def test_inbox_shows_what_reached_the_phone(sign_in, network):
    scene.Scene(network).faults()
    network.handsets.exchange.post(sms("Njia Salama"))

    page = sign_in().get(f"{PAGE}?country=KE&phone=1")

    assert [(one.text, one.sender, one.mine) for one in page.context["messages_in"]] == [
        ("Njia Salama", "NJIA", False)
    ]


def test_poll_brings_only_news(sign_in, network):
    scene.Scene(network).faults()
    client = sign_in()
    seen = client.get(f"{PAGE}?country=KE&phone=1").context["seen"]
    asked = {"country": "KE", "phone": "1", "seen": seen}

    nothing = client.post(NEWS, asked, headers=HTMX)
    network.handsets.exchange.post(sms("Njia"))
    something = client.post(NEWS, asked, headers=HTMX)

    assert (nothing.status_code, nothing.content) == (204, b"")
    assert (something.status_code, something.templates[0].name) == (200, "ussd/messages.html")
    assert "<form" not in text(something)


@pytest.mark.parametrize(
    "own",
    ['[gateways.one.codes]\n"*384*1234#" = "KE"', 'simulated = true\nbase = "http://127.0.0.1:1"'],
    ids=["real", "without codes"],
)
def test_nothing_to_dial_is_said(sign_in, settings, tmp_path, product, own):
    file = tmp_path / "gateways.toml"
    file.write_text(
        '[gateways.one]\nadapter = "africastalking"\nsecret = "invented-invented-invented"\n'
        f'sender = "NJIA"\nusername = "njia"\nkey = "invented"\n{own}\n'
    )
    settings.GATEWAYS_FILE = str(file)
    routes.gateways.cache_clear()

    assert sign_in().get(PAGE).status_code == 404
