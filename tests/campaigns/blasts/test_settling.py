"""What was sent is counted: each fact once, as it was."""

from collections import Counter

import pytest

from analytics.models import Exposure
from campaigns.blasts import settling
from campaigns.models import Chunk
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_targeted_and_sent_are_counted_once_each(deployment):
    scene.people(3)
    blast = scene.started()

    scene.send(blast)
    Chunk.objects.update(unsettled=True, targeted=False)
    settling.tend()

    tiers = Counter(Exposure.objects.values_list("tier", flat=True))
    assert tiers == {"targeted": 3, "sent": 3}


def test_exposure_says_what_was_sent_where(deployment):
    scene.people(1, sex="female", district="Garissa", network="63902")
    blast = scene.started()

    scene.send(blast)

    row = Exposure.objects.get(tier="sent")
    assert (row.campaign, row.country, row.channel, row.item, row.language) == (
        ("always-on", "KE", "sms", blast.item, "sw")
    )
    assert (row.indicators, row.sex, row.district, row.network) == (
        ["3.3"],
        "female",
        "Garissa",
        "63902",
    )


def test_lost_answers_are_targeted_but_not_sent(deployment):
    deployment.faults(cut=1.0)
    scene.people(2)
    blast = scene.started()

    scene.send(blast)

    assert Counter(Exposure.objects.values_list("tier", flat=True)) == {"targeted": 2}
