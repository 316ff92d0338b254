"""T8 by the real doors: somebody asks to be forgotten on USSD, by SMS or in a chat; the counts hold, nothing leads to them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

import bot.tasks
import campaigns.tasks
import people.tasks
from analytics import recounts, refreshing
from analytics.models import Exposure
from people import identity
from people.models import Erasure, Subject
from tests.analytics.conftest import indicators  # noqa: F401 - a fixture
from tests.doors import PHONE
from tests.safeguarding.site import Site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators")]
ENGLISH = "2"


def _forget_by_sms(site: Site) -> None:
    site.sms("forget me", reference="a")
    site.fold()
    site.sms("yes", reference="b")


DOORS: dict[str, Callable[[Site], Any]] = {
    "ussd": lambda site: site.call("7", "2", "1", session="ATUid_9"),
    "sms": _forget_by_sms,
    "chat": lambda site: (site.ask("forget me"), site.ask("yes")),
}  # fmt: skip


def figures() -> list[dict[str, Any]]:
    """What the donor is told of this year."""
    refreshing.refresh(at=timezone.now())
    year = timezone.localdate().year
    told: list[list[dict[str, Any]]] = []
    call_command(
        "indicators", f"--from={year}-01-01", f"--to={year + 1}-01-01", "--by=country,channel", "--json",
        stdout=Lines(told),
    )  # fmt: skip
    return told[0]


class Lines:
    """What a command prints, read as JSON."""

    def __init__(self, told: list[Any]) -> None:
        self.told = told

    def write(self, text: str) -> None:
        self.told.append(json.loads(text))

    def flush(self) -> None:
        """Nothing is held back."""


def told(lines: list[dict[str, Any]]) -> dict[str, int]:
    """Whom the headline indicator counts as reached, by channel."""
    headline = [one for one in lines if one["indicator"] == "3.3"]
    return {one["breakdown"]["channel"]: one["reached"]["unique"] for one in headline}


def holding(*words: str) -> set[str]:
    """Tables with one of the words in any column of any row."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for word in words:
                cursor.execute(
                    f"SELECT 1 FROM {model._meta.db_table} AS t WHERE strpos(t::text, %s) > 0 LIMIT 1",
                    [word],
                )
                found |= {model._meta.label} if cursor.fetchone() else set()
    return found


@pytest.mark.parametrize("door", DOORS)
def test_t8_who_asks_to_be_forgotten_leaves_counts_alone(full_site, door):
    token = identity.token(f"tel:{PHONE}")
    full_site.call(ENGLISH, "1", "1", "1")
    full_site.ask("what are the signs of human trafficking")
    full_site.sms("what are the signs of human trafficking")
    full_site.fold()
    before, exposures = figures(), Exposure.objects.count()
    assert told(before) == {"chat": 1, "sms": 1, "ussd": 1}
    assert holding(token) >= {"people.Subject", "journal.Entry"}

    DOORS[door](full_site)
    full_site.fold()
    for wake in (campaigns.tasks.purge_replies, bot.tasks.purge, people.tasks.follow_erasures):
        wake()

    assert (figures(), Exposure.objects.count()) == (before, exposures)
    call_command("verify_ledger")
    assert holding(token, PHONE[1:]) == {"people.Erasure"}
    assert (Subject.objects.count(), recounts.possible()) == (0, 1)


def test_wish_of_a_chat_leaves_no_words_behind(full_site):
    full_site.ask("I am locked in a house")
    full_site.ask("forget me")
    full_site.ask("yes")

    store = redis.Redis.from_url(settings.REDIS_URL)
    kept: Any = store.get(f"chat:{identity.token(f'tel:{PHONE}')}")
    state = identity.unseal(kept.decode())
    store.close()

    assert (json.loads(state)["question"], json.loads(state)["seen"]) == ("", 0)
    full_site.fold()
    assert Erasure.objects.count() == 1
