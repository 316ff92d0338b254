"""The pages of series: proposing, approving, the brake, the days, and the dates to count from."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.blasts import audiences, freezing, recurring, rhythm
from campaigns.models import Audience, Blast, Occasion, Series
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
NOON = datetime(2027, 2, 1, 9, tzinfo=UTC)
WHY = "Boats leave each night of this month."


def proposed(**changes) -> Series:
    return recurring.propose(scene.proposal(**changes), by=scene.planner(), at=NOON)


def look(client, series):
    return client.get(reverse("campaigns:series-one", args=[series.pk]))


def press(client, series, name, **told):
    """The state after pressing, and how it was answered."""
    answer = client.post(reverse("campaigns:series-step", args=[series.pk, name]), told)
    series.refresh_from_db()
    return series.state, [one.level_tag for one in get_messages(answer.wsgi_request)][-1]


def asked(**changes):
    told = {"item": editions.SAFE, "audience": audiences.named("KE").pk, "rhythm": "weekly"}
    told |= {"weekdays": ["0"], "gateway": "sim", "at": "09:00", "starts": "2030-03-01"}
    return told | {"budget_each": "100", "budget": "1000"} | changes


def test_list_says_what_to_do_next_where_there_is_none(sign_in):
    shown = sign_in("manager").get(reverse("campaigns:series")).content.decode()

    assert "No series in your countries yet." in shown
    assert reverse("campaigns:series-new") in shown


def test_form_proposes_a_series(sign_in):
    answer = sign_in("manager").post(reverse("campaigns:series-new"), asked(holdout="10"))

    series = Series.objects.get()
    assert answer.url == reverse("campaigns:series-one", args=[series.pk])
    assert (series.state, series.weekdays, series.holdout) == ("proposed", [0], 10)


def test_form_has_the_gateways_that_a_plan_has(second, sign_in):
    client, page = sign_in("manager"), reverse("campaigns:series-new")
    offered = client.get(page).context["form"].fields
    client.post(page, asked(gateway="other", second="sim"))

    assert [name for name in ("gateway", "second", "third") if name in offered] == [
        "gateway",
        "second",
    ]
    assert Series.objects.get().routes == ["other", "sim"]


def test_page_says_until_when_a_day_waits_for_a_person(sign_in):
    scene.people(2)
    series = recurring.approve(proposed(), by=scene.approver(), at=NOON)
    Audience.objects.filter(name="KE").update(languages=["sw"])
    nine = NOON + timedelta(days=28, hours=-3)
    recurring.tend(at=nine)
    freezing.freeze(Blast.objects.get())
    recurring.tend(at=nine)

    words = look(sign_in("monitoring"), series).content.decode()

    assert (
        "Then it lapses, nobody is written to, and the 100.00 KES it holds are free again." in words
    )


def test_calculated_dates_are_to_be_checked(sign_in):
    series = proposed(rhythm="before", occasion="ramadan", days_before=7, starts=date(2027, 1, 1))
    client = sign_in("monitoring")

    assert "Check the date with the local announcement" in look(client, series).content.decode()
    assert look(client, proposed()).context["unsure"] is False
    assert Occasion.objects.filter(kind="ramadan", verified=True).count() == 0


def test_form_says_why_it_cannot_be(sign_in):
    page = sign_in("manager").post(reverse("campaigns:series-new"), asked(weekdays=[]))

    assert page.status_code == 422
    assert page.context["form"].non_field_errors() == ["Choose days of the week."]
    assert Series.objects.count() == 0


def test_form_offers_audiences_of_the_readers_countries(sign_in):
    for name in ("KE", "UG"):
        audiences.named(name)

    form = sign_in("manager").get(reverse("campaigns:series-new")).context["form"]

    assert [one.name for one in form.fields["audience"].queryset] == ["KE"]


def test_approver_approves_and_the_manager_brakes(sign_in):
    series = proposed()

    assert press(sign_in("approver"), series, "approve") == ("approved", "success")
    client = sign_in("manager")
    assert press(client, series, "pause") == ("paused", "success")
    assert press(client, series, "pause") == ("paused", "error")
    assert press(client, series, "resume") == ("approved", "success")
    assert press(client, series, "stop") == ("stopped", "success")


def test_fear_alone_asks_for_its_reason(sign_in):
    series, client = proposed(item=editions.DANGER), sign_in("approver")

    assert look(client, series).context["frightens"] == ["en/KE", "sw/KE"]
    assert press(client, series, "approve") == ("proposed", "error")
    assert press(client, series, "approve", override=WHY) == ("approved", "success")
    assert f"<bdi>{WHY}</bdi>" in look(client, series).content.decode()


def test_list_shows_when_each_comes_next_with_one_question(sign_in, django_assert_num_queries):
    every = [recurring.approve(proposed(), by=scene.approver(), at=NOON) for _ in range(2)]
    recurring.stop(every[0], by=scene.planner(), at=NOON)
    found = list(Series.objects.order_by("pk"))

    with django_assert_num_queries(1):
        soonest = recurring.soonest(found, at=NOON)

    assert soonest == {every[1].pk: rhythm.moment(every[1], every[1].starts)}
    rows = sign_in("monitoring").get(reverse("campaigns:series")).context["rows"]
    assert {series.pk: at for series, _title, at in rows} == soonest | {every[0].pk: None}


def test_page_shows_next_days_and_what_came_of_the_last(sign_in):
    series = recurring.approve(proposed(), by=scene.approver(), at=NOON)
    recurring.tend(at=NOON + timedelta(days=28))

    shown = look(sign_in("monitoring"), series).context

    assert [(row.day.day, row.state, why) for row, why, _until in shown["past"]] == [
        (1, "skipped", "the product was down at its hour")
    ]
    assert [moment.day for moment, _ in shown["next"]] == [2, 3, 4, 5, 6]
    assert (shown["button"], shown["may_stop"]) == (None, False)


def test_series_of_another_country_is_not_found(sign_in):
    series, client = proposed(), sign_in("manager", "UG")

    assert look(client, series).status_code == 404
    assert client.get(reverse("campaigns:series")).context["rows"] == []


# --- dates to count from -----------------------------------------------------------------------------------


def test_date_is_added_and_vouched_for(sign_in):
    client, page = sign_in("manager"), reverse("campaigns:occasions")
    told = {"kind": "exams", "country": "KE", "day": "2030-11-20", "source": "the ministry"}

    client.post(page, told)
    made = Occasion.objects.get(kind="exams")
    assert (made.verified, str(made.added_by)) == (False, "a-manager")
    client.post(page, {"vouch": made.pk})

    made.refresh_from_db()
    assert made.verified


@pytest.mark.parametrize("row", ["x", "999999"])
def test_date_that_is_not_there_is_not_vouched_for(sign_in, row):
    page = reverse("campaigns:occasions")

    assert sign_in("manager").post(page, {"vouch": row}).status_code == 404


def test_who_does_not_plan_reads_the_dates_only(sign_in):
    client, page = sign_in("monitoring"), reverse("campaigns:occasions")

    assert client.get(page).context["form"] is None
    assert client.post(page, {"vouch": "1"}).status_code == 403
