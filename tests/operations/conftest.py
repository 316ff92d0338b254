"""The deployment of the tests of campaigns, and its simulated network."""

from tests.campaigns.conftest import deployment, judge

__all__ = ["deployment", "judge"]
