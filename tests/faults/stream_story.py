"""One stream of life: a list, a blast, dials, questions, and kills in the middle of all of it."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from campaigns.press.shelf import Shelf
from gateways.network import faults
from gateways.network.faults import Faults
from tests.faults import stream_vectors
from tests.faults.stream_callers import Crowd, Dialogue, Line, World, call
from tests.faults.stream_judge import Blast
from tests.faults.stream_product import Product, until
from tests.faults.stream_vectors import Answer

LANGUAGES = {"KE": ("sw", "en", "so", ""), "ET": ("am", "om", "ti", ""), "UG": ("en", "sw")}
PREFIX = {"KE": "+25471100", "ET": "+25191100", "UG": "+25677100"}
LISTED, STRANGERS, WISHERS = 1000, 8000, 9000  # first of four digits, by what a number is for
STOPPERS = 10  # of the list's first numbers some have called before
ITEM = "faq-006"  # what the blast says
BAD_ROWS = (
    *("Wanjiru,sw,f,25-34", "0711 OO1 234,sw,m,25-34", "no phone,sw,,"),
    *("0711,sw,f,25-34", "+25471100,en,m,35-49"),
    *("+254711005001,sw,f,17", "+254711005002,sw,m,under 18", "+254711005003,en,f,12-17"),
)
DOUBLES = 4
REFUSED = {"letters": 3, "too-short": 2, "under-18": 3}


@dataclass(slots=True)
class Story:
    """Everything that happened, for the judge."""

    product: Product
    world: World
    faults: Faults
    imported: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    self_approval: tuple[int, str, str] = (0, "", "")
    answers: list[Answer] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # the product's output until the first kill
    outages: list[tuple[float, float]] = field(default_factory=list)  # of both stores
    blast: Blast | None = None
    crowd: Crowd | None = None
    unsure_first: int = 0
    took: dict[str, float] = field(default_factory=dict)  # step -> seconds

    def timed(self, step: str, began: float) -> float:
        self.took[step] = round(time.monotonic() - began, 1)
        return time.monotonic()


def number(country: str, place: int) -> str:
    return f"{PREFIX[country]}{place:04d}"


def listed(people: int) -> list[tuple[str, str]]:
    """(number, language) of so many people: half in Kenya, the others in Ethiopia and Uganda."""
    made = []
    for n in range(people):
        country = ("KE", "ET", "KE", "UG")[n % 4]
        languages = LANGUAGES[country]
        made.append((number(country, LISTED + n // 2), languages[n // 4 % len(languages)]))
    return made


def write_list(path: Path, people: list[tuple[str, str]]) -> None:
    """The list as somebody saved it: bad rows and doubles between the good ones."""
    rows = [f"{phone},{language},f,25-34" for phone, language in people]
    rows[100:100] = BAD_ROWS
    rows += rows[:DOUBLES]
    path.write_text("\n".join(["phone,language,sex,age", *rows, ""]), encoding="utf-8")


def everybody() -> dict[str, Iterator[str]]:
    """Country -> numbers for callers. Kenya's and Ethiopia's stand on the list too; who wishes does not."""
    found: dict[str, Iterator[str]] = {}
    for country, prefix in {
        **PREFIX, "SO": "+25261500", "SS": "+21191200", "SD": "+24991200", "DJ": "+25377100", "ER": "+29171100",
    }.items():  # fmt: skip
        first = LISTED + STOPPERS if country in ("KE", "ET") else STRANGERS
        width = {"DJ": 3, "ER": 2}.get(country, 4)
        found[country] = map(_maker(prefix, width), count(first % 10**width))
        found[f"{country}!"] = map(_maker(prefix, width), count(WISHERS % 10**width + 40))
    return found


def _maker(prefix: str, width: int) -> Any:
    return lambda place: f"{prefix}{place:0{width}d}"


# --- the steps ------------------------------------------------------------------------------------


def prepare(product: Product, people: int, faults_: dict[str, Any]) -> Story:
    """The list imported, the blast planned and approved, some of its people gone again."""
    began = time.monotonic()
    shelf = Shelf(product.data / "editions")
    shelf.refresh()
    edition = shelf.current(simulated=True)
    assert edition is not None
    story = Story(product, World(product, edition), faults.read(faults_))
    product.network("faults", faults_)
    persons = listed(people)
    write_list(product.data / "list.csv", persons)
    words = ("--country", "KE", "--basis", "consent-form", "--evidence", "forms of a test")
    story.imported = product.told("import_people", product.data / "list.csv", *words)
    wish = ("--item", ITEM, "--audience", "all", "--budget", "KES 500000")
    story.plan = product.told("blast", "plan", *wish, "--by", "manager")
    blast = story.plan["blast"]
    story.self_approval = product.manage("blast", "approve", blast, "--by", "manager")
    product.told("blast", "approve", blast, "--by", "approver")
    phones = frozenset(phone for phone, _ in persons)
    gone = stop_three(story, sorted(phones)[:3])
    story.blast = Blast(product, blast, phones, frozenset(gone), story.faults)
    story.timed("prepare", began)
    return story


# Opt-outs in the database: a line goes in the same moment in which the list takes it up.
ENDED = """
SELECT (SELECT count(*) FROM people_suppression) + (SELECT count(*) FROM journal_entry WHERE kind = 'opt-out')
"""


def stop_three(story: Story, phones: list[str]) -> list[str]:
    """Three people of the list end messages in three ways; in the database when this returns."""
    product, line = story.product, Line(story.product, story.world.log)
    before = product.number(ENDED)
    menu = Dialogue("stop", "ET", "63602", letters=False, inputs=("1", "7", "1", "1"), wishes=True)
    call(story.world, line, menu, name="stop", phone=phones[0])
    sms = {"from": phones[1], "text": "STOP", "to": "21512", "id": "stop-1"}
    line.post(product.hook("sms"), urlencode(sms).encode())
    blocked = {"senderId": "NJIA", "phoneNumber": phones[2]}
    line.post(product.hook("opt-out"), urlencode(blocked).encode())
    line.close()
    until(
        lambda: product.number(ENDED) == before + 3,
        what="three opt-outs being shipped",
    )
    return phones


def odd_ones(story: Story) -> None:
    """Recorded bodies and bad input, while nothing is wrong yet."""
    began = time.monotonic()
    line = Line(story.product, story.world.log)
    for some in (
        stream_vectors.as_recorded,
        stream_vectors.apart,
        stream_vectors.others,
        stream_vectors.bad,
        stream_vectors.not_utf8,
    ):
        story.answers += some(story.world, line)
    line.close()
    story.said = list(story.product.output)
    story.timed("odd ones", began)


def begin(story: Story) -> None:
    assert story.blast is not None
    story.product.told("blast", "start", story.blast.number, "--by", "manager")


def recorded(story: Story) -> int:
    return int(story.product.network("figures")["recorded"])


def sending(story: Story, messages: int) -> None:
    """Wait until so many more messages were accepted, or nothing is left to send."""
    goal = recorded(story) + messages
    until(lambda: recorded(story) >= goal or not waiting(story), what=f"{messages} more messages")


def waiting(story: Story) -> int:
    """Chunks that nobody has taken up."""
    query = "SELECT count(*) FROM campaigns_chunk WHERE state = 'waiting'"
    return story.product.number(query)


def done(story: Story) -> bool:
    return state(story) == "done"


def state(story: Story) -> str:
    assert story.blast is not None
    query = "SELECT state FROM campaigns_blast WHERE id = %s"
    return str(story.product.rows(query, story.blast.number)[0][0])


def web_back(product: Product, part: str) -> None:
    product.back(part)
    until(product.serving, what="the web serving again")


def steady(product: Product, seconds: float = 2.0) -> None:
    """Wait until the web has served for so long without a break.

    granian takes a worker that dies within 5.5 s of its start for one that cannot live, and gives up; then the
    supervisor starts all of it anew, a moment after the new worker was seen.
    """
    since = time.monotonic()
    while time.monotonic() < since + seconds:
        if not product.serving():
            since = time.monotonic()
        time.sleep(0.1)


def outage(story: Story, seconds: float = 0.0) -> None:
    """Both stores killed at once. The supervisor alone brings them back."""
    steady(story.product)
    product, began = story.product, time.monotonic()
    product.kill("valkey")
    product.kill("postgres")
    time.sleep(seconds)
    product.back("valkey")
    product.back("postgres")
    until(product.stores_back, what="the stores answering again")
    story.outages.append((began, time.monotonic()))


def time_goes_by(story: Story, seconds: float) -> None:
    """For the rules that read PostgreSQL's clock: what was noted so far was noted so much earlier."""
    product = story.product
    product.rows(
        "UPDATE campaigns_chunk SET begun_at = begun_at - make_interval(secs => %s),"
        " until = until - make_interval(secs => %s)",
        *(seconds, seconds),
    )
    product.rows(
        "UPDATE campaigns_receiptrow SET at = at - make_interval(secs => %s),"
        " first_at = first_at - make_interval(secs => %s)",
        *(seconds, seconds),
    )


