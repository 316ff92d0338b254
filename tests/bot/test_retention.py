"""What chats leave behind goes in time, and at once for whom it is asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bot import retention, tasks
from bot.models import Case, Question
from people import erasure

pytestmark = pytest.mark.django_db
TOKEN = "t1.anna"


def case(age: timedelta, entry: int = 1, closed: timedelta | None = None, **more: Any) -> Case:
    now: datetime = timezone.now()
    state = Case.State.NEW if closed is None else Case.State.CLOSED
    return Case.objects.create(
        entry=entry,
        door="sms",
        country="KE",
        rule="en: held",
        text="sealed",
        number="sealed",
        token=TOKEN,
        heard_at=now - age,
        state=state,
        closed_at=None if closed is None else now - closed,
        **more,
    )


def test_questions_go_after_ninety_days():
    for entry, days in ((1, 89), (2, 91)):
        asked_at = timezone.now() - timedelta(days=days)
        Question.objects.create(entry=entry, door="web", text="sealed", asked_at=asked_at)

    retention.purge(at=timezone.now())

    assert list(Question.objects.values_list("entry", flat=True)) == [1]


def test_closed_case_is_emptied_after_thirty_days_and_stays_as_a_count():
    case(timedelta(days=60), 1, closed=timedelta(days=31))
    case(timedelta(days=60), 2, closed=timedelta(days=29))
    case(timedelta(days=60), 3)

    retention.purge(at=timezone.now())

    kept = Case.objects.order_by("entry").values_list("text", "number", "rule")
    assert list(kept) == [("", "", "en: held"), *[("sealed", "sealed", "en: held")] * 2]


def test_case_that_nobody_closed_is_emptied_after_ninety_days():
    case(timedelta(days=89), 1)
    case(timedelta(days=91), 2)

    retention.purge(at=timezone.now())

    kept = Case.objects.order_by("entry").values_list("text", "number", "token", "state")
    assert list(kept) == [("sealed", "sealed", TOKEN, "new"), ("", "", "", "new")]


def test_wish_to_be_forgotten_reaches_cases_of_before():
    case(timedelta(minutes=5))
    erasure.forget(TOKEN)
    case(timedelta(minutes=-5), 2)

    tasks.purge()

    assert list(Case.objects.order_by("entry").values_list("text", "token")) == [
        ("", ""),
        ("sealed", TOKEN),
    ]
