"""Beat's wake-up: everything from the journal to the sent answer in one task."""

import pytest

from bot import tasks
from config.celery import app
from tests.bot.test_folding import AT, sms, write
from tests.campaigns.conftest import deployment, judge  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def test_beat_wakes_the_bot():
    assert "bot.tasks.fold_messages" in {one["task"] for one in app.conf.beat_schedule.values()}


def test_message_is_answered_through_the_gateway(edition, deployment, time_machine_now):  # noqa: F811
    from django.conf import settings

    from campaigns.press.shelf import Shelf

    Shelf(settings.DATA / "editions").put(edition)
    write("sms", sms("menu", at=time_machine_now))

    tasks.fold_messages()

    ((_number, text, _reference),) = deployment.record()
    assert text.startswith("DEMO ")


@pytest.fixture
def time_machine_now() -> float:
    """A message of this very moment: an answer half an hour late would not be sent."""
    from django.utils import timezone

    tasks._memory.cache_clear()
    return max(timezone.now().timestamp(), AT.timestamp())
