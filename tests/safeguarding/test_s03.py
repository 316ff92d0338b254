"""S3: a quick exit everywhere (keys as in D6), harmless words, state dropped; nothing sensitive is ever resumed."""

import re

import pytest

from bot.memory import Memory
from bot.replies import State
from campaigns.editions.screens import BYE, MAIN
from people import identity
from tests.doors import PHONE
from tests.editions import ENGLISH as TEXTS
from ussd.menu import Asked, Start, walk

ENGLISH = "2"
SENSITIVE = {"help": ("8",), "danger": ("1", "1"), "stop": ("7", "1"), "question": ("6",)}
HARM = ("danger", "help", "traffic", "police", "asylum", "migra", "njia", "refuge")


def test_main_menu_comes_first_whatever_was_shown_last(site):
    main = site.call(ENGLISH, session="one")
    for keys in SENSITIVE.values():
        site.call(ENGLISH, *keys, session=f"left-{keys}")

        assert site.call(session=f"again-{keys}") == main


@pytest.mark.parametrize("keys", SENSITIVE.values(), ids=SENSITIVE)
def test_99_leaves_every_screen_with_harmless_words(site, keys):
    assert site.call(ENGLISH, *keys, "99") == f"DEMO {TEXTS['bye']}"


def test_99_leaves_every_screen_of_every_menu(edition):
    stuck = []
    for (country, language), menu in edition.menus.items():
        start = Start(language=menu.base, country=country)
        for place, page in menu.pages.items():
            if not page.ends and page.moves.get("99", BYE) != BYE:
                stuck.append((country, language, place))
        left = walk(edition, start, ["99"], lambda _text, _language: Asked())
        assert (left.ends, left.content) == (True, ())
    assert stuck == []


def test_words_of_leaving_say_nothing_of_the_subject(edition):
    said = {words["ussd.bye"].casefold() for words in edition.words.values()}
    said |= {words["bot.left"].casefold() for words in edition.words.values()}

    assert [(word, text) for text in said for word in HARM if word in text] == []
    assert [text for text in said if re.search(r"\d{2}", text)] == []


def test_zero_on_the_first_screen_leaves(site):
    assert site.call("0") == f"DEMO {TEXTS['bye']}"


@pytest.mark.parametrize("word", ["99", "X", "exit", "toka"])
def test_chat_drops_everything_but_the_language(full_site, settings, word):
    full_site.ask("8")

    left = full_site.ask(word)

    assert left["decision"] == "left"
    state = Memory(settings.REDIS_URL).get(identity.token(f"tel:{PHONE}"))
    assert state == State(language=state.language)


def test_languages_each_have_words_to_leave_with(edition):
    assert [one for one, words in edition.words.items() if not words.get("bot.left")] == []


def test_main_is_where_a_remembered_caller_begins(edition):
    start = Start(language="sw", country="KE")

    assert walk(edition, start, [], lambda _text, _language: Asked()).place == MAIN
