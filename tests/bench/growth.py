"""What a hop costs as the edition grows from 10 to 5 000 screens: it should cost the same.

    python -m tests.bench.growth

One process on one core, no server: the real door is called as a WSGI callable, journalling to a file. The
same session (dial, language, topic, menu, item, help) over editions of the bench's content that differ only
in how much lies beside that path; interleaved rounds, seconds of the processor. `hop` is the door with
screens already looked up once, `walk` the replay itself, `spread` the replay over paths all through the
edition, where what grows is what the processor's caches must hold. `ratio`: smallest / largest, 1 is flat.
"""

import dataclasses
import io
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.bench.edition import AT, invented_figures, invented_numbers, made_up

if TYPE_CHECKING:
    from campaigns.editions.edition import Edition
    from campaigns.editions.screens import Page

Orders = dict[str, tuple[str, ...]]
ROUNDS, SESSIONS, MUST, AIM = 9, 1500, 0.8, 0.95
PATH = ("", "1", "1*2", "1*2*1", "1*2*1*1", "1*2*1*1*8")
SMALL: Orders = {"KE": ("en",)}
LARGE: Orders = {"KE": ("en", "sw", "fr", "so", "om", "lg", "aa"), "UG": ("en", "sw")}
SIZES = ((10, SMALL), (60, SMALL), (245, SMALL), (245, {"KE": LARGE["KE"][:3]}), (245, LARGE))
TEN = ("main", "check-a-job", "check-a-job-1", "faq-002", "help", "bye", "ask", "ask.none")


def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    editions = [pruned(composed(*SIZES[0])), *(composed(*size) for size in SIZES)]
    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder:
        found = bench(editions, Path(folder))
    sys.stdout.write(json.dumps(found) + "\n")


def composed(items: int, orders: Orders) -> "Edition":
    from campaigns.editions.compiling import Making, compose
    from campaigns.editions.edition import Kind

    content = made_up(items)
    parts = (Kind.DEMONSTRATION, AT, tuple(invented_numbers()), invented_figures(content))
    return compose(content, Making(*parts, countries=tuple(orders), orders=orders))[0]


def pruned(edition: "Edition") -> "Edition":
    """Only the screens of the path and its exits, ten with the two lists of languages."""
    from campaigns.editions.edition import make

    parts = ("items", "lists", "phrasings", "words", "numbers", "figures", "languages", "orders")
    given: dict[str, Any] = {name: getattr(edition, name) for name in parts}
    given["items"] = edition.items.values()
    menus = [dataclasses.replace(menu, pages=kept(menu.pages)) for menu in edition.menus.values()]
    return make(kind=edition.kind, made_at=edition.made_at, menus=menus, **given)


def kept(pages: "Mapping[str, Page]") -> "dict[str, Page]":
    """TEN of the pages, without the keys that lead elsewhere."""
    return {
        place: dataclasses.replace(
            pages[place], moves={key: to for key, to in pages[place].moves.items() if to in TEN}
        )
        for place in TEN
    }


def screens(edition: "Edition") -> int:
    standard = [menu for (_, script), menu in edition.lists.items() if script == "full"]
    return sum(len(menu.pages) for menu in (*edition.menus.values(), *standard))


def bench(editions: "list[Edition]", folder: Path) -> dict[str, Any]:
    """The median of the rounds of each size, and the median of the rounds' ratios."""
    measures: dict[str, list[Callable[[int], float]]] = {"hop": [], "walk": [], "spread": []}
    for number, edition in enumerate(editions):
        measures["hop"].append(door_of(edition, folder / str(number)))
        measures["walk"].append(replay(edition, [PATH]))
        measures["spread"].append(replay(edition, list(paths(edition))))
    rounds = [
        {name: [measure(n) for measure in sizes] for name, sizes in measures.items()}
        for n in range(ROUNDS)
    ]
    found: dict[str, Any] = {
        "name": "hop_as_edition_grows",
        "screens": list(map(screens, editions)),
    }
    for name in measures:
        flat = statistics.median(one[name][0] / one[name][-1] for one in rounds)
        micros = [statistics.median(one[name][n] for one in rounds) for n in range(len(editions))]
        found[name] = {"ratio": round(flat, 3), "us": [round(one, 2) for one in micros]}
    ratio = found["hop"]["ratio"]
    return found | {
        "ratio": ratio,
        "must": MUST,
        "aim": AIM,
        "rounds": ROUNDS,
        "load": os.getloadavg(),
    }


def door_of(edition: "Edition", folder: Path) -> Callable[[int], float]:
    """Measures the door over this edition: microseconds a hop in a round of new sessions."""
    from tests.doors import USSD, desk
    from ussd.hooks import door

    talk = door(desk(folder, editions=[edition]))
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": USSD, "REMOTE_ADDR": "127.0.0.1"}

    def measure(number: int) -> float:
        calls = [
            {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
            for body in bodies(number)
        ]
        begun = time.process_time()
        answers = [list(talk(call, lambda *_: None)) for call in calls]
        spent = time.process_time() - begun
        if not all(answer[0].startswith(b"CON ") for answer in answers):
            raise RuntimeError("not every answer is a screen")
        return spent * 1e6 / len(calls)

    return measure


def bodies(number: int) -> Iterator[bytes]:
    for session in range(SESSIONS):
        for text in PATH:
            yield (
                f"sessionId=ATUid_{number:08d}{session:024d}&serviceCode=%2A384%2A1234%23&phoneNumber="
                f"%2B2547110{session * 7 + number % 7:05d}&networkCode=63902&text={text.replace('*', '%2A')}"
            ).encode()


def replay(edition: "Edition", transcripts: list[tuple[str, ...]]) -> Callable[[int], float]:
    """Measures walk() alone: microseconds a screen, every one replayed from the start of its session."""
    from ussd.menu import Asked, Start, walk

    start, many = Start(country="KE"), SESSIONS * 4
    there = walk(edition, start, PATH[-2].split("*"), lambda _text, _language: Asked())
    if there.content != ("faq-002",):
        raise RuntimeError(f"the path leads to {there.place}")

    def measure(number: int) -> float:
        chance = random.Random(number)
        split = [
            tuple(text.split("*")) if text else ()
            for one in chance.choices(transcripts, k=many // len(PATH))
            for text in one
        ]
        begun = time.process_time()
        for inputs in split:
            walk(edition, start, inputs, lambda _text, _language: Asked())
        return (time.process_time() - begun) * 1e6 / len(split)

    return measure


def paths(edition: "Edition") -> Iterator[tuple[str, ...]]:
    """Sessions as long as PATH that together see every language, menu and item the tree offers."""
    chance = random.Random(edition.id)
    for _ in range(SESSIONS):
        first = "1*" if len(edition.menus) < 3 else f"{chance.randint(1, 7)}*"
        keys = [*first[:-1], *(str(chance.randint(1, 5)) for _ in range(3)), "8"]
        yield ("", *("*".join(keys[:depth]) for depth in range(1, len(keys) + 1)))


if __name__ == "__main__":
    main()
