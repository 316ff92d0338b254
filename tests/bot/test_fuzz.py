"""Whatever a flow posts to `/ask` gets the promised keys in time, and never a fault: from a seed, so that it repeats.

Questions of every script, cries for help, steering words and noise; bodies that are broken, nested, huge or no JSON;
people who are none. The door is the real one, on the demonstration edition with its own matchers.
"""

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
from gateways.wire import BODY_LIMIT
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
LINES = [
    "https://evil.example/?q=<script>alert(1)</script>&x=%00", "www.visa-now.example", "'; DROP TABLE bot_case; --",
    "{{7*7}} {% load x %}", "{number.police} {menu:faq-001}", "%s %(name)s %d {0}", "they hit me ወንድሜን ወሰዱት na mimi naogopa",
    "جواز السفر my passport walichukua", "ana f khatar", "erdata efelgalehu", "nafamadhi i caawi", "na gargaaraa", "au secours",
    "ታፍኜ ነው", "خطفوني", "ኣድሕኑኒ", "naomba msaada nimefungiwa", "i want to die", "١", "፩", "７", "٠٠", "+251 91 100 0001",
    "is the desert safe? kuna kazi dubai? እንዴት ነው?", "START STOP START", "stop!!!", "STOP 2 my life", "ابدأ", "توقف", "acha",
]  # fmt: skip
BLOCKS = [  # first and last of the letters of a script, or of signs
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x590, 0x5FF), (0x600, 0x6FF),
    (0x900, 0x97F), (0xE00, 0xE7F), (0x1200, 0x139F), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2460, 0x24FF),
    (0x2D80, 0x2DDF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xD800, 0xDFFF), (0xE000, 0xE0FF),
    (0xFB50, 0xFEFF), (0xFF00, 0xFFFF), (0x1D400, 0x1D7FF), (0x1E900, 0x1E95F), (0x1F000, 0x1FAFF), (0xE0000, 0xE01EF),
    (0x10FFF0, 0x10FFFF), (0x00, 0x1F), (0x7F, 0x9F),
]  # fmt: skip
LETTERS = "abc 3'?\n\t\x00\x7f\ud800\udfffﷺ\u0301\u200d\ufe0fአለሁمرحبا٣፫ß½①🇪🇹👍🏾{}[]\"\\<>&%"
PEOPLE = ["tel:+2547110000", "telegram:", "whatsapp:", "web:", "tel:+2519110000", "x:", "", "tel:"]
NOBODY: list[Any] = [
    "tel:0711000001", "tel:+999000000000", "tel:+254711000001\n", "TEL:+254711000001", "telegram:", "telegram:" + "9" * 65,
    "telegram:\ud800", "once:x", ":", "a b:c", "tel:+２５４７１１", "\x00", "x" * 5000, ["tel:+254711000001"], {"tel": 1}, 7, True, 1e308,
]  # fmt: skip
COUNTRIES = ["KE", "ET", "SD", "XX", "", "ke", 7, None]
LANGUAGES = ["en", "am", "am-Latn", "zz", "", "e" * 50, 3, None]
ODD: list[Any] = [None, 0, -1, 1e308, True, [], {}, [[]], {"a": "b"}, "", "\ud800", "text", 10**400]


def bodies(dice: Random, count: int) -> Iterator[bytes]:
    """Nine in ten are questions of some person; the others are damaged on the way, no questions, or of nobody."""
    makers = [*[_asked] * 36, _damaged, _damaged, _noise, _nested, _strange]
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
    roll = dice.random()
    if roll < 0.6:
        return " ".join(dice.choices(WORDS, k=dice.choice([1, 1, 1, 2, 6])))
    if roll < 0.8:
        return " ".join(dice.choices(LINES, k=dice.choice([1, 1, 2, 12])))
    size = dice.choice([0, 1, 3, 20, 200, 700, 2100, 6000])
    return "".join(dice.choices(LETTERS, k=size) if roll < 0.9 else _written(dice, size))


def _written(dice: Random, size: int) -> Iterator[str]:
    """Letters of one script, of two, or of all."""
    blocks = dice.sample(BLOCKS, k=dice.choice([1, 2, len(BLOCKS)]))
    return (chr(dice.randint(*dice.choice(blocks))) for _ in range(size))


def _damaged(dice: Random) -> bytes:
    if dice.random() < 0.5:
        whole = bytearray(_asked(dice))
        for _ in range(dice.randrange(1, 9)):
            whole[dice.randrange(len(whole))] = dice.randrange(256)
        return bytes(whole[: dice.randrange(len(whole) + 1)])
    keys = dice.sample(["text", "person", "country", "language", "kind", "phone", "x"], k=4)
    return json.dumps({key: dice.choice(ODD) for key in keys}).encode()


def _noise(dice: Random) -> bytes:
    """No JSON at all: bytes, nothing, text in another encoding, or a body as large as the door takes and larger."""
    other = json.dumps({"text": _text(dice)}, ensure_ascii=False)
    return dice.choice(
        [
            b"",
            dice.randbytes(dice.choice([1, 40, 4000])),
            other.encode(dice.choice(["utf-16", "utf-32", "utf-8-sig"]), "surrogatepass"),
            b"text=hello&person=tel:%2B254711000001",
            json.dumps({"text": "a" * dice.choice([BODY_LIMIT - 12, BODY_LIMIT - 11])}).encode(),
            b'{"text": "' + b"\xff" * 100 + b'"}',
        ]
    )


def _nested(dice: Random) -> bytes:
    """JSON as deep as a body holds, closed or not, or with a number or as many keys as it holds."""
    depth = dice.choice([3, 900, 16_000])
    left, right = dice.choice([("[", "]"), ('{"text":', "}")])
    return dice.choice(
        [
            f'{{"text": {left * (depth // len(left))}1{right * (depth // len(left))}}}',
            left * (depth // len(left)),
            f'{{"text": "hello", "person": {"9" * depth}}}',
            "{" + ",".join(f'"{n}": "text"' for n in range(depth // 8)) + ', "text": "hello"}',
            f'{{"text": "hello", "text": {dice.choice(["NaN", "Infinity", "-0", "1e999"])}}}',
        ]
    ).encode()


def _strange(dice: Random) -> bytes:
    """A question of somebody who is nobody."""
    return json.dumps({"text": _text(dice), "person": dice.choice(NOBODY)}).encode()


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
        if len(raw) > BODY_LIMIT:
            assert (reply.status, reply.text) == (413, "too large"), number
            heard["too large"] += 1
            continue
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
    *("minor", "left", "long", "empty", "thanks", "voice", "picture", "place", "about", "calm", "refused"), "too large",
}  # fmt: skip


def test_whatever_is_asked_gets_the_promised_answer(room):
    heard = asked(room, 2000)

    assert heard.total() == 2000
    assert heard.keys() >= DECISIONS  # it went everywhere, and not into the refusals alone


@pytest.mark.slow
def test_whatever_is_asked_a_hundred_thousand_times_gets_the_promised_answer(room):
    heard = asked(room, 100_000)

    print(dict(heard.most_common()))
    assert heard.total() == 100_000
    assert heard.keys() >= DECISIONS
