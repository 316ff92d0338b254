"""An audience and its group in a workspace of RapidPro on this machine."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.blasts import groups, permits, routes
from campaigns.blasts.groups import NotSynced, Plan, Wish
from gateways.rapidpro.client import Patience
from people import consent, identity
from people.models import AuditEntry, Consent, Suppression
from tests.campaigns import scene
from tests.campaigns.blasts.workspaces import QUICK, members, urn
from tests.gateways.rapidpro_server import TOKEN, Fault, Workspace, stamp

pytestmark = pytest.mark.django_db(transaction=True)
GATEWAYS = """
[gateways.rp]
adapter = "rapidpro"
secret = "invented-invented-invented"
base = "{base}"
token = "{token}"
"""
WISH = Wish("KE", "Njia")


@pytest.fixture
def workspace(server, settings, deployment, tmp_path):
    server.workspace = Workspace(server.server_address[1])
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(base=server.workspace.url, token=TOKEN), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    return server.workspace


@pytest.fixture
def amina(workspace):
    return scene.staff("amina", "export_audience")


def sync(by, confirmed: int, wish: Wish = WISH) -> Plan:
    return groups.sync(wish, confirmed=confirmed, by=by, at=timezone.now(), patience=QUICK)


def plan(by, wish: Wish = WISH) -> Plan:
    return groups.plan(wish, by=by, at=timezone.now(), patience=QUICK)


def test_audience_becomes_a_group_with_languages(workspace, amina):
    scene.people(2, language="sw")
    scene.people(1, first=2, language="ar-Latn")
    scene.people(1, first=3, basis=None)
    scene.people(1, "UG")

    done = sync(amina, 3)

    assert done == Plan(people=3, tell=3, add=3, remove=0, aside=0, ended=0, minutes=0)
    assert members(workspace) == {urn(0): "swa", urn(1): "swa", urn(2): "ara"}


def test_plan_says_the_same_and_changes_nothing(workspace, amina):
    scene.people(3)
    workspace.contact(urn(1), status="stopped", modified_on=stamp(0))

    told = plan(amina)

    assert told == Plan(people=2, tell=2, add=2, remove=0, aside=0, ended=1, minutes=0)
    assert {method for method, _, _, _ in workspace.requests} == {"GET"}
    assert (Suppression.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_second_sync_has_nothing_to_do(workspace, amina):
    scene.people(3)
    sync(amina, 3)
    workspace.requests.clear()

    done = sync(amina, 3)

    assert (done.tell, done.add, done.remove) == (0, 0, 0)
    assert {method for method, _, _, _ in workspace.requests} == {"GET"}


def test_contact_that_is_there_is_told_its_language_and_nothing_else(workspace, amina):
    scene.people(2)
    workspace.contact(urn(0), name="Asha", language="eng")
    workspace.contact(urn(1), language="swa")

    done = sync(amina, 2)

    assert (done.tell, done.add) == (1, 2)
    assert workspace.asked("contacts") == [{"language": "swa"}]
    assert workspace.contacts[0]["name"] == "Asha"


def test_whoever_ended_messages_is_taken_out_first(workspace, amina):
    scene.people(3)
    sync(amina, 3)
    scene.people(1, first=3)
    consent.end(scene.number(1), how="word", at=timezone.now())
    workspace.requests.clear()

    done = sync(amina, 3)

    assert (done.add, done.remove) == (1, 1)
    assert members(workspace).keys() == {urn(0), urn(2), urn(3)}
    assert [body["action"] for body in workspace.asked("contact_actions")] == ["remove", "add"]


def test_stopped_or_blocked_there_has_ended_messages_here(workspace, amina):
    scene.people(4)
    for index, status in enumerate(("stopped", "blocked", "archived")):
        workspace.contact(urn(index), status=status)

    done = sync(amina, 1)

    assert done == Plan(people=1, tell=1, add=1, remove=0, aside=1, ended=2, minutes=0)
    assert members(workspace).keys() == {urn(3)}
    ended = {identity.suppression_token(urn(index)) for index in (0, 1)}
    assert set(Suppression.objects.values_list("token", flat=True)) == ended


def test_writing_to_rapidpro_begins_nothing_here(workspace, amina):
    scene.people(1)
    there = workspace.contact(urn(0), status="stopped")
    sync(amina, 0)
    there["status"] = "active"  # as RapidPro does for anybody who writes

    done = sync(amina, 0)

    assert done.people == 0
    assert members(workspace) == {}


def test_start_here_after_a_stop_there_stands(workspace, amina):
    scene.people(1)
    workspace.contact(urn(0), status="stopped", modified_on=stamp(0))
    sync(amina, 0)
    token = identity.suppression_token(urn(0))
    consent.lift([token], "campaign", at=timezone.now())

    done = sync(amina, 0)

    assert (done.aside, done.ended) == (1, 0)
    assert consent.suppressed([token]) == set()


def test_people_in_hundreds(workspace, amina):
    scene.people(250)

    sync(amina, 250)

    sizes = [len(body["contacts"]) for body in workspace.asked("contact_actions")]
    assert sizes == [100, 100, 50]
    assert len(members(workspace)) == 250


def test_sync_that_broke_off_goes_on_where_it_ended(workspace, amina):
    scene.people(120)
    workspace.faults += [None] * 3 + [None] * 50 + [Fault(500)] * 3

    with pytest.raises(NotSynced, match=r"Turned RapidPro answered 500\): run it again"):
        sync(amina, 120)
    made = len(workspace.contacts)
    done = sync(amina, 120)

    assert (made, done.tell) == (50, 70)
    assert len(members(workspace)) == 120


def test_request_that_failed_once_is_made_again(workspace, amina):
    scene.people(2)
    workspace.faults += [Fault(429), None, None, Fault(cut=True, taken=True), Fault(502)]

    sync(amina, 2)

    assert members(workspace).keys() == {urn(0), urn(1)}


def test_export_is_on_record_before_a_number_leaves(workspace, amina):
    scene.people(2)
    workspace.faults += [None, None, Fault(400)]

    with pytest.raises(NotSynced):
        sync(amina, 2)

    entry = AuditEntry.objects.get(kind="export")
    assert (entry.name, entry.country) == ("amina", "KE")
    assert entry.what == "numbers of an audience to a group of RapidPro"
    assert entry.details == {
        "audience": "KE",
        "group": "Njia",
        "gateway": "rp",
        "people": "2",
        "add": "2",
        "remove": "0",
    }


def test_other_number_of_people_than_confirmed_stops_it(workspace, amina):
    scene.people(2)

    with pytest.raises(NotSynced, match="2 people are meant, not 3"):
        sync(amina, 3)

    assert {method for method, _, _, _ in workspace.requests} == {"GET"}
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("permissions", "countries", "words"),
    [
        (("plan_blast",), ("KE",), "lacks the permission campaigns.export_audience"),
        (("export_audience",), ("UG",), "does not work for KE"),
    ],
)
def test_nobody_else_carries_numbers_out(workspace, permissions, countries, words):
    scene.people(1)
    other = scene.staff("other", *permissions, countries=countries)

    with pytest.raises(permits.Refused, match=words):
        sync(other, 1)

    assert workspace.requests == []


@pytest.mark.parametrize("own", [{"query": "age > 18"}, {"system": True}])
def test_group_that_rapidpro_fills_is_refused(workspace, amina, own):
    scene.people(1)
    workspace.group("Njia", **own)

    with pytest.raises(NotSynced, match="filled by RapidPro itself"):
        sync(amina, 1)


def test_account_of_rapidpro_is_needed(workspace, amina):
    with pytest.raises(NotSynced, match="Name one account of RapidPro; known are rp"):
        plan(amina, Wish("KE", "Njia", "sim"))


def test_long_work_is_told_in_minutes(workspace, amina):
    scene.people(3)
    slow = Patience(tries=1, gap=30.0, sleep=lambda _seconds: None)

    told = groups.plan(WISH, by=amina, at=timezone.now(), patience=slow)

    assert told.minutes == 2  # three contacts and one action


def test_consent_that_ended_takes_people_out(workspace, amina):
    scene.people(1)
    sync(amina, 1)
    Consent.objects.update(ends_on=timezone.now().date() - timedelta(days=2))

    assert sync(amina, 0).remove == 1
    assert members(workspace) == {}


# --- from the shell -----------------------------------------------------------------------------------


def run(*words: str) -> Any:
    out = StringIO()
    call_command("rapidpro", "sync", "--audience", "KE", "--group", "Njia", *words, stdout=out)
    return json.loads(out.getvalue())


def test_shell_tells_and_does_nothing_without_a_number(workspace, amina):
    assert run("--by", "amina", "--dry-run", "--json")["people"] == 0
    with pytest.raises(CommandError, match="say how many people with --people"):
        run("--by", "amina", "--json")
    with pytest.raises(CommandError, match="no active staff member 'nobody'"):
        run("--by", "nobody", "--people", "0", "--json")


def test_shell_carries_over_what_was_confirmed(workspace, amina):
    told = run("--by", "amina", "--people", "0", "--json")

    assert told == {
        "people": 0,
        "tell": 0,
        "add": 0,
        "remove": 0,
        "aside": 0,
        "ended": 0,
        "minutes": 0,
    }
    assert [one["name"] for one in workspace.groups] == ["Njia"]
    assert routes.gateway().name == "rp"
