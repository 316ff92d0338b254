"""The page of office hours: each country's, set by managers, refused in words where they are none."""

from datetime import date, time, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from bot import sentences
from bot.models import Holiday, Office
from people.models import Staff
from tests.bot.caseload import officer

pytestmark = pytest.mark.django_db
WEEK = {"days": ["0", "1"], "opens": "08:30", "closes": "16:00"}


@pytest.fixture
def own(client) -> Staff:
    account = officer("boss", role="manager")
    client.force_login(account)
    return account


def change(client, **told: object):
    return client.post(reverse("bot:office-change", args=["KE"]), told)


def holiday(client, step: str, **told: object):
    return client.post(reverse("bot:office-holiday", args=["KE", step]), told)


def said(answer) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_hours_are_set_and_shown(client, own):
    change(client, **WEEK)

    shown = client.get(reverse("bot:office")).content.decode()
    row = Office.objects.get()
    assert (row.country, row.days, row.opens, row.closes) == ("KE", [0, 1], time(8, 30), time(16))
    assert [one for one in ('value="08:30"', 'value="16:00"', "Kenya") if one not in shown] == []


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"days": []}, "days"),
        ({"days": ["9"]}, "days"),
        ({"opens": "17:00"}, "order"),
        ({"opens": "half past"}, "order"),
        ({"closes": "25:00"}, "order"),
    ],
)
def test_hours_that_are_none_are_refused_in_words(client, own, told, word):
    answer = change(client, **WEEK | told)

    assert (said(answer), Office.objects.count()) == ([sentences.not_set(word)], 0)


def test_holiday_is_added_and_dropped(client, own):
    day = timezone.now().date() + timedelta(days=3)
    holiday(client, "add", day=str(day), name="Invented day")
    added = list(Holiday.objects.values_list("country", "day", "name"))

    holiday(client, "drop", day=str(day))

    assert (added, Holiday.objects.count()) == ([("KE", day, "Invented day")], 0)


@pytest.mark.parametrize(
    ("day", "word"), [("", "day"), ("2026-02-30", "day"), (str(date(2020, 1, 1)), "past")]
)
def test_day_that_is_none_or_over_is_refused_in_words(client, own, day, word):
    assert said(holiday(client, "add", day=day)) == [sentences.not_set(word)]


@pytest.mark.parametrize("country", ["ET", "XX"])
def test_hours_of_another_country_are_not_here(client, own, country):
    answer = client.post(reverse("bot:office-change", args=[country]), WEEK)

    assert (answer.status_code, Office.objects.count()) == (404, 0)


def test_translator_reads_the_hours_and_sets_none(client):
    client.force_login(officer("translator", role="translator"))

    assert client.get(reverse("bot:office")).status_code == 200
    assert change(client, **WEEK).status_code == 403
