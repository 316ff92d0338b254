"""No sequence of what can happen makes somebody sendable who ended messages; a confirmed START does (S9, D9).

Requests go to the real doors; what they journal reaches the table at once or late, as of a process that died.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import bot.hooks
import campaigns.hooks
import ussd.hooks
from bot import folding
from bot.conversation import Desk
from bot.memory import Memory
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from journal.writer import Journal
from people import consent, erasure, identity, importing, keys, rotation
from people.lists import BadList
from people.models import Person
from tests.doors import HOP, SECRET, desk, gateway, knock
from tests.people.made import NOON

if TYPE_CHECKING:
    from gateways.wire import Wsgi

NUMBERS = tuple(f"+25471100000{n}" for n in range(2))
who = st.sampled_from(NUMBERS)
late = st.booleans()
STOPS = st.sampled_from(["STOP", "acha", "አቁም", "توقف", "jooji!", "arrêt", "dhaabi", "Unsubscribe"])
CHANNELS = ("sms", "chat", "menu", "typed", "406", "provider", "UserInBlackList", "userinblacklist")
ORDINARY = [
    ("menu",),
    ("help",),
    ("1",),
    ("no",),
    ("START", "menu"),
    ("START", "no"),
    ("menu", "YES"),
]
PATHS = {
    kind: f"/hooks/sim/{SECRET}/{kind}" for kind in ("sms", "ask", "ussd", "receipt", "opt-out")
}


class Stage:
    """One product for all examples: doors over a folder, editions, the folds' memory."""

    def __init__(self, folder: Path, edition: Edition) -> None:
        self.folder, self.edition = folder, edition
        self.shelf = Shelf(folder / "editions")
        self.shelf.put(edition)
        identity.ring()
        self.first_keys = (folder / "keys.toml").read_bytes()


