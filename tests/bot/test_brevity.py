"""An SMS costs: beside the answer itself nothing is said that would take another part."""

import pytest

from campaigns.editions.edition import Edition
from gateways import segments
from tests.bot.conftest import LANGUAGES, Talk

LATIN = [one for one in LANGUAGES if one not in ("am", "ti", "ar")]


def parts(edition: Edition, text: str) -> int:
    return segments.count(edition.mark + text).parts


def texter(edition: Edition, language: str = "en", country: str = "KE") -> Talk:
    talk = Talk(edition, country, language, brief=True)
    talk.say("menu")  # the first greets
    return talk


@pytest.mark.parametrize("language", LANGUAGES)
def test_hint_and_help_line_never_cost_a_part(edition, language):
    """Of every answer of the edition, in the language: the care for a sensitive one is no hint and may."""
    talk = texter(edition, language)
    for item in edition.items.values():
        text = talk.speech.text(item) if talk.speech.has(item.id) else None
        if text is None or item.kind == "quiz" or item.sensitive:
            continue
        reply = talk.open(item.id)
        assert (item.id, parts(edition, reply.text)) == (item.id, parts(edition, text))


def test_hint_that_was_not_said_cannot_be_taken(edition):
    talk = texter(edition)

    offered = [
        bool(talk.open(one).choices) == ("\n1 " in talk.open(one).text) for one in edition.items
    ]

    assert all(offered)


def test_chat_keeps_hint_and_help_however_long(edition):
    reply = Talk(edition).say("how dangerous is the road to saudi arabia")

    assert "8 Get help now" in reply.text.splitlines()


@pytest.mark.parametrize("language", LATIN)
def test_menu_is_one_sms_in_latin_letters(edition, language):
    reply = texter(edition, language).say("menu")

    assert parts(edition, reply.text) == 1


@pytest.mark.parametrize("language", ["am", "ti", "ar"])
def test_menu_is_two_sms_in_other_letters(edition, language):
    reply = texter(edition, language).say("menu")

    assert parts(edition, reply.text) == 2


def test_sms_greets_once(edition):
    talk = Talk(edition, brief=True)
    hello = edition.ui("en", "bot.hello")

    assert talk.say("hi").text.startswith(hello)
    assert not talk.say("hi").text.startswith(hello)
