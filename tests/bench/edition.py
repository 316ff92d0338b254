"""An edition of 21 languages and 200 items: how long it takes to compile, and to take up from the shelf.

    python -m tests.bench.edition [--items 200] [--rounds 5]

Prints one JSON line. Bodies, labels and phrasings are those of the content files with their words
shuffled, so lengths and scripts are real; twenty phrasings a question. Latin variants come on top of the 21. Every
country lists seven languages, the most a screen has keys for. Everything runs on one core; loading in processes of
their own, from reading the file until the first dial is answered. Seconds are those of the processor, which no neighbour
can take away. `ratio`: limit / figure, 1 or more is within.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from campaigns.editions.compiling import Making
    from campaigns.editions.content import Content, Node, Words
    from campaigns.editions.figures import Figures
    from campaigns.editions.tokens import Number

COMPILE_S, LOAD_MS = 5.0, 100.0
LOCALES = Path(__file__).parents[2] / "locales"
KNOWN = ("en", "fr", "ar", "sw", "am", "om", "ti", "so", "aa", "lg", "ach", "pga")
INVENTED = tuple(f"x{letter}" for letter in "abcdefghi")  # in the words of others
VARIANTS = ("am-Latn", "ti-Latn", "ar-Latn")
DONORS = ("en", "fr", "ar", "sw", "am", "om", "ti", "so")
TOPICS = ("dangers", "check-a-job", "safe-ways", "asylum", "going-home")
LISTED = 7  # languages on a country's list
WHOLE = {"title", "short", "body"}
PHRASINGS = 20
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Donor:
    """What a content file of today lends to a made-up language."""

    menus: Mapping[str, Mapping[str, str]]
    items: tuple[Mapping[str, Any], ...]
    help: Mapping[str, str]
    wordings: Mapping[str, str]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--take-up", metavar="FOLDER", help="one measurement of loading; used by itself"
    )
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    found = (
        take_up(Path(options.take_up)) if options.take_up else bench(options.items, options.rounds)
    )
    sys.stdout.write(json.dumps(found) + "\n")


def longer_lists() -> dict[str, tuple[str, ...]]:
    """Seven languages for each country: its own that have texts, then those no other country has yet."""
    from people import languages

    spoken = (*INVENTED, *reversed(KNOWN))
    own = {
        country: [one for one in order if one in spoken]
        for country, order in languages.seeded_orders().items()
    }
    others = cycle(spoken)
    for order in own.values():
        while len(order) < LISTED:
            order += [one for one in islice(others, 1) if one not in order]
    return {country: tuple(order[:LISTED]) for country, order in own.items()}


def material(items: int) -> "tuple[Content, Making]":
    """What such an edition is composed of."""
    from campaigns.editions.compiling import Making
    from campaigns.editions.edition import Kind

    content = made_up(items)
    parts = (Kind.DEMONSTRATION, AT, tuple(invented_numbers()), invented_figures(content))
    return content, Making(*parts, orders=longer_lists())


def bench(items: int, rounds: int) -> dict[str, Any]:
    from campaigns.editions.compiling import compose
    from campaigns.press.shelf import Shelf

    content, making = material(items)
    seconds = []
    for _ in range(min(rounds, 3)):
        begun = time.process_time()
        edition, _left_out = compose(content, making)
        seconds.append(time.process_time() - begun)
    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder:
        begun = time.process_time()
        Shelf(Path(folder)).put(edition)
        put = time.process_time() - begun
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        loads = [taken_up(folder) for _ in range(rounds)]
    compile_s = statistics.median(seconds)
    load_ms = statistics.median(one["load_ms"] for one in loads)
    return {
        "name": "edition",
        "languages": len(content.texts),
        "items": items,
        "menus": len(edition.menus),
        "screens": sum(len(menu.pages) for menu in edition.menus.values()),
        "bytes": size,
        "put_s": round(put, 3),
        "compile_s": round(compile_s, 3),
        "compile": {"ratio": round(COMPILE_S / compile_s, 2), "must": 1},
        "load_ms": load_ms,
        "load": {"ratio": round(LOAD_MS / load_ms, 2), "must": 1},
        **{
            name: statistics.median(one[name] for one in loads)
            for name in ("file_ms", "dial_ms", "country_ms", "mb")
        },
    }


def taken_up(folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.edition", "--take-up", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def take_up(folder: Path) -> dict[str, float]:
    """Milliseconds until the first dial is answered, and the memory it took."""
    from campaigns.press.shelf import Shelf
    from people.countries import CODES
    from ussd.menu import Asked, Start, walk

    before, begun = resident(), time.process_time()
    shelf = Shelf(folder)
    shelf.refresh()
    edition = shelf.current(simulated=True)
    if edition is None:
        raise RuntimeError("the shelf is empty")
    read = time.process_time()
    walk(edition, Start(country="ET"), (), lambda _text, _language: Asked())
    ready = time.process_time()
    others = []
    for country in CODES:
        at = time.process_time()
        walk(edition, Start(country=country), ("1", "1", "1"), lambda _text, _language: Asked())
        others.append(time.process_time() - at)
    return {
        "load_ms": milliseconds(ready - begun),
        "file_ms": milliseconds(read - begun),
        "dial_ms": milliseconds(ready - read),
        "country_ms": milliseconds(max(others)),
        "mb": round((resident() - before) / 1e6, 1),
    }


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def resident() -> int:
    """Bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- the content ------------------------------------------------------------------------------------


