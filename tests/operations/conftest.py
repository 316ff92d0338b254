"""The deployment of the tests of campaigns with its simulated network, and a process that serves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from campaigns.press.shelf import Shelf
from config.house import conninfo
from journal.models import Marker
from journal.shipper import Shipper
from journal.writer import Journal
from operations.readiness import Process
from tests.campaigns.conftest import deployment, judge, real_gateway
from tests.doors import gateway
from tests.editions import edition

__all__ = ["deployment", "judge", "real_gateway"]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """A process that serves something; no worker runs, and none is missed yet."""
    journal = Journal(tmp_path / "journal")
    shelf = Shelf(tmp_path / "editions")
    shelf.put(edition())
    Marker.objects.create(kind="hop")
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("now", "bulk")
    shipper = Shipper(journal, conninfo(connection.settings_dict))
    yield Process(journal, shipper, shelf, {"sim": gateway()}, settings.REDIS_URL)
    journal.close()
