"""Callers who dial session after session while something is killed; the judge is their own record."""

import http.client
import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

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
            # so many that no phone meets the doors' limit of a minute
            phone = f"+254711{caller:02d}{session % 10_000:04d}"
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