def made_up(items: int) -> "Content":
    """A content of the wished size; the same at every run."""
    from campaigns.editions.content import SOURCE, Content

    nodes = {node.code: node for node in _nodes(items)}
    donors = {one: _donor(one) for one in DONORS}
    english = donors[SOURCE].wordings
    lenders = cycle(DONORS)
    given = {one: donors[one if one in donors else next(lenders)] for one in (*KNOWN, *INVENTED)}
    given |= {one: _donor(one) for one in VARIANTS}
    return Content(
        nodes,
        {language: dict(_texts(language, donor, nodes)) for language, donor in given.items()},
        {language: {**english, **donor.wordings} for language, donor in given.items()},
    )


def _nodes(items: int) -> "Iterator[Node]":
    """Seven menus below each topic, the items spread among them, one in ten for one country's ears only."""
    from campaigns.editions.content import FAQ, HELP_ITEM, HELP_SORT, MENU, MINE, ROOT, Node
    from people.countries import CODES

    yield Node(ROOT, MENU, "", "0")
    for key, topic in enumerate(TOPICS, 1):
        yield Node(topic, MENU, ROOT, str(key))
        for below in range(1, 8):
            yield Node(f"{topic}-{below}", MENU, topic, str(below))
    yield Node(MINE, MENU, ROOT, "7")
    yield Node(HELP_ITEM, HELP_SORT, ROOT, "8", component="help", sensitive=True, core=True)
    parts = ("risk", "rights", "safe")
    for n in range(items):
        topic, below, key = TOPICS[n % 5], n // 5 % 7 + 1, n // 35 + 1
        yield Node(
            code=f"faq-{n + 1:03}",
            kind=FAQ,
            parent=f"{topic}-{below}",
            key=str(key),
            countries=(CODES[n // 10 % len(CODES)],) if n % 10 == 9 else ("*",),
            indicators=("3.3",),
            component=parts[n % 3],
            sensitive=n % 4 == 0,
            topic=topic,
            source="Source of the bench",
            dated="2026-01",
        )


def _donor(language: str) -> Donor:
    raw = tomllib.loads((LOCALES / language / "content.toml").read_text(encoding="utf-8"))
    items = {code: item for code, item in raw["items"].items() if item.keys() >= WHOLE}
    helping = items.pop("get-help")
    return Donor(raw["menus"], tuple(items.values()), helping, dict(_flat(raw["ui"])))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value)


def _texts(
    language: str, donor: Donor, nodes: "Mapping[str, Node]"
) -> "Iterator[tuple[str, Words]]":
    from campaigns.editions.content import HELP_ITEM, MENU, Words

    chance = random.Random(language)
    menus, items = cycle(donor.menus.values()), cycle(donor.items)
    for code, node in nodes.items():
        if code == HELP_ITEM:
            yield code, Words(donor.help["title"], donor.help["short"], donor.help["body"])
        elif node.kind == MENU:
            own = donor.menus.get(code) or next(menus)
            yield code, Words(own["title"], own["short"])
        else:
            own = next(items)
            asked = _asked(own, donor, chance)
            body = _shuffled(own["body"], chance)
            if node.component == "risk":  # whoever hears of dangers hears of a way out
                body = _with_way_out(body)
            yield code, Words(own["title"], own["short"], body, phrasings=asked)


def _asked(item: Mapping[str, Any], donor: Donor, chance: random.Random) -> tuple[str, ...]:
    """Twenty phrasings; where the file has none in that language, the titles' words."""
    lent = item.get("phrasings") or [one["title"] for one in donor.items]
    return tuple(_shuffled(text, chance) for text in islice(cycle(lent), PHRASINGS))


def _with_way_out(body: str) -> str:
    words = body.split()
    tokens = [word for word in words if "{" in word]
    plain = [word for word in words if "{" not in word][6:]  # room for the way
    return " ".join([*plain, *tokens, "{menu:asylum}"])


def _shuffled(text: str, chance: random.Random) -> str:
    words = text.split()
    chance.shuffle(words)
    return " ".join(words)


def invented_numbers() -> "list[Number]":
    from campaigns.editions.tokens import KINDS, Number
    from people.languages import seeded_orders

    return [
        Number(code, kind, f"0000 {n}{at}0 {n}{at}1", f"{kind} of the bench", order[:2])
        for n, (code, order) in enumerate(seeded_orders().items(), 1)
        for at, kind in enumerate(KINDS[:6], 1)
    ]


def invented_figures(content: "Content") -> "Figures":
    """Some digits for every figure and year that the texts name."""
    from campaigns.editions.figures import Figures, is_figure

    named = {
        token
        for texts in content.texts.values()
        for text in texts.values()
        for token in re.findall(r"\{([^{}]+)\}", f"{text.body} {text.sms}")
    }
    digits = {"year": "2025", "figure": "12345"}
    return Figures({token: digits[token.partition(":")[0]] for token in named if is_figure(token)})


if __name__ == "__main__":
    main()
