"""Charts: what is drawn where, from either side."""

import pytest

from analytics import charts
from analytics.charts import WIDTH, Column, Lane, Stair


def placed(chart):
    return [(float(one.x), float(one.width), one.tone) for one in chart.rects]


def test_bars_fill_the_width_by_their_part_of_the_largest():
    chart = charts.bars([("Kenya", 40), ("Uganda", 10)], title="Where", mirrored=False)

    assert chart
    assert placed(chart) == [(0, 360, 0), (0, 90, 0)]
    assert chart.desc == "Kenya: 40; Uganda: 10"


def test_bars_begin_on_the_right_when_the_page_does():
    chart = charts.bars([("Kenya", 40), ("Uganda", 10)], title="Where", mirrored=True)

    assert chart
    assert placed(chart) == [(0, 360, 0), (270, 90, 0)]
    assert [one.x for one in chart.words[:2]] == ["360.0", "0.0"]


@pytest.mark.parametrize("pairs", [[], [("Kenya", 0)]])
def test_nothing_is_drawn_of_nothing(pairs):
    assert charts.bars(pairs, title="Where", mirrored=False) is None


def test_a_few_of_many_are_still_seen():
    chart = charts.bars([("many", 1_000_000), ("one", 1)], title="Where", mirrored=False)

    assert chart
    assert placed(chart)[1] == (0, 1.5, 0)


def test_the_last_sliver_stays_inside():
    lane = Lane("all", ((0, 1_000_000, 0), (1_000_000, 1_000_001, 1)), "")

    chart = charts.lanes([lane], title="", mirrored=False)

    assert chart
    assert placed(chart)[1] == (358.5, 1.5, 1)


def test_waterfall_goes_on_from_where_the_step_before_ended():
    steps = [
        Stair("targeted", 100, level=True),
        Stair("lost", -40),
        Stair("sent", 60, level=True),
        Stair("joined", 20),
        Stair("reached", 80, level=True),
    ]

    chart = charts.stairs(steps, title="", mirrored=False, legend=("level", "lost", "joined"))

    assert chart
    assert placed(chart) == [(0, 360, 0), (216, 144, 1), (0, 216, 0), (216, 72, 2), (0, 288, 0)]
    assert [one.text for one in chart.words if one.anchor == "end"] == [
        "100",
        "\u200e-40",
        "60",
        "\u200e+20",
        "80",
    ]


def test_parts_of_a_bar_follow_each_other_and_fill_it():
    chart = charts.stacked(
        [("63902", [3, 0, 1])], title="", mirrored=False, legend=("a", "b", "c"), whole=True
    )

    assert chart
    assert placed(chart) == [(0, 270, 0), (270, 90, 2)]


def test_columns_stand_as_high_as_their_part_of_the_largest():
    chart = charts.columns(
        [Column("01", 50, 25), Column("02", 100, 0, mark=100)],
        title="",
        mirrored=False,
        legend=("unique", "", "target", "first"),
    )

    assert chart
    assert [(one.height, one.tone) for one in chart.rects] == [
        ("65.0", 0),
        ("32.5", 3),
        ("130.0", 0),
        ("3", 2),
    ]
    assert chart.legend == ((0, "unique"), (2, "target"), (3, "first"))


def test_time_runs_from_the_right_when_the_page_does():
    columns = [Column("01", 1), Column("02", 1)]

    chart = charts.columns(columns, title="", mirrored=True, legend=())

    assert chart
    first, second = (float(one.x) for one in chart.rects)
    assert first > WIDTH / 2 > second


def test_only_so_many_names_stand_below_as_fit():
    columns = [Column(f"{n:02}", 1) for n in range(24)]

    chart = charts.columns(columns, title="", mirrored=False, legend=())

    assert chart
    assert [one.text for one in chart.words if one.anchor == "middle"] == [
        "00", "04", "08", "12", "16", "20",
    ]  # fmt: skip
