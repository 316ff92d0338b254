"""Blasts on a real database, through the real adapter, judged by what the network itself wrote down."""

import pytest

from campaigns.models import Blast
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_blast_reaches_each_person_exactly_once_with_the_frozen_text(deployment):
    scene.people(1200)
    scene.people(300, "ET", language="am")
    blast = scene.started(audience="all", budget=100_000)

    scene.send(blast)

    judged = {(number, text) for number, text, _ in deployment.record()}
    texts = {(text.country, text.language): text.text for text in blast.texts.all()}
    expected = {(scene.number(n), texts["KE", "sw"]) for n in range(1200)}
    expected |= {(scene.number(n, "ET"), texts["ET", "am"]) for n in range(300)}
    assert judged == expected
    assert len(deployment.record()) == 1500
    assert scene.fates(blast) == {"accepted": 1500}
    assert blast.state == Blast.State.DONE
