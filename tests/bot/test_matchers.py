"""Matchers per edition, and the free question of USSD."""

from bot import matchers
from tests.editions import DANGER, SAFE
from tests.editions import edition as small


def test_edition_is_fitted_once():
    made = small(mark="once")

    assert matchers.of(made) is matchers.of(made)


def test_old_editions_are_let_go():
    first = matchers.of(small(mark="first"))
    for n in range(matchers.EDITIONS_MOST):
        matchers.of(small(mark=str(n)))

    assert matchers.of(small(mark="first")) is not first


def test_phrasings_of_both_scripts_teach_one_matcher(edition):
    found = matchers.examples(edition, "am")

    assert all(len(texts) == len(set(texts)) for texts in found.values())
    assert edition.items["faq-020"].texts["am"].title in found["faq-020"]


def test_language_without_phrasings_ranks_nothing():
    assert matchers.of(small()).rank("x", "zz") == []


def test_ask_finds_answers_and_hears_danger():
    ask = matchers.asker(small)

    assert ask("how do i get a passport", "en") == ((SAFE, DANGER), False)
    assert ask("they locked me in a house", "en") == ((), True)
    assert ask("zork blimp", "en") == ((), False)


def test_ask_without_an_edition_finds_nothing():
    assert matchers.asker(lambda: None)("passport", "en") == ((), False)
