"""The chat page: without an account or a number, with and without scripts, never faster than people write."""

import re

import pytest
from django.urls import reverse

from bot import conversation
from bot.conversation import Desk
from bot.memory import Memory
from bot.views import chat as views
from campaigns.blasts import routes
from campaigns.press.shelf import Shelf
from journal.writer import Journal
from people import identity
from tests.doors import journalled

CHAT, SAY = "/chat/", "/chat/say/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(settings, tmp_path, edition):
    settings.DATA = tmp_path
    routes._shelf.cache_clear()
    Shelf(tmp_path / "editions").put(edition)
    made = Desk(Journal(tmp_path / "journal"), Memory())
    conversation.place(made)
    yield made
    conversation._placed.clear()
    routes._shelf.cache_clear()


def say(client, text: str, **more):
    return client.post(SAY, {"text": text, **more}, headers=HTMX)


def test_page_opens_for_anybody_and_loads_nothing_from_elsewhere(client, desk):
    page = client.get(reverse("bot:chat"))

    assert page.status_code == 200
    assert re.findall(r'(?:src|href)="(https?:|//)', page.text) == []
    assert "Ask me about travel" in page.text


def test_every_form_carries_the_csrf_token(client, desk):
    page = client.get(CHAT).text

    assert page.count('method="post"') == page.count("csrfmiddlewaretoken")


def test_message_without_the_token_is_refused(desk, edition):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(SAY, {"text": "hi"}).status_code == 403


def test_message_gets_both_sides_as_a_fragment(client, desk, edition):
    page = say(client, "what are the signs of human trafficking")

    assert page.text.startswith('<div class="us" dir="auto">what are the signs')
    assert edition.items["faq-020"].texts["en"].body[:40] in page.text
    assert "<html" not in page.text


def test_message_works_without_scripts(client, desk):
    page = client.post(SAY, {"text": "menu"})

    assert "<html" in page.text
    assert 'value="1"' in page.text


def test_choices_are_buttons(client, desk):
    page = say(client, "is this job real?")

    assert re.findall(r'name="text" value="(\d)"', page.text) == ["1", "2", "3"]


def test_what_was_written_is_escaped(client, desk):
    assert "<script>" not in say(client, "<script>alert(1)</script>").text


def test_turn_is_journalled_under_a_random_name(client, desk):
    say(client, "my boss beats me")

    (entry,) = journalled(desk.journal, "chat")
    assert (entry["door"], entry["lk"], entry["num"]) == ("web", False, "")
    assert identity.unseal(entry["text"]) == "my boss beats me"
    assert client.session[views.WHO] not in str(entry)


def test_country_chosen_decides_the_numbers(client, desk):
    client.get(CHAT, {"country": "KE", "language": "en"})

    assert "Police: 0000 122" in say(client, "help").text


def test_no_country_no_number(client, desk):
    assert "0000" not in say(client, "help").text


def test_language_chosen_speaks(client, desk, edition):
    page = client.get(CHAT, {"country": "ET", "language": "am"})

    assert '<html lang="am" dir="ltr">' in page.text
    assert edition.ui("am", "bot.hello") in page.text


def test_leaving_empties_the_conversation_and_forgets_who_it_was(client, desk):
    say(client, "is this job real?")

    page = say(client, "99")

    assert page.headers["HX-Retarget"] == "#talk"
    assert "job" not in page.text
    assert views.WHO not in client.session


def test_leaving_without_scripts_leads_to_an_empty_page(client, desk):
    assert client.post(SAY, {"text": "99"}).headers["Location"] == CHAT


def test_writing_too_fast_is_asked_to_wait(client, desk, edition):
    for _ in range(views.MOST["session"][0]):
        say(client, "menu")

    page = say(client, "menu")

    assert edition.ui("en", "bot.busy") in page.text
    assert "If you are in danger now" in page.text  # one of many at an address may need help
    assert len(journalled(desk.journal, "chat")) == views.MOST["session"][0]


def test_nothing_published_says_so(client, settings, tmp_path, db):
    settings.DATA = tmp_path
    routes._shelf.cache_clear()

    assert client.get(CHAT).status_code == 503
    routes._shelf.cache_clear()


def test_page_is_not_kept_by_the_browser(client, desk):
    assert "no-store" in client.get(CHAT).headers["Cache-Control"]


@pytest.mark.parametrize("text", ["", "😀" * 500, "\u0000", "x" * 50_000])
def test_odd_messages_are_answered(client, desk, text):
    assert say(client, text).status_code == 200


def test_who_asked_to_be_forgotten_writes_on_as_somebody_new(client, desk):
    say(client, "forget me")
    before = client.session[views.WHO]

    say(client, "yes")
    assert views.WHO not in client.session
    say(client, "hello")

    assert client.session[views.WHO] != before
