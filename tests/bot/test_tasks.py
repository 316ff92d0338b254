"""Beat's wake-up: everything from the journal to the sent answer in one task."""

import pytest
from django.utils import timezone

from bot import matchers, tasks
from campaigns.blasts import routes
from config.celery import app
from tests.bot.heard import AT, sms
from tests.editions import edition as small
from tests.journal.lines import write

pytestmark = pytest.mark.django_db


def test_beat_wakes_the_bot():
    assert "bot.tasks.fold_messages" in {one["task"] for one in app.conf.beat_schedule.values()}


def test_message_is_answered_through_the_gateway(edition, deployment, time_machine_now):
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
    tasks._memory.cache_clear()
    return max(timezone.now().timestamp(), AT.timestamp())


def test_matchers_are_ready_before_a_message_holds_the_journal(deployment):
    """As after an upgrade: nothing is fitted, nothing lies beside the edition, nobody has written yet."""
    served = small(mark="just upgraded", made_at=timezone.now())
    routes._shelf().put(served)

    tasks.fold_messages()

    made = matchers._made[served.id]
    assert sorted(made._fitted) == list(made.languages) == ["am", "en", "sw"]


def test_second_task_does_not_wait_for_matchers_as_the_first_does(
    edition,
    deployment,
    time_machine_now,
):
    """Two waiting ones would hold every thread of the queue, and with them the opt-outs."""
    routes._shelf().put(edition)
    write("sms", sms("menu", at=time_machine_now))

    with tasks._warming:
        tasks.fold_messages()
        meanwhile = deployment.record()
    tasks.fold_messages()

    assert (meanwhile, len(deployment.record())) == ([], 1)


def test_where_nothing_is_published_there_is_nothing_to_make_ready(settings, tmp_path):
    settings.DATA = tmp_path
    routes._shelf.cache_clear()

    tasks.fold_messages()

    routes._shelf.cache_clear()
    assert list((tmp_path / "editions").glob("*.matcher")) == []
