"""Who signs in to the pages of figures."""

import pytest

from people import staff


@pytest.fixture
def sign_in(client):
    """Somebody of a role and countries, signed in."""
    staff.install_roles()

    def enter(role, *countries):
        client.force_login(staff.hire(f"a-{role}", role, countries=countries, password="x"))
        return client

    return enter
