"""Somebody signed in."""

import pytest

from people import staff


@pytest.fixture
def sign_in(client):
    """Somebody of a role and countries, signed in."""
    staff.install_roles()

    def _sign_in(role, *countries):
        client.force_login(staff.hire(f"a-{role}", role, countries=countries, password="x"))
        return client

    return _sign_in
