"""What must stand in the product's tables after the stream, told by others than the product.

The simulated network's record and its rules of chance say what became of each message; the callers' own log
and the published edition say what the ledger must hold.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from analytics.ledger import Tier
from campaigns.editions.screens import HELP
from campaigns.models.deliveries import Fate
from gateways import segments
from gateways.africastalking.forms import STANDINGS
from gateways.network.faults import Faults
from gateways.network.operators import PRICES
from people import identity
from tests.faults.stream_callers import HopName, Session, World
from tests.faults.stream_product import Product
from ussd import exposing


@dataclass(frozen=True)
class Blast:
    """A blast as the network saw it, beside its deliveries. `people`: the numbers that were planned."""

    product: Product
    number: int
    people: frozenset[str]
    stopped: frozenset[str]  # ended messages before the first request
    faults: Faults

    @cached_property
    def texts(self) -> dict[str, str]:
        """The network's name of each text of the blast -> the text."""
        rows = self.product.rows(
            "SELECT text FROM campaigns_blasttext WHERE blast_id = %s", self.number
        )
        return {hashlib.sha256(text.encode()).hexdigest()[:16]: text for (text,) in rows}

    @cached_property
    def record(self) -> list[tuple[str, str]]:
        """(number, name of the text) of every message of this blast that the network accepted."""
        rows = [(row["number"], row["sha"]) for row in self.product.record()]
        return [(number, sha) for number, sha in rows if sha in self.texts]

    @cached_property
    def sent(self) -> dict[str, str]:
        return dict(self.record)

    @cached_property
    def tokens(self) -> dict[str, str]:
        return {identity.token(f"tel:{number}"): number for number in self.people}

    @cached_property
    def deliveries(self) -> dict[str, tuple[Fate, str]]:
        """Number -> state and reason, as the product has it."""
        rows = self.product.rows(
            "SELECT token, state, reason FROM campaigns_delivery WHERE blast_id = %s", self.number
        )
        return {self.tokens[token]: (Fate(state), reason) for token, state, reason in rows}

    @cached_property
    def lost(self) -> frozenset[str]:
        """Numbers whose request was under way when its worker died: nobody heard an answer."""
        rows = self.product.rows(
            "SELECT d.token FROM campaigns_deliveryresult r JOIN campaigns_delivery d"
            " ON d.id = r.delivery_id WHERE d.blast_id = %s AND r.state = 2",
            self.number,
        )
        return frozenset(self.tokens[token] for (token,) in rows)

    @cached_property
    def reported(self) -> dict[str, Fate]:
        """Number -> its last receipt, by the network's own rules of chance."""
        told = {n: sha for n, sha in self.sent.items() if self.faults.reported(n, sha)}
        fates = {n: self.faults.fate(n, sha)[0] for n, sha in told.items()}
        return {number: Fate(STANDINGS[word.lower()]) for number, word in fates.items()}

    def expected(self) -> dict[str, Fate]:
        """Number -> the only state in which its delivery may be."""
        return {number: self._fate(number) for number in self.people}

    def _fate(self, number: str) -> Fate:
        if number in self.stopped:
            return Fate.EXCLUDED
        if number in self.reported:
            return self.reported[number]
        return Fate.UNSURE if number in self.lost else Fate.ACCEPTED

    @property
    def charged(self) -> Decimal:
        """What the network told it charged: for those whose answer was heard."""
        heard = (pair for pair in self.sent.items() if pair[0] not in self.lost)
        prices = (PRICES[number[:4]] * self._parts(sha) for number, sha in heard)
        return sum(prices, Decimal(0))

    def _parts(self, sha: str) -> int:
        return segments.count(self.texts[sha]).parts

    def by(self, tier: Tier) -> set[str]:
        """Tokens of everybody who came to that tier through this blast."""
        whom = {
            Tier.TARGETED: self.people,
            Tier.SENT: (set(self.sent) - self.lost) | set(self.reported),
            Tier.DELIVERED: {n for n, fate in self.reported.items() if fate is Fate.DELIVERED},
        }
        return {identity.token(f"tel:{number}") for number in whom[tier]}


# --- dialogues ------------------------------------------------------------------------------------


@dataclass
class Counted:
    """What the sessions must have put into the ledger: keys of facts, and whom they reached for what."""

    world: World
    keys: set[UUID] = field(default_factory=set)
    tokens: dict[tuple[str, Tier], set[str]] = field(default_factory=dict)  # by indicator and tier

    def take(self, sessions: Iterable[Session]) -> "Counted":
        for session in sessions:
            self._session(session)
        return self

    def by(self, indicator: str, tier: Tier) -> set[str]:
        return self.tokens.get((indicator, tier), set())

    def _session(self, session: Session) -> None:
        first: int | None = None
        for depth, screen in session.seen:
            items = () if screen.wish else screen.content
            for item in (self.world.edition.items[name] for name in items):
                first = depth if first is None else first
                tiers = [Tier.INTERACTED] + [Tier.ENGAGED] * (depth > first)
                if screen.place == HELP and self.world.edition.helps(
                    session.country, screen.language
                ):
                    tiers += [Tier.COMPLETED, Tier.REFERRED]
                for tier in tiers:
                    self.keys.add(exposing.key("sim", session.id, item.id, tier))
                    for indicator in item.indicators:
                        self.tokens.setdefault((indicator, tier), set()).add(session.token)


def journalled(product: Product) -> tuple[Counter[HopName], set[str]]:
    """Lines of each hop in the journal, and the sessions that were lost on the way."""
    rows = product.rows("SELECT line FROM journal_entry WHERE kind = 'hop'")
    bodies = [json.loads(line) for (line,) in rows]
    lines = Counter((body["s"], body["d"]) for body in bodies if not body["lost"])
    return lines, {body["s"] for body in bodies if body["lost"]}


def ledger_keys(product: Product, channel: str) -> list[UUID]:
    return [
        key
        for (key,) in product.rows("SELECT key FROM analytics_exposure WHERE channel = %s", channel)
    ]
