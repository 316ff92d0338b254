"""An edition of 21 languages, as the bench measures it, in small: it compiles, and comes back from its file."""

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from campaigns.editions.compiling import Making, compose
from campaigns.editions.edition import Edition, Kind
from campaigns.press.shelf import Shelf
from people.countries import CODES
from tests.bench import edition as bench
from ussd.menu import Asked, Start, walk


@lru_cache(maxsize=1)
def large() -> Edition:
    content = bench.made_up(40)
    figures = bench.invented_figures(content)
    numbers = tuple(bench.invented_numbers())
    making = Making(Kind.DEMONSTRATION, bench.AT, numbers, figures, orders=bench.longer_lists())
    return compose(content, making)[0]


def test_every_country_offers_as_many_languages_as_a_list_has_keys():
    made = large()

    assert {country: len(made.offer(country, made.budget).languages) for country in CODES} == (
        dict.fromkeys(CODES, bench.LISTED)
    )
    assert len({menu.base for menu in made.menus.values()}) == 21


def test_countries_share_the_screens_on_which_they_say_the_same():
    stored = [json.loads(line) for line in large().lines if line.startswith(b'[{"place"')]
    shown = sum(len(menu.pages) for menu in large().menus.values())

    assert sum(map(len, stored)) * 2 < shown


def test_any_country_is_served_from_the_file_as_from_the_compiler(tmp_path: Path):
    Shelf(tmp_path).put(large())
    other = Shelf(tmp_path)
    other.refresh()
    taken_up = other.current(simulated=True)
    assert taken_up is not None

    for country in CODES:
        for keys in ((), ("1",), ("2", "1", "1", "1"), ("3", "8", "98", "00", "9", "5")):
            shown = [
                walk(edition, Start(country=country), keys, lambda _text, _language: Asked())
                for edition in (large(), taken_up)
            ]
            assert all(one == other for one, other in pairwise(shown))
    assert taken_up == large()
