"""A conversation over the demonstration edition, as the content files make it."""

from dataclasses import dataclass, field, replace

import pytest

from bot import matchers
from bot.dialogue import turn
from bot.replies import Form, Rank, Reply, State, Told
from bot.wording import Choice, Speech, speaking
from campaigns.editions.edition import Edition
from tests.published import demonstration


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
