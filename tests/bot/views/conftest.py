"""The desk that the chat page works with."""

import pytest

from bot import conversation
from bot.conversation import Desk
from bot.memory import Memory
from campaigns.blasts import routes
from campaigns.press.shelf import Shelf
from journal.writer import Journal


@pytest.fixture
def desk(settings, tmp_path, edition):
    settings.DATA = tmp_path
    routes._shelf.cache_clear()
    Shelf(tmp_path / "editions").put(edition)
    made = Desk(Journal(tmp_path / "journal"), Memory())
    conversation.place(made)
    yield made
    conversation._placed.clear()
    routes._shelf.cache_clear()
