"""F6: receipts thrice, in any order, some before the sender's own commit; through a real door and its journal."""

from collections import Counter

import pytest

from analytics.ledger import Tier
from analytics.models import Exposure
from campaigns.blasts import receipts, settling
from campaigns.models import Blast, Delivery, Fate, ReceiptRow
from gateways.africastalking.forms import STANDINGS
from journal.models import Entry
from people import identity
from tests.campaigns import scene
from tests.campaigns.scene import Scene
from tests.faults.field import Worker
from tests.faults.site import Web

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 3
AIR = {
    "receipts": "on",
    "receipt_copies": COPIES,
    "receipt_shuffled": True,
    "receipt_early": 0.3,
    "receipt_delay": 0.05,
    "submitted": 0.4,
    "buffered": 0.3,
    "loss": 0.3,
    "latency": 0.05,
}


def told_thrice(field: Scene, door: Web, workers: list[Worker], *, seed: int, people: int) -> None:
    field.faults(seed=seed, **AIR)
    scene.people(people)
    blast = scene.started()
    workers.append(worker := Worker.sending(blast))

    while not worker.ended or not nothing_left(field, door):
        receipts.fold_receipts()
        settling.tend(seconds=1)

    posted = field.network.callbacks.counts
    assert posted["receipt failed"] == 0
    assert posted["receipt ok"] == Entry.objects.filter(kind="receipt").count() > COPIES * people
    assert states(blast) == expected(field)
    assert ReceiptRow.objects.count() == 0
    delivered = Counter(expected(field).values())[Fate.DELIVERED]
    counted = Exposure.objects.filter(tier=Tier.DELIVERED).values_list("subject", flat=True)
    assert len(counted) == len(set(counted)) == delivered > 0


def nothing_left(field: Scene, door: Web) -> bool:
    """Whether every receipt was posted, shipped and folded."""
    if field.network.scheduler.pending or (door.health() or {"backlog_bytes": 1})["backlog_bytes"]:
        return False
    return receipts.fold_receipts() == 0


def states(blast: Blast) -> dict[str, Fate]:
    rows = Delivery.objects.filter(blast=blast).values_list("token", "state")
    return {token: Fate(state) for token, state in rows}


def expected(field: Scene) -> dict[str, Fate]:
    """Token -> what the network's last receipt said, by its own rules of chance."""
    exchange, found = field.network.exchange, {}
    shas = {text: sha for sha, text in exchange.record.texts.items()}
    for number, text, _reference in field.record():
        word, _reason = exchange.faults.fate(number, shas[text])
        found[identity.token(f"tel:{number}")] = Fate(STANDINGS[word.lower()])
    return found


def test_f06_receipts_thrice_and_in_any_order_say_what_the_network_says(field, door, workers):
    told_thrice(field, door, workers, seed=1, people=600)


@pytest.mark.slow
def test_f06_receipts_of_many_thrice_and_in_any_order(field, door, workers):
    told_thrice(field, door, workers, seed=2, people=20_000)
