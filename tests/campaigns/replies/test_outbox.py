"""Single SMS through the real adapter to the simulated network, which writes down what it took."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import receipts
from campaigns.models import Answer, ReceiptRow, Reply
from campaigns.replies import outbox
from people import consent, identity
from tests.campaigns import scene
from tests.campaigns.replies.owed import owed, parcel
from tests.doors import OTHER_PHONE, PHONE

pytestmark = pytest.mark.django_db
State = Answer.State
PERSON = "t1.who-has-the-phone"


def send(*, after: float = 0) -> int:
    return outbox.send_waiting(at=timezone.now() + timedelta(seconds=after))


def state() -> tuple[str, str]:
    return Answer.objects.values_list("state", "reason").get()


def test_answer_is_sent_once_and_then_holds_neither_number_nor_text(deployment):
    owed()

    assert (send(), send()) == (1, 0)
    assert [row[:2] for row in deployment.record()] == [(PHONE, "Call free: 0000 111")]
    assert Answer.objects.values_list("state", "number", "text").get() == ("sent", "", "")


def test_cost_is_kept_as_the_provider_said(deployment):
    owed()

    send()

    assert Answer.objects.values_list("cost", "currency").get() == (Decimal("0.8000"), "KES")


def test_reference_is_named_so_that_its_receipt_settles_no_delivery(deployment):
    owed()

    send()

    ((_number, _text, reference),) = deployment.record()
    assert list(Reply.objects.values_list("gateway", "reference")) == [("sim", reference)]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"rank": 60}, (60, "")),
        ({"rank": 50, "reason": "absent"}, (50, "absent")),
        ({"rank": 60, "g": "other"}, (0, "")),
        ({"rank": 60, "id": "ATXid_unknown"}, (0, "")),
        ({"rank": 60, "t": "t1.somebody-else"}, (0, "")),
    ],
    ids=["delivered", "absent", "another gateway", "unknown reference", "another number"],
)
def test_receipt_is_told_to_its_own_row(deployment, told, kept):
    owed(token=PERSON)
    send()

    receive(**told)

    assert Answer.objects.values_list("state", "rank", "reason").get() == ("sent", *kept)


def test_receipts_of_an_answer_leave_nothing_lying_about(deployment):
    owed(token=PERSON)
    send()

    receive(rank=60)
    receive(rank=20)

    assert Answer.objects.get().rank == 60
    assert not ReceiptRow.objects.exists()


def test_receipt_that_came_before_the_answer_was_kept_is_told_to_it(deployment):
    owed(token=PERSON)
    send()
    reply = Reply.objects.get()
    Reply.objects.all().delete()
    receive(rank=60, id=reply.reference)

    receipts.set_aside("sim", [reply.reference], at=timezone.now(), answer=reply.answer_id)
    scene.fold()

    assert Answer.objects.get().rank == 60


def receive(**told: object) -> None:
    """A receipt for the one message that was sent, with what is another."""
    reference = Reply.objects.values_list("reference", flat=True).first() or ""
    body = {"reference": reference, "person": PERSON, **told}
    scene.journal_receipt(**body)  # type: ignore[arg-type]
    scene.fold()


def test_oldest_is_sent_first(deployment):
    owed("late", number=identity.seal(OTHER_PHONE, identity.NUMBER))
    owed("early", age=timedelta(minutes=1))

    outbox.send_waiting(at=timezone.now(), limit=1)

    assert [row[0] for row in deployment.record()] == [PHONE]


def test_somebody_who_ended_messages_gets_the_text_asked_for_and_stays_suppressed(deployment):
    stop = identity.suppression_token(f"tel:{PHONE}")
    consent.suppress([consent.OptOut(stop, timezone.now(), "word", "KE")])
    parcel()

    send()

    assert len(deployment.record()) == 1
    assert consent.suppressed([stop]) == {stop}


def test_somebody_the_provider_says_ended_messages_is_taken_at_that_word(deployment):
    stop = identity.suppression_token(f"tel:{PHONE}")
    deployment.network.control.opt_out({"number": PHONE, "sender": "NJIA"})
    parcel()

    send()

    assert deployment.record() == []
    assert consent.suppressed([stop]) == {stop}


# --- what the provider may answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        ({"codes": {"403": 1.0}}, ("refused", "bad-number")),
        ({"codes": {"406": 1.0}}, ("refused", "opted-out")),
        ({"refuse": 1.0}, ("refused", "request")),
        ({"cut": 1.0}, ("begun", "no-answer")),
        ({"error": 1.0}, ("begun", "server-error")),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_final_answer_empties_the_row(deployment, faults, outcome):
    deployment.faults(**faults)
    owed()

    send()

    assert state() == outcome
    assert Answer.objects.values_list("number", "text").get() == ("", "")


def test_lost_answer_is_not_sent_again(deployment):
    deployment.faults(cut=1.0, times=1)
    owed()

    send()

    assert send(after=3600) == 0
    assert len(deployment.record()) == 1


def test_refusal_for_now_waits_longer_each_time_and_is_sent(deployment):
    deployment.faults(throttle=1.0, times=2)
    owed()

    assert [send(after=seconds) for seconds in (0, 2, 6, 10, 22)] == [1, 0, 1, 0, 1]
    assert (len(deployment.record()), state()) == (1, ("sent", ""))


def test_provider_is_given_the_time_it_asks_for(deployment):
    deployment.faults(throttle=1.0, times=1, retry_after=120)
    owed()

    assert [send(after=seconds) for seconds in (0, 100, 121)] == [1, 0, 1]


def test_five_refusals_for_now_are_the_end(deployment):
    deployment.faults(throttle=1.0)
    owed()

    assert [send(after=seconds) for seconds in (0, 10, 30, 90, 300, 900)] == [1, 1, 1, 1, 1, 0]
    assert state() == ("refused", "throttled")


def test_answer_too_late_for_anybody_is_not_sent(deployment):
    owed(age=timedelta(minutes=31))

    assert (send(), state(), deployment.record()) == (0, ("refused", "too-old"), [])


# --- what is wrong with ourselves ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"gateway": "gone"}, "no-gateway"),
        ({"number": "k9.number.xxxx"}, "broken-seal"),
    ],
)
def test_one_that_cannot_be_sent_holds_up_no_other(deployment, wrong, reason):
    owed("bad", age=timedelta(minutes=1), **wrong)
    owed("good")

    assert send() == 2
    kept = dict(Answer.objects.values_list("reference", "state"))
    assert kept == {"bad": "refused", "good": "sent"}
    assert Answer.objects.get(reference="bad").reason == reason


def test_turn_takes_no_more_than_its_limit(deployment):
    for number in range(3):
        owed(str(number))

    assert [outbox.send_waiting(at=timezone.now(), limit=2) for _ in range(3)] == [2, 1, 0]


def test_gateway_that_hangs_is_asked_no_more_until_somebody_has_given_up(deployment):
    until = timezone.now() + outbox.PATIENCE
    owed("hanging", state=State.BEGUN, not_before=until)
    owed("waiting")

    assert [send(), send(after=39), send(after=41)] == [0, 0, 1]


def test_one_whose_fate_is_unknown_holds_up_nobody(deployment):
    deployment.faults(cut=1.0, times=2)
    for number in range(3):
        owed(str(number))

    assert send() == 3
    assert list(Answer.objects.order_by("id").values_list("state", flat=True)) == [
        "begun",
        "begun",
        "sent",
    ]


def test_hanging_gateway_holds_up_no_other(deployment, real_gateway):
    until = timezone.now() + outbox.PATIENCE
    owed("hanging", state=State.BEGUN, not_before=until)
    owed("elsewhere", gateway="real")

    assert send() == 1
