"""One hop as the journal keeps it: a screen that was answered, to whom, and what was said on it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from campaigns.editions.inquiry import AGE, UNDER_18
from journal import intake
from journal.intake import Entry
from people import identity

Name = tuple[str, str]  # gateway and session
Told = tuple[str, str]  # a question about the caller and the answer
Quiz = tuple[str, str, int]  # item, "before" or "after", the option from 1


@dataclass(frozen=True, slots=True)
class Hop:
    """One screen that was answered; `items` are the content items on it.

    `told`: what the caller has said of themselves in this session; `waits`: it may still come, None where
    the session asks nothing. `quiz`: the answer that this hop brought. `ends`: the screen was the last one.
    `near`: the session was begun by a neighbour of another caller's number (`ussd.crowd`).
    `former`: the caller's tokens under keys of before, the eldest last, while a rotation is open.
    """

    gateway: str
    session: str
    token: str
    country: str
    network: str
    code: str
    language: str
    edition: str
    place: str
    items: tuple[str, ...]
    depth: int
    wish: str
    lost: bool
    at: datetime
    told: Told | None = None
    waits: bool | None = None
    quiz: Quiz | None = None
    ends: bool = False
    near: bool = False
    former: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        return self.gateway, self.session

    @property
    def meets(self) -> bool:
        """Whether we know whom we met."""
        return bool(self.token) and not self.lost

    @property
    def counts(self) -> bool:
        return self.meets and bool(self.items) and not self.wish

    @property
    def minor(self) -> bool:
        return self.told == (AGE, UNDER_18)


def read(entries: Iterable[Entry]) -> Iterator[Hop]:
    """The hops of these entries; what is none is set aside."""
    for entry in entries:
        try:
            yield of(entry.body, entry.at)
        except (KeyError, TypeError, ValueError) as error:
            intake.set_aside(entry, f"no hop: {error!r}")


def current(hops: Iterable[Hop]) -> list[Hop]:
    """The hops under the tokens their callers have now: some were written just before a key was rotated."""
    told = list(hops)
    now = identity.current(hop.token for hop in told)
    return [
        replace(hop, token=now[hop.token], former=(hop.token, *hop.former))
        if hop.token in now
        else hop
        for hop in told
    ]


KEYS = {
    "gateway": "g",
    "session": "s",
    "token": "t",
    "country": "c",
    "network": "n",
    "code": "code",
    "language": "l",
    "edition": "e",
    "place": "x",
    "wish": "w",
}  # field -> its name in the journal, of plain words
REST = {
    "items": "i",
    "depth": "d",
    "lost": "lost",
    "told": "told",
    "waits": "waits",
    "quiz": "quiz",
    "ends": "ends",
    "near": "near",
    "former": "f",
}


def of(body: Mapping[str, Any], at: datetime) -> Hop:
    """The hop of a journal line's body. Raises KeyError, TypeError or ValueError where it is none."""
    told, quiz = body.get("told"), body.get("quiz")
    return Hop(
        **{name: str(body[key]) for name, key in KEYS.items()},
        items=tuple(map(str, body["i"])),
        depth=int(body["d"]),
        lost=bool(body["lost"]),
        at=at,
        told=(str(told[0]), str(told[1])) if told else None,
        waits=body.get("waits"),
        quiz=(str(quiz[0]), str(quiz[1]), int(quiz[2])) if quiz else None,
        ends=bool(body.get("ends")),
        near=bool(body.get("near")),
        former=tuple(map(str, body.get("f") or ())),
    )


def body(hop: Hop) -> dict[str, Any]:
    """The hop as `of` reads it, without its time."""
    names = {**KEYS, **REST}
    return {names[one.name]: getattr(hop, one.name) for one in fields(Hop) if one.name in names}
