"""F11 and more: two blasts at once. Replies do not wait for them, and no late receipt settles the wrong one."""

import json
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.blasts import receipts, settling
from campaigns.models import Answer, Blast, Delivery, DeliveryResult, Fate
from people import identity
from tests.campaigns import scene
from tests.campaigns.replies.owed import owed
from tests.campaigns.scene import Scene
from tests.faults.field import Worker, gateways, late_ones_settle

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20_000
REPLY_MOST = 2.0  # seconds, for 99 of 100 replies


def two(field: Scene, *, people: int) -> list[Blast]:
    """Two blasts to the same people, each with a text of its own."""
    scene.people(people, language="en")
    blasts = []
    for days, say in enumerate(("Ask for a contract.", "Ask for a passport."), 1):
        field.publish(say=say, days=days)
        scene.forget_routes()
        blasts.append(scene.started())
    return blasts


def send_both(blasts: list[Blast], workers: list[Worker]) -> None:
    workers += [Worker.sending(blast) for blast in blasts]
    for worker in workers:
        worker.process.wait(300)
    for blast in blasts:
        blast.refresh_from_db()


# --- F11: replies meanwhile -------------------------------------------------------------------------


def reply_meanwhile(
    field: Scene, workers: list[Worker], *, people: int, rate: float, replies: int
) -> None:
    """The gateway's pace, shared by both blasts, makes them last; replies go beside it."""
    field.faults(latency=0.1)
    pace(field, rate)
    blasts = two(field, people=people)
    workers.append(Worker("tests.faults.reply_worker", "1"))
    asked = owed("warm")
    scene.wait_for(lambda: replied(field, asked) > 0, 60)
    workers += [Worker.sending(blast) for blast in blasts]
    scene.wait_for(lambda: len(field.record()) > 100, 60)

    made = [_owed_after(0.25, f"reply-{n}") for n in range(replies)]
    busy = [Blast.objects.get(pk=blast.pk).state for blast in blasts]
    scene.wait_for(lambda: not Answer.objects.filter(state="waiting").exists(), 60)
    times = sorted(replied(field, one) for one in made)

    assert busy == ["running", "running"]
    assert times[len(times) * 99 // 100] <= REPLY_MOST
    assert times[0] > 0


def pace(field: Scene, rate: float) -> None:
    file = Path(settings.GATEWAYS_FILE)
    file.write_text(gateways(field.network.port, rate=rate), encoding="utf-8")
    scene.forget_routes()


def _owed_after(pause: float, name: str) -> Answer:
    """Each answer has a text of its own, by which the record knows it."""
    time.sleep(pause)
    return owed(name, text=identity.seal(name))


def replied(field: Scene, answer: Answer) -> float:
    """Seconds from when it was owed until the network had it; 0.0: it has not."""
    text = identity.unseal(answer.text, identity.TEXT)
    record = field.network.exchange.record
    shas = [sha for sha, known in record.texts.items() if known == text]
    rows = map(json.loads, b"".join(record.lines()).splitlines())
    found = [row["at"] - answer.made_at.timestamp() for row in rows if row["sha"] in shas]
    return float(found[0]) if found else 0.0


def test_f11_replies_do_not_wait_for_two_blasts(field, workers):
    reply_meanwhile(field, workers, people=4000, rate=500.0, replies=30)


@pytest.mark.slow
def test_f11_replies_do_not_wait_for_two_blasts_to_many(field, workers):
    reply_meanwhile(field, workers, people=MANY, rate=500.0, replies=200)


# --- receipts that come late ------------------------------------------------------------------------


def overlap(field: Scene, workers: list[Worker], *, seed: int, people: int) -> None:
    """Answers of both are lost, so that many are unsure of both; then all receipts come, thrice, in any order."""
    shares = dict.fromkeys(("cut", "garbage", "drop"), 0.1)
    field.faults(seed=seed, latency=0.05, latency_spread=0.1, **shares)
    blasts = two(field, people=people)
    send_both(blasts, workers)
    before = unsure(blasts)
    tell_late(field, seed)

    sent = Counter((number, text) for number, text, _reference in field.record())
    assert set(sent.values()) == {1}
    assert [blast.state for blast in blasts] == ["done", "done"]
    assert before[0] & before[1] != set()
    references_fit(field, blasts)
    delivered_as_recorded(field, blasts)
    assert unsure(blasts) == still_unsure(field, blasts, before)


def unsure(blasts: list[Blast]) -> list[set[str]]:
    """Tokens of unknown fate, by blast."""
    return [
        set(Delivery.objects.filter(blast=one, state=Fate.UNSURE).values_list("token", flat=True))
        for one in blasts
    ]


def tell_late(field: Scene, seed: int) -> None:
    rows = [row for row in field.record() for _ in range(3)]
    random.Random(seed).shuffle(rows)
    for n, (number, _text, reference) in enumerate(rows, 1):
        scene.journal_receipt(reference, identity.token(f"tel:{number}"))
        if n % 1000 == 0:
            receipts.fold_receipts()
            late_ones_settle()
    while receipts.fold_receipts():
        pass
    for _ in range(2):  # who was settled frees another one of the same number
        late_ones_settle()
    while settling.settle():
        pass


def words(blast: Blast) -> str:
    """What its people, who all read English, were sent."""
    return blast.texts.get(country="KE", language="en").text


def references_fit(field: Scene, blasts: list[Blast]) -> None:
    """Whatever a delivery goes by was a message of its own blast to its own number."""
    told = {ref: (identity.token(f"tel:{number}"), text) for number, text, ref in field.record()}
    for blast in blasts:
        rows = DeliveryResult.objects.filter(delivery__blast=blast).exclude(reference="")
        known = rows.values_list("delivery__token", "reference")
        assert [row for row in known if told[row[1]][0] != row[0]] == []
        assert {told[reference][1] for _token, reference in known} == {words(blast)}


def delivered_as_recorded(field: Scene, blasts: list[Blast]) -> None:
    """Nobody is called reached by a message that never was."""
    sent = {(identity.token(f"tel:{number}"), text) for number, text, _ref in field.record()}
    for blast in blasts:
        delivered = Delivery.objects.filter(blast=blast, state=Fate.DELIVERED)
        tokens = set(delivered.values_list("token", flat=True))
        assert tokens != set()
        assert {(token, words(blast)) for token in tokens} <= sent


def still_unsure(field: Scene, blasts: list[Blast], before: list[set[str]]) -> list[set[str]]:
    """Who was unsure of both, however many receipts came: nobody can say whose they are. And who got nothing."""
    sent = {(identity.token(f"tel:{number}"), text) for number, text, _ref in field.record()}
    both = before[0] & before[1]
    return [
        {token for token in mine if token in both or (token, text) not in sent}
        for text, mine in zip(map(words, blasts), before, strict=True)
    ]


def test_late_receipts_of_two_blasts_to_the_same_people_settle_no_wrong_one(field, workers):
    overlap(field, workers, seed=1, people=1500)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
def test_late_receipts_of_two_blasts_to_the_same_many_people_settle_no_wrong_one(
    field, workers, seed
):
    overlap(field, workers, seed=seed, people=MANY)
