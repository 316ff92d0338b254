"""Receipts: the same end in any order, any number of times; nothing moves that does not fit."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.models import Exposure
from campaigns.blasts import budget, leases, receipts, settling, tallies
from campaigns.models import Blast, Chunk, Delivery, DeliveryResult, ReceiptRow
from gateways.base import Standing
from people import consent, erasure, identity
from people.models import Person
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
RANKS = [rank for rank in Standing if rank > Standing.UNKNOWN]


def sent_blast(count: int, **faults: object) -> Blast:
    scene.people(count)
    blast = scene.started()
    scene.send(blast)
    return blast


def states() -> dict[str, int]:
    return dict(Delivery.objects.values_list("token", "state"))


def test_delivered_is_counted_once_however_often_it_is_told(deployment):
    blast = sent_blast(2)
    token, reference = scene.token(0), scene.accepted_results(blast)[scene.token(0)]

    for _ in range(3):
        scene.journal_receipt(reference, token)
        scene.fold()

    assert states() == {token: 60, scene.token(1): 5}
    assert Exposure.objects.filter(tier="delivered").count() == 1


def test_delivered_counts_at_the_time_of_its_receipt(deployment):
    blast = sent_blast(1)
    at = timezone.now() - timedelta(hours=2)

    scene.journal_receipt(scene.accepted_results(blast)[scene.token(0)], scene.token(0), at=at)
    scene.fold()

    assert Exposure.objects.get(tier="delivered").at == at


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    told=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(RANKS)), max_size=12),
    seed=st.integers(0, 2**32),
    folds=st.integers(1, 4),
)
def test_final_states_do_not_depend_on_order_or_repetition(deployment, told, seed, folds):
    """Some receipts come before the send's own results, some after; each up to three times."""
    blast = prepared()
    references = {n: f"ref-{n}" for n in range(3)}
    chance = random.Random(seed)
    copies = [one for one in told for _ in range(chance.randint(1, 3))]
    chance.shuffle(copies)
    cut = sorted(chance.randint(0, len(copies)) for _ in range(folds))
    for place, (n, rank) in enumerate(copies):
        if place in cut:
            scene.fold()
        if place == len(copies) // 2:
            commit(blast, references)
        scene.journal_receipt(references[n], scene.token(n), rank)
    commit(blast, references)
    scene.fold()
    scene.fold()

    best = {n: max([5, *(rank for person, rank in told if person == n)]) for n in range(3)}
    assert states() == {scene.token(n): best[n] for n in range(3)}
    delivered = [n for n in best if best[n] == Standing.DELIVERED]
    assert Exposure.objects.filter(tier="delivered").count() == len(delivered)
    assert not ReceiptRow.objects.exists()


def prepared() -> Blast:
    """A fresh blast of three people whose results are not committed yet."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT DELETE ON analytics_exposure TO CURRENT_USER")  # exposures only grow
    for table in (DeliveryResult, Delivery, Chunk, ReceiptRow, Exposure):
        table.objects.all().delete()
    if not Person.objects.exists():
        scene.people(3)
    blast = scene.approved()
    Blast.objects.filter(pk=blast.pk).update(state="done")
    return blast


def commit(blast: Blast, references: dict[int, str]) -> None:
    """The send's own results, appended as the sender does it; a second call adds nothing."""
    if DeliveryResult.objects.exists():
        return
    for n, reference in references.items():
        delivery = Delivery.objects.get(blast=blast, token=scene.token(n))
        DeliveryResult.objects.create(
            chunk_id=delivery.chunk_id,
            delivery=delivery,
            state=5,
            reference=reference,
            at=timezone.now(),
        )
    Chunk.objects.filter(blast=blast).update(state="done", begun_at=timezone.now(), unsettled=True)
    settling.settle()


@pytest.mark.parametrize(
    "change",
    [{"g": "other"}, {"id": "ATXid_unknown"}, {"t": "t1.somebody-else"}],
    ids=["another gateway", "unknown reference", "another number"],
)
def test_receipt_that_does_not_fit_changes_nothing_and_is_kept(deployment, change):
    blast = sent_blast(1)
    token, reference = scene.token(0), scene.accepted_results(blast)[scene.token(0)]

    scene.journal_receipt(
        change.get("id", reference), change.get("t", token), g=change.get("g", "sim")
    )
    scene.fold()

    assert states() == {token: 5}
    assert ReceiptRow.objects.count() == 1


