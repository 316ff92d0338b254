"""Each phrasing asked of a matcher that never saw it: what is confused, and what new phrasings change."""

import pytest

from understanding import matcher, unseen
from understanding.unseen import Crossing, Pair, Unseen

SEA = ("is the sea dangerous", "how dangerous is the sea", "danger of the sea", "sea danger")
PAY = ("when do they pay me", "they do not pay me", "my boss does not pay", "pay my wage")
LIKE_SEA = (
    "is the sea route dangerous",
    "how dangerous is the sea route",
    "danger of the sea route",
)


def test_phrasings_of_different_answers_are_all_right():
    found = unseen.left_out({"sea": SEA, "pay": PAY}, "en")

    assert (found.accuracy(), found.top(), found.pairs()) == (1.0, 1.0, [])
    assert found.asked == tuple([(one, "sea") for one in SEA] + [(one, "pay") for one in PAY])


def test_each_phrasing_keeps_its_own_ranking():
    examples = {"sea": [*SEA, SEA[0]], "alone": ["who are you", "?!"], "route": LIKE_SEA}
    found = unseen.left_out(examples, "en")

    told = {"sea": SEA, "alone": ["who are you"], "route": LIKE_SEA}
    expected = [(one.meant, one.ranked[:3]) for one in matcher.left_out(told, "en")]
    assert [(own, best) for (_, own), best in zip(found.asked, found.best, strict=True)] == expected


def test_only_phrasing_of_an_answer_is_not_asked():
    found = unseen.left_out({"sea": SEA, "alone": ["who are you"]}, "en")

    assert [own for _text, own in found.asked] == ["sea"] * 4


@pytest.mark.parametrize("examples", [{}, {"sea": []}, {"sea": ["?!"]}])
def test_nothing_to_ask_gives_nothing(examples):
    found = unseen.left_out(examples, "en")

    assert (found.asked, found.accuracy(), found.top(), found.pairs()) == ((), 0.0, 0.0, [])


def test_answers_taken_for_each_other_are_a_pair():
    asked = (("a", "sea"), ("b", "sea"), ("c", "pay"), ("d", "law"), ("e", "law"))
    best = (("sea", "pay"), ("pay", "sea"), ("sea", "law"), ("law",), ("pay", "law"))
    found = Unseen(asked, best)

    assert found.crossings() == [
        Crossing("b", "sea", "pay"),
        Crossing("c", "pay", "sea"),
        Crossing("e", "law", "pay"),
    ]
    assert found.pairs() == [
        Pair("pay", "sea", 2, 3, ("b", "c")),
        Pair("law", "pay", 1, 3, ("e",)),
    ]
    assert [pair.share for pair in found.pairs()] == [2 / 3, 1 / 3]
    assert (found.accuracy(), found.top()) == (0.4, 0.8)


def test_effect_of_nothing_is_none():
    examples = {"sea": SEA, "pay": PAY}
    found = unseen.effect(examples, examples, "en")

    assert (found.phrasings, found.added, found.taken) == (8, 0, 0)
    assert (found.accuracy, found.top) == ((1.0, 1.0), (1.0, 1.0))
    assert (found.more_confused, found.less_confused) == ((), ())


def test_phrasing_in_the_wrong_place_is_told_as_a_pair_that_is_confused():
    before = {"sea": SEA, "pay": PAY}
    found = unseen.effect(before, {**before, "pay": (*PAY, "danger of the sea now")}, "en")

    assert (found.phrasings, found.added, found.taken) == (8, 1, 0)
    assert [(one.one, one.other) for one in found.more_confused] == [("pay", "sea")]
    assert found.accuracy[1] <= found.accuracy[0]


def test_phrasing_taken_away_mends_the_pair():
    after = {"sea": SEA, "pay": PAY}
    found = unseen.effect({**after, "pay": (*PAY, "danger of the sea now")}, after, "en")

    assert (found.added, found.taken, found.more_confused) == (0, 1, ())
    assert [(one.one, one.other) for one in found.less_confused] == [("pay", "sea")]
