"""One session through a small edition: what is seen at each hop, and what it counts."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import redis

from analytics.models import Exposure
from campaigns.editions.edition import Edition
from tests.editions import DANGER, edition
from tests.faults.site import Site, Web, until
from tests.journal.lines import write
from ussd import folding
from ussd.hop import HOP_METADATA

EDITION = edition()
LANGUAGES = "CON DEMO 1 Kiswahili\n2 English\n0 Exit"
MAIN = (
    "CON DEMO Njia Salama\n1 Dangers\n3 Safe ways\n6 Ask a question\n7 Stop / forget me\n"
    "8 Get help now\n9 Language\n0 Exit"
)
DANGERS = "CON DEMO Dangers\n1 Many people die on t\n0 Back"
ONE = "CON DEMO Many people die on the road.\n0 Back\n98 More"
TWO = "CON DEMO Ask someone who came back.\n0 Back\n8 Help"
HELP = "CON DEMO Call free: 0000 111\n0 Back\n99 Exit"
GOODBYE = "END DEMO The weather is fine today. Goodbye."
JOURNEY = (
    ("", LANGUAGES),
    ("2", MAIN),
    ("2*1", DANGERS),
    ("2*1*1", ONE),
    ("2*1*1*98", TWO),
    ("2*1*1*98*8", HELP),
    ("2*1*1*98*8*99", GOODBYE),
)
SCREENS = [screen for _, screen in JOURNEY]
EXPOSURES = [
    ("interacted", DANGER),
    ("engaged", DANGER),
    *((tier, "") for tier in ("interacted", "engaged", "completed", "referred")),  # help: sensitive
]
CODE = "*384*1234#"
numbers = itertools.count(1)


@dataclass(slots=True)
class Caller:
    """One session of somebody who never called before. `name` is its id, `seen` its screens."""

    site: Site
    name: str = field(default_factory=lambda: f"call-{next(numbers)}")
    seen: list[str] = field(default_factory=list)
    echo: str = ""

    @property
    def phone(self) -> str:
        return f"+2547112{self.name.removeprefix('call-'):0>5}"

    def dial(self, *texts: str, at: Web | None = None) -> list[str]:
        """These hops, one after the other; the screens of them."""
        form = {"sessionId": self.name, "serviceCode": CODE, "phoneNumber": self.phone}
        headers = {HOP_METADATA: self.echo} if self.echo else {}
        shown = [
            (at or self.site.web).post(self.site.path, {**form, "text": text}, headers)
            for text in texts
        ]
        self.seen += shown
        return shown

    def walk(self, begin: int = 0, end: int = len(JOURNEY), *, at: Web | None = None) -> None:
        self.dial(*(text for text, _ in JOURNEY[begin:end]), at=at)

    def copied(self, length: int = 0) -> None:
        """Wait until Redis holds the session's pin, moved on by so many characters of its transcript."""
        with redis.Redis.from_url(self.site.keeper.servers.redis) as client:
            name = f"njia:pin:sim:{CODE}:{self.name}"
            until(lambda: json.loads(client.get(name) or '{"length": -1}')["length"] >= length)

    def hops(self) -> list[dict[str, Any]]:
        """What the table holds of this session, once everything is shipped."""
        self.site.shipped()
        return [body for body in self.site.entries() if body["s"] == self.name]


def whole(caller: Caller) -> None:
    """The session went as if nothing had happened: each screen seen, journalled and counted once."""
    hops = caller.hops()

    assert caller.seen == SCREENS
    assert [hop["d"] for hop in hops] == list(range(len(JOURNEY)))
    assert [hop["new"] for hop in hops] == [True, *[False] * (len(JOURNEY) - 1)]
    assert {hop["lost"] for hop in hops} == {False}
    assert ledger(hops) == EXPOSURES


def ledger(hops: list[dict[str, Any]], *editions: Edition) -> list[tuple[str, str]]:
    """Tier and item of what the fold makes of these hops."""
    known = {one.id: one for one in (EDITION, *editions)}
    before = set(Exposure.objects.values_list("sequence", flat=True))
    write("hop", *hops)
    assert folding.fold_hops(known.get) == len(hops)
    new = Exposure.objects.exclude(sequence__in=before).order_by("sequence")
    return list(new.values_list("tier", "item"))
