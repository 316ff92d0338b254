"""Fixtures that every room's tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import user_logged_in
from django.http import HttpRequest
from django.test import TransactionTestCase
from django.utils import timezone

from analytics import networks
from people import identity, keys
from people.views.entrance import STEPPED
from tests import emptying

Rotate = Callable[..., None]


@pytest.fixture(autouse=True)
def no_names_of_another_test():
    """A process keeps the networks' names for seconds: longer than a test."""
    networks.forget()


@pytest.fixture(autouse=True)
def second_step_of_who_is_put_in() -> Iterator[None]:
    """`force_login` puts somebody in as if by both steps; the sign-in page itself is left as it is."""

    def stepped(request: HttpRequest, **_named: object) -> None:
        if "REQUEST_METHOD" not in request.META:  # only force_login's request came from nowhere
            request.session[STEPPED] = timezone.now().isoformat()

    user_logged_in.connect(stepped)
    yield
    user_logged_in.disconnect(stepped)


@pytest.fixture(autouse=True, scope="session")
def tests_that_commit_are_emptied_quickly() -> Iterator[None]:
    case: Any = TransactionTestCase  # what its stubs do not name
    teardown = case._fixture_teardown
    case._fixture_teardown = emptying.emptier(teardown)
    yield
    case._fixture_teardown = teardown


@pytest.fixture
def rotate(settings, tmp_path: Path) -> Iterator[Rotate]:
    """A key file of the test's own, and a rotation as every process sees it after its restart.

    `rotate()` gives every purpose a new key, `rotate("token")` one.
    """
    settings.KEYS_FILE = tmp_path / "keys.toml"
    identity.reload_keys()
    identity.ring()

    def turn(*purposes: str) -> None:
        for purpose in purposes or keys.LENGTHS:
            keys.rotate(settings.KEYS_FILE, purpose)
        identity.reload_keys()

    yield turn
    identity.reload_keys()
