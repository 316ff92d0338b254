"""A conversation over the demonstration edition, as the content files make it."""

from dataclasses import dataclass, field

import pytest

from bot import matchers
from bot.dialogue import turn
from bot.replies import Rank, Reply, State, Told
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

    def say(self, *texts: str) -> Reply:
        for text in texts:
            told = Told(text, self.country, self.language, self.brief, self.reachable)
            rank = self.rank or matchers.of(self.edition).rank
            reply = turn(self.edition, rank, self.state, told)
            self.state = reply.state
        return reply


@pytest.fixture
def edition(db) -> Edition:
    return demonstration()


@pytest.fixture
def talk(edition) -> Talk:
    return Talk(edition)
