"""Accounts are asked while blasts go: a blast pauses before its account is empty, and nobody fails for it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import approval, balances
from campaigns.models import Balance, Blast, Chunk, Fate, Notice
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
State = Blast.State


def hold(deployment, amount):
    """So much is on the account."""
    deployment.network.control.set_account({"balance": str(amount)})


def keep(amount, *, gateway="sim", currency="KES", at=None):
    values = {"amount": amount, "currency": currency, "at": at or timezone.now()}
    return Balance.objects.update_or_create(gateway=gateway, defaults=values)[0]


def state(blast):
    blast.refresh_from_db()
    return blast.state, blast.pause_reason


# --- asking -------------------------------------------------------------------------------------------


def test_balance_is_kept_with_its_moment(deployment):
    hold(deployment, "1234.5")
    now = timezone.now()

    assert balances.ask("sim", at=now)

    kept = Balance.objects.get()
    assert (kept.gateway, kept.amount, kept.currency, kept.at) == (
        "sim",
        Decimal("1234.5"),
        "KES",
        now,
    )


def test_last_answer_stays_where_the_provider_says_nothing(real_gateway, settings):
    kept = keep(7, gateway="gone")

    assert not balances.ask("gone", at=scene.later(1))
    assert Balance.objects.get() == kept


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"state": State.PLANNED}, ["sim"]),
        ({"state": State.RUNNING}, ["sim"]),
        ({"state": State.PAUSED, "pause_reason": "balance"}, ["sim"]),
        ({"state": State.PAUSED, "pause_reason": "low-balance"}, ["sim"]),
        ({"state": State.PAUSED, "pause_reason": ""}, []),
        ({"state": State.DONE}, []),
        ({"state": State.STOPPED}, []),
        ({"state": State.APPROVED, "due_at": timezone.now() + timedelta(days=2)}, []),
        ({"state": State.APPROVED, "due_at": timezone.now() + timedelta(hours=2)}, ["sim"]),
    ],
)
def test_only_accounts_in_use_are_asked(deployment, values, asked):
    scene.people(1)
    scene.planned()
    Blast.objects.update(**values)

    assert balances.ask_due(at=timezone.now()) == asked


# --- what is due --------------------------------------------------------------------------------------


def test_due_is_the_most_that_who_is_left_may_cost(deployment):
    scene.people(10)
    blast = scene.started()
    before = balances.still_due(blast)

    scene.send(blast)

    assert (before, balances.still_due(blast)) == ({"sim": Decimal("8.0")}, {})


@pytest.mark.parametrize(
    ("amount", "currency", "short", "comparable"),
    [
        ("8.0", "KES", Decimal(0), True),
        ("5.5", "KES", Decimal("2.5"), True),
        ("5.5", "", Decimal("2.5"), True),
        ("5.5", "USD", Decimal(0), False),
    ],
)
def test_standing_says_what_is_missing(deployment, amount, currency, short, comparable):
    scene.people(10)
    blast = scene.planned()
    keep(amount, currency=currency)

    (one,) = balances.standings(blast)

    assert (one.due, one.short, one.comparable) == (Decimal(8), short, comparable)


def test_account_that_was_never_told_is_not_short(deployment):
    scene.people(10)

    (one,) = balances.standings(scene.planned())

    assert (one.known, one.short, one.comparable) == (None, Decimal(0), False)


def test_accounts_come_in_the_blasts_order(second, deployment):
    scene.people(3, network="63902")
    scene.people(2, first=3, network="63903")

    found = balances.standings(scene.planned(gateways=("other", "sim")))

    assert [(one.gateway, one.due) for one in found] == [
        ("other", Decimal("3.6")),
        ("sim", Decimal("2.4")),
    ]


def test_look_asks_every_account_and_holds_it_against_the_same_sums(second, deployment):
    scene.people(3, network="63902")
    blast = scene.planned(gateways=("other", "sim"))
    hold(second, 3)
    hold(deployment, 1)

    found = balances.look(blast, at=timezone.now())

    assert [(one.gateway, one.due, one.short) for one in found] == [
        ("other", Decimal("3.6"), Decimal("0.6")),
        ("sim", Decimal(0), Decimal(0)),
    ]
    assert balances.standings(blast) == found[:1]


# --- pausing in time ----------------------------------------------------------------------------------


def test_blast_pauses_before_its_account_is_empty(deployment):
    scene.people(300)
    blast = scene.started()
    hold(deployment, 100)  # 240 are still due

    balances.ask_due(at=timezone.now())

    assert state(blast) == (State.PAUSED, "low-balance")
    assert scene.fates(blast) == {"planned": 300}
    assert deployment.record() == []


def test_account_that_holds_everything_left_lets_it_go(deployment):
    scene.people(300)
    blast = scene.started()
    hold(deployment, 240)

    balances.ask_due(at=timezone.now())

    assert state(blast) == (State.RUNNING, "")


def test_account_that_holds_minutes_of_sending_lets_it_go(deployment):
    scene.people(3)
    blast = scene.started()
    Chunk.objects.update(people=10**7)  # 8 000 000 are due, two minutes cost far less
    hold(deployment, 7_000_000)

    balances.ask_due(at=timezone.now())

    assert state(blast) == (State.RUNNING, "")


def test_other_currency_pauses_nothing(deployment):
    scene.people(300)
    blast = scene.started()
    keep(1, currency="USD")

    assert balances.pause_low(["sim"], at=timezone.now()) == []
    assert state(blast) == (State.RUNNING, "")


def test_who_waits_goes_through_the_next_gateway_instead(second, deployment):
    scene.people(5, network="63902")
    blast = scene.started(gateways=("other", "sim"))
    keep("0.5", gateway="other")

    paused = balances.pause_low(["other"], at=timezone.now())

    assert (paused, state(blast)) == ([], (State.RUNNING, ""))
    assert set(blast.chunks.values_list("gateway", "people", "state")) == {("sim", 5, "waiting")}


def test_refusal_for_an_empty_account_pauses_and_fails_nobody(deployment, quick_again):
    scene.people(250)
    blast = scene.started()
    hold(deployment, 80)  # a hundred messages

    scene.send(blast)

    told = scene.fates(blast)
    assert state(blast) == (State.PAUSED, "balance")
    assert told["accepted"] == len(deployment.record())
    assert set(told) == {"accepted", "retry", "planned"} & set(told)
    assert sum(told.values()) == 250


def test_everybody_gets_it_once_the_account_is_filled(deployment, quick_again):
    scene.people(250)
    blast = scene.started()
    hold(deployment, 80)
    scene.send(blast)
    hold(deployment, 100_000)
    approval.resume(Blast.objects.get(pk=blast.pk), by=scene.planner(), at=timezone.now())

    scene.send_until(blast)

    assert scene.fates(blast) == {"accepted": 250}
    assert set(scene.sent(deployment).values()) == {1}
    assert len(deployment.record()) == 250


# --- filled again -------------------------------------------------------------------------------------


@pytest.fixture
def empty(deployment):
    """A blast of ten that stands for want of money."""
    scene.people(10)
    blast = scene.started()
    return approval.pause(blast, by=None, at=timezone.now(), reason="balance")


@pytest.mark.parametrize(("amount", "enough"), [("7.9", False), ("8.0", True)])
def test_filled_account_is_seen(empty, amount, enough):
    keep(amount)

    assert balances.topped_up(empty) is enough


def test_figure_from_before_the_pause_says_nothing(empty):
    keep(1000, at=scene.later(-10))

    assert not balances.topped_up(empty)


def test_it_never_goes_on_by_itself(deployment, empty):
    hold(deployment, 1000)

    balances.ask_due(at=scene.later(1))

    assert state(empty) == (State.PAUSED, "balance")


def test_it_goes_on_by_itself_where_the_setting_says_so(deployment, empty, settings):
    settings.RESUME_TOPPED_UP = True
    hold(deployment, 1000)

    balances.ask_due(at=scene.later(1))

    assert state(empty) == (State.RUNNING, "")
    assert Notice.objects.filter(blast=empty, kind="resumed", by=None).count() == 1


def test_setting_lets_nothing_go_on_that_stands_for_another_reason(deployment, empty, settings):
    settings.RESUME_TOPPED_UP = True
    Blast.objects.update(pause_reason="cost")
    keep(1000)

    assert balances.resume_topped_up(at=timezone.now()) == []
    assert state(empty) == (State.PAUSED, "cost")


def test_accounts_by_name(deployment):
    kept = keep(5)

    assert balances.known(["sim", "other"]) == {"sim": kept}


def test_no_result_fails_for_money(deployment, quick_again):
    scene.people(20)
    blast = scene.started()
    hold(deployment, 0)

    scene.send(blast)

    assert Fate.REFUSED.name.lower() not in scene.fates(blast)
