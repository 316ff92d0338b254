"""Fixtures that every room's tests share."""

import pytest

from analytics import networks


@pytest.fixture(autouse=True)
def no_names_of_another_test():
    """A process keeps the networks' names for seconds: longer than a test."""
    networks.forget()
