"""Somebody of a role at the pages of translation, over a small house of content."""

from dataclasses import replace

import pytest

from people import staff
from people.models import Staff
from tests.campaigns import house as made
from tests.campaigns.house import DOOR, ROAD


@pytest.fixture
def house():
    return made.build()


@pytest.fixture
def sign_in(client, house):
    def _sign_in(role):
        if not Staff.objects.filter(username=role).exists():
            staff.hire(role, role, countries=["KE"], password="x")
        client.force_login(Staff.objects.get(username=role))
        return client

    return _sign_in


@pytest.fixture
def stale(house):
    text = house.write("faq-001", "sw", DOOR)
    made.change_english("faq-001", replace(ROAD, body=ROAD.body.replace("people", "young people")))
    return text
