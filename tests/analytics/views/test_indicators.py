"""Indicators' pages: definition, rules from a day to come, targets and baselines, the project's years."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics import ledger, projects, targets
from analytics.models import Indicator, Rule
from analytics.periods import Kind, day_of, later, month_of, standard
from analytics.projects import Project
from people.countries import CODES
from tests.analytics.ledgers import exposure
from tests.analytics.views.pages import alerts, page_of

pytestmark = pytest.mark.django_db
RULE = {"tiers": ["interacted"], "note": "The donor counts own actions only."}


def address(name, code="3.3"):
    return reverse(f"analytics:{name}", args=[code])


def next_month():
    return later(month_of(day_of(timezone.now())), 1)


def test_list_shows_each_scheme_by_its_own_words(sign_in):
    page = page_of(sign_in("monitoring", "KE").get(reverse("analytics:indicators")))

    assert re.findall(r"/indicators/of/([\d.]+)/\">", page) == ["3.3", "2.7", "3.11"]
    assert re.findall(r'<th scope="row" lang="en">([^<]*)<', page) == [
        *("EUTF Common Output Indicators", "EUTF indicators", "EUTF indicators - new"),
        *("OPSYS", "IOM", "Njia Salama"),
    ]


def test_readers_are_offered_nothing_to_change(sign_in):
    page = page_of(sign_in("approver", "KE").get(address("indicator")))

    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r'class="btn[^"]*"', main) == []


# --- rules -----------------------------------------------------------------------------------------


def test_new_rule_stands_beside_the_old_one(sign_in):
    client = sign_in("monitoring", "KE")

    answer = client.post(address("indicator-rule"), RULE | {"since": next_month()}, follow=True)

    page = page_of(answer)
    assert re.findall(r'<bdi dir="ltr">(3\.3/\d)</bdi>(?: <span[^>]*>([^<]*))?', page) == [
        ("3.3/1", "in force"),
        ("3.3/2", "to come"),
    ]
    assert page.count(f"Rule 3.3/2 counts from {next_month()} on.") == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (
            {"since": date(2025, 1, 1)},
            "A rule begins on a later day than today, so that no figure of the past changes.",
        ),
        ({"tiers": []}, "This field is required."),
        (
            {"tiers": ["sent"]},
            "Select a valid choice. sent is not one of the available choices.",
        ),
    ],
)
def test_rule_that_is_refused_says_why(sign_in, changes, wrong):
    client = sign_in("monitoring", "KE")

    answer = client.post(address("indicator-rule"), RULE | {"since": next_month()} | changes)

    assert (answer.status_code, alerts(answer), Rule.objects.count()) == (422, [wrong], 2)


def test_title_level_and_responsible_are_kept(sign_in):
    client = sign_in("administrator", *CODES)
    title = {"scheme": "OPSYS", "code": "OP-1", "title": "People (invented)", "source": "logframe"}

    client.post(address("indicator-title"), title)
    client.post(address("indicator-describe"), {"level": "outcome", "responsible": "M&E officer"})

    page = page_of(client.get(address("indicator")))
    assert page.count("<dt>OPSYS OP-1</dt>") == 1
    assert page.count("Level: outcome. Responsible: <bdi>M&amp;E officer</bdi>") == 1


# --- targets ---------------------------------------------------------------------------------------


def test_target_of_a_year_to_come_is_set(sign_in):
    client = sign_in("manager", "KE")
    year = standard(Kind.YEAR, day_of(timezone.now()) + timedelta(days=366))

    client.post(address("indicator-target"), {"country": "KE", "period": year.code, "value": 900})

    goal = targets.goal_of("3.3", year, "KE")
    assert (goal and goal.value, goal and goal.retrospective) == (900, False)
    assert page_of(client.get(address("indicator"))).count('class="number">900<') == 1


def test_target_copied_from_the_actual_is_refused(sign_in):
    now = timezone.now()
    ledger.record([exposure(n, at=now) for n in range(3)])
    year = standard(Kind.YEAR, day_of(now))
    told = {"country": "KE", "period": year.code, "value": 3, "note": "logframe"}

    answer = sign_in("manager", "KE").post(address("indicator-target"), told)

    assert answer.status_code == 422
    assert [alert[:31] for alert in alerts(answer)] == ["This is just what was reached. "]
    assert targets.goal_of("3.3", year, "KE") is None


def test_target_set_late_is_marked_on_the_page(sign_in):
    year = standard(Kind.YEAR, day_of(timezone.now()))
    told = {"country": "KE", "period": year.code, "value": 50, "note": "Amendment 2"}

    page = page_of(sign_in("manager", "KE").post(address("indicator-target"), told, follow=True))

    assert page.count("set retrospectively") == 1


def test_targets_of_other_countries_are_neither_set_nor_seen(sign_in):
    client = sign_in("manager", "KE")
    headline = Indicator.objects.get(code="3.3")
    year = standard(Kind.YEAR, day_of(timezone.now()) + timedelta(days=366))
    targets.set_target(headline, year, 777, targets.Act("x", timezone.now(), "UG"))

    answer = client.post(
        address("indicator-target"), {"country": "UG", "period": year.code, "value": 5}
    )

    assert alerts(answer) == ["Select a valid choice. UG is not one of the available choices."]
    assert page_of(client.get(address("indicator"))).count("777") == 0


def test_baseline_is_told_with_its_source(sign_in):
    told = {
        "country": "KE",
        "value": 0,
        "measured_on": "2024-06-01",
        "source": "no campaign before",
    }

    page = page_of(sign_in("manager", "KE").post(address("indicator-baseline"), told, follow=True))

    assert page.count("no campaign before") == 1


# --- the project -----------------------------------------------------------------------------------


def test_project_years_are_set_and_offered_for_targets(sign_in):
    client = sign_in("administrator", *CODES)

    page = page_of(
        client.post(
            reverse("analytics:project"), {"starts": "2024-07-01", "year_begins": 7}, follow=True
        )
    )

    assert projects.current() == Project(date(2024, 7, 1), None, 7)
    assert page.count("Its years begin with July.") == 1
    form = page_of(client.get(address("indicator-target")))
    assert re.findall(r">Project year (\d) ", form)[:2] == ["1", "2"]


def test_page_costs_the_same_however_many_targets(sign_in, django_assert_max_num_queries):
    headline = Indicator.objects.get(code="3.3")
    for month in range(1, 13):
        period = standard(Kind.MONTH, date(2099, month, 1))
        targets.set_target(headline, period, month, targets.Act("x", timezone.now(), "KE"))
    client = sign_in("manager", "KE")

    with django_assert_max_num_queries(11):  # session, staff, roles, rights (2), one of each table
        client.get(address("indicator"))
