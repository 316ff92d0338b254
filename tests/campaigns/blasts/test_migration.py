"""What was planned before there were several gateways goes on through its one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from campaigns.models import Blast, Chunk
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("campaigns", "0009_audience_member_token")]


def migrate(targets: list[tuple[str, str]] | None = None) -> Any:
    """To these, or to the newest; the tables as they are then."""
    executor = MigrationExecutor(connection)
    wanted = targets or executor.loader.graph.leaf_nodes()
    return executor.migrate(wanted).apps


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate(BEFORE)
    migrate()


def test_chunks_and_blasts_of_before_keep_their_gateway(before):
    campaign = before.get_model("campaigns", "Campaign").objects.create(code="sea", name="Sea")
    audience = before.get_model("campaigns", "Audience").objects.create(name="KE", countries=["KE"])
    blast = before.get_model("campaigns", "Blast").objects.create(
        campaign=campaign,
        audience=audience,
        gateway="sim",
        sender="NJIA",
        countries=["KE"],
        planned_by_id=scene.planner().pk,
        planned_at=timezone.now(),
        expires_at=timezone.now(),
        window_from="08:00",
        window_to="18:00",
        budget=1,
    )
    before.get_model("campaigns", "Chunk").objects.create(blast=blast, country="KE", people=1)

    migrate()

    assert Chunk.objects.values_list("gateway", "sender", "onward").get() == ("sim", "NJIA", [])
    assert Blast.objects.values_list("routes", "cap", "cap_days").get() == (["sim"], 2, 7)
