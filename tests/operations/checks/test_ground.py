"""Checks of what everything stands on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from django.conf import settings as own
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations.checks import ground
from people import keys
from tests.campaigns.scene import forget_routes
from tests.operations.checks.found import said, wrong
from tests.people.made import person

pytestmark = pytest.mark.django_db


def test_settings_of_a_demonstration_on_this_machine_are_good(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

    assert said("settings") == []


def test_demonstration_that_others_can_reach_is_told(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "njia.example"]

    assert said("settings") == ["This is a demonstration, and others can reach it as njia.example."]


def test_demonstration_with_real_accounts_is_told(settings, real_gateway):
    assert said("settings") == ["This is a demonstration with accounts at real providers: real."]
    forget_routes()


def test_settings_that_production_should_not_have_are_told(settings):
    settings.DEMONSTRATION, settings.DEBUG, settings.SELF_APPROVAL = False, True, True
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["*"], ["http://njia.example"]

    assert said("settings") == [
        "Error pages show source code to whoever meets an error.",
        "Pages answer under any host name.",
        "No address with https:// is named: forms are refused behind a proxy.",
        "One person may plan and approve the same blast.",
    ]
    assert wrong("settings") == [True, True, True, False]


def test_keys_of_a_demonstration_are_told_in_production(settings, rotate):
    settings.DEMONSTRATION = False

    assert said("keys") == [
        f"The keys cannot be used: {settings.KEYS_FILE} was made for a demonstration. "
        "Make another for real people."
    ]


def test_rotation_left_half_done_is_told(settings, rotate):
    person(1)
    before = said("keys")
    rotate("suppression")

    assert before == []
    assert said("keys") == [
        "Keys were rotated, and people still stand under the old one: nothing is sent."
    ]


def test_missing_key_file_is_told(settings, tmp_path: Path):
    settings.DEMONSTRATION, settings.KEYS_FILE = False, tmp_path / "none.toml"

    assert said("keys")[0].startswith("The keys cannot be used: No key file at")
    assert not isinstance(settings.KEYS_FILE, keys.Ring)


@pytest.mark.parametrize(
    ("least", "soon", "found"), [(0, 0, []), (0, 1 << 60, [False]), (1 << 60, 1 << 60, [True])]
)
def test_disk_is_told_before_and_when_it_is_full(monkeypatch, least, soon, found):
    monkeypatch.setattr(ground, "ROOM_LEAST", least)
    monkeypatch.setattr(ground, "ROOM_SOON", soon)

    assert wrong("disk") == found


@pytest.mark.parametrize(("most", "found"), [(2.0, []), (-1.0, [True])])
def test_clock_that_differs_is_told(monkeypatch, most, found):
    monkeypatch.setattr(ground, "CLOCK_MOST", most)

    assert wrong("clock") == found


@pytest.mark.parametrize(("year", "found"), [(2026, 0), (2020, 1)])
def test_old_time_zones_are_told(year, found):
    """Before February 2021 Juba was an hour ahead, as an old table says it is today."""
    assert len(said("zones", at=datetime(year, 6, 1, tzinfo=UTC))) == found


def test_missing_migration_is_told():
    before = said("database")
    MigrationRecorder(connection).record_unapplied("operations", "0001_initial")

    assert before == []
    assert said("database") == ["Steps of this release that the database lacks: 1."]


def test_broker_that_forgets_is_told():
    with redis.Redis.from_url(own.REDIS_URL) as broker:
        before, kept = said("broker"), broker.config_get("maxmemory-policy")
        broker.config_set("maxmemory-policy", "allkeys-lru")
        after = said("broker")
        broker.config_set(*kept.popitem())

    assert before == []
    assert after == ["The broker throws tasks away when its memory is full (allkeys-lru)."]
