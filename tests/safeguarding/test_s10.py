"""S10: at most two messages in seven days, and quiet hours in the recipient's zone, at the moment of sending."""

from datetime import UTC, datetime, timedelta
from datetime import time as clock

import pytest
from django.db import connection

from campaigns.blasts import leases, planning, routes
from campaigns.models import Chunk, Delivery
from campaigns.models.blasts import CAP, CAP_DAYS
from people.countries import COUNTRIES
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def local(country: str = "KE") -> datetime:
    return datetime.now(UTC).astimezone(COUNTRIES[country].zone)


def window(first: timedelta, last: timedelta) -> tuple[clock, clock] | None:
    """Hours around now where a Kenyan lives; None where they would cross midnight."""
    begin, end = local() + first, local() + last
    return (begin.time(), end.time()) if begin.date() == end.date() == local().date() else None


def move_begun(days: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_chunk SET begun_at = begun_at - make_interval(secs => %s)",
            [days * 86_400],
        )


def test_real_gateways_send_from_8_to_18_unless_the_plan_says_otherwise(real_gateway):
    assert planning.hours(routes.gateway("real")) == (clock(8), clock(18))


@pytest.mark.parametrize(("first", "last", "sent"), [(-1, 1, 1), (-3, -2, 0), (2, 3, 0)])
def test_hours_are_those_of_the_recipient(deployment, first, last, sent):
    hours = window(first * HOUR, last * HOUR)
    if hours is None:
        pytest.skip("these hours cross midnight in Nairobi now")
    scene.people(1)
    blast = scene.started(window=hours)

    scene.send(blast)

    assert len(deployment.record()) == sent


def test_retry_after_the_last_hour_waits(deployment):
    scene.people(1)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    type(blast).objects.update(window_from=clock(0), window_to=clock(0, 0, 0, 1))

    assert leases.begin(lease) is None
    leases.release(lease)
    assert leases.claim(blast.pk) is None
    assert Chunk.objects.get().state == "waiting"


def test_third_message_within_a_week_is_not_sent(deployment):
    scene.people(1)
    blasts = [scene.started() for _ in range(CAP + 1)]

    for blast in blasts:
        scene.send(blast)

    assert scene.sent(deployment) == {scene.number(0): CAP}
    assert Delivery.objects.get(blast=blasts[-1]).reason == "frequency"


@pytest.mark.parametrize(("days", "people"), [(CAP_DAYS - 0.01, 0), (CAP_DAYS + 0.01, 1)])
def test_plan_counts_the_seven_days_to_the_minute(deployment, days, people):
    scene.people(1)
    for _ in range(CAP):
        scene.send(scene.started())
    move_begun(days)

    assert scene.planned().people == people
