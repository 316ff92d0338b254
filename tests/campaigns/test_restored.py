"""After a restore nothing goes on by itself, and everything that stands still says why."""

from datetime import UTC, datetime

import pytest

from campaigns import restored
from campaigns.blasts import recurring
from campaigns.blasts.reasons import PAUSES
from campaigns.models.blasts import Blast
from campaigns.models.replies import Answer, Forward
from campaigns.replies import outbox
from campaigns.restored import Stilled
from people.models import AuditEntry
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
AT = datetime(2027, 2, 28, 6, tzinfo=UTC)


def test_blast_under_way_or_waiting_for_its_time_pauses_and_says_why():
    going = [scene.started(), scene.approved()]

    assert restored.stand_still(at=AT) == Stilled(blasts=2, series=0, answers=0)

    rows = Blast.objects.filter(pk__in=[one.pk for one in going])
    assert {(one.state, one.pause_reason) for one in rows} == {("paused", "restored")}
    assert "restored from a backup" in str(PAUSES["restored"])


def test_series_pauses_and_the_audit_says_so():
    series = recurring.approve(
        recurring.propose(scene.proposal(), by=scene.planner(), at=AT), by=scene.approver(), at=AT
    )

    assert restored.stand_still(at=AT) == Stilled(blasts=0, series=1, answers=0)

    series.refresh_from_db()
    assert series.state == "paused"
    assert AuditEntry.objects.filter(what=f"series {series.pk}: paused").count() == 1


def test_single_message_that_waits_is_not_sent():
    answer = Answer.objects.create(
        gateway="sim", reference="r1", country="KE", state=Answer.State.WAITING, made_at=AT
    )
    forward = Forward.objects.create(
        account="flows", gateway="sim", reference="r2", state=Forward.State.WAITING, made_at=AT
    )

    assert restored.stand_still(at=AT) == Stilled(blasts=0, series=0, answers=2)

    answer.refresh_from_db()
    forward.refresh_from_db()
    assert (answer.state, forward.state) == ("begun", "begun")
    assert outbox.send_waiting(at=AT) == 0


def test_second_time_nothing_is_left_to_still():
    scene.started()
    restored.stand_still(at=AT)

    assert restored.stand_still(at=AT) == Stilled(0, 0, 0)
