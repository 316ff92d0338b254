"""Officers' rules lie over the files; what is no rule is refused and never put in the place of one."""

import time

import pytest

from understanding import rulebook, safeguarding
from understanding.rulebook import BadRule, Change, groups_of, overlaid
from understanding.safeguarding import Danger, compiled, hears_danger, met

EN = next(book for book in rulebook.books() if book.language == "en")
NEW = Change("en", "signal", True, False, "blue umbrella\nred umbrella\n+\nsunday")


def heard(text: str, *changes: Change) -> Danger | None:
    return hears_danger(text, compiled(overlaid(changes)))


def test_text_of_a_rule_reads_back_as_the_same_rule():
    for book in rulebook.books():
        assert [groups_of(rule.text, book) for rule in book.rules] == [
            rule.groups for rule in book.rules
        ]


def test_every_rule_of_a_language_has_a_key_of_its_own():
    for book in rulebook.books():
        assert len({rule.key for rule in book.rules}) == len(book.rules)


def test_new_rule_is_heard_once_each_of_its_groups_is_met():
    assert heard("blue umbrella sunday", NEW) == Danger("en", "signal")
    assert heard("blue umbrella", NEW) is None
    assert heard("blue umbrella sunday") is None


def test_rule_switched_off_is_heard_no_more():
    off = Change("en", "held", False, False, "")

    assert heard("my employer locked me in a room") == Danger("en", "held")
    assert heard("my employer locked me in a room", off) is None


def test_changed_rule_keeps_its_name_and_hears_the_new_words():
    changed = Change("en", "held", True, False, "blue umbrella")

    assert heard("blue umbrella", changed) == Danger("en", "held")


def test_rule_that_reads_no_more_leaves_the_files_own():
    broken = Change("en", "held", True, False, "{nobody} locked")

    assert heard("my employer locked me in a room", broken) == Danger("en", "held")


def test_lists_of_words_stand_for_their_words():
    changed = Change("en", "signal", True, False, "my {kin} .. umbrella")

    assert heard("my brother has the umbrella", changed) == Danger("en", "signal")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("lock*\n+\n", "empty"),
        ("{nobody} locked", "name"),
        ("{kin", "name"),
        ("*", "wide"),
        ("lock*|*", "wide"),
        ("..", "wide"),
        ("a" * 5000, "long"),
        ("a* .. b* .. c* .. d* .. e*", "gaps"),
    ],
)
def test_what_is_no_rule_is_refused(text, word):
    with pytest.raises(BadRule) as refused:
        groups_of(text, EN)

    assert refused.value.word == word


def test_met_names_the_words_as_they_were_written():
    found = met("እባካችሁ ቆልፈውብናል")

    assert [(one.key, one.words) for one in found if one.key == "held"] == [("held", ("ቆልፈውብናል",))]


def test_rules_put_in_use_are_heard_by_everybody():
    try:
        safeguarding.put(overlaid([NEW]))
        assert hears_danger("red umbrella sunday") == Danger("en", "signal")
    finally:
        safeguarding.put(rulebook.books())

    assert hears_danger("red umbrella sunday") is None


def test_phrase_with_as_many_gaps_as_it_may_have_is_heard_in_no_time():
    slow = Change("en", "slow", True, False, "a* .. a* .. a* .. zzz")
    among = safeguarding.compiled(overlaid([slow]))
    begun = time.process_time()

    assert not safeguarding.meets("a " * 1000, among)
    assert time.process_time() - begun < 2
