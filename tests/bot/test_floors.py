"""What a language must reach."""

from dataclasses import replace

from bot import floors
from bot.evaluation import figures

NOTHING = figures([])
GOOD = replace(NOTHING, accuracy=0.99, top3=1.0, sure_precision=1.0, safeguarding_recall=1.0)


def test_all_reached_misses_nothing():
    assert floors.under("en", GOOD) == []


def test_what_lies_below_is_named():
    assert floors.under("am-Latn", replace(GOOD, top3=0.5, safeguarding_recall=0.1)) == [
        "top3",
        "danger_recall",
    ]


def test_what_nobody_measured_misses_nothing():
    assert floors.under("en", NOTHING) == []
