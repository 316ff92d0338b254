"""Planning: everybody ends in one place, in words they can read, at the highest possible cost."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import planning, routes
from campaigns.blasts.budget import NoMoney
from campaigns.blasts.permits import Refused
from campaigns.blasts.planning import CannotPlan
from campaigns.models import Blast, Campaign, Chunk, Delivery, Price
from gateways.africastalking import AfricasTalking
from people import consent
from people.models import Person, Suppression
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]


def waterfall(blast: Blast) -> int:
    """People of the audience that are neither in nor out: must be nobody."""
    frozen = Delivery.objects.filter(blast=blast).count()
    excluded: int = sum(blast.excluded.values())
    return Person.objects.filter(country__in=blast.countries).count() - frozen - excluded


def test_plan_counts_each_person_once_in_or_out_with_the_first_reason():
    scene.people(50)
    scene.people(3, first=50, age_band="under-18")
    scene.people(4, first=53, basis=None)
    scene.people(5, "UG", language="en")
    stop = Person.objects.get(token=scene.token(7)).stop_token
    Suppression.objects.create(token=stop, since=timezone.now(), how="word")

    blast = scene.planned(audience="all")

    assert blast.people == 54
    assert blast.excluded == {"under-18": 3, "no-consent": 4, "suppressed": 1}
    assert waterfall(blast) == 0


def test_plan_leaves_out_people_whose_country_has_no_text_price_or_opt_out_route(deployment):
    scene.people(2)
    scene.people(3, "SO", language="so")
    scene.people(4, "UG", language="en")
    Price.objects.create(
        gateway="sim", country="KE", per_part="0.8", currency="KES", valid_from=timezone.now()
    )
    Price.objects.create(
        gateway="sim", country="SO", per_part="3", currency="KES", valid_from=timezone.now()
    )
    deployment.publish(countries=("KE", "UG"), days=1)

    blast = scene.planned(audience="all")

    assert (blast.people, blast.excluded) == (2, {"no-text": 3, "no-price": 4})


def test_plan_gives_the_countrys_first_language_with_a_text_to_whoever_reads_another():
    scene.people(3, language="om")
    scene.people(2, first=3, language="en")
    scene.people(1, first=5, language="")

    blast = scene.planned()

    languages = dict.fromkeys(
        Delivery.objects.filter(blast=blast).values_list("language", flat=True), 0
    )
    for language in Delivery.objects.filter(blast=blast).values_list("language", flat=True):
        languages[language] += 1
    assert languages == {"sw": 4, "en": 2}


def test_text_ends_with_the_countrys_way_to_stop_and_counts_it():
    scene.people(1)

    text = scene.planned().texts.get(country="KE", language="en")

    assert text.text == "DEMO Use a passport and a work visa.\nSTOP: *384*1234#"
    assert (text.encoding, text.parts, text.each) == ("GSM-7", 1, Decimal("0.8"))


def test_cost_is_parts_times_the_dearest_network_of_the_country():
    scene.people(10)
    day = timezone.now() - timedelta(days=1)
    for network, price in (("", "0.8"), ("63903", "1.25")):
        Price.objects.create(
            gateway="sim",
            country="KE",
            network=network,
            per_part=price,
            currency="KES",
            valid_from=day,
        )

    blast = scene.planned()

    assert (blast.parts, blast.reserved, blast.currency) == (10, Decimal("12.5"), "KES")


def test_a_price_counts_from_its_day_on():
    scene.people(1)
    for days, price in ((-10, "0.8"), (-1, "0.9"), (5, "7")):
        at = timezone.now() + timedelta(days=days)
        Price.objects.create(
            gateway="sim", country="KE", per_part=price, currency="KES", valid_from=at
        )

    assert scene.planned().reserved == Decimal("0.9")


def test_prices_in_two_currencies_are_refused():
    scene.people(1)
    for country, currency in (("KE", "KES"), ("UG", "UGX")):
        Price.objects.create(
            gateway="sim", country=country, per_part=1, currency=currency, valid_from=timezone.now()
        )

    with pytest.raises(NoMoney, match=r"priced in KES, UGX"):
        scene.planned(audience="all")


def test_budget_in_another_currency_is_refused():
    scene.people(1)

    with pytest.raises(NoMoney, match=r"The budget is in EUR, the gateway's prices are in KES"):
        scene.planned(currency="EUR")


def test_whoever_had_two_messages_this_week_is_left_out():
    scene.people(3)
    for _ in range(2):
        earlier = scene.planned()
        Chunk.objects.filter(blast=earlier).update(state="done", begun_at=timezone.now())
        Delivery.objects.filter(blast=earlier, token=scene.token(0)).update(state=60)
        Delivery.objects.filter(blast=earlier, token=scene.token(1)).update(state=90)
        Delivery.objects.filter(blast=earlier, token=scene.token(2)).update(state=1)

    blast = scene.planned()

    assert (blast.people, blast.excluded) == (2, {"frequency": 1})


def test_messages_of_more_than_a_week_ago_do_not_count():
    scene.people(1)
    for _ in range(2):
        earlier = scene.planned()
        old = timezone.now() - timedelta(days=7, minutes=1)
        Chunk.objects.filter(blast=earlier).update(state="done", begun_at=old)
        Delivery.objects.filter(blast=earlier).update(state=60)

    assert scene.planned().people == 1


def test_plan_needs_an_item_of_the_edition():
    with pytest.raises(CannotPlan, match="no item “faq-999”"):
        scene.planned(item="faq-999")


def test_plan_without_a_price_says_so(deployment):
    scene.people(1)
    Price.objects.create(
        gateway="sim", country="UG", per_part=1, currency="KES", valid_from=timezone.now()
    )

    with pytest.raises(CannotPlan, match="no price for KE"):
        scene.planned()


def test_plan_needs_a_known_campaign():
    with pytest.raises(CannotPlan, match="no campaign “sea”"):
        scene.planned(campaign="sea")


def test_plan_belongs_to_its_campaign():
    Campaign.objects.create(code="sea", name="The sea")

    assert scene.planned(campaign="sea").campaign.code == "sea"


def test_hours_that_end_before_they_begin_are_refused():
    with pytest.raises(CannotPlan, match="must begin before they end"):
        scene.planned(window=(time(18), time(8)))


@pytest.mark.parametrize(
    ("permissions", "countries", "reason"),
    [
        ([], ("KE",), "lacks the permission campaigns.plan_blast"),
        (["plan_blast"], ("ET",), "does not work for KE"),
    ],
    ids=["no permission", "another country"],
)
def test_plan_needs_the_permission_in_each_country(permissions, countries, reason):
    by = scene.staff("chol", *permissions, countries=countries)

    with pytest.raises(Refused, match=reason):
        planning.plan(scene.wish(), by=by, at=timezone.now())


@pytest.mark.parametrize("rate", [0, -1, 5001])
def test_rate_beyond_what_the_gateways_take_is_refused(rate):
    with pytest.raises(CannotPlan, match="Between 1 and 5000 numbers a second"):
        scene.planned(rate=rate)


def test_minutes_are_those_of_the_plans_own_rate():
    scene.people(121)

    assert planning.describe(scene.planned(rate=1)).minutes == 3


def test_plan_remembers_what_the_item_is_tagged_with():
    blast = scene.planned(item=editions.HELP_ITEM)

    assert (blast.indicators, blast.sensitive) == (["3.3"], True)


def test_an_opt_out_after_the_plan_changes_no_figure_of_it():
    scene.people(2)
    blast = scene.planned()

    consent.end(scene.number(0), how="word", at=timezone.now())

    assert planning.describe(blast).people == 2


def test_hours_of_sending_are_the_days_on_real_networks_and_all_on_a_simulated_one():
    (simulated,) = routes.gateways().values()
    assert isinstance(simulated, AfricasTalking)
    real = replace(simulated, simulated=False)

    found = [planning.hours(gateway) for gateway in (simulated, real)]

    assert found == [(time.min, time.max), (time(8), time(18))]


# --- cap ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "cap"), [({}, 4), ({"cap": 1}, 1), ({"cap": 4}, 4)])
def test_cap_is_the_campaigns_unless_the_wish_is_for_less(more, cap):
    Campaign.objects.create(code="flood", name="Flood", cap=4, cap_days=3)

    blast = scene.planned(campaign="flood", **more)

    assert (blast.cap, blast.cap_days) == (cap, 3)


@pytest.mark.parametrize("cap", [0, 3])
def test_cap_beyond_the_campaigns_is_refused(cap):
    with pytest.raises(CannotPlan, match="Between 1 and 2 messages"):
        scene.planned(cap=cap)


def test_cap_of_the_blast_decides_who_is_left_out_of_the_plan():
    scene.people(3)
    Chunk.objects.filter(blast=scene.planned()).update(state="done", begun_at=timezone.now())

    assert scene.planned(cap=1).excluded == {"frequency": 3}
    assert scene.planned().people == 3


def test_minutes_are_those_of_the_slowest_gateway():
    rate = routes.gateway().rate

    assert planning.minutes({"sim": int(rate * 60 * 3)}) == 3
    assert planning.minutes({}) == 0


@pytest.mark.parametrize("days", [-4, 367, 2_900_000])
def test_start_that_is_over_or_too_far_ahead_is_refused(deployment, days):
    due = timezone.now() + timedelta(days=days)

    with pytest.raises(CannotPlan, match="over already, or more than a year ahead"):
        scene.planned(due_at=due)
