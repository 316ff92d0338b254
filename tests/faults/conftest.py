"""The same deployment as the campaigns' tests have; and a site whose processes may be killed."""

from collections.abc import Iterator

import pytest

from tests.campaigns.conftest import deployment, impatient, judge, quick_again
from tests.faults.field import door, field, workers
from tests.faults.site import Site, standing

__all__ = ["deployment", "door", "field", "impatient", "judge", "quick_again", "workers"]


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    """One web process over stores of its own."""
    with standing() as own:
        own.another()
        yield own


@pytest.fixture(scope="package")
def pair(django_db_setup: None, django_db_blocker) -> Iterator[Site]:
    """Two doors over the same stores, for tests that put back what they break."""
    with django_db_blocker.unblock(), standing() as own:
        own.another()
        own.another()
        yield own
