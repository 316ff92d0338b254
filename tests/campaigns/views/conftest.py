"""Somebody who looks at the pages, and a planned blast to look at."""

import pytest

from people import staff
from tests.campaigns import scene


@pytest.fixture
def sign_in(client):
    """Somebody of a role and countries, signed in; Kenya where none is named."""
    staff.install_roles()

    def _sign_in(role, *countries):
        own = countries or ("KE",)
        client.force_login(staff.hire(f"a-{role}", role, countries=own, password="x"))
        return client

    return _sign_in


@pytest.fixture
def manager(sign_in):
    return sign_in("manager")


@pytest.fixture
def blast(deployment):
    scene.people(3)
    return scene.planned()
