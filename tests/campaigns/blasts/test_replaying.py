"""A blast replayed as of a time: all of it lies in that time, by the same rules, and nothing leaves the machine."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from campaigns.blasts import receipts, replaying
from campaigns.blasts.routes import NoRoute
from campaigns.editions.edition import Kind
from campaigns.models import Blast, Chunk, DeliveryResult
from gateways.base import Batch, Money, Outcome, Reason, Sms, State
from journal import intake
from journal.models import Entry
from people.models import Suppression
from tests.campaigns import scene
from tests.campaigns.scene import Scene

AT = datetime(2025, 3, 4, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
pytestmark = pytest.mark.django_db


def answering(state: State, reason: Reason = Reason.NONE) -> Callable[[Sms], Batch]:
    """A gateway that says the same of everybody."""
    cost = Money(Decimal("0.8"), "KES") if state is State.ACCEPTED else None

    def answers(sms: Sms) -> Batch:
        return Batch(tuple(Outcome(n, state, f"r{n[-1]}", cost, reason) for n in sms.numbers))

    return answers


def begun(**changes: object) -> Blast:
    wish = scene.wish(**changes)
    plan = replaying.begin(wish, by=scene.planner(), approver=scene.approver(), at=AT)
    return Blast.objects.get(pk=plan.blast)


def exposures() -> list[tuple[str, datetime, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tier, at, recorded_at FROM analytics_exposure ORDER BY sequence")
        found: list[tuple[str, datetime, datetime]] = cursor.fetchall()
    return found


def test_blast_begins_as_of_then(deployment: Scene):
    scene.people(2)

    blast = begun()

    assert (blast.planned_at, blast.approved_at, blast.started_at) == (AT, AT, AT)
    assert (blast.state, blast.people) == (Blast.State.RUNNING, 2)


def test_blast_through_real_phones_is_refused(deployment: Scene, real_gateway: None):
    scene.people(1)
    deployment.publish(kind=Kind.LIVE, days=1)

    with pytest.raises(NoRoute):
        begun(gateways=("real",))


def test_sending_lies_in_its_time(deployment: Scene):
    scene.people(2)
    blast = begun()

    assert replaying.send(blast.pk, answering(State.ACCEPTED), at=LATER) == 1

    assert Chunk.objects.get().begun_at == LATER
    assert set(DeliveryResult.objects.values_list("at", flat=True)) == {LATER}


def test_network_hears_nothing_of_it(deployment: Scene):
    scene.people(2)
    blast = begun()

    replaying.send(blast.pk, answering(State.ACCEPTED), at=LATER)

    assert deployment.record() == []


def test_settling_records_as_of_then_and_ends_the_blast(deployment: Scene):
    scene.people(1)
    blast = begun()
    replaying.send(blast.pk, answering(State.ACCEPTED), at=LATER)

    replaying.settle(at=LATER)

    blast.refresh_from_db()
    assert exposures() == [("targeted", AT, LATER), ("sent", LATER, LATER)]
    assert blast.state == Blast.State.DONE


def test_receipt_of_a_replay_is_recorded_as_of_then(deployment: Scene):
    scene.people(1)
    blast = begun()
    replaying.send(blast.pk, answering(State.ACCEPTED), at=LATER)
    replaying.settle(at=LATER)
    reference = DeliveryResult.objects.get().reference
    scene.journal_receipt(reference, scene.token(0), at=LATER + timedelta(minutes=1))

    receipts.fold_receipts(at=LATER + timedelta(minutes=5))

    minutes = [(tier, (recorded - LATER).seconds // 60) for tier, _, recorded in exposures()]
    assert minutes == [("targeted", 0), ("sent", 0), ("delivered", 5)]


def test_who_was_not_answered_for_is_tried_again_later(deployment: Scene):
    scene.people(2)
    blast = begun()
    replaying.send(blast.pk, answering(State.RETRY, Reason.THROTTLED), at=LATER)

    assert replaying.send(blast.pk, answering(State.ACCEPTED), at=LATER) == 0
    after = LATER + timedelta(seconds=replaying.WAIT)
    assert replaying.send(blast.pk, answering(State.ACCEPTED), at=after) == 1


def test_hours_are_those_of_then(deployment: Scene):
    scene.people(1)
    blast = begun(window=(time(8), time(18)))

    night = AT.replace(hour=20)

    assert replaying.send(blast.pk, answering(State.ACCEPTED), at=night) == 0
    assert replaying.send(blast.pk, answering(State.ACCEPTED), at=LATER) == 1


def test_cap_counts_what_was_sent_before_then(deployment: Scene):
    scene.people(1)
    for _ in range(2):
        replaying.send(begun().pk, answering(State.ACCEPTED), at=LATER)
        replaying.settle(at=LATER)

    third = begun()

    assert (third.people, third.excluded) == (0, {"frequency": 1})


def test_who_blocked_us_ended_messages_then(deployment: Scene):
    scene.people(1)
    blast = begun()

    replaying.send(blast.pk, answering(State.REFUSED, Reason.OPTED_OUT), at=LATER)

    assert Suppression.objects.get().since == LATER


def test_stored_lines_come_behind_all_others():
    Entry.objects.create(kind="hop", line='{"at":1}')
    text = json.dumps({"at": 2, "text": "a\\b"})

    intake.store(f"hop\t{text}\n".encode())

    lines = list(Entry.objects.order_by("id").values_list("kind", "line"))
    assert lines == [("hop", '{"at":1}'), ("hop", text)]
