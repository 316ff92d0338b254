"""A deployment that is nothing but a demonstration, and the two members of staff a year needs."""

import pytest

from campaigns.blasts import budget, routes
from people import staff
from people.countries import CODES
from people.models import Staff
from tests.campaigns.conftest import deployment, judge  # noqa: F401
from tests.campaigns.scene import Scene


@pytest.fixture
def house(db: None, deployment: Scene) -> Scene:  # noqa: F811
    """Its price list stands already, as after the first plan of anybody."""
    staff.install_roles()
    for role in ("manager", "approver", "administrator"):
        staff.hire(role, role, countries=CODES, password="invented-password")
    Staff.objects.update(demonstration=True)
    list(budget.prices([routes.gateway()], CODES, budget.LONG_AGO))
    return deployment