def test_unknown_word_changes_nothing(deployment):
    blast = sent_blast(1)

    scene.journal_receipt(scene.accepted_results(blast)[scene.token(0)], scene.token(0), 0)
    scene.fold()

    assert states() == {scene.token(0): 5}


def test_receipts_that_nobody_asked_for_are_forgotten_after_a_week(deployment):
    scene.journal_receipt("ATXid_stray", "t1.nobody", at=timezone.now() - timedelta(days=8))
    scene.fold()

    scene.fold()

    assert not ReceiptRow.objects.exists()


def test_network_that_names_a_block_ends_messages(deployment):
    blast = sent_blast(1)
    token = scene.token(0)

    scene.journal_receipt(
        scene.accepted_results(blast)[token], token, Standing.REJECTED, reason="opted-out"
    )
    scene.fold()

    stop = Person.objects.get(token=token).stop_token
    assert consent.suppressed([stop], "campaign") == {stop}


def test_receipt_teaches_the_network(deployment):
    blast = sent_blast(1)

    scene.journal_receipt(scene.accepted_results(blast)[scene.token(0)], scene.token(0), n="63903")
    scene.fold()

    assert Delivery.objects.get().network == "63903"


# --- unsure -----------------------------------------------------------------------------------------


@pytest.fixture
def unsure(deployment) -> Blast:
    """Three people whose answer was lost though the network has their messages."""
    deployment.faults(cut=1.0)
    return sent_blast(3)


def tell(
    deployment: scene.Scene, *, after: timedelta = timedelta(0), people: tuple[int, ...] = (0, 1, 2)
) -> None:
    """The network's own receipts for these people."""
    wanted = {scene.number(n): scene.token(n) for n in people}
    for number, _text, reference in deployment.record():
        if number in wanted:
            scene.journal_receipt(reference, wanted[number], at=timezone.now() + after)


def settle_later(minutes: float = 1) -> None:
    """What the folds do once the receipts have waited for a late commit."""
    with scene.folding() as cursor:
        receipts.apply(cursor, [], at=scene.later(minutes))


def test_unsure_is_settled_by_the_receipt_that_can_only_be_its_own(deployment, unsure):
    tell(deployment, people=(0, 1))
    scene.fold()
    assert scene.fates(unsure) == {"unsure": 3}

    settle_later()
    settling.settle()

    assert scene.fates(unsure) == {"delivered": 2, "unsure": 1}
    assert Exposure.objects.filter(tier="delivered").count() == 2
    assert Exposure.objects.filter(tier="sent").count() == 2


def test_money_of_who_is_settled_by_a_receipt_stays_held(deployment, unsure):
    held = budget.committed(unsure.campaign)
    tell(deployment, people=(0, 1))
    scene.fold()
    settle_later()
    settling.settle()
    Blast.objects.update(state="done")

    assert budget.spent(unsure) == 0
    assert budget.held_untold(unsure) == 2 * unsure.texts.get(language="sw").each
    assert budget.committed(unsure.campaign) == held


def test_settled_delivery_follows_its_later_receipts(deployment, unsure):
    _number, _text, reference = next(
        row for row in deployment.record() if row[0] == scene.number(0)
    )
    scene.journal_receipt(reference, scene.token(0), Standing.SENT)
    scene.fold()
    settle_later()

    scene.journal_receipt(reference, scene.token(0), Standing.DELIVERED)
    scene.fold()

    assert states()[scene.token(0)] == 60


def test_receipt_of_another_sender_settles_nothing(deployment, unsure):
    Chunk.objects.update(sender="OTHER")
    tell(deployment)
    scene.fold()

    settle_later()

    assert scene.fates(unsure) == {"unsure": 3}


