"""A blast whose words hold a number nobody vouches for waits for a person."""

import pytest

from campaigns.blasts import approval
from campaigns.blasts.permits import Refused
from campaigns.editions.tokens import Number
from campaigns.models import Blast, BlastText, Notice
from campaigns.proofs import holding
from tests.campaigns import scene

pytestmark = pytest.mark.django_db


def lapsed(country: str = "KE", number: str = "0000 7101") -> list[Number]:
    return [Number(country, "child", number, "Child line", ())]


@pytest.fixture
def blast(deployment):
    scene.people(2)
    made = scene.started()
    BlastText.objects.filter(blast=made).update(text="Call 0000 7101. STOP *384#")
    return made


@pytest.mark.parametrize("state", ["running", "approved"])
def test_blast_that_would_send_the_number_is_paused_and_says_why(blast, state):
    Blast.objects.update(state=state)

    assert holding.hold(lapsed(), at=scene.later(0)) == [blast.pk]

    blast.refresh_from_db()
    assert (blast.state, blast.pause_reason) == ("paused", "number")
    assert Notice.objects.filter(kind="paused", text="number", by=None).count() == 1


@pytest.mark.parametrize(
    "numbers", [[], lapsed("ET"), lapsed(number="0000 710"), lapsed(number="000 7101")]
)
def test_blast_with_other_words_goes_on(blast, numbers):
    assert holding.hold(numbers, at=scene.later(0)) == []

    blast.refresh_from_db()
    assert blast.state == "running"


@pytest.mark.parametrize("state", ["planned", "stopped", "done"])
def test_blast_that_sends_nothing_is_left_alone(blast, state):
    Blast.objects.update(state=state)

    assert holding.hold(lapsed(), at=scene.later(0)) == []
    assert not approval.hold(blast, at=scene.later(0), reason="number")


def test_blast_goes_on_only_with_the_words_of_today(blast):
    planner = blast.planned_by
    holding.hold(lapsed(), at=scene.later(0))
    blast.refresh_from_db()

    with pytest.raises(Refused, match="Text or price changed"):
        approval.resume(blast, by=planner, at=scene.later(0))

    blast.refresh_from_db()
    assert blast.state == "paused"
