"""What became of the messages of a period's blasts, out of the kept tallies."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.blasts import carriage, tallies
from campaigns.blasts.carriage import Asked, Lot
from campaigns.blasts.tallies import Group
from campaigns.models import Blast, Delivery, Fate, Tally
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


ASKED = Asked(
    begin=NOW - timedelta(days=1),
    end=NOW + timedelta(days=1),
    indicator="3.3",
    countries=("KE", "UG"),
)


def asked(**changes: Any) -> Asked:
    return replace(ASKED, **changes)


def tallied() -> Blast:
    """A blast under way whose deliveries were just counted."""
    blast = scene.started()
    Blast.objects.filter(pk=blast.pk).update(indicators=["3.3"])
    tallies.count(blast, Tally.Kind.FATES, at=timezone.now())
    return blast


def test_messages_are_told_by_network_and_route(deployment):
    scene.people(3, network="63902")
    scene.people(2, first=3, network="63903")
    blast = scene.started()
    Delivery.objects.filter(network="63902").update(state=Fate.DELIVERED)
    Delivery.objects.filter(network="63903").update(state=Fate.REFUSED, reason="no-route")
    Blast.objects.filter(pk=blast.pk).update(indicators=["3.3"])
    tallies.count(blast, Tally.Kind.FATES, at=timezone.now())

    found = carriage.carried(asked())

    assert found.by_way() == {
        ("sim", "63902"): {Lot.DELIVERED: 3},
        ("sim", "63903"): {Lot.REFUSED: 2},
    }
    assert found.why() == {(Lot.REFUSED, "no-route"): 2}


def test_steps_from_the_audience_to_the_handset_balance(deployment):
    scene.people(4)
    tallied()

    found = carriage.carried(asked())

    assert (found.blasts, found.people, found.difference) == (1, 4, 0)
    assert found.chosen == found.people + sum(found.excluded.values())


@pytest.mark.parametrize(
    "other",
    [
        {"indicator": "2.7"},
        {"campaign": "never"},
        {"end": NOW - timedelta(hours=1)},
        {"countries": ("ET",)},
    ],
)
def test_blasts_that_are_not_asked_for_are_left_out(deployment, other):
    scene.people(1)
    tallied()

    assert carriage.carried(asked(**other)).blasts == 0


def test_blast_that_goes_to_other_countries_too_is_named_aside(deployment):
    scene.people(1)
    tallied()
    Blast.objects.update(countries=["KE", "SO"])

    found = carriage.carried(asked())

    assert (found.blasts, found.wider) == (0, 1)


def test_blast_that_was_not_counted_yet_is_named_and_in_no_number(deployment):
    scene.people(1)
    tallied()
    Tally.objects.all().delete()

    found = carriage.carried(asked())

    assert (found.blasts, found.uncounted, found.chosen, found.difference) == (0, 1, 0, 0)


def test_network_that_sends_no_receipts_is_told_apart():
    silent = frozenset({("sim", "KE", "63902")})
    group = Group(Fate.ACCEPTED, "sim", "KE", "sw", "63902", "", False, 1)

    assert carriage.lot_of(group, silent) == Lot.SILENT
    assert carriage.lot_of(group, frozenset()) == Lot.NO_RECEIPT


@pytest.mark.parametrize("fate", Fate)
def test_every_fate_has_a_lot(fate):
    group = Group(fate, "sim", "KE", "sw", "", "", False, 1)

    assert carriage.lot_of(group, frozenset()) in Lot


def test_queries_are_three_however_many_blasts_there_are(deployment):
    scene.people(2)
    tallied()

    with CaptureQueriesContext(connection) as told:
        carriage.carried(asked())

    assert len(told) == 3