def standing_still(story: Story) -> bool:
    """Nothing left to claim, and nothing sent for a second: only dead workers' chunks are open."""
    before = recorded(story)
    if waiting(story):
        return False
    time.sleep(1.0)
    return recorded(story) == before


def finish(story: Story, *, hurry: bool) -> None:
    """The blast comes to its end. hurry: what dead workers hold runs out at once."""
    began = time.monotonic()
    assert story.blast is not None
    if hurry:
        until(lambda: done(story) or standing_still(story), what="the sending")
        time_goes_by(story, 200)
    until(lambda: done(story), 300, "the end of the blast")
    unsure = "SELECT count(*) FROM campaigns_deliveryresult WHERE state = 2"
    story.unsure_first = story.product.number(unsure)
    story.timed("to the end", began)


def settle(story: Story, *, hurry: bool) -> None:
    """Nobody calls any more: the receipts come in, everything is folded, what was unsure is settled."""
    began = time.monotonic()
    until(lambda: story.product.network("figures")["pending"] == 0, 300, "the last receipt")
    began = story.timed("receipts", began)
    story.product.settle()
    if hurry:
        time_goes_by(story, 40)
    unapplied = (  # receipts that may settle a delivery, and are not applied yet
        "SELECT count(*) FROM campaigns_receiptrow k JOIN campaigns_delivery d ON d.token = k.token"
    )
    until(lambda: story.product.number(unapplied) == 0, 120, "receipts settling what was unsure")
    until(lambda: done(story) and story.product.quiet(), what="the last fold")
    unsettled = "SELECT count(*) FROM campaigns_chunk WHERE unsettled"
    until(lambda: story.product.number(unsettled) == 0, what="the last results being folded")
    story.timed("settling", began)


def kill_at_random(story: Story, seed: int, kills: int) -> None:
    """Any part at any moment, several at once too."""
    chance, product = random.Random(seed), story.product
    for _ in range(kills):
        time.sleep(chance.uniform(0.5, 4.0))
        parts = chance.choice(
            [("bulk",), ("bulk",), ("web",), ("worker",), ("now",), ("beat",), ("stores",),
             ("valkey",), ("postgres",), ("bulk", "web"), ("bulk", "now"), ("bulk", "stores")]
        )  # fmt: skip
        for part in parts:
            if part == "stores":
                outage(story, chance.uniform(0.0, 1.0))
            else:
                product.kill(part)
        for part in set(parts) - {"stores"}:
            product.back(part)
        until(product.serving, what="the web serving again")
