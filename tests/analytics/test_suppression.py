"""No small number can be worked out of everything that was released."""

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics import suppression
from analytics.linking import FIRST_TIME, UNIQUE, Cell, Web
from analytics.periods import Kind, Period
from tests.analytics.attacks import LAYOUT, Attacker, Fact, cells, year

MARCH = Period(date(2025, 3, 1), date(2025, 4, 1))
SIZES = st.sampled_from([0, 1, 2, 3, 4, 9, 10, 11, 30])
History = tuple[list[Fact], dict[int, tuple[str, str]]]


def release(history: History, periods):
    """Release these periods one after the other: all cells, and those that were withheld.

    Watched too: periods that are over and come later, and what has passed of those that are not over.
    """
    withheld: frozenset[Cell] = frozenset()
    for number, period in enumerate(periods):
        running = {
            Period(one.starts, period.ends)
            for one in periods
            if one.starts < period.ends < one.ends
        }
        over = sorted({*running, *(one for one in periods if one.ends <= period.ends)})
        values = cells(*history, over)
        fresh = frozenset(one for one in values if one.period == period)
        waiting = {one for one in values if one.period not in periods[: number + 1]}
        web = Web(LAYOUT, frozenset(values), dict.fromkeys(LAYOUT.tables, tuple(over)))
        known = suppression.Tables(values, fresh, withheld | waiting, web.relations)
        withheld |= suppression.protect(known)
    return withheld


def attacked(values, withheld):
    """The small cells that are narrowed down to less than 1 to 9."""
    known = {cell: value for cell, value in values.items() if cell not in withheld}
    limits = Attacker(known, withheld).limits()
    return {
        cell: limits[cell]
        for cell in withheld
        if 0 < values[cell] < 10 and (limits[cell][0] > 1 or limits[cell][1] < 9)
    }


def people(*groups) -> History:
    """Facts and attributes from (how many, months, countries, sex, age)."""
    facts: list[Fact] = []
    who: dict[int, tuple[str, str]] = {}
    for size, months, countries, sex, age in groups:
        for _ in range(size):
            who[len(who)] = sex, age
            facts += [Fact(one, len(who) - 1, land) for one in months for land in countries]
    return facts, who


def test_nothing_is_withheld_where_all_is_large():
    history = people((40, [3], ["KE"], "f", "18+"), (50, [3], ["UG"], "f", "18+"))

    assert release(history, [MARCH]) == frozenset()


def test_a_small_country_takes_the_next_smallest_with_it():
    history = people(
        (120, [3], ["KE"], "f", "18+"), (61, [3], ["UG"], "f", "18+"), (4, [3], ["DJ"], "f", "18+")
    )
    withheld = release(history, [MARCH])

    unique = {cell.category for cell in withheld if cell.measure == UNIQUE}
    assert unique == {("DJ",), ("UG",)}


def test_the_attacker_finds_what_a_margin_gives_away():
    """185 with 120 and 61 visible gives the hidden 4 away (the classic)."""
    history = people(
        (120, [3], ["KE"], "f", "18+"), (61, [3], ["KE"], "m", "18+"), (4, [3], ["KE"], "x", "18+")
    )
    values = cells(*history, [MARCH])
    hidden = Cell("sex", MARCH, ("x",), UNIQUE)
    alone = {hidden, hidden._replace(table="sex-age", category=("x", "18+"))}

    assert attacked(values, frozenset(alone)) == dict.fromkeys(alone, (4, 4))
    assert attacked(values, release(history, [MARCH])) == {}


def test_the_attacker_finds_a_month_by_its_quarter():
    history = people(
        (40, [1], ["KE"], "f", "18+"), (4, [2], ["KE"], "f", "18+"), (30, [3], ["KE"], "f", "18+")
    )
    periods = year(Kind.MONTH, Kind.QUARTER, until=3)
    values = cells(*history, periods)
    february = {cell for cell in values if values[cell] == 4}

    assert set(attacked(values, frozenset(february)).values()) == {(4, 4), (4, 44)}
    assert attacked(values, release(history, periods)) == {}