class Life(RuleBasedStateMachine):
    """Two numbers, and what is known of each: when it last ended messages, when it last began them again."""

    stage: Stage

    @initialize()
    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        (self.stage.folder / "keys.toml").write_bytes(self.stage.first_keys)
        identity.reload_keys()
        self.now = NOON.timestamp()
        self.stopped: dict[str, float] = {}
        self.started: dict[str, float] = {}
        self.held: list[tuple[list[str], Mapping[str, float]]] = []
        self.sent = 0
        self._open_doors()

    def _open_doors(self) -> None:
        """Processes that come up anew: an empty journal, empty memories, today's keys."""
        folder = self.stage.folder / "journal"
        shutil.rmtree(folder, ignore_errors=True)
        self.journal, self.memory = Journal(folder), Memory()
        own = desk(
            self.stage.folder / "ussd",
            editions=[self.stage.edition],
            journal=self.journal,
            clock=self.tick,
        )
        gateways = {"sim": gateway()}
        room = bot.hooks.Room(gateways, self.stage.shelf, Desk(self.journal, Memory()), self.tick)
        talks = bot.hooks.door(room)
        tells = campaigns.hooks.door(gateways=gateways, journal=self.journal, clock=self.tick)
        self.doors: dict[str, Wsgi] = {
            "sms": talks,
            "ask": talks,
            "ussd": ussd.hooks.door(own),
            "receipt": tells,
            "opt-out": tells,
        }
        self.read = 0

    def tick(self) -> float:
        self.now += 1.0
        return self.now

    # --- what the doors wrote, now or late ---------------------------------------------------------

    def knock(self, kind: str, body: Mapping[str, str] | bytes) -> None:
        answer = knock(self.doors[kind], PATHS[kind], body)
        assert answer.status == 200

    def _lines(self) -> list[str]:
        written = [
            line
            for file in sorted(self.journal.folder.iterdir())
            for line in file.read_text("ascii").splitlines()
        ]
        fresh, self.read = written[self.read :], len(written)
        return fresh

    def ship(self, late: bool, stops: Mapping[str, float]) -> None:
        """Carry what the doors wrote into the table, or keep it as the file of a dead process."""
        lines = self._lines()
        assert not stops or any(line.startswith("opt-out\t") for line in lines)
        self.held.append((lines, stops))
        if not late:
            self._adopt(self.held.pop())

    def _adopt(self, portion: tuple[list[str], Mapping[str, float]]) -> None:
        lines, stops = portion
        rows = [line.split("\t", 1) for line in lines]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO journal_entry (kind, line) VALUES (%s, %s)", rows)
        for number, at in stops.items():
            self.stopped[number] = max(at, self.stopped.get(number, 0.0))

    @rule(adopts=st.booleans())
    def hear(self, adopts: bool) -> None:
        """The folds of messages run, sometimes after what dead processes left came in too, newest first."""
        while adopts and self.held:
            self._adopt(self.held.pop())
        while folding.fold_messages(lambda _simulated: self.stage.edition, self.memory):
            pass
        while folding.fold_chats(lambda _simulated: self.stage.edition):
            pass
        consent.fold_opt_ins()

    # --- what people do ------------------------------------------------------------------------------

    def sms(self, number: str, text: str) -> None:
        self.sent += 1
        told = {
            "id": f"sms-{self.sent}",
            "from": number,
            "to": "NJIA",
            "text": text,
            "date": "",
            "linkId": "",
        }
        self.knock("sms", told)

    def chat(self, number: str, text: str) -> None:
        self.knock("ask", json.dumps({"text": text, "person": f"tel:{number}"}).encode())

    def say(self, number: str, channel: str, *texts: str) -> None:
        for text in texts:
            (self.sms if channel == "sms" else self.chat)(number, text)

    def dial(self, number: str, *texts: str) -> None:
        self.sent += 1
        for text in texts:
            self.knock(
                "ussd", {**HOP, "sessionId": f"s-{self.sent}", "phoneNumber": number, "text": text}
            )

    def refused_with_406(self, number: str) -> None:
        """A provider answers a request with "ended messages": no door hears that."""
        self.stopped[number] = self.tick()
        at = NOON.fromtimestamp(self.stopped[number], NOON.tzinfo)
        consent.end(number, how="provider", at=at)

    @rule(number=who, channel=st.sampled_from(CHANNELS), text=STOPS, late=late)
    def stop(self, number: str, channel: str, text: str, late: bool) -> None:
        if channel in ("sms", "chat"):
            self.say(number, channel, text)
        elif channel == "menu":
            self.dial(number, "", "9", "9*2", "9*2*7", "9*2*7*1", "9*2*7*1*1")
        elif channel == "typed":
            self.dial(number, "", text)
        elif channel == "406":
            self.refused_with_406(number)
            return
        elif channel == "provider":
            self.knock("opt-out", {"phoneNumber": number, "senderId": "NJIA"})
        else:
            told = {
                "id": "x",
                "status": "Rejected",
                "phoneNumber": number,
                "failureReason": channel,
            }
            self.knock("receipt", told)
        self.ship(late, {number: self.now})

    @rule(
        number=who,
        channel=st.sampled_from(["sms", "chat"]),
        texts=st.sampled_from(ORDINARY),
        late=late,
    )
    def say_or_look(self, number: str, channel: str, texts: tuple[str, ...], late: bool) -> None:
        """Anything, a START that nobody confirms, a YES that nobody asked for, a look at the menu."""
        if texts[0] == "":
            self.dial(number, *texts)
        else:
            self.say(number, channel, *texts)
        self.ship(late, {})

    @rule(
        number=who, channel=st.sampled_from(["sms", "chat", "ussd"]), late=late, heard=st.booleans()
    )
    def start_and_yes(self, number: str, channel: str, late: bool, heard: bool) -> None:
        """Heard at once: whoever ended messages before that is sent to again. Or heard some time."""
        if channel == "ussd":
            self.dial(number, "", "START", "START*1", "START*1*2")
        else:
            self.say(number, channel, "START", "YES", "2")
        self.started[number] = self.now
        self.ship(late and not heard, {})
        if heard:
            consent.fold_opt_outs()
            self.hear(adopts=False)
            assert number in self.sendable()

    # --- what we do ----------------------------------------------------------------------------------

    @rule(numbers=st.lists(who, min_size=1, max_size=4), dry_run=st.booleans())
    def import_a_list(self, numbers: list[str], dry_run: bool) -> None:
        file = self.stage.folder / "list.csv"
        file.write_text("phone\n" + "\n".join(numbers) + "\n")
        order = importing.Order("KE", "consent-form", "forms", dry_run=dry_run)
        try:
            importing.import_list(file, order, at=NOON.fromtimestamp(self.tick(), NOON.tzinfo))
        except BadList as bad:
            if "rotated" not in bad.said:
                raise

    @rule(number=who)
    def forget(self, number: str) -> None:
        address = f"tel:{number}"
        erasure.forget(identity.token(address), former=identity.former_tokens(address))

    @rule(purpose=st.sampled_from([*keys.LENGTHS, ""]), carried=st.booleans())
    def rotate(self, purpose: str, carried: bool) -> None:
        """A new key and every process anew; people carried over now or some time."""
        if purpose:
            self.held.append((self._lines(), {}))
            keys.rotate(django_settings.KEYS_FILE, purpose)
            identity.reload_keys()
            self._open_doors()
        if carried:
            rotation.retoken()

    # --- what must hold ------------------------------------------------------------------------------

    def sendable(self) -> set[str]:
        found = consent.sendable().values_list("number", flat=True)
        return {identity.unseal(sealed, identity.NUMBER) for sealed in found}

    @invariant()
    def nobody_who_ended_messages_is_sendable(self) -> None:
        """As the sender sees it at each lease: opt-outs in the table are folded first."""
        while consent.fold_opt_outs():
            pass
        ended = {n for n, at in self.stopped.items() if at > self.started.get(n, 0.0)}
        assert self.sendable() & ended == set()
        assert Person.objects.count() <= len(NUMBERS)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)


@pytest.fixture
def stage(tmp_path: Path, edition: Edition, settings) -> Iterator[Stage]:
    settings.KEYS_FILE = tmp_path / "keys.toml"
    identity.reload_keys()
    yield Stage(tmp_path, edition)
    identity.reload_keys()


def live(stage: Stage, *, examples: int, steps: int) -> None:
    Life.stage = stage
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a failure is told at once; shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_nothing_makes_a_suppressed_number_sendable(stage):
    live(stage, examples=200, steps=8)


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_makes_a_suppressed_number_sendable_in_long_lives(stage):
    live(stage, examples=2000, steps=40)
