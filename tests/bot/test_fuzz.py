"""Whatever a flow posts to `/ask` gets the promised keys in time, and never a fault: from a seed, so that it repeats."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from bot import matchers
from bot.conversation import Desk
from bot.hooks import SORRY, Room, door
from bot.memory import Memory
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from journal.writer import Journal
from tests.doors import SECRET, gateway, knock
from understanding import language_id
from understanding.safeguarding import hears_danger

ASK = f"/hooks/sim/{SECRET}/ask"
KEYS = {"decision", "answer_id", "text", "choices", "language"}
SEED = 7
IN_TIME = 2.0  # seconds of computing: what else runs on the machine is not in it
WORDS = [
    "STOP", "START", "yes", "no", "menu", "help", "source", "forget me", "9", "0", "8", "99", "00", "1", "2", "77",
    "who are you", "is this free", "are you a robot", "thanks", "hello", "ሰላም", "نعم", "merde", "i am 15 years old",
    "is this job real?", "they beat me", "wametufungia", "what are the signs of human trafficking", "አማርኛ", "7alak",
    "how do i check an agency? what is asylum?\nand then?", "+254711000001", "a@b.example", "😀", "🆘", "1️⃣", "፼፼፼", "\u202e",
]  # fmt: skip
LETTERS = "abc 3'?\n\t\x00\x7f\ud800\udfffﷺ\u0301\u200d\ufe0fአለሁمرحبا٣፫ß½①🇪🇹👍🏾{}[]\"\\<>&%"
PEOPLE = ["tel:+2547110000", "telegram:", "whatsapp:", "web:", "tel:+2519110000", "x:", "", "tel:"]
COUNTRIES = ["KE", "ET", "SD", "XX", "", "ke", 7, None]
LANGUAGES = ["en", "am", "am-Latn", "zz", "", "e" * 50, 3, None]
ODD: list[Any] = [None, 0, -1, 1e308, True, [], {}, [[]], {"a": "b"}, "", "\ud800", "text", 10**400]


def bodies(dice: Random, count: int) -> Iterator[bytes]:
    """Nine in ten are questions of some person; the others are damaged on the way, or no questions."""
    makers = [*[_asked] * 9, _damaged]
    for _ in range(count):
        yield dice.choice(makers)(dice)


def _asked(dice: Random) -> bytes:
    given = {
        "text": _text(dice),
        "person": dice.choice(PEOPLE) + str(dice.randrange(100)).zfill(2),
        "country": dice.choice(COUNTRIES),
        "language": dice.choice(LANGUAGES),
        "kind": dice.choice(["text", "voice", "image", "location", None, 4, []]),
        "phone": dice.choice(["", "+254711000009", "0711000009", "12", None]),
    }
    kept = {key: one for key, one in given.items() if key == "text" or dice.random() < 0.5}
    return json.dumps(kept, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _text(dice: Random) -> str:
    if dice.random() < 0.6:
        return " ".join(dice.choices(WORDS, k=dice.choice([1, 1, 1, 2, 6])))
    size = dice.choice([0, 1, 3, 20, 200, 700, 2100, 6000])
    return "".join(dice.choices(LETTERS, k=size))


def _damaged(dice: Random) -> bytes:
    if dice.random() < 0.5:
        whole = bytearray(_asked(dice))
        for _ in range(dice.randrange(1, 9)):
            whole[dice.randrange(len(whole))] = dice.randrange(256)
        return bytes(whole[: dice.randrange(len(whole) + 1)])
    keys = dice.sample(["text", "person", "country", "language", "kind", "phone", "x"], k=4)
    return json.dumps({key: dice.choice(ODD) for key in keys}).encode()


@pytest.fixture
def room(tmp_path, edition: Edition) -> Room:
    """A desk on which everybody's minute is over at once: what is asked here is answered, not turned away."""
    shelf = Shelf(tmp_path / "editions")
    shelf.put(edition)
    hears_danger("")  # what a process does before anybody asks
    language_id.posterior("a")
    matchers.of(edition).warm()
    minutes = iter(range(10**9))
    desk = Desk(Journal(tmp_path / "journal"), Memory())
    return replace(Room({"sim": gateway()}, shelf, desk), clock=lambda: 60.0 * next(minutes))


def asked(room: Room, count: int) -> Counter[str]:
    """How often which decision was given to so many bodies; what is no promised answer ends the test."""
    one, heard = door(room), Counter[str]()
    for number, raw in enumerate(bodies(Random(SEED), count)):
        begun = time.thread_time()
        reply = knock(one, ASK, raw)
        took = time.thread_time() - begun
        told = json.loads(reply.text)
        assert reply.status in (200, 400), (number, raw)
        assert told.keys() - {"error"} == KEYS, (number, raw)
        assert told["text"], (number, raw)
        # a fault inside is answered with a sentence too, and is one all the same
        assert (reply.status == 400) == (told["text"] == SORRY), (number, raw)
        assert took < IN_TIME, (number, raw)
        heard["refused" if reply.status == 400 else told["decision"]] += 1
    return heard


DECISIONS = {
    *("sure", "unsure", "unknown", "danger", "menu", "help", "item", "language", "source", "stop", "start-ask"),
    *("minor", "left", "long", "empty", "thanks", "voice", "picture", "place", "about", "calm", "refused"),
}  # fmt: skip


def test_whatever_is_asked_gets_the_promised_answer(room):
    heard = asked(room, 2000)

    assert heard.total() == 2000
    assert heard.keys() >= DECISIONS  # it went everywhere, and not into the refusals alone


@pytest.mark.slow
def test_whatever_is_asked_a_hundred_thousand_times_gets_the_promised_answer(room):
    assert asked(room, 100_000).total() == 100_000
