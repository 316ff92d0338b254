"""The figures the bench prints must not fall."""

import pytest

from tests.bench.questions_of import SOURCES, split
from tests.bench.understanding import bench, cost, peer


@pytest.mark.parametrize(
    ("name", "accuracy", "top3", "sure_precision"),
    [
        ("injongo-am", 0.87, 0.94, 0.97),
        ("injongo-om", 0.85, 0.94, 0.96),
        ("injongo-sw", 0.89, 0.95, 0.96),
        ("injongo-en", 0.77, 0.89, 0.91),  # some of its labels are wrong
    ],
)
def test_few_phrasings_match_unseen_questions(name, accuracy, top3, sure_precision):
    found = bench(name, 10)

    assert found["accuracy"] >= accuracy
    assert found["top3"] >= top3
    assert found["sure_precision"] >= sure_precision
    assert found["sure_share"] >= 0.3
    assert found["leak_near"] <= 0.08


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_nothing_asked_was_taught(name):
    parts = split(name, 20)
    taught = {text for texts in parts.taught.values() for text in texts}

    assert taught.isdisjoint(text for text, _ in parts.asked)
    assert taught.isdisjoint(parts.near)
    assert {intent for _, intent in parts.asked} == set(parts.taught)
    assert split(name, 20) == parts


def test_a_question_takes_under_five_milliseconds_of_a_core():
    found = cost(split("clinc", 20))

    assert found["phrasings"] == 2000
    assert found["p95_cpu_ms"] < 5
    assert found["held_mb"] < 40


def test_peer_that_is_not_there_has_no_figures(monkeypatch):
    monkeypatch.delenv("NLPJS", raising=False)

    assert peer(split("injongo-sw", 10)) is None
