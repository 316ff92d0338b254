"""Texts that wait for RapidPro are given to it once: whatever it answers, and whoever dies meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.blasts import routes
from campaigns.models import Forward
from campaigns.replies import forwards, retention
from campaigns.replies.forwards import Came, Standing
from config.celery import app
from gateways.rapidpro import RapidPro
from people import erasure as people_erasure
from people import identity
from tests.campaigns.replies.rapidpro import CHANNEL
from tests.doors import OTHER_PHONE, PHONE
from tests.gateways.rapidpro_server import Fault

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "t1.anna"


@pytest.fixture
def workspace(set_up):
    return set_up()


@pytest.fixture
def waiting(workspace):
    """Puts texts into the queue, each a second after the other."""

    def put(*texts: str, age: timedelta = timedelta(minutes=1), phone: str = PHONE) -> None:
        account = routes.gateway("rp")
        assert isinstance(account, RapidPro)
        for n, text in enumerate(texts):
            at = timezone.now() - age + timedelta(seconds=n)
            sealed = identity.seal(phone, identity.NUMBER), identity.seal(text)
            forwards.wait(Came("sim", "21512", f"sms-{phone}-{text}", TOKEN, *sealed, at), account)

    return put


def give(seconds: float = 0) -> int:
    return forwards.give_waiting(at=timezone.now() + timedelta(seconds=seconds))


def rows(*columns: str) -> list[tuple[object, ...]]:
    return list(Forward.objects.order_by("id").values_list(*columns))


def received(workspace) -> list[str]:
    return [told["text"] for _, told in workspace.received]


def test_text_is_given_and_whose_it_was_is_dropped(workspace, waiting):
    waiting("JOIN")
    came = Forward.objects.get().made_at

    assert (give(), give()) == (1, 0)

    [(channel, told)] = workspace.received
    stamp = came.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert (channel, told) == (CHANNEL, {"from": PHONE, "text": "JOIN", "date": stamp})
    assert rows("state", "token", "number", "text") == [("sent", "", "", "")]


def test_texts_keep_their_order(workspace, waiting):
    waiting("one", "two", "three")

    assert give() == 3
    assert received(workspace) == ["one", "two", "three"]


@pytest.mark.parametrize(
    "fault", [Fault(cut=True, taken=True), Fault(503), Fault(500, taken=True)], ids=str
)
def test_one_whose_fate_is_unknown_is_never_given_again(workspace, waiting, fault):
    workspace.faults.append(fault)
    waiting("one", "two")

    give()
    give(600)

    assert rows("state", "text") == [("begun", ""), ("sent", "")]
    assert received(workspace) == (["one", "two"] if fault.taken else ["two"])


def test_one_that_surely_did_not_arrive_is_given_again_after_a_while(workspace, waiting):
    workspace.faults += [Fault(429), Fault(404)]
    waiting("JOIN")

    assert [give(), give(), give(6), give(6), give(20)] == [1, 0, 1, 0, 1]

    assert (received(workspace), rows("state", "tries")) == (["JOIN"], [("sent", 3)])


def test_wait_that_rapidpro_asks_for_is_kept(workspace, waiting):
    workspace.faults.append(Fault(429, headers=(("Retry-After", "300"),)))
    waiting("JOIN")

    assert [give(), give(290), give(310)] == [1, 0, 1]


def test_rapidpro_that_does_not_listen_is_asked_once_a_turn(workspace, waiting):
    workspace.faults.append(Fault(429))
    waiting("one", "two", "three")

    assert (give(), received(workspace)) == (1, [])


def test_refused_text_is_not_given_again(workspace, waiting):
    workspace.faults.append(Fault(400))
    waiting("JOIN")

    assert (give(), give(60)) == (1, 0)
    assert rows("state", "reason", "text") == [("refused", "request", "")]


def test_killed_between_begun_and_answered_leaves_one_unknown_and_the_rest_goes(workspace, waiting):
    waiting("one", "two")
    begun = forwards._begin(timezone.now())

    assert begun is not None
    assert (give(), give(41)) == (0, 1)  # its place is held for as long as it may be under way
    assert (rows("state"), received(workspace)) == ([("begun",), ("sent",)], ["two"])


def test_too_old_a_text_is_given_to_nobody(workspace, waiting):
    waiting("JOIN", age=timedelta(minutes=31))

    assert (give(), received(workspace)) == (0, [])
    assert rows("state", "reason", "token", "number", "text") == [
        ("refused", "too-old", "", "", "")
    ]


def test_account_that_is_gone_refuses(workspace, waiting):
    waiting("one")
    Forward.objects.update(account="sim")

    assert (give(), rows("state", "reason")) == (1, [("refused", "no-gateway")])


def test_seal_that_does_not_open_holds_up_nobody(workspace, waiting):
    waiting("one", "two")
    Forward.objects.filter(reference__endswith="one").update(number="broken")

    assert (give(), received(workspace)) == (2, ["two"])
    assert rows("state", "reason")[0] == ("refused", "broken-seal")


def test_who_is_forgotten_is_passed_on_no_more(workspace, waiting):
    waiting("one")
    people_erasure.forget(TOKEN)

    retention.purge(at=timezone.now())

    assert rows("state", "reason", "token", "text") == [("refused", "erased", "", "")]
    assert (give(), received(workspace)) == (0, [])


def test_what_was_cut_off_is_dropped_after_half_an_hour_and_the_row_after_a_week(waiting):
    waiting("one", age=timedelta(minutes=29))
    waiting("two", age=timedelta(minutes=31), phone=OTHER_PHONE)
    waiting("three", age=timedelta(days=8))
    Forward.objects.update(state="begun")

    retention.purge(at=timezone.now())

    assert rows("state", "number") == [
        ("begun", Forward.objects.order_by("id")[0].number),
        ("begun", ""),
    ]
    assert Forward.objects.order_by("id")[0].text != ""


def test_code_that_nobody_forwards_is_ours(workspace):
    assert forwards.taker("sim", "22345") is None
    assert forwards.taker("rp", "21512") is None
    assert forwards.taker("sim", "21512") is routes.gateway("rp")


def test_beat_wakes_it(workspace, waiting):
    waiting("JOIN")

    tasks.forward()

    assert received(workspace) == ["JOIN"]
    assert "campaigns.tasks.forward" in {one["task"] for one in app.conf.beat_schedule.values()}


def test_what_reached_no_flow_is_told_by_account_and_reason(workspace, waiting):
    waiting("late", age=timedelta(hours=1))
    waiting("JOIN", phone=OTHER_PHONE)
    give()
    waiting("soon")

    assert forwards.standing() == [
        Standing("rp", "refused", "too-old", 1),
        Standing("rp", "waiting", "", 1),
    ]
