"""Planning on the page: the wish and its words, the dry run, a trial; who sees and presses what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import freezing, settling
from campaigns.models import Audience, Blast, Campaign, Price
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
HTMX = {"HX-Request": "true"}
PLAN = "/blasts/plan/"


def asked(**changes):
    values = {
        "item": editions.SAFE,
        "audience": "KE",
        "campaign": "always-on",
        "gateway": "sim",
        "budget": "100",
    }
    return {**values, **changes}


def address(name, blast):
    return reverse(f"campaigns:{name}", args=[blast.pk])


def faults(answer):
    """Field -> what is told beside it."""
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


def moment(**later):
    return f"{timezone.localtime(timezone.now() + timedelta(**later)):%Y-%m-%dT%H:%M}"


# --- the wish -----------------------------------------------------------------------------------------


def test_wish_becomes_a_plan_whose_people_are_collected_afterwards(manager):
    scene.people(3)

    answer = manager.post(PLAN, asked(rate="5", cap="1", holdout="0", first="09:00", last="17:30"))

    blast = Blast.objects.get()
    assert (answer.status_code, answer.url) == (302, address("blast-dry-run", blast))
    assert (blast.item, blast.audience.name, blast.budget) == (editions.SAFE, "KE", Decimal(100))
    assert (blast.rate, blast.cap, blast.routes, blast.currency) == (5, 1, ["sim"], "KES")
    assert (f"{blast.window_from:%H:%M}", f"{blast.window_to:%H:%M}") == ("09:00", "17:30")
    assert (blast.planned_by.username, blast.frozen_at, blast.people) == ("a-manager", None, 0)
    settling.tend()
    blast.refresh_from_db()
    assert (blast.frozen_at is None, blast.people) == (False, 3)


def test_start_and_end_are_by_the_clock_of_nairobi(manager):
    starts, ends = moment(days=2), moment(days=4)

    manager.post(PLAN, asked(starts=starts, ends=ends))

    blast = Blast.objects.get()
    found = [f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" for at in (blast.due_at, blast.expires_at)]
    assert found == [starts, ends]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"item": ""}, {"item": ["Choose what to say."]}),
        ({"budget": ""}, {"budget": ["Write the most that it may cost."]}),
        (
            {"first": "18:00", "last": "08:00"},
            {"last": ["The hours must begin before they end, on one day."]},
        ),
        ({"first": "08:00"}, {"last": ["Give both hours, or none."]}),
        ({"last": "08:00"}, {"first": ["Give both hours, or none."]}),
        ({"rate": "5001"}, {"rate": ["5000 at most: what the gateway takes."]}),
        (
            {"starts": "2020-01-01T08:00"},
            {"starts": ["That moment is over: choose a later one, or none."]},
        ),
        ({"ends": "2020-01-01T08:00"}, {"ends": ["It must be after the start."]}),
        ({"ends": moment(days=400)}, {"ends": ["A year after the start at the latest."]}),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_planned(manager, changes, told):
    answer = manager.post(PLAN, asked(**changes))

    assert (answer.status_code, faults(answer)) == (422, told)
    assert Blast.objects.count() == 0


def test_nothing_that_was_filled_in_is_lost(manager):
    page = manager.post(PLAN, asked(budget="", rate="7", item=editions.SAFE)).content.decode()

    assert 'name="rate" value="7"' in page
    assert f'<option value="{editions.SAFE}" selected>' in page


def test_campaigns_limit_holds_for_the_cap(manager):
    Campaign.objects.create(code="sea", name="The sea", cap=3)

    answer = manager.post(PLAN, asked(campaign="sea", cap="4"))

    assert faults(answer) == {"cap": ["3 at most: the campaign's limit."]}


def test_what_the_rule_refuses_is_told_where_it_belongs(manager):
    Price.objects.create(
        gateway="sim", country="UG", per_part=1, currency="KES", valid_from=timezone.now()
    )

    answer = manager.post(PLAN, asked())

    assert faults(answer) == {
        "__all__": ["Gateway sim has no price for KE: enter one first."],
    }


def test_money_in_the_wrong_currency_is_told_beside_the_budget(manager):
    Price.objects.create(
        gateway="other", country="UG", per_part=1, currency="UGX", valid_from=timezone.now()
    )

    answer = manager.post(PLAN, asked(currency="UGX"))

    assert list(faults(answer)) == ["budget"]


def test_audiences_are_whole_countries_and_saved_ones_of_ones_own(manager):
    Audience.objects.create(name="Mothers", countries=["KE"])
    Audience.objects.create(name="Both", countries=["KE", "UG"])

    form = manager.get(PLAN).context["form"]

    groups = [(name, [code for code, _ in rows]) for name, rows in form.fields["audience"].choices]
    assert groups == [("Whole countries", ["KE"]), ("Saved audiences", ["Mothers"])]


def test_items_are_those_of_the_edition_that_have_an_sms(manager):
    form = manager.get(PLAN).context["form"]

    held = {
        one.id for one in scene.edition().items.values() if any(t.sms for t in one.texts.values())
    }
    assert {code for code, _ in form.fields["item"].choices} == held | {""}


def test_without_an_edition_the_page_says_what_to_do(manager, deployment):
    deployment.retire()

    page = manager.get(PLAN).content.decode()

    assert ("There is nothing to send" in page, "<form method" in page.split("<footer")[0]) == (
        True,
        True,
    )


def test_page_begins_with_an_earlier_wish(manager):
    earlier = scene.planned(rate=9, budget=Decimal(50))

    form = manager.get(f"{PLAN}?like={earlier.pk}").context["form"]

    told = {name: form.initial[name] for name in ("item", "audience", "budget", "rate", "gateway")}
    assert told == {
        "item": editions.SAFE,
        "audience": "KE",
        "budget": "50",
        "rate": 9,
        "gateway": "sim",
    }


def test_wish_of_another_country_begins_nothing(manager):
    foreign = scene.planned(audience="UG")

    assert manager.get(f"{PLAN}?like={foreign.pk}").status_code == 404


def test_plan_leads_to_the_audiences(manager):
    shown = manager.get(PLAN).content.decode()

    assert (
        f'<a href="{reverse("campaigns:audiences")}">See the audiences, or make a new one</a>'
        in shown
    )


# --- the words ----------------------------------------------------------------------------------------


def test_words_are_shown_as_the_phone_shows_them_and_nothing_is_kept(manager):
    answer = manager.post(f"{PLAN}words/", asked(budget=""))

    told = {
        (country, one.text.language): (one.text.text, one.text.parts)
        for country, texts in answer.context["said"]
        for one in texts
    }
    assert told["Kenya", "en"] == (
        "DEMO Use a passport and a work visa.\nSTOP: *384*1234#",
        1,
    )
    assert Blast.objects.count() == 0


def test_words_wait_for_an_item(manager):
    page = manager.post(f"{PLAN}words/", asked(item="")).content.decode()

    assert "Choose what to say: how it reads" in page


def test_countries_that_would_get_nothing_are_named(sign_in, deployment):
    deployment.publish(countries=("KE",), days=1)
    Audience.objects.create(name="Both", countries=["KE", "UG"])

    answer = sign_in("manager", "KE", "UG").post(f"{PLAN}words/", asked(audience="Both"))

    assert answer.context["silent"] == ["Uganda"]


def test_what_stands_against_the_words_is_told(manager, deployment):
    deployment.publish(countries=("UG",), days=1)

    answer = manager.post(f"{PLAN}words/", asked())

    assert "has no text of" in str(answer.context["problem"])


# --- the dry run --------------------------------------------------------------------------------------


def test_dry_run_shows_the_waterfall(manager):
    scene.people(4)
    scene.people(2, first=4, basis=None)
    blast = scene.planned()

    shown = manager.get(address("blast-dry-run", blast)).context

    assert [(words, step.people, step.left) for words, step in shown["steps"]] == [
        ("no consent on file for this purpose", 2, 4)
    ]
    assert (shown["run"].chosen, shown["run"].people) == (6, 4)
    assert [(str(country), n) for country, *_, n in shown["languages"]] == [("Kenya", 4)]


def test_page_of_a_plan_that_is_being_collected_asks_again_until_it_is(manager):
    scene.people(2)
    manager.post(PLAN, asked())
    blast = Blast.objects.get()
    there = address("blast-dry-run", blast)

    before = manager.get(there, headers=HTMX).content.decode()
    freezing.freeze(blast)
    after = manager.get(there, headers=HTMX).content.decode()

    again = f'hx-get="{there}" hx-trigger="every 1s"'
    assert (again in before, again in after) == (True, False)
    assert ("being collected" in before, "Whom the audience means" in after) == (True, True)


def test_budget_that_is_too_small_says_how_much_is_missing(manager):
    scene.people(10)
    blast = scene.planned(budget=Decimal(3))

    page = manager.get(address("blast-dry-run", blast)).content.decode()

    assert "The budget lacks 5.00 KES" in page


def test_time_that_is_too_short_says_for_how_many(manager):
    scene.people(400)
    blast = scene.planned(rate=1, life=timedelta(minutes=5))

    shown = manager.get(address("blast-dry-run", blast)).context

    ((country, people),) = shown["late"]
    assert (str(country), 95 <= people <= 105) == ("Kenya", True)


@pytest.mark.parametrize(
    ("balance", "words"), [("100000", "enough for all of it"), ("1", "pay in first")]
)
def test_balance_is_held_against_the_cost(manager, deployment, balance, words):
    scene.people(10)
    blast = scene.planned()
    deployment.network.exchange.balance = Decimal(balance)

    assert words in manager.get(address("blast-balances", blast)).content.decode()


def test_accounts_without_script_are_a_page_of_their_own(manager, deployment):
    scene.people(10)
    where = address("blast-balances", scene.planned())

    answers = [manager.get(where, headers=HTMX), manager.get(where)]

    assert [b"<!doctype" in answer.content for answer in answers] == [False, True]


def test_balance_in_another_currency_is_held_against_nothing(manager, deployment):
    scene.people(10)
    blast = scene.planned()
    Blast.objects.update(currency="USD")
    deployment.network.exchange.balance = Decimal(1)

    words = manager.get(address("blast-balances", blast)).content.decode()

    assert "is on the account; the plan is in USD." in words


def test_plan_can_be_dropped_from_its_page(manager):
    blast = scene.planned()
    manager.post(reverse("campaigns:blast-step", args=[blast.pk, "stop"]))

    blast.refresh_from_db()
    assert blast.state == Blast.State.STOPPED
