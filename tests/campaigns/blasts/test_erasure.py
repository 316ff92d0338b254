"""Erasure reaches what was sent: counts stay, nothing leads to the person."""

import pytest

from campaigns.blasts import erasure, settling
from campaigns.models import Audience, AudienceMember, Delivery, DeliveryResult
from people import erasure as people_erasure
from people.models import Person
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_erased_person_is_in_no_delivery_and_every_count_stays(deployment):
    scene.people(3)
    blasts = [scene.started() for _ in range(2)]
    for blast in blasts:
        scene.send(blast)

    erasure.forget(scene.token(1))

    assert not Person.objects.filter(token=scene.token(1)).exists()
    tokens = list(Delivery.objects.values_list("token", flat=True))
    assert scene.token(1) not in tokens
    assert len(set(tokens)) == 6 - 2  # two people twice, two tombstones that differ
    assert [scene.fates(blast) for blast in blasts] == [{"accepted": 3}] * 2


def test_erased_person_who_still_waits_is_not_written_to(deployment):
    scene.people(2)
    blast = scene.started()

    erasure.forget(scene.token(0))
    scene.send(blast)
    settling.tend()

    assert scene.sent(deployment) == {scene.number(1): 1}
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"erased", ""}


def test_erased_person_leaves_explicit_audiences(deployment):
    scene.people(1)
    audience = Audience.objects.create(name="ours", countries=["KE"], explicit=True)
    AudienceMember.objects.create(audience=audience, token=scene.token(0))

    erasure.forget(scene.token(0))

    assert not AudienceMember.objects.exists()


def test_reference_by_which_the_provider_knows_the_number_goes(deployment):
    scene.people(2)
    scene.send(scene.started())

    erasure.forget(scene.token(0))

    named = dict(Delivery.objects.values_list("id", "token"))
    held = {
        named[row.delivery_id][:7] == "erased:": row.reference != ""
        for row in DeliveryResult.objects.all()
    }
    assert held == {True: False, False: True}


def test_delivery_frozen_while_somebody_was_forgotten_follows(deployment):
    scene.people(1)
    scene.started()
    people_erasure.forget(scene.token(0))  # as a plan that had not ended saw it

    erasure.follow()

    assert [token[:7] for token in Delivery.objects.values_list("token", flat=True)] == ["erased:"]


def test_delivery_of_somebody_taken_in_again_stays_theirs(deployment):
    scene.people(1)
    people_erasure.forget(scene.token(0))
    scene.people(1)
    scene.started()

    erasure.follow()

    assert list(Delivery.objects.values_list("token", flat=True)) == [scene.token(0)]
