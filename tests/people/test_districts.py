"""The districts every installation begins with: complete, plain, told apart; the tables lead."""

import re
from dataclasses import replace

import pytest

from gateways import segments
from people import districts
from people.countries import CODES
from people.districts import Changes, District, Line
from people.models import District as Row
from people.offering import NotKept
from tests.people.made import person

SEED = districts.seeded()
ALL = [one for own in SEED.values() for one in own]


def names(country):
    return [one.name for one in SEED[country]]


# --- the seed ---------------------------------------------------------------------------------------


def test_every_country_has_its_first_level_areas():
    assert {country: len(own) for country, own in SEED.items()} == {
        "DJ": 6,
        "ER": 6,
        "ET": 14,
        "KE": 47,
        "SO": 18,
        "SS": 13,
        "SD": 18,
        "UG": 4,
    }
    assert set(SEED) == set(CODES)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_names_fit_a_line_of_a_menu_on_any_phone(one):
    assert one.name.isascii()
    assert segments.count(one.name).encoding == "GSM-7"
    assert 3 <= segments.units(one.name) <= 20


def test_codes_are_of_their_country_and_stand_once():
    assert [one.code for one in ALL if not re.fullmatch(one.country + "-([A-Z0-9]{1,2}|[a-z]+)", one.code)] == []  # fmt: skip
    assert len({one.code for one in ALL}) == len(ALL)


def test_own_codes_are_the_areas_the_standard_has_none_for():
    own = [one for one in ALL if one.code[3:].islower()]

    assert [one.name for one in own] == [
        "Central Ethiopia",
        "South Ethiopia",
        "Abyei",
        "Greater Pibor",
        "Ruweng",
    ]
    assert [one.source.startswith("no ISO 3166-2 code") for one in own] == [True] * 5


def test_counties_of_kenya_bear_their_numbers():
    assert [one.code for one in SEED["KE"]] == [f"KE-{number:02}" for number in range(1, 48)]


def test_no_two_districts_share_a_name_in_any_country():
    assert len({districts.folded(one.name) for one in ALL}) == len(ALL)


@pytest.mark.parametrize("country", CODES)
def test_lists_are_in_the_order_people_look_names_up(country):
    assert names(country) == sorted(names(country))


def test_every_district_names_its_source():
    assert {one.name for one in ALL if "ISO 3166-2" not in one.source} == set()


# --- the tables -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_lists_are_the_seeds_where_a_country_has_no_rows():
    Row.objects.create(country="UG", name="Karamoja", order=1)

    assert districts.lists() == {**SEED, "UG": (District("UG", "Karamoja"),)}


@pytest.mark.django_db
def test_country_whose_districts_are_all_retired_offers_none():
    districts.adopt("DJ")
    Row.objects.update(retired=True)

    own = districts.lists()["DJ"]

    assert (len(own), districts.offered(own)) == (6, ())


@pytest.mark.django_db
def test_adopting_twice_makes_no_row_twice():
    districts.adopt("ER")
    districts.adopt("ER", "DJ")

    assert districts.lists() == SEED
    assert Row.objects.count() == 12


@pytest.mark.parametrize("written", ["MURANG'A", "Muranga", " murang a "])
def test_names_are_compared_by_letters_alone(written):
    assert districts.folded(written) == districts.folded("Murang'a")


# --- changing a list --------------------------------------------------------------------------------

KEPT = (
    District("DJ", "Arta"),
    District("DJ", "Dikhil"),
    District("DJ", "Obock", retired=True),
)


def line(name, place=1, was=None, *, retired=False):
    return Line(name if was is None else was, name, place, retired)


SAME = (line("Arta", 1), line("Dikhil", 2), line("Obock", 3, retired=True))


def test_lines_of_a_list_change_nothing():
    assert districts.lines(KEPT) == SAME
    assert districts.changes(SAME, KEPT) == Changes()
    assert bool(districts.changes(SAME, KEPT)) is False
    assert districts.mark(SAME) == districts.mark(KEPT)


@pytest.mark.parametrize(
    ("wished", "changes"),
    [
        ((*SAME, line("Tadjourah", 4, "")), Changes(added=("Tadjourah",))),
        ((line("Artha", 1, "Arta"), *SAME[1:]), Changes(renamed=(("Arta", "Artha"),))),
        ((line("Arta", retired=True), *SAME[1:]), Changes(retired=("Arta",))),
        ((*SAME[:2], line("Obock", 3)), Changes(back=("Obock",))),
        ((SAME[1], SAME[0], SAME[2]), Changes(moved=True)),
    ],
)
def test_changes_name_what_would_be_different(wished, changes):
    assert districts.changes(wished, KEPT) == changes
    assert bool(changes) is True
    assert districts.mark(wished) != districts.mark(KEPT)


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ((1, 2, 3, 4), "abcd"),
        ((1, 2, 3, 2), "adbc"),
        ((4, 2, 3, 4), "bcda"),
        ((1, 3, 3, 4), "acbd"),
        ((9, 2, 3, 0), "dbca"),
        ((2, 1, 3, 4), "bacd"),
    ],
)
def test_row_stands_where_its_place_says_and_the_others_make_room(places, order):
    wished = [line(name, place) for name, place in zip("abcd", places, strict=True)]

    assert "".join(one.name for one in districts.sorted_by_place(wished)) == order


