"""Trials on colleagues' phones: sent once, counted nowhere, to nobody who ended messages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import Exposure
from campaigns.blasts import approval, trial
from campaigns.blasts.permits import Refused
from campaigns.blasts.routes import NoRoute
from campaigns.models import Answer, Delivery, Notice, Price
from campaigns.replies import outbox
from people import consent, identity
from people.models import AuditEntry
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
FIRST, SECOND = scene.number(901), scene.number(902)


@pytest.fixture
def text(deployment):
    scene.people(2)
    return scene.planned().texts.get(language="en")


def send(text, *numbers, **more):
    values = {"by": scene.planner(), "at": timezone.now(), **more}
    return trial.send(text, numbers, **values)


def go(after: float = 0) -> None:
    outbox.send_waiting(at=timezone.now() + timedelta(seconds=after))


# --- what leaves --------------------------------------------------------------------------------------


def test_each_phone_gets_the_plans_words_once(text, deployment):
    assert send(text, FIRST, SECOND) == 2

    go()
    go()

    assert sorted(row[:2] for row in deployment.record()) == [
        (FIRST, text.text),
        (SECOND, text.text),
    ]


def test_nothing_of_it_is_a_delivery_a_count_or_a_cost_of_the_blast(text):
    before = (Delivery.objects.count(), Exposure.objects.count(), text.blast.reserved)
    send(text, FIRST)

    go()

    text.blast.refresh_from_db()
    after = (Delivery.objects.count(), Exposure.objects.count(), text.blast.reserved)
    assert after == before
    assert text.blast.chunks.get().state == "waiting"


def test_trial_takes_nothing_of_anybodys_cap(text, deployment):
    for _ in range(3):
        send(text, scene.number(0))
        go()

    assert scene.planned().people == 2


def test_what_became_of_it_is_told_by_masked_number(text):
    send(text, FIRST)
    (waiting,) = trial.tried(text.blast)

    go()

    (done,) = trial.tried(text.blast)
    assert (waiting.masked, waiting.language, waiting.state) == ("+254•••••••01", "en", "waiting")
    assert (done.state, done.reason, str(done.cost)) == ("sent", "", "0.8000")


def test_refusal_of_the_network_is_told(text, deployment):
    deployment.faults(codes={"403": 1.0})
    send(text, FIRST)

    go()

    assert [(one.state, one.reason) for one in trial.tried(text.blast)] == [
        ("refused", "bad-number")
    ]


def test_number_and_words_are_kept_until_it_is_sent_and_no_longer(text):
    send(text, FIRST)

    go()

    assert Answer.objects.values_list("kind", "number", "text", "token").get() == (
        "trial",
        "",
        "",
        "",
    )


def test_trials_of_another_blast_are_not_shown(text):
    send(text, FIRST)

    assert trial.tried(scene.planned()) == []


# --- who may, and how much ----------------------------------------------------------------------------


def test_trial_needs_the_permission_to_plan(text):
    with pytest.raises(Refused, match="lacks the permission"):
        send(text, FIRST, by=scene.approver())


def test_planner_of_another_country_may_not(text):
    with pytest.raises(Refused, match="does not work for"):
        send(text, FIRST, by=scene.staff("chol", "plan_blast", countries=("ET",)))


def test_who_ended_messages_gets_none(text):
    consent.end(SECOND, how="word", at=timezone.now())

    with pytest.raises(Refused, match=r"\+254•••••••02 has ended messages"):
        send(text, FIRST, SECOND)
    assert Answer.objects.count() == 0


def test_who_ends_messages_while_it_waits_gets_none(text, deployment):
    send(text, FIRST)
    consent.end(FIRST, how="word", at=timezone.now())

    go()

    assert deployment.record() == []
    assert [(one.state, one.reason) for one in trial.tried(text.blast)] == [
        ("refused", "suppressed")
    ]


def test_phone_of_a_country_outside_the_blast_is_refused(text):
    with pytest.raises(Refused, match="not of a country of this blast"):
        send(text, scene.number(1, "UG"))


@pytest.mark.parametrize("numbers", [(), (FIRST, FIRST), tuple(map(scene.number, range(6)))])
def test_none_the_same_twice_or_too_many_are_refused(text, numbers):
    with pytest.raises(Refused, match="Between 1 and 5 different numbers"):
        send(text, *numbers)


def test_one_member_of_staff_sends_twenty_an_hour(text):
    five = [scene.number(index) for index in range(900, 905)]
    for _ in range(4):
        send(text, *five)

    with pytest.raises(Refused, match="More than 20 trials in an hour"):
        send(text, FIRST)
    assert send(text, FIRST, at=timezone.now() + timedelta(minutes=61)) == 1
    assert send(text, FIRST, by=scene.planner("badra")) == 1


def test_running_blast_has_no_trial(text):
    blast = text.blast
    approval.approve(blast, by=scene.approver(), at=timezone.now())
    assert send(text, FIRST) == 1
    approval.start(blast, by=scene.planner(), at=timezone.now())

    with pytest.raises(Refused, match="before the blast starts"):
        send(text, FIRST)


def test_without_a_price_in_that_country_there_is_no_way(text):
    Price.objects.all().delete()
    Price.objects.create(
        gateway="sim", country="UG", per_part=1, currency="KES", valid_from=timezone.now()
    )

    with pytest.raises(NoRoute, match="has a price for KE"):
        send(text, FIRST)


# --- what is on record --------------------------------------------------------------------------------


def test_it_is_on_record_without_a_number(text):
    by = scene.planner()
    send(text, FIRST, SECOND)

    notice = Notice.objects.get(blast=text.blast)
    entry = AuditEntry.objects.get(kind="trial")
    assert (notice.kind, notice.text, notice.by) == ("trial", "2", by)
    assert (entry.what, entry.details) == (
        f"blast {text.blast.pk}",
        {"phones": "2", "item": text.blast.item, "language": "en"},
    )


# --- what became of it --------------------------------------------------------------------------------


def test_receipt_is_the_news_of_a_trial(text, deployment):
    send(text, FIRST)
    go()
    ((_number, _text, reference),) = deployment.record()
    before = trial.tried(text.blast)[0]

    scene.journal_receipt(reference, identity.token(f"tel:{FIRST}"))
    scene.fold()

    after = trial.tried(text.blast)[0]
    assert (before.arrived, before.open(timezone.now())) == (False, True)
    assert (after.arrived, after.lost, after.open(timezone.now())) == (True, False, False)


def test_page_stops_asking_after_a_while(text):
    send(text, FIRST)

    assert not trial.tried(text.blast)[0].open(timezone.now() + trial.WATCHED)
