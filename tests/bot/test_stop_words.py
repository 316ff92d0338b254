"""STOP and START in every language, script and common misspelling: the same in a chat and by SMS."""

import json
import tomllib

import pytest

from bot.conversation import Desk
from bot.hooks import Room, door
from bot.memory import Memory
from bot.replies import State
from campaigns.press.shelf import Shelf
from journal.writer import Journal
from people import identity, keywords
from tests.bot.conftest import Talk
from tests.doors import PHONE, SECRET, gateway, journalled, knock

LANGUAGES = sorted(keywords.tables())


def words(language: str, kind: str) -> list[str]:
    """The table's words, and each as people send it: loud, polite in no language, with a full stop."""
    file = keywords.FOLDER / f"{language}.toml"
    told = tomllib.loads(file.read_text("utf-8"))[kind]
    return [form for word in told for form in (word, word.upper(), f" {word}!! ")]


def before(edition) -> dict[str, State]:
    """The states in which a word may come: a new talk, a menu, choices on offer, a question to confirm."""
    talks = {
        text: Talk(edition) for text in ("", "menu", "is this job real?", "START", "forget me")
    }
    return {text: (talk.say(text).state if text else State()) for text, talk in talks.items()}


@pytest.mark.parametrize("brief", [False, True], ids=["chat", "sms"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_ends_messages_whatever_was_said_before(edition, language, brief):
    heard = {
        (asked, word): Talk(edition, brief=brief, state=state).say(word).wish
        for asked, state in before(edition).items()
        for word in words(language, "stop")
    }

    assert heard == dict.fromkeys(heard, "stop")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_start_asks_first_and_only_a_yes_confirms_it(edition, language):
    for word in words(language, "start"):
        talk = Talk(edition)
        asked = talk.say(word)
        assert (word, asked.decision, asked.wish, talk.state.expects) == (
            word,
            "start-ask",
            "",
            "start",
        )

    assert talk.say("yes", "2").wish == "start"


@pytest.mark.parametrize(
    "said", ["no", "menu", "1", "hello", "what is a trafficker", "STOP", "START"]
)
def test_anything_but_a_yes_starts_nothing(edition, said):
    talk = Talk(edition)

    assert [
        talk.say("START").wish,
        talk.say(said).wish in ("", "stop"),
        talk.say("yes", "18").wish,
    ] == [
        "",
        True,
        "start" if said == "START" else "",
    ]


# What the bot's own texts tell people to send: (language, START, YES, STOP)
TOLD = [
    ("en", "START", "YES", "STOP"),
    ("sw", "START", "NDIYO", "STOP"),
    ("am", "ጀምር", "አዎን", "አቁም"),
    ("ar", "ابدأ", "نعم", "توقف"),
    ("so", "START", "HAA", "STOP"),
    ("om", "START", "EEYYEE", "STOP"),
    ("fr", "START", "OUI", "STOP"),
    ("ti", "ጀምር", "እወ", "ኣቋርጽ"),
    ("am-Latn", "START", "AWON", "STOP"),
    ("ti-Latn", "START", "EWE", "STOP"),
    ("ar-Latn", "START", "NA3AM", "STOP"),
]


@pytest.mark.parametrize(("language", "start", "yes", "stop"), TOLD)
def test_what_the_texts_tell_people_to_send_is_heard(edition, language, start, yes, stop):
    own = edition.words[language]
    assert (
        start in own["bot.stopped"],
        yes in own["bot.start_ask"],
        stop in own["bot.started"],
    ) == (
        True,
        True,
        True,
    )

    talk = Talk(edition, language=language)
    assert [talk.say(word).wish for word in (start, yes, "2", stop)] == ["", "", "start", "stop"]


def test_every_language_of_the_edition_is_told(edition):
    assert {language for language, *_ in TOLD} == set(edition.words)


@pytest.fixture
def room(tmp_path, edition) -> Room:
    shelf = Shelf(tmp_path / "editions")
    shelf.put(edition)
    return Room({"sim": gateway()}, shelf, Desk(Journal(tmp_path / "journal"), Memory()))


def send(room: Room, kind: str, text: str) -> None:
    path = f"/hooks/sim/{SECRET}/{kind}"
    if kind == "ask":
        knock(door(room), path, json.dumps({"text": text, "person": f"tel:{PHONE}"}).encode())
    else:
        fields = {
            "id": f"sms-{text}",
            "from": PHONE,
            "to": "NJIA",
            "text": text,
            "date": "",
            "linkId": "",
        }
        knock(door(room), path, fields)


@pytest.mark.parametrize("kind", ["sms", "ask"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_doors_journal_an_opt_out_for_every_stop_and_none_for_a_start(room, language, kind):
    stops = words(language, "stop")

    for text in (*stops, *words(language, "start")):
        send(room, kind, text)

    told = journalled(room.desk.journal, "opt-out")
    assert len(told) == len(stops)
    assert {one["st"] for one in told} == {identity.suppression_token(f"tel:{PHONE}")}
