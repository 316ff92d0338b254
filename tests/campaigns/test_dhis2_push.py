"""`manage.py dhis2_push` against a local server that answers as DHIS2 does."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from analytics import ledger, outside, refreshing
from analytics.periods import parse
from people.models import AuditEntry
from tests.analytics.books import LATER, close
from tests.analytics.ledgers import exposure
from tests.gateways.dhis2_said import CONFLICT, message, summary, told
from tests.provider import providing

pytestmark = pytest.mark.django_db
EXAMPLE = Path(configured.EXPORTS_FILE).read_text(encoding="utf-8")


@pytest.fixture
def dhis2(settings, tmp_path, monkeypatch):
    """A server, and a file that leads to it."""
    monkeypatch.setenv("NJIA_DHIS2_TOKEN", "d2pat_1")
    with providing() as provider:
        settings.DATA = tmp_path
        file = tmp_path / "exports.toml"
        file.write_text(EXAMPLE.replace("http://127.0.0.1:8085", provider.url), encoding="utf-8")
        settings.EXPORTS_FILE = str(file)
        provider.says(told(message(summary(imported=4))))
        yield provider


@pytest.fixture
def reached():
    ledger.record([exposure(n) for n in range(40)])
    refreshing.refresh(at=datetime(2026, 1, 1, 9, tzinfo=UTC))
    close()
    outside.release("3.3", parse("2025-Q1"), by="amina", at=LATER)


def push(*words: str):
    out = io.StringIO()
    call_command("dhis2_push", *words, stdout=out)
    return out.getvalue()


def test_dry_run_sends_the_values_and_stores_nothing(dhis2, reached):
    said = push("2025-Q1", "--dry-run", "--json")

    (asked,) = dhis2.asked
    values = json.loads(asked.body)["dataValues"]
    assert asked.query["dryRun"] == "true"
    assert [
        (one["dataElement"], one["orgUnit"], one["period"], one["value"]) for one in values
    ] == [
        (f"NJIA_3_3_{code}", unit, "2025Q1", "40")
        for unit in ("REGION", "KE")
        for code in ("UNIQUE", "FIRST", "CUMULATIVE")
    ]
    assert json.loads(said)["imported"] == 4
    assert not AuditEntry.objects.exists()


def test_push_is_on_record(dhis2, reached):
    said = push("2025-Q1")

    assert said.splitlines()[:2] == ["status    SUCCESS", "imported  4"]
    assert dhis2.asked[0].query["dryRun"] == "false"
    assert AuditEntry.objects.get().what == "DHIS2 2025-Q1"


def test_conflict_is_an_error_with_its_words(dhis2, reached):
    dhis2.says(told(CONFLICT, 409))

    with pytest.raises(CommandError, match="does not accept NJIA_X: Data element not found"):
        push("2025-Q1", "--dry-run")


def test_elements_are_pushed_with_what_may_be_summed(dhis2):
    stats = {"created": 3, "updated": 0, "ignored": 0, "deleted": 0}
    dhis2.says(told({"status": "OK", "stats": stats}))

    push("--metadata", "--dry-run")

    elements = json.loads(dhis2.asked[0].body)["dataElements"]
    assert {one["code"]: one["aggregationType"] for one in elements} == {
        "NJIA_3_3_FIRST": "SUM",
        "NJIA_3_3_UNIQUE": "NONE",
        "NJIA_3_3_CUMULATIVE": "NONE",
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2999"], "No table of this period was released"),
        (["2025-Q9"], "Invalid isoformat"),
        ([], "Which period"),
    ],
)
def test_what_cannot_leave_is_said_before_anything_is_sent(dhis2, words, said):
    with pytest.raises(CommandError, match=said):
        push(*words)

    assert dhis2.asked == []


def test_nobody_named_a_server(settings):
    settings.EXPORTS_FILE = ""

    with pytest.raises(CommandError, match="NJIA_EXPORTS"):
        push("2025")
