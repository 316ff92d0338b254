"""People who dial and ask, as their provider's machines pass it on: a request refused or cut off is posted again.

What is expected of each hop is walked here, in the test's own process, over the published edition.
"""

import contextlib
import http.client
import http.cookies
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlencode

from campaigns.editions.edition import Edition
from gateways.registry import DEMONSTRATION_CODES
from people import identity
from tests.conversations.files import FILES, read
from tests.faults.stream_product import Product
from understanding.safeguarding import hears_danger
from ussd.dialogues import Dialogue as Script
from ussd.menu import Asked, Budget, Screen, Start, walk

CODES: Final = {country: code for code, country in DEMONSTRATION_CODES.items()}
SHOWN: Final = {"ET": "63601", "ER": "65701", "SD": "63401", "DJ": "63801"}  # networks with letters
LATIN: Final = {"KE": "63902", "ET": "63602", "ER": "65702", "SD": "63402", "DJ": "63802"}
CALLERS: Final = 3
THINKING: Final = 0.05  # seconds between two hops
# questions of which the bot is sure; the ways of asking faq-005 ("who are you") are answered of ourselves first
ASKED: Final = tuple(f"faq-{n:03d}" for n in range(1, 14) if n != 5)
CHATS_MOST: Final = 24  # two questions each stay below what the page allows an address
PATIENCE: Final = 90.0  # seconds in which a request must be answered at last
HopName = tuple[str, int]  # session and number of inputs


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What somebody dials: inputs after the language key included; `wishes`: they end or erase something."""

    name: str
    country: str
    network: str
    letters: bool
    inputs: tuple[str, ...]
    wishes: bool


@dataclass(slots=True)
class Session:
    """One call as it went; `seen` are the screens that were answered, with their number of inputs."""

    id: str
    phone: str
    country: str
    seen: list[tuple[int, Screen]] = field(default_factory=list)
    lost: bool = False  # answered as a session whose beginning nobody knows any more

    @property
    def token(self) -> str:
        return identity.token(f"tel:{self.phone}")


@dataclass(slots=True)
class Log:
    """What the callers saw. `cut`: the request may have been taken, its answer never came."""

    answered: Counter[HopName] = field(default_factory=Counter)
    cut: Counter[HopName] = field(default_factory=Counter)
    failures: list[tuple[float, str]] = field(
        default_factory=list
    )  # when, and what came instead of an answer
    answers: list[tuple[float, float]] = field(default_factory=list)  # when it was asked, seconds
    wrong: list[tuple[str, str, str]] = field(default_factory=list)  # session, expected, answered
    sessions: list[Session] = field(default_factory=list)

    def failures_between(self, begin: float, end: float) -> list[str]:
        return [
            f"{error} at {at - begin:.2f} s" for at, error in self.failures if begin <= at <= end
        ]

    def answered_between(self, begin: float, end: float) -> int:
        return sum(begin <= at <= end for at, _ in self.answers)


@dataclass(slots=True)
class World:
    """The product, the edition it serves, and the log of everybody who calls it."""

    product: Product
    edition: Edition
    log: Log = field(default_factory=Log)

    def screen(self, dialogue: Dialogue, inputs: Sequence[str]) -> Screen:
        """What this caller, never met before, must see after these inputs."""
        budget = Budget(156, 66 if dialogue.letters else 0)
        return walk(self.edition, Start(None, dialogue.country, budget), inputs, nothing_asked)


def nothing_asked(text: str, _language: str) -> Asked:
    """In place of the matcher, whose fitting takes seconds: nobody here writes a question of their own.

    Danger is listened for in whatever is written, on every screen.
    """
    return Asked(danger=bool(hears_danger(text)))


def reply(screen: Screen) -> str:
    return ("END " if screen.ends else "CON ") + screen.text


def dialogues(edition: Edition) -> list[Dialogue]:
    """The golden conversations by keys, as a new caller has them: their language is chosen first.

    In an order that mixes countries and kinds, the same at each run; without those in letters that no network
    of their country shows here.
    """
    scripts = [(path, read(path)) for path in FILES]
    found = [_dialogue(edition, path, script) for path, script in scripts if not script.asked]
    known = [one for one in found if one.network in SHOWN.values() or not one.letters]
    random.Random(len(known)).shuffle(known)
    return known


def _dialogue(edition: Edition, path: Path, script: Script) -> Dialogue:
    start = replace(script.start, language=None)
    keys = () if script.start.language is None else (_key(edition, script.start),)
    letters = bool(start.budget.ucs2)
    network = (SHOWN if letters else LATIN).get(start.country, "")
    inputs = (*keys, *script.inputs)
    wishes = [walk(edition, start, inputs[:n], nothing_asked).wish for n in range(len(inputs) + 1)]
    return Dialogue(path.stem, start.country, network, letters, inputs, any(wishes))


def _key(edition: Edition, start: Start) -> str:
    keys, new = map(str, range(1, 9)), replace(start, language=None)
    return next(
        key for key in keys if walk(edition, new, (key,), nothing_asked).language == start.language
    )


# --- USSD -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One connection to the web, as a provider's machine keeps it."""

    product: Product
    log: Log
    kept: http.client.HTTPConnection | None = None

    def post(self, path: str, body: bytes, hop: HopName | None = None) -> tuple[int, str]:
        """Status and text of the answer; posted again until there is one."""
        limit = time.monotonic() + PATIENCE
        while True:
            began = time.monotonic()
            try:
                status, text = self._once(path, body)
            except (OSError, http.client.HTTPException) as error:
                assert time.monotonic() < limit, "never answered"
                self._note_failure(error, hop)
                continue
            self.log.answers.append((began, time.monotonic() - began))
            if hop:
                self.log.answered[hop] += 1
            return status, text

    def _once(self, path: str, body: bytes) -> tuple[int, str]:
        own = self.kept or http.client.HTTPConnection("127.0.0.1", self.product.port, timeout=10)
        self.kept = own
        own.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = own.getresponse()
        return answer.status, answer.read().decode()

    def _note_failure(self, error: Exception, hop: HopName | None) -> None:
        self.close()
        self.log.failures.append((time.monotonic(), repr(error)))
        if hop and not isinstance(error, ConnectionRefusedError):
            self.log.cut[hop] += 1
        time.sleep(0.1)

    def close(self) -> None:
        if self.kept:
            self.kept.close()
        self.kept = None