def test_receipt_after_the_window_settles_nothing(deployment, unsure):
    Chunk.objects.update(begun_at=timezone.now() - timedelta(hours=tallies.WINDOW, minutes=1))
    tell(deployment)
    scene.fold()

    settle_later()

    assert scene.fates(unsure) == {"unsure": 3}


def test_receipt_from_before_the_request_settles_nothing(deployment, unsure):
    tell(deployment, after=timedelta(hours=-1))
    scene.fold()

    settle_later()

    assert scene.fates(unsure) == {"unsure": 3}


def test_nothing_is_settled_while_another_request_with_the_number_is_in_flight(deployment, unsure):
    other = scene.started()
    lease = leases.claim(other.pk)
    assert lease is not None
    leases.begin(lease)
    tell(deployment)
    scene.fold()

    settle_later()

    assert scene.fates(unsure) == {"unsure": 3}


def test_two_receipts_for_one_unsure_delivery_settle_nothing(deployment, unsure):
    tell(deployment)
    scene.journal_receipt("ATXid_another", scene.token(0))
    scene.fold()

    settle_later()

    assert states()[scene.token(0)] == 2
    assert states()[scene.token(1)] == 60


def test_two_unsure_deliveries_of_one_number_are_not_told_apart(deployment, unsure):
    scene.send(scene.started())
    first = dict.fromkeys(scene.number(n) for n in range(3))
    for number, _text, reference in deployment.record():
        if number in first:
            del first[number]
            scene.journal_receipt(reference, identity.token(f"tel:{number}"))
    scene.fold()

    settle_later()

    assert set(Delivery.objects.values_list("state", flat=True)) == {2}


def test_receipt_of_a_reply_settles_nothing(deployment, unsure):
    scene.journal_receipt("ATXid_reply", scene.token(0))
    scene.fold()
    receipts.set_aside("sim", ["ATXid_reply"], at=timezone.now())

    settle_later()

    assert scene.fates(unsure) == {"unsure": 3}
    assert not ReceiptRow.objects.exists()


def test_receipt_with_endless_words_is_kept_cut_and_holds_up_nobody(deployment):
    blast = sent_blast(1)
    scene.journal_receipt("r" * 128, scene.token(0), n="9" * 128)
    scene.journal_receipt(scene.accepted_results(blast)[scene.token(0)], scene.token(0))

    scene.fold()

    assert states() == {scene.token(0): 60}
    assert ReceiptRow.objects.get().network == "9" * 16


def test_late_receipt_of_who_asked_to_be_forgotten_is_not_kept(deployment):
    scene.journal_receipt("unknown", scene.token(0))
    scene.fold()
    assert ReceiptRow.objects.count() == 1

    erasure.forget(scene.token(0))
    scene.journal_receipt("unknown", scene.token(0))
    scene.fold()
    scene.fold()

    assert ReceiptRow.objects.count() == 0


# --- several gateways --------------------------------------------------------------------------------


def test_receipt_counts_only_from_the_gateway_that_took_the_message(second):
    scene.people(1, network=scene.SAFARICOM)
    blast = scene.started(gateways=("other", "sim"))
    scene.send(blast)
    ((token, reference),) = scene.accepted_results(blast).items()

    scene.journal_receipt(reference, token, g="sim")
    scene.fold()
    before = scene.fates(blast)
    scene.journal_receipt(reference, token, g="other")
    scene.fold()

    assert (before, scene.fates(blast)) == ({"accepted": 1}, {"delivered": 1})


@pytest.mark.parametrize(("gateway", "fate"), [("sim", "unsure"), ("other", "delivered")])
def test_receipt_of_another_gateway_settles_no_unsure_delivery(second, gateway, fate):
    second.faults(cut=1.0)
    scene.people(1, network=scene.SAFARICOM)
    blast = scene.started(gateways=("other", "sim"))
    scene.send(blast)
    Chunk.objects.update(begun_at=timezone.now() - timedelta(minutes=5))

    at = timezone.now() - timedelta(minutes=2)
    scene.journal_receipt("unheard-of", scene.token(0), at=at, g=gateway)
    scene.fold()
    settling.tend()
    scene.fold()

    assert scene.fates(blast) == {fate: 1}
