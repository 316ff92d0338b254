"""The deployment of the campaigns' tests, and the demonstration edition as the content files make it."""

import pytest

from campaigns.editions.edition import Edition
from tests.campaigns.conftest import (  # noqa: F401 - fixtures
    deployment,
    impatient,
    judge,
    quick_again,
    real_gateway,
)
from tests.published import demonstration


@pytest.fixture
def edition(db) -> Edition:
    return demonstration()
