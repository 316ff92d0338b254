"""A rotation of the keys while blasts run and receipts come: everybody is written to once, every receipt fits."""

from uuid import UUID

import pytest

from analytics.models import Exposure
from campaigns.blasts import erasure
from campaigns.models import Answer, Audience, AudienceMember, Delivery, ReceiptRow
from people import identity, rotation
from people.models import Person, Suppression
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def keys_of(model) -> set[str]:
    return {token.partition(".")[0] for token in model.objects.values_list("token", flat=True)}


def delivered_to() -> set[UUID]:
    found = Exposure.objects.filter(tier="delivered")
    return set(found.values_list("subject", flat=True))


def test_blast_that_was_planned_before_reaches_everybody_once(deployment, rotate):
    scene.people(300)
    blast = scene.started()
    rotate()
    rotation.retoken()

    scene.send(blast)

    assert scene.sent(deployment) == dict.fromkeys(map(scene.number, range(300)), 1)
    assert (scene.fates(blast), keys_of(Delivery)) == ({"accepted": 300}, {"t2"})


def test_blast_waits_until_everybody_was_carried_over(deployment, rotate):
    scene.people(3)
    blast = scene.started()
    rotate()

    scene.send(blast)
    before = (scene.sent(deployment), scene.fates(blast))
    rotation.retoken()
    scene.send(blast)

    assert before == ({}, {"planned": 3})
    assert scene.fates(blast) == {"accepted": 3}


def test_blast_does_not_wait_for_a_number_nobody_can_read(deployment, rotate):
    scene.people(3)
    Person.objects.filter(token=scene.token(0)).update(number="e0.number.lost")
    blast = scene.started()
    rotate()
    rotation.retoken()

    scene.send(blast)

    assert scene.fates(blast) == {"accepted": 2, "excluded": 1}


def test_frequency_cap_counts_what_was_sent_before(deployment, rotate):
    scene.people(2)
    for _ in range(2):
        scene.send(scene.started())
    rotate()
    rotation.retoken()

    third = scene.planned()

    assert third.excluded["frequency"] == 2


def test_explicit_audience_keeps_its_people(deployment, rotate):
    scene.people(3)
    ours = Audience.objects.create(name="ours", countries=["KE"], explicit=True)
    for index in (0, 2):
        AudienceMember.objects.create(audience=ours, token=scene.token(index))
    rotate()
    rotation.retoken()

    scene.send(scene.started(audience="ours"))

    assert set(scene.sent(deployment)) == {scene.number(0), scene.number(2)}
    assert keys_of(AudienceMember) == {"t2"}


def test_receipt_journalled_before_fits_after(deployment, rotate):
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    scene.journal_receipt(scene.accepted_results(blast)[scene.token(0)], scene.token(0))
    rotate()
    rotation.retoken()

    scene.fold()

    assert (len(delivered_to()), ReceiptRow.objects.count()) == (1, 0)


def test_receipt_that_came_before_its_delivery_was_carried_is_applied_then(deployment, rotate):
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    reference = scene.accepted_results(blast)[scene.token(0)]
    rotate()
    scene.journal_receipt(reference, scene.token(0))
    scene.fold()
    before = Delivery.objects.get().state
    rotation.retoken()

    scene.fold()

    assert (before, Delivery.objects.get().state, ReceiptRow.objects.count()) == (5, 60, 0)


def test_kept_receipt_of_before_is_carried_with_its_person(deployment, rotate):
    scene.people(1)
    scene.journal_receipt("of-nobody-yet", scene.token(0))
    scene.fold()
    rotate()

    rotation.retoken()

    assert keys_of(ReceiptRow) == {"t2"}


def test_who_was_written_to_before_is_no_new_subject_after(deployment, rotate):
    scene.people(5)
    scene.send(scene.started())
    before = set(Exposure.objects.values_list("subject", flat=True))
    rotate()
    rotation.retoken()

    scene.send(scene.started())

    assert set(Exposure.objects.values_list("subject", flat=True)) == before
    assert len(before) == 5


def test_stop_journalled_before_holds_after(deployment, rotate):
    scene.people(2)
    blast = scene.started()
    scene.journal_stop(1)
    rotate()
    rotation.retoken()

    scene.send_until(blast)

    assert set(scene.sent(deployment)) == {scene.number(0)}
    assert keys_of(Suppression) == {"s2"}


def test_forget_after_a_rotation_leaves_nothing_of_before(deployment, rotate):
    scene.people(1)
    scene.send(scene.started())
    rotate()
    rotation.retoken()

    erasure.forget(scene.token(0))

    assert Person.objects.count() == 0
    assert Delivery.objects.get().token.startswith("erased:")


def test_single_sms_that_waits_is_carried_and_resealed(rotate):
    number = scene.number(0)
    Answer.objects.create(
        gateway="sim",
        reference="one",
        token=scene.token(0),
        number=identity.seal(number, identity.NUMBER),
        text=identity.seal("hello"),
        made_at=scene.later(0),
    )
    rotate()

    rotation.retoken()

    kept = Answer.objects.get()
    assert (kept.token, kept.number[:3], kept.text[:3]) == (scene.token(0), "e2.", "e2.")
    assert (identity.unseal(kept.number), identity.unseal(kept.text)) == (number, "hello")
