"""The figures of a plan: nobody is lost between audience and people, and money is by each one's network."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from campaigns.blasts import dry_run, freezing, planning
from campaigns.blasts.dry_run import Step, waterfall
from campaigns.models import Blast, Campaign, Price
from campaigns.models.blasts import BlastText
from people.models import Person
from tests.campaigns import scene


def run(blast):
    return dry_run.dry_run(blast, at=timezone.now())


def price(network: str, amount: str, *, gateway: str = "sim") -> None:
    Price.objects.create(
        gateway=gateway,
        country="KE",
        network=network,
        per_part=amount,
        currency="KES",
        valid_from=timezone.now() - timedelta(days=1),
    )


# --- the waterfall ------------------------------------------------------------------------------------


def test_each_reason_leaves_fewer_until_the_people_are_left():
    assert waterfall(10, {"no-consent": 2, "suppressed": 3}, 5) == [
        Step("suppressed", 3, 7),
        Step("no-consent", 2, 5),
    ]


@given(
    excluded=st.dictionaries(st.text(min_size=1), st.integers(1, 10**6)),
    people=st.integers(0, 10**7),
)
def test_waterfall_of_a_whole_audience_ends_at_the_people(excluded, people):
    chosen = people + sum(excluded.values())

    steps = waterfall(chosen, excluded, people)

    assert [step.left for step in steps][-1:] == ([people] if excluded else [])
    assert chosen - sum(step.people for step in steps) == people


@given(wrong=st.integers(-1000, 1000).filter(bool))
def test_waterfall_that_does_not_balance_is_refused(wrong):
    with pytest.raises(freezing.Unbalanced):
        waterfall(100 + wrong, {"suppressed": 40}, 60)


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_frozen_audience_balances_in_every_slice(monkeypatch):
    monkeypatch.setattr(freezing, "SLICE", 7)
    scene.people(20)
    scene.people(4, first=20, basis=None)
    scene.people(3, first=24, age_band="under-18")
    scene.people(5, "UG", language="en")

    blast = scene.planned(audience="all")

    assert blast.chosen == Person.objects.count() == 32
    assert [(s.reason, s.people, s.left) for s in run(blast).steps] == [
        ("no-consent", 4, 28),
        ("under-18", 3, 25),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_slice_in_which_somebody_is_lost_keeps_nothing():
    blast = planning.draft(scene.wish(), by=scene.planner(), at=timezone.now())
    rows = [("", 1, "KE", "sw", "63902", 2), ("chosen", -1, "", "", "", 3)]

    with pytest.raises(freezing.Unbalanced, match="1 people"):
        freezing._add_up(blast, rows, list(blast.texts.all()), ["sim"])


# --- who ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_people_are_told_by_language_and_by_network():
    scene.people(3, network="63902")
    scene.people(2, first=3, network="63903", language="en")
    scene.people(1, "UG", language="en")

    found = run(scene.planned(audience="all"))

    assert found.languages == {("KE", "sw"): 3, ("KE", "en"): 2, ("UG", "en"): 1}
    assert found.networks == {("KE", "63902"): 3, ("KE", "63903"): 2, ("UG", ""): 1}
    assert found.gateways == {"sim": 6}


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_freeze_in_the_middle_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(freezing, "SLICE", 1)
    scene.people(4)
    blast = planning.draft(scene.wish(), by=scene.planner(), at=timezone.now())
    ids = sorted(Person.objects.values_list("pk", flat=True))
    Blast.objects.filter(pk=blast.pk).update(frozen_to=ids[1])
    blast.refresh_from_db()

    assert dry_run.collected(blast) == 100 * ids[1] // ids[3]
    freezing.freeze(blast)
    assert (dry_run.collected(blast), blast.people) == (100, 2)


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_audience_of_nobody_is_collected_at_once():
    blast = planning.draft(scene.wish(), by=scene.planner(), at=timezone.now())

    assert dry_run.collected(blast) == 0
    freezing.freeze(blast)
    assert dry_run.collected(blast) == 100


# --- money --------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_expected_is_by_each_network_and_reserved_by_the_dearest():
    scene.people(2, network="63903")
    scene.people(3, first=2, network="63902")
    scene.people(1, first=5)
    price("", "0.5")
    price("63903", "2")

    costs = run(scene.planned(budget=Decimal(10))).costs

    assert (costs.expected, costs.reserved, costs.more) == (Decimal(6), Decimal(12), Decimal(2))


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_somebody_of_no_known_network_is_expected_at_the_dearest_where_no_price_is_for_all():
    scene.people(1)
    price("63902", "0.5")
    price("63903", "2")

    assert run(scene.planned()).costs.expected == Decimal(2)


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_campaigns_budget_shows_what_is_free():
    scene.people(2)
    Campaign.objects.create(code="sea", name="The sea", budget=Decimal(5), currency="KES")
    scene.approved(campaign="sea")

    assert run(scene.planned(campaign="sea")).costs.free == Decimal("3.4")


@pytest.mark.django_db
@pytest.mark.usefixtures("real_gateway")
def test_words_the_provider_may_add_are_reserved_and_not_expected(deployment):
    scene.people(2)
    deployment.publish(say="x" * 110, days=1)  # 133 with "DEMO " and the line to stop

    found = run(scene.planned(gateways=("sim",)))

    text = BlastText.objects.get(blast__chosen=2, language="sw")
    assert (text.parts, text.most) == (1, 1)
    english = BlastText.objects.get(blast__chosen=2, language="en")
    assert (english.parts, english.most, english.each) == (1, 2, Decimal("1.6"))
    assert (found.parts, found.most) == (2, 2)


# --- time ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("deployment")
def test_time_is_forecast_from_the_planned_start_at_the_plans_rate():
    scene.people(120)
    due = timezone.now() + timedelta(days=1)

    found = run(scene.planned(rate=2, due_at=due))

    assert found.start == due
    assert abs(found.times.ends["KE"] - due - timedelta(minutes=1)) < timedelta(seconds=1)
