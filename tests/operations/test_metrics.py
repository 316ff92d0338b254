"""What `/metrics` tells, of a deployment in which something happened."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as own
from django.db import connection
from django.utils import timezone

from campaigns.models import Balance, Tally
from config.doors import front
from config.house import furnish
from journal.models import Dead, Entry, Marker
from operations import hooks, metrics
from operations.families import METRICS, Sample
from operations.meters import Meter
from operations.models import Trouble
from people.languages import Remembered
from people.models import Rush
from tests.bot.caseload import case
from tests.campaigns import scene
from tests.doors import HOP, SECRET, gateway, knock
from tests.editions import edition
from tests.operations.conftest import process  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def told(samples: Any) -> dict[str, float]:
    """Each value under its name and labels, as one would ask Prometheus for it."""
    return {sample.line().rpartition(" ")[0]: sample.value for sample in samples}


@pytest.fixture
def happened(deployment):
    """A bit of everything, told by tallies where a million rows would be counted."""
    scene.people(1)
    blast, now = scene.started(), timezone.now()
    fates = [[2, "sim", "KE", "en", "", "", False, 3], [2, "sim", "KE", "sw", "", "", True, 1]]
    costs = [["sim", "KE", "en", "63902", "KES", 9, "7.2000"]]
    for kind, rows in {"fates": fates, "costs": costs}.items():
        Tally.objects.create(blast=blast, kind=kind, rows=rows, at=now, seconds=0)
    Balance.objects.create(gateway="sim", amount="1500.5", currency="KES", at=now)
    Rush.objects.create(slot=now, what="opt-out", gateway="sim", country="KE", number=4)
    Rush.objects.create(slot=now - timedelta(hours=2), what="secret", number=9)
    Marker.objects.get_or_create(kind="hop")
    Entry.objects.create(kind="hop", line='{"n": "+254711000001"}')
    Dead.objects.create(kind="+254711000001", line="x", why="spoilt")
    case(1)
    Trouble.objects.create(check_name="disk", wrong=True, since=now, seen_at=now)


def test_deployment_is_told_in_numbers(happened):
    found = told(metrics.shared())

    assert found["njia_database_up{}"] == found["njia_broker_up{}"] == 1
    assert found['njia_blasts{state="running"}'] == 1
    assert found['njia_deliveries{gateway="sim",state="unsure"}'] == 4
    assert found['njia_cost{currency="KES",gateway="sim"}'] == 7.2
    assert found['njia_balance{currency="KES",gateway="sim"}'] == 1500.5
    assert found['njia_journal_waiting_entries{kind="hop"}'] == 1
    assert found["njia_journal_dead_lines{}"] == found["njia_cases_untaken{}"] == 1
    assert found['njia_troubles{level="wrong"}'] == 1
    assert found["njia_opt_outs_last_hour{}"] == 4
    assert found['njia_held_back_last_hour{what="secret"}'] == 0


def test_no_metric_holds_a_number_a_country_or_a_word_of_a_person(happened):
    labels = {label for sample in metrics.shared() for label in sample.labels}

    assert {name for name, _ in labels} == {
        *("currency", "gateway", "kind", "level", "queue", "state", "what")
    }
    assert [value for _, value in labels if re.search(r"\d", value)] == []
    assert "KE" not in {value for _, value in labels}


def test_store_that_is_away_leaves_its_metrics_out(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none"

    found = told(metrics.shared())

    assert (found["njia_broker_up{}"], found["njia_database_up{}"]) == (0, 1)
    assert [name for name in found if "queue" in name] == []


def test_process_is_told_without_a_store(process, django_assert_num_queries):  # noqa: F811
    doors = {"ussd": Meter()}
    doors["ussd"].counts[0] = 7
    with django_assert_num_queries(0):
        found = told(metrics.own(process, doors, Meter()))

    assert found['njia_door_seconds_count{door="ussd"}'] == 7
    assert found['njia_door_seconds_bucket{door="ussd",le="+Inf"}'] == 7
    made = edition().made_at.timestamp()
    assert found['njia_edition_made_timestamp_seconds{gateways="simulated"}'] == made
    assert found["njia_process_resident_bytes{}"] > 10_000_000


def test_every_metric_is_told(process, happened):  # noqa: F811
    samples: list[Sample] = [
        *metrics.own(process, {"ussd": Meter()}, Meter()),
        *metrics.shared(),
    ]

    assert {sample.name for sample in samples} == set(METRICS)


# --- the door -----------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path, settings):
    """The whole site, which pages are left out of."""

    def make(token: str = ""):
        settings.METRICS_TOKEN = token
        house = furnish(
            tmp_path,
            database=connection.settings_dict,
            redis_url=own.REDIS_URL,
            gateways={"sim": gateway()},
            remembered=Remembered(),
        )
        house.shelf.put(edition())
        return front(house, lambda _environ, start: [start("200 OK", []), b"a page"][1:])

    return make


def test_hops_are_told_after_they_came(site):
    whole = site()
    for _ in range(3):
        knock(whole, f"/hooks/sim/{SECRET}/ussd", HOP)
    knock(whole, "/")

    answer = knock(whole, "/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'njia_door_requests_total{door="ussd"} 3' in lines
    assert 'njia_door_seconds_count{door="ussd"} 1' in lines
    assert "njia_pages_seconds_count{} 1" in lines
    assert "njia_database_up{} 1" in lines


def test_one_process_of_several_tells_itself_alone(site):
    text = knock(site(), "/metrics", query="part=process").text

    assert "njia_journal_backlog_bytes{} 0" in text.splitlines()
    assert "njia_database_up" not in text


@pytest.mark.parametrize(
    ("environ", "answered"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "203.0.113.9"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({}, False),
        # through a proxy on this machine
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 Caddy"}, False),
    ],
)
def test_without_a_token_this_machine_alone_is_answered(environ, answered):
    assert hooks.may(environ, "") is answered


@pytest.mark.parametrize(
    ("shown", "status"),
    [("Bearer " + "t" * 32, 200), ("Bearer " + "x" * 32, 404), ("t" * 32, 404), ("", 404)],
)
def test_with_a_token_whoever_shows_it_is_answered(site, shown, status):
    asked = knock(site("t" * 32), "/metrics", headers={"Authorization": shown})

    assert asked.status == status


def test_token_is_wanted_of_this_machine_too():
    assert hooks.may({"REMOTE_ADDR": "127.0.0.1"}, "t" * 32) is False
