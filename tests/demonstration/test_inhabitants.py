"""Invented people: well-formed numbers, each once, the same for the same seed."""

from collections import Counter
from pathlib import Path

import pytest

from demonstration import inhabitants
from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from demonstration.places import PLACES
from gateways.network.operators import SANDBOX, network
from people import languages, lists, phones

pytestmark = pytest.mark.django_db


def invent(count: int = 300, seed: int = 7) -> list[Inhabitant]:
    return inhabitants.invent(count, Lot(seed), languages.seeded_orders())


def test_same_seed_invents_the_same_people():
    assert invent() == invent()


def test_other_seed_invents_others():
    assert {one.number for one in invent()}.isdisjoint({one.number for one in invent(seed=8)})


def test_every_number_is_well_formed_and_given_once():
    numbers = [one.number for one in invent()]

    assert [phones.normalise(one, None) for one in numbers] == numbers
    assert len(set(numbers)) == len(numbers)


def test_numbers_lie_where_their_people_live():
    assert [one for one in invent() if phones.country_of(one.number) != one.country] == []


def test_every_line_belongs_to_a_simulated_network():
    lines = [line for place in PLACES.values() for line in place.lines]

    assert [line.prefix for line in lines if network(f"{line.prefix}0000000") == SANDBOX] == []


def test_shares_of_countries_and_lines_are_whole():
    assert round(sum(place.share for place in PLACES.values()), 9) == 1
    assert {round(sum(line.share for line in one.lines), 9) for one in PLACES.values()} == {1}


def test_most_live_where_the_shares_say():
    found = Counter(one.country for one in invent(2000))

    assert [country for country, _ in found.most_common(2)] == ["ET", "KE"]
    assert set(found) == set(PLACES)


def test_part_of_them_is_on_no_list():
    waves = Counter(one.wave for one in invent(1000))

    assert set(waves) == {None, 0, 2, 4, 7, 9}
    assert 250 < waves[None] < 350


def test_number_stands_in_no_repr():
    one = invent(1)[0]

    assert one.number not in repr(one)


def test_list_is_read_as_any_other(tmp_path: Path):
    people, file = invent(5), tmp_path / "list.csv"

    inhabitants.write(people, file)

    assert tuple(lists.examine(file).columns) == inhabitants.COLUMNS
