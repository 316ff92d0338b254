"""The same deployment as the campaigns' tests have."""

from tests.campaigns.conftest import deployment, impatient, judge, quick_again

__all__ = ["deployment", "impatient", "judge", "quick_again"]
