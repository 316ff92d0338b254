"""F3, F4 and more for the doors: stores and the whole web process are killed under load.

The judge is the caller's own record: every screen that was answered must lie in the table exactly once;
what was written and killed before its answer left is at most one hop a connection and kill.
"""

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

import pytest

from tests.faults.journey import Caller, whole
from tests.faults.site import Hop, Site, Web

CALLERS = 6
loads = itertools.count()
STEPS = {
    "": "CON DEMO 1 Kiswahili",
    "2": "CON DEMO Njia Salama\n1 Dangers",
    "2*1": "CON DEMO Dangers",
    "2*1*1": "CON DEMO Many people die",
}


@dataclass(slots=True)
class Load:
    """Callers who dial session after session, and remember what they were answered."""

    site: Site
    web: Web
    name: str = field(default_factory=lambda: f"load{next(loads)}")
    answered: list[Hop] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unanswered: int = 0
    slowest: float = 0.0
    ending: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.threads = [threading.Thread(target=self._dial, args=(n,)) for n in range(CALLERS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def _dial(self, caller: int) -> None:
        line, session = http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=10), 0
        while not self.ending.is_set():
            session += 1
            phone = f"+25471100{caller:02d}{session % 100:02d}"
            for depth, (text, screen) in enumerate(STEPS.items()):
                if not self._hop(
                    line, (f"{self.name}-{caller}-{session}", depth), phone, text, screen
                ):
                    break
        line.close()

    def _hop(
        self, line: http.client.HTTPConnection, hop: Hop, phone: str, text: str, screen: str
    ) -> bool:
        form = {
            "sessionId": hop[0],
            "serviceCode": "*384*1234#",
            "phoneNumber": phone,
            "text": text,
        }
        began = time.monotonic()
        try:
            line.request("POST", self.site.path, urlencode(form))
            answer = line.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            line.close()
            self.unanswered += 1
            time.sleep(0.05)
            return False
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.answered.append(hop)
        if not answer.startswith(screen) and not answer.startswith("CON DEMO"):
            self.wrong.append(answer)
        return True


def judge(site: Site, load: Load, *, kills: int) -> None:
    site.shipped()
    counted = Counter(hop for hop in site.counted() if hop[0].startswith(f"{load.name}-"))
    answered = Counter(load.answered)

    assert load.wrong == []
    assert [hop for hop, times in counted.items() if times > 1] == []
    assert answered - counted == Counter()
    assert (counted - answered).total() <= kills * CALLERS


def test_every_dial_is_answered_and_counted_once_while_both_stores_are_away(pair: Site) -> None:
    with Load(pair, pair.web) as load:
        time.sleep(0.5)
        pair.kill("valkey", "postgres")
        before = len(load.answered)
        time.sleep(1.5)
        during = len(load.answered) - before
        pair.keeper.start()
        time.sleep(0.5)

    assert load.unanswered == 0
    assert during > 100
    assert load.slowest < 2.0
    judge(pair, load, kills=0)


def test_killed_web_process_loses_no_answered_hop_and_no_session(pair: Site) -> None:
    caller = Caller(pair)
    with Load(pair, pair.web) as load:
        caller.walk(end=2)
        time.sleep(0.5)
        caller.copied()
        pair.web.kill()
        pair.web.start()
        caller.walk(2)

    judge(pair, load, kills=1)
    whole(caller)


def test_stopped_web_process_ships_everything_before_it_ends(pair: Site) -> None:
    web = pair.another()

    with Load(pair, web) as load:
        time.sleep(0.5)
    pair.leave(web)

    judge(pair, load, kills=0)


@pytest.mark.slow
def test_everything_is_killed_again_and_again(site: Site) -> None:
    rng, kills = random.Random(11), 0
    with Load(site, site.web) as load:
        for _ in range(20):
            time.sleep(rng.uniform(0.2, 1.5))
            match rng.choice(["web", "web", "postgres", "valkey", "both"]):
                case "web":
                    site.web.kill()
                    site.web.start()
                    kills += 1
                case "both":
                    site.kill("valkey", "postgres")
                    time.sleep(rng.uniform(0.2, 1.0))
                    site.keeper.start()
                case store:
                    site.kill(store)
                    time.sleep(rng.uniform(0.2, 1.0))
                    site.keeper.start()

    assert site.web.process is not None
    assert site.web.process.poll() is None
    judge(site, load, kills=kills)
