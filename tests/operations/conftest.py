"""The deployment of the tests of campaigns, and its simulated network."""

from tests.campaigns.conftest import deployment, judge, real_gateway

__all__ = ["deployment", "judge", "real_gateway"]
