"""The text that Prometheus reads."""

import re

import pytest

from operations.families import METRICS, Sample, text


def test_samples_of_one_metric_stand_together_behind_what_it_is():
    written = text(
        [
            Sample("njia_blasts", 2, (("state", "running"),)),
            Sample("njia_beat_seconds", 0.25),
            Sample("njia_blasts", 1, (("state", "done"),)),
        ]
    )

    assert written == (
        "# HELP njia_blasts Blasts by state\n# TYPE njia_blasts gauge\n"
        'njia_blasts{state="running"} 2\nnjia_blasts{state="done"} 1\n'
        "# HELP njia_beat_seconds Since a worker last looked into the journal\n"
        "# TYPE njia_beat_seconds gauge\nnjia_beat_seconds{} 0.25\n"
    )


def test_label_cannot_end_its_line():
    assert Sample("njia_cost", True, (("currency", 'K"\\\n'),)).line() == (
        'njia_cost{currency="K\\"\\\\\\n"} 1\n'
    )


def test_large_counts_keep_their_digits():
    assert Sample("njia_beat_seconds", 1_796_000_123).line() == "njia_beat_seconds{} 1796000123\n"


def test_metric_that_is_not_described_is_refused():
    with pytest.raises(KeyError):
        text([Sample("njia_unheard_of", 1)])


def test_names_follow_the_rules_of_prometheus():
    names = re.compile(r"njia_[a-z_]+")

    assert [name for name in METRICS if not names.fullmatch(name)] == []
    assert [
        n for n, (kind, _) in METRICS.items() if (kind == "counter") != n.endswith("_total")
    ] == []
