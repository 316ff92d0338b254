"""Checks of what everything stands on: settings, keys, disk, clock, stores."""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_noop as _

from campaigns.blasts import routes
from operations.findings import Finding
from people import identity, keys, rotation

ROOM_LEAST: Final = 300_000_000  # bytes; below it a start is refused (config.preflight)
ROOM_SOON: Final = 3_000_000_000  # bytes
CLOCK_MOST: Final = 2.0  # seconds between this machine's clock and the database's
LOOPBACK: Final = {"127.0.0.1", "localhost", "[::1]", "::1"}
NO_LOSS: Final = "noeviction"
# South Sudan's clocks went back on 1 February 2021; older tables of time zones do not know
JUBA: Final = timedelta(hours=2)


def configuration(_at: datetime) -> Iterator[Finding]:
    """Settings that are only good for a demonstration or for developers."""
    if settings.DEBUG:
        yield Finding(
            _("Error pages show source code to whoever meets an error."),
            _("Set NJIA_DEBUG=no and start again."),
            about="debug",
        )
    yield from _demonstration() if settings.DEMONSTRATION else _production()


def _demonstration() -> Iterator[Finding]:
    if open_to := sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK - {"testserver"}):
        yield Finding(
            _("This is a demonstration, and others can reach it as {hosts}."),
            _(
                "Run it with the settings for production, or take those names out of NJIA_HOSTS: "
                "the passwords of its accounts lie in a file, and no second step is asked."
            ),
            {"hosts": ", ".join(open_to)},
            about="hosts",
        )
    if real := [one.name for one in routes.gateways().values() if not one.simulated]:
        yield Finding(
            _("This is a demonstration with accounts at real providers: {names}."),
            _("Run it with the settings for production and with keys of its own."),
            {"names": ", ".join(real)},
            about="accounts",
        )


def _production() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            _("Pages answer under any host name."),
            _("Name yours in NJIA_HOSTS."),
            about="hosts",
        )
    if not any(one.startswith("https://") for one in settings.CSRF_TRUSTED_ORIGINS):
        yield Finding(
            _("No address with https:// is named: forms are refused behind a proxy."),
            _("Set NJIA_ORIGINS to the address under which staff open the pages."),
            about="origins",
        )
    if settings.SELF_APPROVAL:
        yield Finding(
            _("One person may plan and approve the same blast."),
            _("Set NJIA_SELF_APPROVAL=no once a second person can approve."),
            about="approval",
            wrong=False,
        )


def key_file(_at: datetime) -> Iterator[Finding]:
    """The keys can be used, and no rotation was left half done."""
    try:
        keys.load(settings.KEYS_FILE, demonstration=settings.DEMONSTRATION)
        identity.ring()
    except keys.BadKeys as bad:
        yield Finding(
            _("The keys cannot be used: {why}"),
            _("Mend the key file; docs/keys.md says how."),
            {"why": str(bad)},
        )
        return
    if rotation.pending():
        yield Finding(
            _("Keys were rotated, and people still stand under the old one: nothing is sent."),
            _("Run manage.py retoken."),
            about="rotation",
        )


def disk(_at: datetime) -> Iterator[Finding]:
    """The data folder has room for the journal and the editions."""
    free = shutil.disk_usage(settings.DATA).free
    if free >= ROOM_SOON:
        return
    yield Finding(
        _("The disk of the data folder has {free} MB left."),
        _("Make room, or move the data folder to a larger disk: a full one loses counts."),
        {"free": str(free // 1_000_000)},
        wrong=free < ROOM_LEAST,
    )


def clock(_at: datetime) -> Iterator[Finding]:
    """This machine and the database agree on the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        away = time.time() - float(cursor.fetchone()[0])
    if abs(away) > CLOCK_MOST:
        yield Finding(
            _("This machine's clock and the database's differ by {seconds} s."),
            _("Let both machines follow a time server (NTP): quiet hours and periods rest on it."),
            {"seconds": f"{abs(away):.0f}"},
        )


def zones(at: datetime) -> Iterator[Finding]:
    """The table of time zones is young enough for quiet hours."""
    if at.astimezone(ZoneInfo("Africa/Juba")).utcoffset() != JUBA:
        yield Finding(
            _("This machine's time zones are older than 2021: Juba is an hour off."),
            _("Update the system's package tzdata."),
        )


def database(_at: datetime) -> Iterator[Finding]:
    """The tables are those of this release."""
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding(
            _("Steps of this release that the database lacks: {steps}."),
            _("Run manage.py migrate, then start every process again."),
            {"steps": str(len(plan))},
        )


def broker(_at: datetime) -> Iterator[Finding]:
    """The broker keeps what it is given."""
    with closing(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)) as client:
        policy = client.info("memory").get("maxmemory_policy", NO_LOSS)
    if policy != NO_LOSS:
        yield Finding(
            _("The broker throws tasks away when its memory is full ({policy})."),
            _("Set maxmemory-policy noeviction in Redis."),
            {"policy": str(policy)},
        )
