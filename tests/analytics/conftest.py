"""The donors' indicators, which a flush between transactional tests takes away."""

import importlib

import pytest
from django.apps import apps

installation = importlib.import_module("analytics.migrations.0002_indicators")


@pytest.fixture
def indicators(transactional_db: None) -> None:
    """For tests with real transactions."""
    installation.install(apps, None)
