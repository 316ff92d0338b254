"""A desk with one translated answer."""

import pytest

from tests.campaigns import house as made
from tests.campaigns.house import DOOR
from tests.campaigns.writing.exchange.desk import Desk


@pytest.fixture
def house(db):
    return made.build()


@pytest.fixture
def desk(house):
    house.write("faq-001", "sw", DOOR, back="In 2025 people died.")
    return Desk(house)
