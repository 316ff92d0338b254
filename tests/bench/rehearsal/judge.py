"""What must hold after a rehearsal, told by the network's own record and account, never by our tables alone."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics.ledger import Tier
from campaigns.models.deliveries import Fate
from gateways.network.operators import PRICES
from tests.bench.rehearsal.story import ITEM, RICH, Rehearsal
from tests.faults.stream_checks import indicators
from tests.faults.stream_judge import Blast

CENT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what was found against it; it holds where nothing was."""

    name: str
    broken: object

    @property
    def holds(self) -> bool:
        return not self.broken


def judge(run: Rehearsal, blast: Blast) -> list[Promise]:
    return [Promise(name, check(run, blast)) for name, check in PROMISES.items()]


def _twice(run: Rehearsal, blast: Blast) -> object:
    """By two counts of the same record: the network's and ours."""
    sent = Counter(number for number, _ in blast.record)
    return run.product.network("summary")["twice"] or sum(times > 1 for times in sent.values())


def _lost(run: Rehearsal, blast: Blast) -> object:
    """People without a message whom no state names, and people whom nobody planned."""
    unsure = {n for n, (fate, _) in blast.deliveries.items() if fate is Fate.UNSURE}
    return len(blast.people - set(blast.sent) - unsure) + len(set(blast.sent) - blast.people)


def _states(run: Rehearsal, blast: Blast) -> object:
    """Deliveries whose state is not what the network's record and its rules of chance say."""
    expected = blast.expected()
    found = {number: fate for number, (fate, _) in blast.deliveries.items()}
    wrong = Counter(
        f"{found.get(number)!r} instead of {fate!r}"
        for number, fate in expected.items()
        if found.get(number) is not fate
    )
    return dict(wrong)


def _unsure(run: Rehearsal, blast: Blast) -> object:
    """More of unknown fate, or others, than those whose answer was lost and who have no receipt."""
    named = {n for n, (fate, _) in blast.deliveries.items() if fate is Fate.UNSURE}
    report = run.product.told("blast", "report", run.blast)["unsure"]
    return len(named ^ (blast.lost - set(blast.reported))) + abs(report - len(named))


def _money(run: Rehearsal, blast: Blast) -> object:
    """The network's account against the answers that were heard and those that were lost."""
    taken = RICH - Decimal(run.product.network("account")["balance"])
    told = Decimal(str(run.product.told("blast", "report", run.blast)["cost"]))
    lost = sum((price(blast, n) for n in blast.lost & set(blast.sent)), Decimal(0))
    if abs(taken - told - lost) < CENT:
        return ""
    return f"the network took {taken}, we know of {told} and of {lost} whose answers were lost"


def price(blast: Blast, number: str) -> Decimal:
    return PRICES[number[:4]] * blast._parts(blast.sent[number])


def _ledger(run: Rehearsal, blast: Blast) -> object:
    code, out, err = run.product.manage("verify_ledger")
    return "" if code == 0 else f"{out} {err}"


def _indicator(run: Rehearsal, blast: Blast) -> object:
    """Unique numbers of each tier, counted from the record as sets, against the figures a donor reads."""
    tiers = (Tier.TARGETED, Tier.SENT, Tier.DELIVERED)
    expected = {tier.value: len(blast.by(tier)) for tier in tiers}
    codes = run.product.rows("SELECT DISTINCT indicator FROM analytics_reach WHERE channel = 'sms'")
    lines = [line for line in indicators(run.product) if (line["indicator"],) in codes]
    return [line for line in lines if {name: line[name] for name in expected} != expected] or (
        "" if lines else f"no indicator counts {ITEM}"
    )


def _dials(run: Rehearsal, blast: Blast) -> object:
    """Hops that nobody answered although the product was not being started anew."""
    return sum(not any(begin <= at <= end for begin, end in run.away) for at in run.dials.cut)


PROMISES: Mapping[str, Callable[[Rehearsal, Blast], object]] = {
    "nobody was sent the message twice": _twice,
    "nobody was lost: who got nothing is named": _lost,
    "every delivery has the state that the network's record gives it": _states,
    "every uncertain one is named, and nobody else": _unsure,
    "the money is what the network took": _money,
    "the ledger equals its recount": _ledger,
    "the donor figure equals the record's sets": _indicator,
    "every dial was answered, but for the restart of the whole product": _dials,
}


def fates(blast: Blast) -> dict[str, int]:
    return dict(Counter(fate.name.lower() for fate, _ in blast.deliveries.values()))


def troubles(run: Rehearsal) -> dict[str, Any]:
    """What went wrong on purpose: request faults as the network counts them, kills by part."""
    told = run.product.network("figures")
    return {
        "requests": told["requests"],
        "faults": {
            name.removeprefix("fault "): count
            for name, count in told.items()
            if name.startswith("fault ")
        },
        "kills": dict(Counter(part for _, part, _ in run.product.kills)),
        "restarts_of_the_whole": len(run.away),
    }
