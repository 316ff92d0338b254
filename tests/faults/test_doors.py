"""F3, F4 and more for the doors: stores and the whole web process are killed under load.

The judge is the caller's own record: every screen that was answered must lie in the table exactly once;
what was written and killed before its answer left is at most one hop a connection and kill.
"""

import http.client
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

import pytest

from tests.faults.site import Hop, Site

CALLERS = 6
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
        line, session = http.client.HTTPConnection("127.0.0.1", self.site.web.port, timeout=10), 0
        while not self.ending.is_set():
            session += 1
            phone = f"+25471100{caller:02d}{session % 100:02d}"
            for depth, (text, screen) in enumerate(STEPS.items()):
                if not self._hop(line, (f"{caller}-{session}", depth), phone, text, screen):
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
    counted = Counter(site.counted())
    answered = Counter(load.answered)

    assert load.wrong == []
    assert [hop for hop, times in counted.items() if times > 1] == []
    assert answered - counted == Counter()
    assert (counted - answered).total() <= kills * CALLERS


def test_every_dial_is_answered_and_counted_once_while_both_stores_are_away(site: Site) -> None:
    with Load(site) as load:
        time.sleep(0.5)
        site.kill("valkey", "postgres")
        before = len(load.answered)
        time.sleep(1.5)
        during = len(load.answered) - before
        site.keeper.start()
        time.sleep(0.5)

    assert load.unanswered == 0
    assert during > 100
    assert load.slowest < 2.0
    judge(site, load, kills=0)


def test_killed_web_process_loses_no_answered_hop_and_no_session(site: Site) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.web.port, timeout=10)
    form = {"sessionId": "s", "serviceCode": "*384*1234#", "phoneNumber": "+254711009999"}

    def dial(text: str) -> str:
        line.request("POST", site.path, urlencode({**form, "text": text}))
        return line.getresponse().read().decode()

    with Load(site) as load:
        dial("")
        dial("2")
        line.close()
        time.sleep(0.5)
        site.web.kill()
        site.web.start()
        assert dial("2*1").startswith(STEPS["2*1"])
        line.close()

    load.answered += [("s", 0), ("s", 1), ("s", 2)]
    judge(site, load, kills=1)


def test_stopped_web_process_ships_everything_before_it_ends(site: Site) -> None:
    with Load(site) as load:
        time.sleep(0.5)
    assert site.web.process is not None
    site.web.process.terminate()
    site.web.process.wait(10)

    assert sorted(site.counted()) == sorted(load.answered)


@pytest.mark.slow
def test_everything_is_killed_again_and_again(site: Site) -> None:
    rng, kills = random.Random(11), 0
    with Load(site) as load:
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
