"""The freeze: in slices, each person in one chunk, of one gateway, language and country."""

from decimal import Decimal

import pytest

from campaigns.blasts import budget, freezing
from campaigns.models import Blast, Chunk, Delivery, Price
from people.models import Person
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("deployment")]
BOTH, TURNED = ("sim", "other"), ("other", "sim")
SAFARICOM, AIRTEL = scene.SAFARICOM, scene.AIRTEL


def test_chunks_share_country_and_language_and_are_no_larger_than_a_request():
    scene.people(1100)
    scene.people(30, first=1100, language="en")

    blast = scene.planned()

    chunks = Chunk.objects.filter(blast=blast).values_list("country", "language", "people")
    assert sorted(chunks) == [
        ("KE", "en", 30),
        ("KE", "sw", 100),
        ("KE", "sw", 500),
        ("KE", "sw", 500),
    ]
    for chunk in Chunk.objects.filter(blast=blast):
        assert chunk.deliveries.count() == chunk.people


def test_freeze_goes_on_where_it_was_interrupted(monkeypatch):
    scene.people(25)
    monkeypatch.setattr(freezing, "SLICE", 10)
    blast = scene.planned()
    whole = sorted(Delivery.objects.filter(blast=blast).values_list("token", flat=True))
    begun = Person.objects.order_by("pk")[9].pk
    late = list(Person.objects.filter(pk__gt=begun).values_list("token", flat=True))
    Delivery.objects.filter(blast=blast, token__in=late).delete()
    Blast.objects.filter(pk=blast.pk).update(
        frozen_to=begun, frozen_at=None, people=10, chosen=10, parts=10, reserved=8
    )

    freezing.freeze(Blast.objects.get(pk=blast.pk))

    blast.refresh_from_db()
    assert (blast.people, blast.reserved) == (25, Decimal(20))
    assert sorted(Delivery.objects.filter(blast=blast).values_list("token", flat=True)) == whole


def test_person_taken_in_again_during_the_freeze_is_frozen_once(monkeypatch):
    scene.people(20)
    monkeypatch.setattr(freezing, "SLICE", 10)
    blast = scene.planned()
    Blast.objects.update(frozen_at=None)
    Person.objects.filter(token=scene.token(3)).delete()
    scene.people(1, first=3)
    scene.people(1, first=20)

    freezing.freeze(Blast.objects.get(pk=blast.pk))

    blast.refresh_from_db()
    tokens = Delivery.objects.filter(blast=blast).values_list("token", flat=True)
    assert sorted(tokens) == sorted(scene.token(n) for n in range(21))
    assert (blast.people, sum(Chunk.objects.values_list("people", flat=True))) == (21, 21)


def test_freezing_twice_adds_nobody():
    scene.people(12)
    blast = scene.planned()

    freezing.freeze(blast)

    assert (blast.people, Delivery.objects.filter(blast=blast).count()) == (12, 12)


# --- who goes through which ---------------------------------------------------------------------------


@pytest.fixture
def mixed(second: scene.Scene) -> None:
    """0, 1: Safaricom; 2, 3: Airtel; 4: nobody told."""
    scene.people(2, network=SAFARICOM)
    scene.people(2, first=2, network=AIRTEL)
    scene.people(1, first=4)


# --- who goes through which ---------------------------------------------------------------------------


@pytest.mark.usefixtures("mixed")
def test_each_person_goes_through_the_first_gateway_that_has_a_price_for_the_network(
    deployment, second
):
    blast = scene.started(gateways=TURNED)

    scene.send(blast)

    assert scene.through(deployment, second) == (scene.once(2, 3), scene.once(0, 1, 4))
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": 5})


@pytest.mark.usefixtures("mixed")
def test_preferred_gateway_takes_everybody_whom_it_serves(deployment, second):
    blast = scene.started(gateways=BOTH)

    scene.send(blast)

    assert scene.through(deployment, second) == (scene.once(0, 1, 2, 3, 4), {})


@pytest.mark.usefixtures("mixed")
def test_whom_no_gateway_serves_is_left_out_of_the_plan():
    blast = scene.planned(gateways=("other",))

    assert (blast.people, blast.excluded) == (3, {"no-route": 2})


@pytest.mark.usefixtures("mixed")
def test_chunk_knows_its_gateway_sender_and_the_way_onward():
    scene.planned(gateways=TURNED)

    found = Chunk.objects.values_list("gateway", "sender", "onward", "people").order_by("gateway")
    assert list(found) == [("other", "NJIA2", ["sim"], 3), ("sim", "NJIA", [], 2)]


@pytest.mark.usefixtures("mixed")
def test_reserve_covers_the_dearest_gateway_for_everybody():
    blast = scene.planned(gateways=BOTH)

    assert blast.reserved == 5 * Decimal("1.2")


@pytest.mark.usefixtures("mixed")
def test_gateways_of_two_currencies_are_not_planned_together():
    Price.objects.filter(gateway="other").update(currency="USD")

    with pytest.raises(budget.NoMoney, match="KE is priced in"):
        scene.planned(gateways=BOTH)


@pytest.mark.usefixtures("mixed")
def test_code_to_stop_is_of_a_gateway_that_has_one_whichever_carries_the_text():
    blast = scene.planned(gateways=("other",))

    assert {text.text.splitlines()[-1] for text in blast.texts.all()} == {"STOP: *384*1234#"}
