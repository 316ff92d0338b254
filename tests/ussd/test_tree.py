"""The menu as a tree: in the order of keys, of several countries as one, without sensitive screens."""

import pytest

from tests.editions import DANGER, SAFE, edition
from tests.published import demonstration
from ussd.tree import NOTHING, Branch, tree

EDITION = edition()


def test_tree_follows_the_keys():
    assert tree(EDITION, ["KE"]).branches == (
        Branch("lang", 0),
        Branch("main", 0),
        Branch("dangers", 1),
        Branch(DANGER, 2),
        Branch(SAFE, 1),
        Branch("mine", 1),
    )


def test_sensitive_screens_are_counted_and_not_named():
    assert tree(EDITION, ["KE"]).sensitive == 8


@pytest.mark.parametrize("countries", [[], ["UG"]])
def test_country_without_a_menu_has_no_tree(countries):
    assert tree(EDITION, countries) == NOTHING


def test_no_edition_has_no_tree():
    assert tree(None, ["KE"]) == NOTHING


def test_countries_with_the_same_menu_are_one_tree():
    assert tree(EDITION, ["KE", "ET"]).branches == tree(EDITION, ["KE"]).branches


@pytest.mark.django_db
def test_answers_of_every_country_stand_under_their_topic():
    one, other, both = (
        [branch.place for branch in tree(demonstration(), own, "en").branches]
        for own in (["KE"], ["SO"], ["KE", "SO"])
    )

    assert {*both} == {*one, *other}
    assert len(both) == len({*both})
    assert {"asylum", "faq-045", "help"}.isdisjoint(both)


@pytest.mark.django_db
def test_question_of_the_quiz_has_its_screens_below_it():
    branches = tree(demonstration(), ["KE"], "en").branches
    places = [branch.place for branch in branches]

    start = places.index("quiz-12")
    level = branches[start].level

    assert branches[start + 1 : start + 5] == tuple(
        Branch(f"quiz-12.{part}", level + 1) for part in ("why", "after", "right", "wrong")
    )
