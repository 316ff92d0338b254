"""Single SMS lose whom they were for, in time, and at once for whom it is asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.blasts import erasure
from campaigns.models import Answer, Reply
from campaigns.replies import outbox, retention
from config.celery import app
from people import erasure as people_erasure
from tests.campaigns.replies.owed import TOKEN, owed, parcel

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
State = Answer.State


def purge() -> None:
    retention.purge(at=timezone.now())


def sent(reference: str, *, age: timedelta) -> Answer:
    return owed(reference, age=age, state=State.SENT, number="", text="")


def left(*columns: str) -> list[tuple[object, ...]]:
    return list(Answer.objects.order_by("id").values_list(*columns))


def test_beat_wakes_it():
    assert "campaigns.tasks.purge_replies" in {
        one["task"] for one in app.conf.beat_schedule.values()
    }


def test_answers_lose_their_token_after_an_hour_and_go_after_a_week():
    sent("fresh", age=timedelta(minutes=50))
    sent("older", age=2 * HOUR)
    sent("old", age=8 * DAY)

    purge()

    assert left("reference", "token") == [("fresh", TOKEN), ("older", "")]


def test_parcel_is_known_for_a_day_and_then_leads_to_nobody_and_no_session():
    parcel(state=State.SENT, age=23 * HOUR)
    old = parcel("ussd:ATUid_2:faq-006", state=State.SENT, age=25 * HOUR)

    purge()

    assert left("token", "reference", "item") == [
        (TOKEN, "ussd:ATUid_1:faq-006", "faq-006"),
        ("", f"parcel:{old.pk}", "faq-006"),
    ]


def test_sensitive_item_is_not_named_for_longer_than_a_day():
    parcel(state=State.SENT, age=25 * HOUR, sensitive=True, item="faq-020")

    purge()

    assert left("item", "sensitive", "country") == [("", True, "KE")]


def test_one_whose_sending_was_cut_off_holds_nothing_when_its_time_is_over():
    owed("cut", state=State.BEGUN, age=timedelta(minutes=31))

    purge()

    assert left("state", "number", "text") == [("begun", "", "")]


def test_references_are_kept_for_as_long_as_receipts_may_come():
    now = timezone.now()
    for reference, days in (("young", 29), ("old", 31)):
        Reply.objects.create(gateway="sim", reference=reference, at=now - days * DAY)

    purge()

    assert list(Reply.objects.values_list("reference", flat=True)) == ["young"]


# --- forget me ----------------------------------------------------------------------------------------


def test_wish_to_be_forgotten_stops_a_parcel_that_waits(deployment):
    parcel()

    erasure.forget(TOKEN)

    assert (outbox.send_waiting(at=timezone.now()), deployment.record()) == (0, [])
    assert left("state", "reason", "number", "text") == [("refused", "erased", "", "")]


def test_wish_under_a_newer_key_stops_it_too(deployment):
    parcel()

    erasure.forget("t2.anna", former=[TOKEN])

    assert outbox.send_waiting(at=timezone.now()) == 0


def test_answer_that_says_so_still_goes_out(deployment):
    owed()

    erasure.forget(TOKEN)
    tasks.purge_replies()

    assert outbox.send_waiting(at=timezone.now()) == 1


def test_wish_at_another_door_reaches_all_of_before():
    sent("answer", age=timedelta(minutes=5))
    waiting = parcel("ussd:ATUid_1:faq-006")
    done = parcel("ussd:ATUid_2:faq-007", state=State.SENT, number="", text="")
    people_erasure.forget(TOKEN)
    owed("after", age=timedelta(minutes=-5))

    tasks.purge_replies()

    assert left("token", "reference", "state", "text") == [
        ("", "answer", "sent", ""),
        ("", f"parcel:{waiting.pk}", "refused", ""),
        ("", f"parcel:{done.pk}", "sent", ""),
        (TOKEN, "after", "waiting", Answer.objects.get(reference="after").text),
    ]
