"""A blast through RapidPro to a workspace on this machine, whose messages' states are asked for."""

import logging
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.blasts import polling, receipts, routes, tallies
from campaigns.blasts.budget import LONG_AGO
from campaigns.models import Blast, Delivery, Price, ReceiptRow
from campaigns.models.deliveries import Chunk
from gateways.base import NoStatuses
from people import consent
from tests.campaigns import scene
from tests.gateways import rapidpro_server
from tests.gateways.rapidpro_server import TOKEN, Fault, Workspace

pytestmark = pytest.mark.django_db(transaction=True)
GATEWAYS = """
[gateways.rp]
adapter = "rapidpro"
simulated = true
secret = "invented-invented-invented"
base = "{base}"
token = "{token}"
batch = 2
[gateways.rp.codes]
"*384*1234#" = "KE"
"""


@pytest.fixture(scope="module")
def server():
    with rapidpro_server.running() as server:
        yield server


@pytest.fixture
def workspace(server, settings, deployment, tmp_path):
    server.workspace = Workspace(server.server_address[1])
    server.workspace.began = timezone.now()
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(base=server.workspace.url, token=TOKEN), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    Price.objects.create(
        gateway="rp", country="KE", per_part="0.8", currency="KES", valid_from=LONG_AGO
    )
    yield server.workspace
    routes.gateway("rp").client.close()  # type: ignore[attr-defined]


@pytest.fixture
def blast(workspace) -> Blast:
    """Three people, two broadcasts, all accepted."""
    scene.people(3)
    blast = scene.started()
    scene.send(blast)
    return blast


def say(workspace: Workspace, *states: str) -> None:
    """What became of the broadcasts' messages, one state a number."""
    workspace.messages.clear()
    asked = [(urn, one) for one in workspace.broadcasts for urn in one["urns"]]
    for (urn, one), state in zip(sorted(asked, key=lambda pair: pair[0]), states, strict=False):
        workspace.message(urn, one["text"]["eng"].replace("@@", "@"), state)


def ranks() -> list[int]:
    """States of the deliveries in the order of the numbers."""
    states = dict(Delivery.objects.values_list("token", "state"))
    return [states[scene.token(index)] for index in range(3)]


def test_blast_goes_out_in_broadcasts(blast, workspace):
    assert scene.fates(blast) == {"accepted": 3}
    assert Counter(len(one["urns"]) for one in workspace.broadcasts) == {2: 1, 1: 1}
    assert sorted(scene.accepted_results(blast).values()) == sorted(
        one["uuid"] for one in workspace.broadcasts for _ in one["urns"]
    )


def test_states_asked_for_are_receipts(blast, workspace):
    say(workspace, "delivered", "failed", "wired")

    tasks.poll_statuses()

    assert ranks() == [60, 52, 20]
    assert ReceiptRow.objects.count() == 0


def test_asking_again_raises_what_came_further_and_lowers_nothing(blast, workspace):
    say(workspace, "delivered", "wired", "queued")
    tasks.poll_statuses()
    say(workspace, "wired", "delivered", "queued")

    tasks.poll_statuses()
    tasks.poll_statuses()

    assert ranks() == [60, 60, 10]


def test_nothing_open_is_not_asked_about(blast, workspace):
    say(workspace, "delivered", "failed", "delivered")
    tasks.poll_statuses()
    workspace.requests.clear()

    tasks.poll_statuses()

    assert workspace.requests == []


def test_what_began_before_any_receipt_can_come_is_left(blast, workspace):
    Chunk.objects.update(begun_at=timezone.now() - timedelta(hours=tallies.WINDOW, minutes=1))

    assert polling.open_of(["rp"], at=timezone.now()) == []


def test_lost_answer_is_settled_by_the_states(workspace, monkeypatch):
    monkeypatch.setattr(receipts, "PATIENCE", timedelta(0))
    workspace.faults.append(Fault(502, taken=True))
    scene.people(1)
    blast = scene.started()
    scene.send(blast)
    assert scene.fates(blast) == {"unsure": 1}
    say(workspace, "delivered")

    tasks.poll_statuses()
    tasks.poll_statuses()
    scene.send(blast)

    assert scene.fates(blast) == {"delivered": 1}
    assert len(workspace.broadcasts) == 1


def test_workspace_that_cannot_be_asked_is_asked_next_time(blast, workspace, caplog):
    say(workspace, "delivered", "delivered", "delivered")
    workspace.faults.append(Fault(429))

    with caplog.at_level(logging.WARNING):
        tasks.poll_statuses()

    assert caplog.messages == [
        "Gateway rp tells no states of messages now: Turned RapidPro answered 429"
    ]
    assert ranks() == [5, 5, 5]
    tasks.poll_statuses()
    assert ranks() == [60, 60, 60]


def test_listing_cut_short_changes_nothing(blast, workspace):
    workspace.page = 2
    say(workspace, "delivered", "delivered", "delivered")
    workspace.faults += [None, None, Fault(cut=True)]
    (one,) = polling.open_of(polling.polled(), at=timezone.now())

    with pytest.raises(NoStatuses):
        polling.poll(one, at=timezone.now())

    assert ranks() == [5, 5, 5]


def test_other_gateways_are_not_asked(deployment):
    assert polling.polled() == {}


def test_stop_holds_at_this_gateway_too(workspace):
    scene.people(3)
    blast = scene.started()
    consent.end(scene.number(1), how="word", at=timezone.now())

    scene.send(blast)

    assert scene.fates(blast) == {"accepted": 2, "excluded": 1}
    assert sorted(urn for one in workspace.broadcasts for urn in one["urns"]) == [
        f"tel:{scene.number(index)}" for index in (0, 2)
    ]
