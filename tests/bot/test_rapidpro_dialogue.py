"""A conversation with a flow of RapidPro over our short code: each word from the phone to the flow and back."""

import json
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone

from bot import tasks as bot
from bot.conversation import Desk
from bot.hooks import Room
from bot.hooks import door as bot_door
from bot.memory import Memory
from campaigns import hooks, tasks
from campaigns.blasts import routes
from campaigns.editions.edition import Edition, Kind
from campaigns.models import Answer, Forward
from campaigns.press.shelf import Shelf
from config.celery import app
from gateways.wire import Wsgi
from journal.writer import Journal
from people.models import Suppression
from tests import editions
from tests.campaigns.conftest import server  # noqa: F401 - a fixture
from tests.campaigns.replies.conftest import set_up  # noqa: F401 - a fixture
from tests.campaigns.replies.rapidpro import CHANNEL, SECRET, receipt
from tests.campaigns.scene import Scene
from tests.doors import PHONE, knock
from tests.gateways.rapidpro_server import Workspace
from tests.journal.lines import ship

pytestmark = pytest.mark.django_db(transaction=True)
CODE, CARRIER = "21512", "simulated-simulated-simulated"


class Line:
    """A phone, our doors and workers, and a workspace whose flow asks our hook what to say."""

    def __init__(self, folder: Path, network: Scene, workspace: Workspace, edition: Edition):
        self.folder, self.network, self.workspace = folder, network, workspace
        self.shelf = Shelf(folder / "flow")
        self.shelf.put(edition)
        self.numbers = count(1)

    def journal(self) -> Journal:
        return Journal(self.folder / f"journal-{next(self.numbers)}")

    def room(self, journal: Journal) -> Wsgi:
        return bot_door(Room(routes.gateways(), self.shelf, Desk(journal, Memory())))

    def text(self, words: str) -> None:
        """The person texts the code; the workers do what beat wakes them for."""
        journal, now = self.journal(), timezone.now()
        form = {"id": f"sms-{next(self.numbers)}", "from": PHONE, "to": CODE, "text": words}
        form |= {"date": f"{now:%Y-%m-%d %H:%M:%S}", "linkId": "", "networkCode": "63902"}
        assert knock(self.room(journal), f"/hooks/sim/{CARRIER}/sms", form).status == 200
        ship(journal)
        bot.fold_messages()
        tasks.forward()

    def ask(self) -> str:
        """The flow asks our hook what answers the last text it was given."""
        asked = {"text": self.heard()[-1], "person": f"tel:{PHONE}", "language": "en"}
        room = self.room(self.journal())
        reply = knock(room, f"/hooks/rp/{SECRET}/ask", json.dumps(asked).encode())
        return str(json.loads(reply.text)["text"])

    def say(self, words: str) -> str:
        """The channel's message, as RapidPro posts it; its name."""
        journal, name = self.journal(), f"0199aaaa-0000-7000-8000-{next(self.numbers):012}"
        form = {"id": name, "to": PHONE, "text": words, "session_status": "W"}
        own = hooks.door(gateways=routes.gateways(), journal=journal)
        assert knock(own, f"/hooks/rp/{SECRET}/external", form).status == 200
        ship(journal)
        tasks.fold_external()
        bot.fold_messages()
        tasks.fold_external()
        return name

    def heard(self) -> list[str]:
        """What the flow was given, in its order."""
        return [told["text"] for _, told in self.workspace.received]

    def phone(self) -> list[str]:
        """What the network brought to the phone."""
        return [words for number, words, _ in self.network.record() if number == PHONE]


@pytest.fixture
def line(tmp_path, deployment, set_up) -> Line:  # noqa: F811
    return Line(tmp_path, deployment, set_up(), editions.edition(kind=Kind.LIVE))


def test_question_goes_to_the_flow_and_its_answer_to_the_phone(line):
    line.text("how do i get a passport")
    answer = line.ask()
    name = line.say(answer)

    assert line.heard() == ["how do i get a passport"]
    assert "passport" in answer.lower()
    assert line.phone() == [answer]
    assert line.workspace.heard == [(CHANNEL, "sent", name)]


def test_flow_hears_that_the_phone_has_it(line):
    line.text("hello")
    name = line.say("Which language do you speak?")

    receipt("Success")

    assert line.workspace.heard == [(CHANNEL, "sent", name), (CHANNEL, "delivered", name)]


def test_turns_keep_their_order_and_nothing_is_said_twice(line):
    line.text("kahawa")
    line.say("How old are you?")
    line.text("I am 30")
    line.say("Thank you.")

    assert line.heard() == ["kahawa", "I am 30"]
    assert line.phone() == ["How old are you?", "Thank you."]
    assert set(Forward.objects.values_list("state", flat=True)) == {"sent"}


def test_stop_in_the_middle_stays_here_and_ends_the_flow_too(line):
    line.text("kahawa")
    line.say("How old are you?")
    line.text("STOP")
    before = line.phone()
    name = line.say("Are you still there?")

    assert line.heard() == ["kahawa"]
    assert Suppression.objects.count() == 1
    assert line.phone() == before
    assert line.workspace.heard[-1] == (CHANNEL, "failed", name)


def test_nothing_of_it_is_kept_with_a_number(line):
    line.text("kahawa")
    line.say("How old are you?")

    kept = [
        *Answer.objects.values_list("number", "text"),
        *Forward.objects.values_list("number", "text"),
    ]
    assert kept == [("", ""), ("", "")]


def test_answers_wait_behind_no_blast():
    queues = {one["task"]: one["options"]["queue"] for one in app.conf.beat_schedule.values()}

    wanted = ("bot.tasks.fold_messages", "campaigns.tasks.forward", "campaigns.tasks.fold_external")
    assert [queues[task] for task in wanted] == ["now", "now", "now"]
