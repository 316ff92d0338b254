"""A conversation over the demonstration edition, as the content files make it; the doors and folds of the bot."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot import folding, matchers
from bot.conversation import Desk
from bot.dialogue import turn
from bot.hooks import Room
from bot.memory import Memory
from bot.replies import Form, Rank, Reply, State, Told
from bot.wording import Choice, Speech, speaking
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from journal.writer import Journal
from tests.campaigns.conftest import deployment, judge  # noqa: F401 - fixtures
from tests.doors import gateway
from tests.journal.lines import write
from tests.published import demonstration

LANGUAGES = ("en", "fr", "sw", "so", "om", "am", "am-Latn", "ti", "ti-Latn", "ar", "ar-Latn")


@dataclass
class Talk:
    """Says one thing after another and keeps the state, as a door does."""

    edition: Edition
    country: str = "KE"
    language: str = "en"
    brief: bool = False
    state: State = field(default_factory=State)
    reachable: bool = False  # written from a number
    rank: Rank | None = None  # the edition's own matchers

    def say(self, *texts: str, form: Form = "text") -> Reply:
        for text in texts:
            told = Told(text, self.country, self.language, self.brief, self.reachable, form)
            rank = self.rank or matchers.of(self.edition).rank
            reply = turn(self.edition, rank, self.state, told)
            self.state = reply.state
        return reply

    @property
    def speech(self) -> Speech:
        return speaking(self.edition, self.country, self.language, brief=self.brief)

    def open(self, item: str) -> Reply:
        """The answer as a number on offer brings it; what is remembered stays as it was."""
        told = Told("1", self.country, self.language, self.brief)
        state = replace(self.state, choices=(Choice("1", item, ""),))
        return turn(self.edition, matchers.of(self.edition).rank, state, told)


@pytest.fixture
def edition(db) -> Edition:
    return demonstration()


@pytest.fixture
def talk(edition) -> Talk:
    return Talk(edition)


@pytest.fixture
def fold(edition, deployment):  # noqa: F811
    """Journal what came in and fold it; the same memory from one call to the next."""
    memory = Memory()

    def run(*bodies: dict[str, Any], kind: str = "sms") -> None:
        write(kind, *bodies)
        if kind == "sms":
            assert folding.fold_messages(lambda _: edition, memory) == len(bodies)
        else:
            assert folding.fold_chats(lambda _: edition) == len(bodies)

    return run


@pytest.fixture
def room(tmp_path, edition) -> Room:
    shelf = Shelf(tmp_path / "editions")
    shelf.put(edition)
    return Room({"sim": gateway()}, shelf, Desk(Journal(tmp_path / "journal"), Memory()))


@pytest.fixture
def published(edition, deployment):  # noqa: F811
    routes._shelf().put(edition)
    return edition
