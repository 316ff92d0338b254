"""Opt-outs hold although the worker that folds them is dead: the sender folds them before each request."""

import pytest
from django.db import transaction

from campaigns.models import Blast, Chunk, Delivery
from journal.models import Marker
from people import identity
from tests.campaigns import scene
from tests.campaigns.scene import Scene
from tests.faults.field import Worker, leases_run_out
from tests.journal.lines import write

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, EVERY = 2000, 7


def opt_outs_come_in(blast: Blast) -> set[str]:
    """Each seventh of the people whose request was not begun yet ends messages; their numbers."""
    with transaction.atomic():
        waiting = Chunk.objects.select_for_update().filter(blast=blast, state="waiting")
        chunks = list(waiting.values_list("pk", flat=True))
        tokens = set(Delivery.objects.filter(chunk__in=chunks).values_list("token", flat=True))
        ended = [scene.number(n) for n in range(0, PEOPLE, EVERY) if scene.token(n) in tokens]
        for number in ended:
            stop = identity.suppression_token(f"tel:{number}")
            write("opt-out", {"at": 1.0, "g": "sim", "st": stop, "how": "word", "c": "KE"})
    return set(ended)


def folded() -> int:
    return sum(Marker.objects.filter(kind="opt-out").values_list("entry", flat=True))


def test_opt_outs_hold_with_the_folding_worker_dead_and_the_sender_killed(
    field: Scene, workers: list[Worker]
) -> None:
    field.faults(seed=1, latency=0.1)
    scene.people(PEOPLE)
    blast = scene.started()
    workers.append(first := Worker.sending(blast))
    scene.wait_for(lambda: bool(field.record()) or first.process.poll() is not None)
    ended = opt_outs_come_in(blast)
    first.kill()
    leases_run_out()
    workers.append(second := Worker.sending(blast))
    second.process.wait(60)

    sent = {number for number, _text, _reference in field.record()}
    assert len(ended) > 50
    assert sent & ended == set()
    reasons = {scene.token(n): scene.number(n) for n in range(PEOPLE)}
    left_out = Delivery.objects.filter(reason="suppressed").values_list("token", flat=True)
    assert {reasons[token] for token in left_out} == ended
    assert folded() > 0
