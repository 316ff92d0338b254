"""What invented people write: known questions, some that nobody foresaw, and never a cry for help."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.blasts import routes
from demonstration import chats, inhabitants
from demonstration.chats import Chat
from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from demonstration.phones import Phones
from people import languages
from tests.campaigns.scene import Scene

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 3, 7, tzinfo=UTC)
CRY = "they took my passport and locked us in a house"


class Listener(Phones):
    """Hears what is written, and answers what it was told to."""

    def __init__(self, folder: Path, answer: Mapping[str, Any]) -> None:
        super().__init__(folder, routes.gateway(), routes.shelf())
        self.heard: list[tuple[str, str]] = []
        self._answer = answer

    def ask(self, person: str, country: str, language: str, text: str) -> Mapping[str, Any]:
        self.heard.append((person, text))
        return self._answer


UNSURE = {"decision": "unsure", "choices": [{"key": "1"}, {"key": "2"}]}
SURE = {"decision": "sure", "choices": []}


def chatters() -> list[Inhabitant]:
    everybody = inhabitants.invent(400, Lot(7), languages.seeded_orders())
    return [one for one in everybody if one.chat]


def heard(folder: Path, answer: Mapping[str, Any], *questions: str) -> list[str]:
    listener = Listener(folder, answer)
    for who in chatters():
        chats.make(Chat(who, AT), listener, {"en": questions}, Lot(7))
    return [text for _, text in listener.heard]


def test_people_ask_what_is_known(house: Scene, tmp_path: Path):
    found = heard(tmp_path, SURE, "work visa")

    assert set(found) <= {"work visa", chats.HELP, *chats.STRANGERS}
    assert found.count("work visa") > len(found) / 2


def test_who_is_offered_choices_takes_one_or_none(house: Scene, tmp_path: Path):
    found = heard(tmp_path, UNSURE, "work visa")

    assert {"0", "1", "2"} <= set(found)


def test_nobody_cries_for_help(house: Scene, tmp_path: Path):
    assert CRY not in heard(tmp_path, SURE, CRY)


def test_part_of_them_chats_without_a_number(house: Scene):
    addresses = {one.chat.partition(":")[0] for one in chatters()}

    assert addresses == {"tel", "telegram"}


def test_phrasings_are_those_of_the_edition(house: Scene):
    asked = chats.phrasings(routes.edition(simulated=True))

    assert sorted(asked) == ["am", "en", "sw"]
    assert "work visa" in asked["en"]
