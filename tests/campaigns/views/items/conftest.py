"""The content of the files, an edition of it, somebody signed in."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import pytest
from django.test import Client

from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from people import staff
from people.countries import CODES
from tests.campaigns import scene
from tests.published import AT, demonstration, loaded


@lru_cache(maxsize=1)
def made() -> Edition:
    return demonstration()


@pytest.fixture
def content(settings, tmp_path) -> Iterator[None]:
    """The texts in English and Somali; no edition is on the shelf."""
    settings.DATA, settings.DEMONSTRATION = tmp_path, True
    scene.forget_routes()
    made()
    loaded("en", "so", at=AT)
    yield
    scene.forget_routes()


@pytest.fixture
def published(settings) -> Edition:
    """An edition of that content, which people dial."""
    Shelf(settings.DATA / "editions").put(made())
    return made()


@pytest.fixture
def sign_in(client) -> Callable[..., Client]:
    staff.install_roles()

    def _sign_in(role: str, *countries: str) -> Client:
        own = countries or CODES
        client.force_login(staff.hire(f"a-{role}", role, countries=own, password="x"))
        return client  # type: ignore[no-any-return]

    return _sign_in
