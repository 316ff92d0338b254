"""The tree of all screens: each of them once, under the keys that lead to it, measured."""

import pytest

from campaigns.editions.screens import Budget, Page
from tests.editions import DANGER, SAFE, edition
from tests.published import demonstration
from ussd import preview
from ussd.atlas import APART, Atlas, Count, Shot, Spot, atlas, shot
from ussd.preview import Handset

OWN = edition()
KENYA = Handset("KE", "en", letters=False)


def own() -> Atlas:
    found = atlas(OWN, KENYA)
    assert found is not None
    return found


def test_keys_of_the_main_menu_open_a_section_each():
    assert [(one.name, one.label) for one in own().sections] == [
        ("1", "Dangers"),
        ("3", "Safe ways"),
        ("6", "Ask a question"),
        ("7", "Stop / forget me"),
        ("8", "Get help now"),
        ("9", "Language"),
        ("99", "bye"),
        (APART, ""),
    ]


def test_answer_has_all_its_screens_under_the_menu_that_lists_it():
    (dangers,) = own().sections[0].spots

    (answer,) = dangers.below
    assert (dangers.place, answer.label, answer.item) == (
        "dangers",
        "Many people die on t",
        DANGER,
    )
    assert [one.keys for one in answer.shots] == [("1", "1"), ("1", "1", "98")]


def test_screens_that_no_key_leads_to_stand_apart():
    places = [spot.place for spot in own().sections[-1].spots]

    assert places == ["ask.none", "lang"]
    assert own().sections[-1].spots[0].shots[0].keys is None


def test_every_screen_of_the_content_is_in_it_once_and_walked_to(db):
    whole = demonstration()
    for country, language in (("ET", "am"), ("KE", "sw"), ("SD", "ar"), ("UG", "en")):
        phone = Handset(country, language)
        found = atlas(whole, phone)
        assert found is not None
        spots = [found.main, *(one for section in found.sections[-1:] for one in section.spots)]
        shots = [one for spot in spots for each in spot.all() for one in each.shots]
        shown = set(preview.pages(whole, phone))
        assert sorted(one.place for one in shots) == sorted(shown - {"ask.found"})
        for one in shots:
            if one.keys is not None:
                assert preview.look(whole, phone, one.keys).text == one.text


def test_questions_of_a_quiz_stand_side_by_side_with_what_follows_them(db):
    found = atlas(demonstration(), Handset("KE", "en"))
    assert found is not None
    places = {spot.place: spot for spot in found.main.all()}

    questions = [one for one in places["trafficking"].below if one.place.startswith("quiz-")]

    assert [(one.place, one.label) for one in questions[:2]] == [
        ("quiz-02", "Test yourself"),
        ("quiz-03", "Next question"),
    ]
    assert [(one.place, one.label) for one in questions[0].below] == [
        ("quiz-02.why", "True"),
        ("quiz-02.after", "The question again"),
        ("quiz-02.wrong", "True"),
        ("quiz-02.right", "False"),
    ]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        (None, ()),
        (tuple("12345"), tuple("12345")),
        (tuple("1234567890"), ("1", "2", "3", "4", "…", "9", "0")),
    ],
)
def test_long_ways_are_shown_by_their_ends(keys, path):
    assert Shot("a", "a", keys, 1, 9, "GSM-7", over=False).path == path


def test_screens_are_counted():
    assert own().sections[0].count == Count(3, 0, 0)
    assert own().count == Count(sum(one.count.screens for one in own().sections) + 1, 0, 0)


@pytest.mark.parametrize(
    ("budget", "over", "tight", "left"),
    [
        (Budget(60, 0), False, False, 16),
        (Budget(53, 0), False, True, 9),
        (Budget(44, 0), True, False, 0),
    ],
)
def test_screen_is_measured_with_the_line_above_it(budget, over, tight, left):
    page = Page("a", "x" * 44, "Not a choice.\n" + "x" * 30 + "y" * (budget.gsm == 44))

    made = shot(page, ("1",), budget)

    assert (made.over, made.tight, made.left) == (over, tight, left)


def test_letters_outside_gsm_have_a_budget_of_their_own():
    made = shot(Page("a", "አደጋ", "አደጋ"), (), Budget(156, 66))

    assert made == Shot("a", "አደጋ", (), 3, 66, "UCS-2", over=False)


@pytest.mark.parametrize(
    ("place", "item", "code"),
    [
        ("dangers", "", "dangers"),
        (f"{SAFE}.2", SAFE, SAFE),
        ("ask", "", "ui.ussd.ask"),
        ("ask.none", "", "ui.ussd.nothing"),
        ("stop", "", "ui.ussd.stop_ask"),
        ("stop.yes", "", "ui.ussd.stop_done"),
        ("who.sex", "", "ui.ussd.who_sex"),
    ],
)
def test_content_behind_a_screen_is_guessed_by_its_place(place, item, code):
    assert code in Spot(place, "", item, "").codes()


def test_country_without_screens_has_no_tree():
    assert atlas(OWN, Handset("SD", "ar")) is None
