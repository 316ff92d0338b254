"""Groups of RapidPro that the account says follow an audience: kept alike by beat, in somebody's name."""

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.blasts import groups
from campaigns.blasts.groups import Plan, Wish
from config.celery import app
from people import consent
from people.models import AuditEntry, Staff
from tests.campaigns import scene
from tests.campaigns.blasts.workspaces import QUICK, members, urn
from tests.gateways.rapidpro_server import TOKEN, Fault, Workspace

pytestmark = pytest.mark.django_db(transaction=True)
GATEWAYS = """
[gateways.rp]
adapter = "rapidpro"
secret = "invented-invented-invented"
base = "{base}"
token = "{token}"
groups = ["KE = Njia"]
"""
WISH = Wish("KE", "Njia", "rp")


@pytest.fixture
def workspace(server, settings, deployment, tmp_path) -> Workspace:
    made = Workspace(server.server_address[1])
    server.workspace = made
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(base=made.url, token=TOKEN), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    return made


@pytest.fixture
def carried(workspace) -> Staff:
    """Two people, carried over by hand once; who did it."""
    amina = scene.staff("amina", "export_audience")
    scene.people(2)
    groups.sync(WISH, confirmed=2, by=amina, at=timezone.now(), patience=QUICK)
    return amina


def follow() -> list[Plan]:
    return groups.follow(at=timezone.now(), patience=QUICK)


def test_nothing_leaves_before_somebody_carried_it_over(workspace):
    scene.people(2)

    assert (follow(), workspace.requests) == ([], [])


def test_group_follows_its_audience(workspace, carried):
    scene.people(1, first=2)
    consent.end(scene.number(0), how="word", at=timezone.now())

    (done,) = follow()

    assert (done.people, done.add, done.remove) == (2, 1, 1)
    assert set(members(workspace)) == {urn(1), urn(2)}
    entry = AuditEntry.objects.filter(kind="export").latest("sequence")
    assert (entry.name, entry.details["people"]) == ("amina", "2")


@pytest.mark.parametrize("change", ["left", "may no more"])
def test_nothing_follows_in_the_name_of_who_may_no_more(workspace, carried, change):
    if change == "left":
        Staff.objects.filter(pk=carried.pk).update(is_active=False)
    else:
        carried.user_permissions.clear()
    scene.people(1, first=2)
    workspace.requests.clear()

    assert (follow(), workspace.requests) == ([], [])


def test_another_group_is_not_what_was_carried_over(workspace):
    amina = scene.staff("amina", "export_audience")
    scene.people(2)
    groups.sync(Wish("KE", "Other", "rp"), confirmed=2, by=amina, at=timezone.now(), patience=QUICK)

    assert follow() == []


def test_workspace_that_does_not_answer_is_asked_next_time(workspace, carried):
    scene.people(1, first=2)
    workspace.faults.append(Fault(401))

    assert follow() == []
    assert [one.add for one in follow()] == [1]


def test_beat_wakes_it(workspace):
    tasks.keep_groups()

    assert workspace.requests == []
    assert "campaigns.tasks.keep_groups" in {one["task"] for one in app.conf.beat_schedule.values()}