def test_the_attacker_finds_new_numbers_by_the_cumulative_ones():
    history = people((50, [1, 2], ["KE"], "f", "18+"), (3, [2], ["KE"], "f", "18+"))
    periods = year(Kind.MONTH, until=2)
    values = cells(*history, periods)
    total = Cell("total", periods[1], (), FIRST_TIME)

    naive = frozenset(cell for cell in values if values[cell] == 3)
    assert attacked(values, naive)[total] == (3, 3)
    assert attacked(values, release(history, periods)) == {}


def test_the_attacker_finds_new_numbers_by_those_who_came_back():
    """Of 30 in Kenya at most 25 were met before, for nowhere more were: so 5 at least are new there."""
    history = people(
        (175, [1], ["KE"], "f", "18+"),
        (200, [1], ["UG"], "f", "18+"),
        (200, [1], ["DJ"], "f", "18+"),
        (5, [2], ["KE"], "f", "18+"),
        (80, [2], ["UG"], "f", "18+"),
        (80, [2], ["DJ"], "f", "18+"),
    )
    for person in range(900, 925):  # met again, in both countries
        history[1][person] = "f", "18+"
        history[0].extend([Fact(1, person, "KE"), Fact(2, person, "KE"), Fact(2, person, "UG")])
    february = year(Kind.MONTH, until=2)[1:]
    values = cells(*history, february)
    new = Cell("country", february[0], ("KE",), FIRST_TIME)

    assert attacked(values, frozenset([new]))[new][0] == 5
    assert attacked(values, release(history, february)) == {}


def test_the_attacker_finds_a_small_country_by_how_few_were_ever_met_in_two():
    """31 in Kenya, 32 in all, and 3 are all who were ever met in both: no more than 4 in Djibouti."""
    history = people(
        (50, [1], ["KE"], "f", "18+"),
        (60, [1], ["DJ"], "f", "18+"),
        (28, [1, 2], ["KE"], "f", "18+"),
        (3, [1, 2], ["KE", "DJ"], "f", "18+"),
        (1, [1, 2], ["DJ"], "f", "18+"),
    )
    february = year(Kind.MONTH, until=2)[1:]
    values = cells(*history, february)
    small = Cell("country", february[0], ("DJ",), UNIQUE)

    assert attacked(values, frozenset([small]))[small] == (1, 4)
    assert attacked(values, release(history, february)) == {}


def test_what_was_released_is_never_withheld_later():
    history = people((40, [1, 2], ["KE"], "f", "18+"), (12, [2], ["UG"], "m", "18+"))
    periods = year(Kind.MONTH, until=2)
    first, both = release(history, periods[:1]), release(history, periods)

    assert {cell for cell in both if cell.period == periods[0]} == first


@st.composite
def histories(draw):
    groups = st.tuples(
        SIZES,
        st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True),
        st.lists(st.sampled_from(["KE", "UG", "DJ"]), min_size=1, max_size=2, unique=True),
        st.sampled_from(["f", "m", "unknown"]),
        st.sampled_from(["18-24", "25+"]),
    )
    return people(*draw(st.lists(groups, min_size=1, max_size=6)))


KINDS = st.sampled_from(
    [(Kind.MONTH, Kind.QUARTER), (Kind.QUARTER, Kind.SEMESTER), (Kind.MONTH, Kind.SEMESTER)]
)


@given(histories(), KINDS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_no_small_number_is_narrowed_down_in_any_history(history: History, kinds):
    periods = year(*kinds, until=6)
    values = cells(*history, periods)

    withheld = release(history, periods)

    assert {cell for cell, value in values.items() if value < 10} <= withheld
    assert attacked(values, withheld) == {}


def test_cells_that_give_each_other_away_are_found():
    history = people((40, [3], ["KE"], "f", "18+"), (4, [3], ["KE"], "m", "18+"))
    values = cells(*history, [MARCH])
    web = Web(LAYOUT, frozenset(values), dict.fromkeys(LAYOUT.tables, (MARCH,)))
    tables = suppression.Tables(values, frozenset(values), frozenset(), web.relations)
    small = [cell for cell, value in values.items() if value == 4]

    assert suppression.exposed(tables, small) == sorted(small)
    assert suppression.exposed(tables, suppression.protect(tables)) == []


@pytest.mark.parametrize(("value", "said"), [(0, False), (1, True), (9, True), (10, False)])
def test_small_is_one_to_nine(value, said):
    assert suppression.small(value) is said
