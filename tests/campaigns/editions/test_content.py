"""Structure of the content: what hangs where, and what a language needs to stand."""

from dataclasses import replace

from campaigns.editions.content import (
    Content,
    Node,
    Words,
    labels,
    lacking,
    structure_problems,
    topic,
)
from campaigns.editions.problems import Problem

MAIN = Node("main", "menu", "", "0")
DANGERS = Node("dangers", "menu", "main", "1")
EAST = Node("faq-1", "faq", "dangers", "1", core=True)
WORDS = Words("Title", "short", "body")


def told(problems: list[Problem]) -> list[str]:
    return list(map(str, problems))


def nodes(*more: Node) -> dict[str, Node]:
    return {node.code: node for node in (MAIN, DANGERS, EAST, *more)}


def test_sound_structure_has_no_problems():
    assert told(structure_problems(nodes())) == []


def test_item_without_its_menu_is_named():
    lost = Node("faq-2", "faq", "nowhere", "2")

    assert told(structure_problems(nodes(lost))) == ["faq-2: its menu 'nowhere' does not exist."]


def test_item_may_not_hang_under_an_item():
    lost = Node("faq-2", "faq", "faq-1", "2")

    assert told(structure_problems(nodes(lost))) == ["faq-2: its menu 'faq-1' does not exist."]


def test_key_that_belongs_to_every_screen_is_refused():
    eighth = Node("faq-8", "faq", "dangers", "8")

    assert told(structure_problems(nodes(eighth))) == ["faq-8: key '8' is not one of 1 to 7."]


def test_menus_in_a_circle_are_named():
    one, two = Node("one", "menu", "two", "1"), Node("two", "menu", "one", "1")

    assert told(structure_problems(nodes(one, two))) == [
        "one: its menus run in a circle.",
        "two: its menus run in a circle.",
    ]


def test_two_items_on_one_key_are_refused_only_where_a_country_sees_both():
    kenya = Node("faq-2", "faq", "dangers", "2", ("KE",))
    ethiopia = replace(kenya, code="faq-3", countries=("ET", "SO"))
    both = replace(kenya, code="faq-4", countries=("KE", "UG"))
    everywhere = replace(kenya, code="faq-5", countries=("*",))

    assert told(structure_problems(nodes(kenya, ethiopia))) == []
    assert told(structure_problems(nodes(kenya, both))) == ["dangers: key 2 opens faq-2 and faq-4."]
    assert told(structure_problems(nodes(kenya, everywhere))) == [
        "dangers: key 2 opens faq-2 and faq-5."
    ]


def test_quiz_needs_an_answer_that_is_explained_wherever_it_is_asked():
    sound = Node("quiz-1", "quiz", "", "0", correct=0, explains="faq-1")
    kenya = Node("faq-2", "faq", "dangers", "2", ("KE",))

    assert structure_problems(nodes(sound)) == []
    assert told(structure_problems(nodes(replace(sound, correct=None, explains="faq-9")))) == [
        "quiz-1: it has no right answer.",
        "quiz-1: nothing explains its answer: 'faq-9' does not exist.",
    ]
    assert told(structure_problems(nodes(kenya, replace(sound, explains="faq-2")))) == [
        "quiz-1: faq-2 explains its answer, but not in all its countries."
    ]


def test_topic_is_the_line_of_the_main_menu():
    parents = {"faq-1": "east", "east": "dangers", "dangers": "main", "main": ""}

    assert (topic("faq-1", parents), topic("dangers", parents)) == ("dangers", "dangers")


def test_menu_lists_what_serves_the_country_by_key_and_no_empty_menus():
    later = Node("faq-0", "faq", "dangers", "2", ("KE",))
    empty = Node("empty", "menu", "main", "2")
    content = Content(nodes(later, empty), {}, {})

    assert [node.code for node in content.children("dangers", "KE")] == ["faq-1", "faq-0"]
    assert [node.code for node in content.children("dangers", "ET")] == ["faq-1"]
    assert [node.code for node in content.children("main", "ET")] == ["dangers"]


def test_language_lacks_wordings_menus_and_core_answers():
    texts = {"en": dict.fromkeys(nodes(), WORDS), "sw": {"main": WORDS}}
    wordings = {"en": {"ussd.back": "Back", "ussd.more": "More"}, "sw": {"ussd.back": "Rudi"}}
    content = Content(nodes(), texts, wordings)

    assert lacking(content, "en") == []
    assert lacking(content, "sw") == ["ui.ussd.more", "dangers", "faq-1"]
    assert lacking(content, "fr")[:2] == ["ui.ussd.back", "ui.ussd.more"]


def test_label_that_two_answers_share_becomes_that_of_their_menu():
    other = Node("other", "menu", "main", "2")
    more = [Node(f"faq-{n}", "faq", "other", str(n)) for n in (2, 3)]
    texts = {
        "dangers": Words("", "Dangers"),
        "other": Words("", "Other"),
        "faq-1": Words("", "Is it safe?"),
        "faq-2": Words("", "Is it safe?"),
        "faq-3": Words("", "Papers"),
    }

    found = labels(Content(nodes(other, *more), {"en": texts}, {}), "en")

    assert found == {"faq-1": "Dangers", "faq-2": "Other", "faq-3": "Papers"}
