"""docs/watching.md names every part of `/readyz`, every check and every metric, and none that is not there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from campaigns.press.shelf import Shelf
from config.house import conninfo
from journal.shipper import Shipper
from journal.writer import Journal
from operations import readiness
from operations.checks import CHECKS
from operations.families import METRICS

PAGE = (Path(__file__).parents[2] / "docs" / "watching.md").read_text(encoding="utf-8")


def named(title: str) -> set[str]:
    """Words in the first column of the table under this title."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


@pytest.mark.django_db
def test_every_part_of_readyz_is_named(tmp_path):
    journal = Journal(tmp_path / "journal")
    shipper = Shipper(journal, conninfo(connection.settings_dict))
    process = readiness.Process(journal, shipper, Shelf(tmp_path), {}, settings.REDIS_URL)

    assert named("/healthz and /readyz") == set(readiness.parts(process))


def test_every_check_is_named():
    assert named("The checks") == set(CHECKS)


def test_every_metric_is_named():
    assert named("Metrics") == set(METRICS)


def test_alarms_are_about_metrics_that_exist():
    section = PAGE.partition("\n## Alarms worth having\n")[2]
    asked = set(re.findall(r"njia_\w+", section))

    assert {name.removesuffix("_bucket") for name in asked} <= set(METRICS)
    assert len(asked) > 5


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("within 60 s", readiness.BEAT_MOST),
        ("no task waits 30 s", readiness.TASK_MOST["now"]),
        ("or 900 s (`bulk`)", readiness.TASK_MOST["bulk"]),
        ("no entry of the journal 120 s", readiness.ENTRY_MOST),
        ("less than 32 MiB", readiness.BACKLOG_MOST / 2**20),
    ],
)
def test_limits_are_those_of_the_code(said, limit):
    assert said in PAGE
    assert re.findall(r"\d+", said)[0] == str(int(limit))
