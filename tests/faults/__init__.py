"""Tests that kill. Their checks explain themselves when they fail, wherever they stand."""

import pytest

pytest.register_assert_rewrite("tests.faults.journey", "tests.faults.stream_checks")
