"""The deployment of the campaigns' tests, and a site over it."""

from collections.abc import Iterator

import pytest

from campaigns.editions.edition import Edition
from tests import editions
from tests.campaigns.conftest import (  # noqa: F401 - fixtures
    deployment,
    judge,
    real_gateway,
)
from tests.campaigns.scene import Scene
from tests.published import demonstration
from tests.safeguarding.site import Site, build, close


@pytest.fixture
def edition(db) -> Edition:
    """The demonstration edition as the content files make it."""
    return demonstration()


@pytest.fixture
def site(transactional_db, deployment: Scene) -> Iterator[Site]:  # noqa: F811
    """A site that serves the small edition."""
    made = build(editions.edition())
    yield made
    close(made)


@pytest.fixture
def full_site(transactional_db, deployment: Scene) -> Iterator[Site]:  # noqa: F811
    """A site that serves the demonstration edition."""
    made = build(demonstration())
    yield made
    close(made)