def call(world: World, line: Line, dialogue: Dialogue, *, name: str, phone: str) -> Session:
    """Dial one dialogue to its end; a session that was lost is left at once."""
    session = Session(name, phone, dialogue.country)
    world.log.sessions.append(session)
    path = world.product.hook("ussd")
    for depth in range(len(dialogue.inputs) + 1):
        form = {
            "sessionId": name,
            "serviceCode": CODES[dialogue.country],
            "phoneNumber": phone,
            "networkCode": dialogue.network,
            "text": "*".join(dialogue.inputs[:depth]),
        }
        expected = world.screen(dialogue, dialogue.inputs[:depth])
        _, text = line.post(path, urlencode(form).encode(), (name, depth))
        if text != reply(expected):
            session.lost = True
            world.log.wrong.append((name, reply(expected), text))
            break
        session.seen.append((depth, expected))
        if expected.ends:
            break
        time.sleep(THINKING)
    return session


# --- the web chat ---------------------------------------------------------------------------------

VISIT = re.compile(r'id="visit" name="visit" value="([^"]+)"')


@dataclass(slots=True)
class Chat:
    """One browser in the chat page. `answered`: (question's item, answer) of each turn that came back."""

    product: Product
    country: str
    language: str
    cookies: dict[str, str] = field(default_factory=dict)
    answered: list[tuple[str, str]] = field(default_factory=list)
    cut: int = 0
    visit: str = ""  # what the page's form carries

    def ask(self, item: str, text: str) -> None:
        """One question, asked again until it is answered."""
        limit = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if not self.visit:
                    opened = f"/chat/?country={self.country}&language={self.language}"
                    page = self._request("GET", opened)[1]
                    self.visit = next(iter(VISIT.findall(page)), "")
                form = {"text": text, "visit": self.visit}
                self.cut += 1
                status, page = self._request("POST", "/chat/say/", urlencode(form))
                if status == 200:
                    self.cut -= 1
                    self.answered.append((item, page))
                    return
            assert time.monotonic() < limit, "the chat never answered"
            time.sleep(0.2)

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        own = http.client.HTTPConnection("127.0.0.1", self.product.port, timeout=10)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with contextlib.closing(own):
            own.request(method, path, body, headers)
            answer = own.getresponse()
            for told in answer.headers.get_all("Set-Cookie") or []:
                jar = http.cookies.SimpleCookie(told)
                self.cookies |= {name: morsel.value for name, morsel in jar.items()}
            return answer.status, answer.read().decode()


# --- everybody at once ----------------------------------------------------------------------------


@dataclass(slots=True)
class Crowd:
    """Threads of people who go on dialling and asking until they are told to end."""

    world: World
    numbers: Mapping[str, Iterator[str]]  # country -> numbers nobody has used yet
    least: int = 12  # dialogues of each caller
    chats: list[Chat] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    troubles: list[BaseException] = field(default_factory=list)

    def __enter__(self) -> Self:
        known = dialogues(self.world.edition)
        jobs: list[Callable[[], None]] = [
            partial(self._dial, known[first::CALLERS], first) for first in range(CALLERS)
        ]
        self.threads = [threading.Thread(target=self._safe, args=(job,)) for job in jobs]
        self.threads.append(threading.Thread(target=self._safe, args=(self._chat,)))
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def _safe(self, job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as trouble:
            self.troubles.append(trouble)

    def _dial(self, known: list[Dialogue], caller: int) -> None:
        """The first so many dialogues of this caller at least, then on until told to end."""
        line, round_ = Line(self.world.product, self.world.log), 0
        while round_ < self.least or not self.ending.is_set():
            dialogue = known[round_ % len(known)]
            kind = f"{dialogue.country}!" if dialogue.wishes else dialogue.country
            phone = next(self.numbers[kind])
            name = f"call-{caller}-{round_}"
            call(self.world, line, dialogue, name=name, phone=phone)
            round_ += 1
        line.close()

    def _chat(self) -> None:
        """A new browser every few seconds, with two questions each."""
        said = self.world.edition.phrasings["en"]
        pairs = list(zip(ASKED[::2], ASKED[1::2], strict=True))
        for n in range(CHATS_MOST):
            self.chats.append(chat := Chat(self.world.product, "KE", "en"))
            for item in pairs[n % len(pairs)]:
                chat.ask(item, said[item][0])
            if self.ending.wait(1.5):
                return
        self.ending.wait()
