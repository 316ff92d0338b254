"""How many requests a minute a door takes of one phone, or of an address that guesses secrets.

A provider sends everybody's requests from one address, so those with its secret are counted by the phone they are
about, as a token. Counters lie in the memory of a door's process alone: no store is asked in a request (D3). With
several processes behind one address a phone may do as much at each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from journal.writer import Journal

MINUTE: Final = 60  # seconds
KEYS_MOST: Final = 65_536  # counted at once, some 10 MB; when there are more, all begin anew
LIMITED: Final = "limited"  # the journal's kind


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` requests a minute. `what`: its word in the journal and in `people.rushes`."""

    what: str
    most: int


# Thumbs press a key each second or two, and a session has three minutes: 120 a minute are four times the fastest
# caller. Nobody writes an SMS every two seconds; a flow of a chat may put long texts in parts, so it gets twice
# that. A message has at most three receipts, and a phone gets some messages a day. Whoever set up a provider tries
# a secret a few times. (The figures are choices of ours, on the generous side; no provider publishes any.)
DIALS: Final = Limit("ussd", 120)
TEXTS: Final = Limit("sms", 30)
QUESTIONS: Final = Limit("ask", 60)
UNNAMED: Final = Limit("ask", 600)  # of one gateway, for questions that say of nobody who asks
RECEIPTS: Final = Limit("receipt", 60)
SECRETS: Final = Limit("secret", 20)


class Turnstile:
    """Of one door and limit. Threads may lose each other's count now and then: it is a limit, no figure."""

    __slots__ = ("_counts", "_journal", "_limit", "_minute", "_most")

    def __init__(self, limit: Limit, journal: Journal) -> None:
        self._limit, self._most, self._journal = limit, limit.most, journal
        self._minute = -1.0
        self._counts: dict[str, int] = {}

    def full(self, key: str, at: float, gateway: str = "", country: str = "") -> bool:
        """Whether `key` was here too often in this minute (epoch seconds). Half a microsecond.

        The first time in a minute one line goes into the journal: that, where and when, not of whom.
        """
        minute = (
            at // MINUTE
        )  # another minute, not a later one: a clock that is set back shuts nobody out
        if minute != self._minute or len(self._counts) >= KEYS_MOST:
            self._minute, self._counts = minute, {}
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count <= self._most:
            return False
        if count == self._most + 1:
            body = {"at": at, "what": self._limit.what, "g": gateway, "c": country}
            self._journal.append(LIMITED, body)
        return True


def strangers(journal: Journal, clock: Callable[[], float]) -> Callable[[str], None]:
    """Takes the address of each request with a wrong secret, and says in the journal when one tries many.

    It shuts nobody out: behind a proxy all come from one address, and whoever floods it would silence the
    provider. Nor need it: a secret has 128 bits or more, and a wrong one is answered before its body is read.
    """
    turnstile = Turnstile(SECRETS, journal)

    def note(address: str) -> None:
        turnstile.full(address, clock())

    return note
