"""The page of a blast that goes: figures of now, its accounts, presses at once, and who may be sent to again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import approval, tallies
from campaigns.models import Balance, Blast, Delivery, Fate, Notice, Tally
from people import staff
from tests.campaigns import scene
from tests.campaigns.views.blast_pages import HTMX, State, page, press

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_does_nothing(deployment):
    scene.people(3)
    blast = scene.approved()
    staff.install_roles()
    manager = staff.hire("a-manager", "manager", countries=["KE"], password="x")
    clients = [Client(), Client()]
    for one in clients:
        one.force_login(manager)

    with ThreadPoolExecutor(2) as pool:
        pressed = list(pool.map(lambda one: _start(one, blast), clients))

    assert sorted(pressed) == ["error", "success"]
    assert Notice.objects.filter(blast=blast, kind="started").count() == 1


def _start(client, blast):
    try:
        return press(client, blast, "start")[1][0]
    finally:
        connection.close()


def test_page_of_a_running_blast_says_rate_money_and_end(sign_in, blast):
    now = timezone.now()
    Blast.objects.update(state=State.RUNNING, started_at=now)
    client = sign_in("manager")

    words = client.get(f"{page(blast.pk)}?state=running", headers=HTMX).content.decode()

    assert "No message left in the last seconds." in words
    assert "About 1 minute left." in words
    assert "Charged so far 0.00 KES; at most 2.40, the budget is 100,000.00." in words


def test_page_warns_before_the_start_that_the_account_holds_too_little(sign_in, blast):
    approval.approve(blast, by=scene.approver(), at=timezone.now())
    Balance.objects.create(gateway="sim", amount=2, currency="KES", at=timezone.now())

    words = sign_in("manager").get(page(blast.pk)).content.decode()

    assert "may cost 2.40 KES: 0.40 KES may be missing" in words


def test_page_offers_to_go_on_once_the_account_is_filled(sign_in, blast):
    Blast.objects.update(state=State.PAUSED, pause_reason="balance")
    Notice.objects.create(blast=blast, at=scene.later(-5), kind="paused", text="balance")
    Balance.objects.create(gateway="sim", amount=2, currency="KES", at=timezone.now())
    client = sign_in("manager")
    short = client.get(page(blast.pk)).context["topped_up"]
    Balance.objects.update(amount=3)

    shown = client.get(page(blast.pk))

    assert (short, shown.context["topped_up"]) == (False, True)
    assert "The account was filled again" in shown.content.decode()


def test_sending_again_beyond_the_budget_cannot_be_pressed(sign_in, blast):
    Delivery.objects.update(state=Fate.UNSURE)
    Blast.objects.update(state=State.DONE, budget="4.0")

    words = sign_in("approver").get(reverse("campaigns:outcomes", args=[blast.pk])).content.decode()

    assert "The budget does not hold that: 2.40 of 4.00 KES are reserved already." in words
    assert '<button class="btn btn-danger" disabled>' in words


def test_while_it_runs_nobody_is_sent_to_again(sign_in, blast):
    Delivery.objects.update(state=Fate.UNSURE)
    Blast.objects.update(state=State.RUNNING)

    words = sign_in("approver").get(reverse("campaigns:outcomes", args=[blast.pk])).content.decode()

    assert ("For 3 people nobody knows" in words, "Send again" in words) == (True, False)


def test_outcomes_are_those_of_the_last_count(sign_in, blast):
    tallies.count(blast, Tally.Kind.FATES, at=timezone.now())
    Delivery.objects.update(state=Fate.DELIVERED)

    shown = sign_in("manager").get(reverse("campaigns:outcomes", args=[blast.pk])).context

    assert shown["states"] == [("planned", 3)]
