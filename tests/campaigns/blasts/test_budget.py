"""Money: dearest prices, what is spent, and what stays held for those of unknown fate."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import approval, budget, routes
from campaigns.blasts.budget import NoMoney, Tariff
from campaigns.models import Campaign, Chunk, DeliveryResult, Price
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_simulated_gateway_costs_what_its_network_charges(deployment):
    found = budget.tariffs([routes.gateway()], ["KE", "ER"], timezone.now())

    assert found == {"KE": Tariff(Decimal("0.8000"), "KES"), "ER": Tariff(Decimal("5.0000"), "KES")}


def test_real_gateway_without_prices_has_no_tariff(deployment, real_gateway):
    Price.objects.all().delete()

    assert budget.tariffs([routes.gateway("real")], ["KE"], timezone.now()) == {}


def test_dearest_of_the_networks_newest_prices_counts(deployment):
    for network, days, price in (
        ("", 9, "1"),
        ("63902", 9, "9"),
        ("63902", 1, "2"),
        ("63903", -1, "7"),
    ):
        at = timezone.now() - timedelta(days=days)
        Price.objects.create(
            gateway="sim",
            country="KE",
            network=network,
            per_part=price,
            currency="KES",
            valid_from=at,
        )

    found = budget.tariffs([routes.gateway()], ["KE"], timezone.now())

    assert found == {"KE": Tariff(Decimal("2.0000"), "KES")}


def test_ended_blast_holds_what_it_cost_and_what_unsure_may_have_cost(deployment):
    deployment.faults(cut=1.0, times=1)
    sea = Campaign.objects.create(code="sea", name="The sea", budget=1000, currency="KES")
    scene.people(510)
    blast = scene.started(campaign="sea", budget=Decimal(1000))

    scene.send(blast)

    fates = scene.fates(blast)
    assert budget.spent(blast) == Decimal("0.8") * fates["accepted"]
    assert budget.held_for_unsure(blast) == Decimal("0.8") * fates["unsure"]
    assert budget.committed(sea) == Decimal("408.0")


def test_messages_of_a_provider_that_tells_no_prices_count_at_the_price_list(deployment):
    scene.people(3)
    blast = scene.started()
    scene.send(blast)
    assert budget.held_untold(blast) == 0

    DeliveryResult.objects.update(cost=None)
    Chunk.objects.update(cost=0)

    assert (blast.state, budget.spent(blast)) == ("done", Decimal(0))
    assert budget.committed(blast.campaign) == blast.reserved > 0


def test_refusal_that_cost_nothing_tells_no_charge(deployment):
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    DeliveryResult.objects.update(cost=None)
    Chunk.objects.update(cost=0)
    first = DeliveryResult.objects.get()
    DeliveryResult.objects.create(
        chunk=first.chunk, delivery=first.delivery, state=1, cost=0, at=first.at
    )

    assert budget.committed(blast.campaign) == blast.reserved


def test_message_whose_charge_is_told_later_counts_once(deployment):
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    told = DeliveryResult.objects.get()
    DeliveryResult.objects.create(
        chunk=told.chunk, delivery=told.delivery, state=2, reason="no-answer", at=told.at
    )

    assert budget.committed(blast.campaign) == budget.spent(blast) == told.cost


def test_stopped_blast_gives_back_what_it_did_not_use(deployment):
    sea = Campaign.objects.create(code="sea", name="The sea", budget=10, currency="KES")
    scene.people(10)
    blast = scene.started(campaign="sea")
    assert budget.committed(sea) == Decimal(8)

    approval.stop(blast, by=scene.planner(), at=timezone.now())

    assert budget.committed(sea) == Decimal(0)


def test_campaign_budget_in_another_currency_is_refused(deployment):
    Campaign.objects.create(code="sea", name="The sea", budget=10, currency="EUR")

    with pytest.raises(NoMoney, match="The campaign's budget is in EUR, not in KES"):
        scene.approved(campaign="sea")


def test_prices_are_the_newest_of_each_network(deployment, real_gateway):
    values = {"gateway": "real", "country": "KE", "currency": "KES"}
    for network, per_part, days in (("", "0.7", -1), ("63903", "0.9", -1), ("", "9", 1)):
        at = timezone.now() + timedelta(days=days)
        Price.objects.create(**values, network=network, per_part=per_part, valid_from=at)

    found = budget.prices([routes.gateway("real")], ["KE", "ET"], timezone.now())

    assert [(one.network, one.per_part) for one in found] == [
        ("", Decimal("0.7")),
        ("63903", Decimal("0.9")),
    ]
