"""A filled database of an earlier state comes to today's tables: no row is lost, none is written anew unannounced."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

import config
from tests.config.earlier import EARLIER, ROWS

ROOT = Path(__file__).parents[2]
# What a migration takes away on purpose: rows said where on a sensitive screen a session had ended
TAKEN = {"ussd_call": "ussd 0003_funnel"}
MOVED = {  # what migrations move elsewhere on purpose: table -> where its rows are now
    "bot_answer": "campaigns_answer",
}
LARGE = {  # rows by the million
    "analytics_exposure",
    "analytics_reach",
    "campaigns_delivery",
    "campaigns_deliveryresult",
    "campaigns_receiptrow",
    "journal_entry",
    "people_consent",
    "people_person",
    "people_subject",
    "people_suppression",
    "ussd_call",
}
NAME = "njia_earlier"


@pytest.fixture(scope="module")
def upgrade() -> dict[str, Any]:
    """What came of the earlier database on its way here."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as own:
        own.execute(f"CREATE DATABASE {NAME}")
        done = subprocess.run(
            [sys.executable, "-m", "tests.config.earlier"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url.replace("@/njia?", f"@/{NAME}?")},
            capture_output=True,
            text=True,
            check=False,
        )
        own.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_table_of_the_earlier_state_was_filled(upgrade):
    sparse = {name: rows for name, rows in upgrade["before"].items() if rows < ROWS}

    assert sparse == {
        "analytics_rule": 2,
        "people_staff_groups": 0,
        "people_staff_user_permissions": 0,
    }


def test_no_row_is_lost(upgrade):
    before, after = upgrade["before"], upgrade["after"]
    gone = {
        name: rows for name, rows in before.items() if after.get(MOVED.get(name, name), 0) < rows
    }

    assert set(gone) == set(TAKEN)
    assert set(TAKEN.values()) <= {step["name"] for step in upgrade["steps"]}


def test_no_table_is_written_anew(upgrade):
    """A rewrite shuts the table while it lasts: a large one for minutes. One that cannot be helped is told in
    docs/upgrading.md.
    """
    rewrote = {step["name"]: step["rewrote"] for step in upgrade["steps"] if step["rewrote"]}

    assert rewrote == {}


def test_large_table_that_is_read_through_is_told(upgrade):
    """Writers wait for it meanwhile: docs/upgrading.md names each."""
    page = (ROOT / "docs" / "upgrading.md").read_text("utf-8")
    large = {
        (step["name"], table)
        for step in upgrade["steps"]
        for table in step["read"]
        if table in LARGE
    }

    assert {one for one in large if f"| {one[0]} | `{one[1]}` |" not in page} == set()


def test_earlier_state_is_earlier(upgrade):
    apps = [step["name"].split()[0] for step in upgrade["steps"]]

    assert set(EARLIER) - {"journal"} <= set(apps)  # the journal's tables never changed


# --- which release this is --------------------------------------------------------------------------


def test_release_is_the_same_in_both_places():
    told = re.search(
        r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )

    assert told is not None
    assert told[1] == config.__version__
