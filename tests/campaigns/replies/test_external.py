"""RapidPro sends through our gateway: from its hook to the simulated phone, and back to RapidPro."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns import hooks, tasks
from campaigns.blasts import routes
from campaigns.models import Answer
from campaigns.replies import external, outbox
from config.celery import app
from journal.models import Dead, Entry
from journal.writer import Journal
from people import consent, identity
from tests.campaigns.replies.rapidpro import CHANNEL, NAME, SECRET, receipt
from tests.doors import PHONE, journalled, knock
from tests.gateways.rapidpro_server import Fault
from tests.journal.lines import ship

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"id": NAME, "to": PHONE, "text": "Habari", "session_status": "W"}
NIGHT = datetime(2026, 5, 4, 23, tzinfo=UTC)  # 2 in the morning in Nairobi
DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def workspace(set_up):
    return set_up()


@pytest.fixture
def post(tmp_path):
    """Posts to the hook as RapidPro does, and ships what was journalled."""

    def posted(at: datetime, **changes: str) -> int:
        journal = Journal(tmp_path / f"journal-{timezone.now().timestamp()}")
        own = hooks.door(gateways=routes.gateways(), journal=journal, clock=at.timestamp)
        answer = knock(own, f"/hooks/rp/{SECRET}/external", {**FORM, **changes})
        ship(journal)
        return answer.status

    return posted


def send() -> None:
    external.fold_external()
    outbox.send_waiting(at=timezone.now())
    external.tell()


def test_message_of_rapidpro_reaches_the_phone_and_rapidpro_hears(deployment, workspace, post):
    assert post(timezone.now()) == 200

    send()

    assert [(number, text) for number, text, _ in deployment.record()] == [(PHONE, "Habari")]
    assert workspace.heard == [(CHANNEL, "sent", NAME)]
    row = Answer.objects.get()
    assert (row.state, row.number, row.text, row.token, row.told) == ("sent", "", "", "", True)


def test_message_may_come_as_json(deployment, workspace, tmp_path):
    journal = Journal(tmp_path / "journal")
    own = hooks.door(gateways=routes.gateways(), journal=journal)
    told = {**FORM, "text": "ሰላም & Habari", "quick_replies": ["ndiyo"]}

    answer = knock(
        own, f"/hooks/rp/{SECRET}/external", json.dumps(told).encode(), content="application/json"
    )

    [line] = journalled(journal, "external")
    assert (answer.status, line["id"], line["answers"]) == (200, NAME, True)
    assert identity.unseal(line["text"]) == "ሰላም & Habari"


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'{"id": 1, "to": 2, "text": []}'], ids=str)
def test_json_that_says_nothing_is_kept_and_answered(deployment, workspace, tmp_path, raw):
    journal = Journal(tmp_path / "journal")
    own = hooks.door(gateways=routes.gateways(), journal=journal)

    answer = knock(own, f"/hooks/rp/{SECRET}/external", raw, content="application/json")

    [line] = journalled(journal)
    assert (answer.status, line["kind"], line["what"]) == (200, "error", "id is no UUID")


def test_message_posted_twice_is_sent_once_and_told_once(deployment, workspace, post):
    post(timezone.now())
    post(timezone.now())

    send()
    send()

    assert len(deployment.record()) == 1
    assert workspace.heard == [(CHANNEL, "sent", NAME)]


def test_whoever_ended_messages_gets_none_and_rapidpro_hears_failed(deployment, workspace, post):
    consent.end(PHONE, how="word", at=timezone.now())
    post(timezone.now())

    send()

    assert deployment.record() == []
    assert workspace.heard == [(CHANNEL, "failed", NAME)]
    assert Answer.objects.get().reason == "suppressed"


@pytest.mark.parametrize(
    ("at", "session", "reason"),
    [(NIGHT, "", "quiet-hours"), (NIGHT, "W", ""), (DAY, "", ""), (NIGHT, "C", "")],
    ids=str,
)
def test_nobody_is_woken_unless_by_an_answer(set_up, post, at, session, reason):
    set_up(simulated="false")
    post(at, session_status=session)

    external.fold_external()

    assert Answer.objects.get().reason == reason


def test_refused_number_is_told_as_failed(deployment, workspace, post):
    deployment.faults(codes={"403": 1})
    post(timezone.now())

    send()

    assert workspace.heard == [(CHANNEL, "failed", NAME)]


def test_unknown_fate_is_told_to_nobody(deployment, workspace, post):
    deployment.faults(cut=1)
    post(timezone.now())

    send()
    send()

    assert (Answer.objects.get().state, workspace.heard) == ("begun", [])
    assert len(deployment.record()) == 1


def test_rapidpro_that_does_not_listen_is_told_again(deployment, workspace, post):
    workspace.faults.append(Fault(503))
    post(timezone.now())

    send()
    before = list(workspace.heard)
    external.tell()

    assert (before, workspace.heard) == ([], [(CHANNEL, "sent", NAME)])


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        (["Success"], ["sent", "delivered"]),
        (["Success", "Success"], ["sent", "delivered"]),
        (["Failed"], ["sent", "failed"]),
        (["AbsentSubscriber", "Success"], ["sent", "failed", "delivered"]),
        (["Success", "Failed"], ["sent", "delivered"]),
        (["Buffered"], ["sent"]),
    ],
    ids=str,
)
def test_receipt_is_told_once_and_the_higher_word_wins(deployment, workspace, post, words, heard):
    post(timezone.now())
    send()

    for word in words:
        receipt(word)
    external.tell()

    assert workspace.heard == [(CHANNEL, word, NAME) for word in heard]


def test_receipt_that_rapidpro_did_not_hear_is_told_again(deployment, workspace, post):
    post(timezone.now())
    send()
    workspace.faults.append(Fault(503))

    receipt("Success")
    before = [word for _, word, _ in workspace.heard]
    external.tell()

    assert (before, [word for _, word, _ in workspace.heard]) == (["sent"], ["sent", "delivered"])


def test_receipt_before_rapidpro_heard_sent_is_all_it_hears(deployment, workspace, post):
    post(timezone.now())
    external.fold_external()
    outbox.send_waiting(at=timezone.now())

    receipt("Success")

    assert workspace.heard == [(CHANNEL, "delivered", NAME)]


def test_what_cannot_be_read_is_kept_and_answered(deployment, workspace, post):
    assert post(timezone.now(), to="nobody") == 200

    send()

    assert Answer.objects.count() == 0
    assert Entry.objects.filter(kind="error").count() == 1


def test_entry_of_an_account_that_is_gone_is_set_aside(deployment, workspace):
    Entry.objects.create(kind="external", line='{"at": 1.5, "g": "gone", "id": "x"}')

    assert external.fold_external() == 1

    assert Dead.objects.get().why == "nothing to send: NoRoute"


def test_beat_wakes_it(deployment, workspace, post):
    post(timezone.now())

    tasks.fold_external()

    assert Answer.objects.get().state == "waiting"
    assert "campaigns.tasks.fold_external" in {
        one["task"] for one in app.conf.beat_schedule.values()
    }


def test_hook_is_listed_where_a_channel_is_set_up(workspace):
    out = StringIO()

    call_command("hooks", "--json", stdout=out)

    listed = [row for row in json.loads(out.getvalue()) if row["kind"] == "external"]
    url = f"/hooks/rp/{SECRET}/external"
    assert listed == [{"gateway": "rp", "kind": "external", "url": url}]
