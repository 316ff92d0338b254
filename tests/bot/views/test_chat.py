"""The chat page: without an account or a number, with and without scripts, never faster than people write."""

import html
import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from bot.replies import State
from bot.views import chat as views
from bot.views import visits
from campaigns.blasts import routes
from people import identity
from tests.bot.views.chatting import CHAT, DELETE, HTMX, SAY, say, who
from tests.doors import journalled


def test_page_opens_for_anybody_and_loads_nothing_from_elsewhere(client, desk):
    page = client.get(reverse("bot:chat"))

    assert page.status_code == 200
    assert re.findall(r'(?:src|href)="(https?:|//)', page.text) == []
    assert "Ask me about travel" in page.text


@pytest.mark.parametrize(
    ("language", "sends"), [("en", "Send"), ("ar", "إرسال"), ("so", "Dir"), ("sw", "Tuma")]
)
def test_page_speaks_the_language_of_the_conversation(client, desk, language, sends):
    page = client.get(CHAT, {"country": "KE", "language": language}).text

    assert re.findall(r'<html lang="([^"]+)"', page) == [language]
    assert re.findall(r"<button>([^<]+)</button>", page)[-1] == sends


def test_every_form_carries_the_csrf_token(client, desk):
    page = client.get(CHAT).text

    assert page.count('method="post"') == page.count("csrfmiddlewaretoken")


def test_message_without_the_token_is_refused(desk, edition):
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

    assert re.findall(r'name="text" value="(\d)"', page.text) == ["1", "2", "3", "0"]


@pytest.mark.parametrize(
    "text", ["menu", "is this job real?", "they locked me in a house", "9", "1"]
)
def test_every_choice_is_shown_once(client, desk, text):
    page = say(client, text).text

    labels = [html.unescape(one) for one in re.findall(r">\d\. ([^<]+)</button>", page)]
    assert labels
    assert [html.unescape(page).count(one) for one in labels] == [1] * len(labels)


def test_newest_answer_is_scrolled_to(client, desk):
    """Of the conversation, not of its last element, which is all that htmx scrolls by itself."""
    pages = client.get(CHAT).text + say(client, "menu").text

    assert re.findall(r"scroll:[^ \"]+", pages) == ["scroll:#talk:bottom"] * 3


def test_what_was_written_is_escaped(client, desk):
    assert "<script>" not in say(client, "<script>alert(1)</script>").text


def test_turn_is_journalled_under_a_random_name(client, desk):
    say(client, "my boss beats me")

    (entry,) = journalled(desk.journal, "chat")
    assert (entry["door"], entry["lk"], entry["num"]) == ("web", False, "")
    assert identity.unseal(entry["text"]) == "my boss beats me"
    assert who(client) not in str(entry)


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
    assert client.cookies["chat"].value == ""


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
    before = who(client)

    say(client, "yes")
    say(client, "hello")

    assert who(client) != before


# --- without a cookie, without a database, inside another page ---------------------------------------


def field(page) -> str:
    """The visit that a page's or a fragment's form carries."""
    (word,) = re.findall(r'id="visit" name="visit" value="([^"]+)"', page.text)
    return str(word)


@pytest.fixture
def bare() -> Client:
    """A browser that sends no cookies back, as many do inside another site's page, and checks forms."""
    return Client(enforce_csrf_checks=True)


def test_form_alone_carries_the_conversation(bare, desk):
    visit = field(bare.get(CHAT, {"country": "KE"}))
    bare.cookies.clear()
    asked = say(bare, "is this job real?", visit=visit)
    bare.cookies.clear()

    page = say(bare, "1", visit=field(asked))

    assert page.status_code == 200
    assert journalled(desk.journal, "chat")[-1]["i"] == ["faq-021"]


@pytest.mark.parametrize("visit", ["", "x", "eyJ3aG8iOiAiMSJ9:1:x"])
def test_form_that_is_not_ours_is_refused(bare, desk, visit):
    assert say(bare, "hello", visit=visit).status_code == 403
    assert bare.post(DELETE, {"visit": visit}).status_code == 403


def test_visit_ends_after_hours(bare, desk):
    old = signing.TimestampSigner(salt=visits.SALT)
    old.timestamp = lambda: "1"  # type: ignore[method-assign]  # seconds of 1970
    word = old.sign_object('{"who": "w", "country": "", "language": ""}')

    assert say(bare, "hello", visit=word).status_code == 403


def test_conversation_that_is_deleted_is_gone_from_page_memory_and_tables(client, desk):
    say(client, "is this job real?")
    before = who(client)

    page = client.post(DELETE, headers=HTMX)

    assert ("job" in page.text, page.headers["HX-Retarget"]) == (False, "#talk")
    assert "What we keep about you will be deleted." in page.text
    assert desk.memory.get(identity.token(f"web:{before}")) == State()
    line = journalled(desk.journal, "chat")[-1]
    assert (line["w"], line["t"]) == ("forget", identity.token(f"web:{before}"))


def test_deleting_works_without_scripts(client, desk):
    assert client.post(DELETE).headers["Location"] == CHAT


def test_no_site_may_frame_the_page_unless_it_is_named(client, desk):
    page = client.get(CHAT)

    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_partners_that_are_named_may_frame_the_page_and_no_other(client, desk, settings):
    settings.CHAT_SITES = ["https://partner.example"]

    page = client.get(CHAT)

    assert "X-Frame-Options" not in page.headers
    assert "frame-ancestors https://partner.example" in page.headers["Content-Security-Policy"]
    assert client.get("/sign-in/").headers["X-Frame-Options"] == "DENY"


def test_script_for_partners_leads_to_the_page_beside_it(client, desk):
    script = client.get("/chat/embed.js")

    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (script.headers["Cross-Origin-Resource-Policy"], "http" in script.text) == (
        "cross-origin",
        False,
    )


def test_page_and_answers_ask_no_database(client, desk, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(CHAT, {"country": "KE"})
        say(client, "what are the signs of human trafficking")
        client.post(DELETE, headers=HTMX)