@pytest.mark.parametrize(
    ("wished", "sentences"),
    [
        ([*SAME], []),
        ([line("Árta", was="Arta")], ["Árta: every phone must show it; write it without Á."]),
        ([line("አርታ")], ["አርታ: every phone must show it; write it without አ ር ታ."]),
        ([line("A" * 21)], [f"{'A' * 21} takes 21 places; 20 at most."]),
        ([line("A[" * 7)], [f"{'A[' * 7} takes 21 places; 20 at most."]),
        ([line("", was="Arta")], ["A district needs a name."]),
        ([line("Arta"), line("ARTA", was="")], ["ARTA stands in the list twice."]),
        (
            [line("Dikhil", was="Arta"), line("Arta", was="Dikhil")],
            [
                "Dikhil is the name of another district until now: choose a new one.",
                "Arta is the name of another district until now: choose a new one.",
            ],
        ),
        ([line("ARTA", was="Arta")], []),
    ],
)
def test_what_stands_against_a_list(wished, sentences):
    assert districts.faults(wished) == sentences


def test_list_is_not_endless():
    many = [line(f"District {number}") for number in range(201)]

    assert districts.faults(many) == ["A list has 200 districts at most."]


@pytest.mark.django_db
@pytest.mark.parametrize("seeded", [True, False])
def test_list_is_kept_with_its_codes_and_its_order(seeded):
    if seeded:
        districts.adopt("ER")
    anseba, debub, *rest = districts.lines(SEED["ER"])
    wished = [line("Southern", 1, debub.name), *rest, replace(anseba, retired=True), line("Assab", 7, "")]  # fmt: skip

    districts.keep("ER", wished, seen=districts.mark(SEED["ER"]))

    kept = districts.lists()
    assert [(one.code, one.name, one.retired) for one in kept["ER"]] == [
        ("ER-DU", "Southern", False),
        ("ER-GB", "Gash-Barka", False),
        ("ER-MA", "Maekel", False),
        ("ER-SK", "Northern Red Sea", False),
        ("ER-DK", "Southern Red Sea", False),
        ("ER-AN", "Anseba", True),
        ("", "Assab", False),
    ]
    assert {**kept, "ER": SEED["ER"]} == SEED


@pytest.mark.django_db
def test_list_asks_the_database_no_more_for_more_districts(django_assert_num_queries):
    districts.adopt("KE", "DJ")

    for country in ("KE", "DJ"):
        wished = [*districts.lines(SEED[country]), line("Camp", 1, "")]
        # begin, is there a list, its rows, its values, one update, one insert, end
        with django_assert_num_queries(7):
            districts.keep(country, wished, seen=districts.mark(SEED[country]))


@pytest.mark.django_db
@pytest.mark.parametrize("wished", [SAME, ()])
def test_list_somebody_else_changed_meanwhile_is_not_overwritten(wished):
    with pytest.raises(NotKept, match="Somebody else has just changed this list"):
        districts.keep("DJ", wished, seen=districts.mark(SAME))

    assert districts.lists()["DJ"] == SEED["DJ"]


@pytest.mark.django_db
def test_row_that_is_left_out_is_not_lost():
    with pytest.raises(NotKept, match="Somebody else has just changed this list"):
        districts.keep("DJ", districts.lines(SEED["DJ"])[1:], seen=districts.mark(SEED["DJ"]))


@pytest.mark.django_db
def test_list_with_faults_is_not_kept():
    wished = [*districts.lines(SEED["DJ"]), line("ARTA", 7, "")]

    with pytest.raises(NotKept, match="ARTA stands in the list twice"):
        districts.keep("DJ", wished, seen=districts.mark(SEED["DJ"]))

    assert districts.lists()["DJ"] == SEED["DJ"]


@pytest.mark.django_db
def test_people_of_a_district_are_counted_in_its_country():
    for index, district in enumerate(["Garissa", "Garissa", "Isiolo", "garissa"], 1):
        person(index, district=district)
    person(5, district="Garissa", country="UG")

    assert districts.people_of("KE", ["Garissa", "Wajir"]) == {"Garissa": 2}
