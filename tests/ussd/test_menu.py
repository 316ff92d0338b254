"""The menu: the same start and inputs give the same screen, whatever the inputs are."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaigns.editions.edition import Edition
from gateways import segments
from tests.editions import DANGER, HELP_ITEM, SAFE, edition
from tests.published import demonstration
from ussd.menu import Asked, Budget, Screen, Start, walk

EDITION = edition()
FOUND = {"boat": Asked((DANGER, SAFE)), "beaten": Asked(danger=True), "odd": Asked(("faq-999",))}


def ask(text: str, language: str) -> Asked:
    return FOUND.get(text, Asked())


def show(*inputs: str, language: str | None = "en", **start: object) -> Screen:
    return walk(EDITION, Start(language=language, **start), inputs, ask)  # type: ignore[arg-type]


# --- how a session begins -------------------------------------------------------------------------


def test_new_caller_gets_the_languages_first():
    screen = show(language=None)

    assert screen.text == "DEMO 1 Kiswahili\n2 English\n0 Exit"
    assert (screen.ends, screen.content, screen.language, screen.place) == (False, (), "", "lang")


def test_remembered_language_goes_to_the_main_menu():
    screen = show(language="sw")

    assert (screen.place, screen.language) == ("main", "sw")


def test_remembered_variant_is_its_base_language():
    assert show(language="am-Latn", country="ET").language == "am"


def test_language_that_is_not_offered_here_asks_again():
    assert show(language="fr").place == "lang"


def test_choosing_a_language_opens_its_main_menu():
    assert show("2", language=None) == show()


def test_latin_letters_where_the_operator_shows_no_others():
    shown = show("1", language="am", country="ET")
    latin = show("1", language="am", country="ET", budget=Budget(156, 0))

    assert (shown.text[:4], latin.text[:10]) == ("አደጋ\n", "DEMO Adega")
    assert shown.language == latin.language == "am"


@pytest.mark.parametrize("start", [{"country": "XX"}, {"country": ""}, {"budget": Budget(60, 0)}])
def test_nothing_to_offer_ends_politely(start):
    screen = show("1", "2", **start)

    assert (screen.text, screen.ends) == ("Service not available. Goodbye.", True)


def test_inputs_before_a_lost_pin_are_passed_over():
    assert show("7", "1", "1", first=2) == show("1")
    assert show("7", first=5) == show()


# --- keys -------------------------------------------------------------------------------------------


def test_option_opens_content_and_says_which():
    screen = show("1", "1")

    assert (screen.place, screen.content, screen.ends) == (DANGER, (DANGER,), False)


def test_menus_hold_no_content():
    assert (show().content, show("1").content, show("9").content) == ((), (), ())


def test_more_shows_the_next_page_of_the_same_content():
    screen = show("1", "1", "98")

    assert (screen.place, screen.content) == (f"{DANGER}.2", (DANGER,))


def test_back_goes_where_the_caller_came_from():
    assert show("1", "1", "98", "0") == show("1", "1")
    assert show("1", "8", "0") == show("1")
    assert show("1", "0") == show()


def test_back_on_the_first_screen_leaves():
    screen = show("0")

    assert (screen.place, screen.ends, screen.wish) == ("bye", True, "")
    assert show("0", language=None).ends


def test_double_zero_is_the_main_menu_and_forgets_the_way():
    assert show("1", "1", "00") == show()
    assert show("1", "1", "00", "0").ends


@pytest.mark.parametrize("way", [(), ("1",), ("1", "1"), ("6",), ("9",), ("7", "1")])
def test_help_is_one_key_away_from_everywhere(way):
    screen = show(*way, "8")

    assert (screen.place, screen.content) == ("help", (HELP_ITEM,))


@pytest.mark.parametrize("way", [(), ("1",), ("1", "1"), ("6",), ("8",)])
def test_leaving_is_one_key_away_with_harmless_words(way):
    screen = show(*way, "99")

    assert (screen.text, screen.ends) == ("DEMO The weather is fine today. Goodbye.", True)


def test_language_can_change_on_the_way():
    screen = show("1", "9", "1")

    assert (screen.place, screen.language) == ("main", "sw")
    assert show("1", "9", "0") == show("1")


def test_help_before_a_language_was_chosen_remembers_none():
    screen = show("8", language=None)

    assert (screen.place, screen.language) == ("help", "")
    assert show("8", "0", language=None).place == "lang"


def test_main_menu_before_a_choice_is_in_the_first_language():
    assert show("00", language=None).language == "sw"


@pytest.mark.parametrize("key", ["5", "77", "x", "1 1", "-1", "²", "1.0", "98"])
def test_wrong_choice_shows_one_line_above_the_same_screen(key):
    wrong, right = show("1", key), show("1")

    assert wrong.text == f"DEMO Try again.\n{right.text.removeprefix('DEMO ')}"
    assert (wrong.place, wrong.content) == (right.place, right.content)


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_empty_input_repeats_the_screen(nothing):
    assert show("1", nothing) == show("1")
    assert show("1", "x", nothing) == show("1")


@pytest.mark.parametrize("key", ["፩", "١", "۱", " 1 ", "１"])
def test_digits_of_other_scripts_count(key):
    assert show(key) == show("1")


def test_right_choice_after_a_wrong_one_goes_on():
    assert show("x", "1") == show("1")


def test_nothing_follows_the_end():
    assert show("0", "1", "x") == show("0")


# --- the question -----------------------------------------------------------------------------------


def test_question_gives_numbered_choices():
    screen = show("6", "boat")

    assert screen.text == "DEMO Choose:\n1 Many people die on t\n2 Safe ways\n0 Back"
    assert (screen.place, screen.content) == ("ask.found", ())


def test_choice_opens_the_answer_and_back_returns_to_the_choices():
    assert show("6", "boat", "2").content == (SAFE,)
    assert show("6", "boat", "2", "0") == show("6", "boat")


def test_wrong_choice_among_answers_keeps_them():
    assert show("6", "boat", "3").text.startswith("DEMO Try again.\nChoose:\n1 Many")


def test_danger_in_a_question_shows_help():
    assert show("6", "beaten").place == "help"


@pytest.mark.parametrize("way", [(), ("1",), ("1", "1"), ("9",), ("7", "1")])
def test_danger_written_into_any_screen_shows_help(way):
    assert show(*way, "beaten").place == "help"
    assert show(*way, "boat") == show(*way, "x")


def test_childs_own_word_shows_help_where_no_screen_is_for_children():
    assert show("6", "i am 15 years old").place == "help"


def test_danger_comes_before_a_childs_word():
    def both(text: str, language: str) -> Asked:
        return Asked(danger=text == "i am a child")

    screen = walk(EDITION, Start(language="en"), ("6", "i am a child"), both)

    assert screen.place == "help"


@pytest.mark.parametrize("text", ["hello", "odd"])
def test_question_without_an_answer_says_so(text):
    screen = show("6", text)

    assert screen.place == "ask.none"
    assert show("6", text, "1").place == "ask"


def test_next_question_may_be_typed_at_once():
    assert show("6", "hello", "boat").text == show("6", "boat").text
    assert show("6", "boat", "hello").place == "ask.none"
    assert show("6", "hello", "beaten").place == show("6", "boat", "beaten").place == "help"


def test_digits_are_no_question():
    assert show("6", "5").text.startswith("DEMO Try again.")


def test_stars_stay_inside_a_question():
    def echo(text: str, language: str) -> Asked:
        return Asked((DANGER,) if (text, language) == ("a*b", "en") else ())

    assert walk(EDITION, Start("en"), ["6", "a*b"], echo).place == "ask.found"


def test_choices_that_do_not_fit_are_dropped_from_the_end():
    screen = show("6", "boat", language="am", country="ET", budget=Budget(156, 66))

    assert segments.units(screen.text) <= 66
    assert screen.text.count("\n1 ") == 1


# --- stop and forget ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "wish"), [("1", "stop"), ("2", "forget")])
def test_wish_is_asked_once_more_and_ends_the_call(key, wish):
    asked, done = show("7", key), show("7", key, "1")

    assert (asked.place, asked.wish, asked.ends) == (wish, "", False)
    assert (done.place, done.wish, done.ends) == (f"{wish}.yes", wish, True)
    assert show("7", key, "0").place == "mine"


# --- whatever comes ---------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ["0", "00", "1", "2", "3", "4", "5", "6", "7", "8", "9", "98", "99", "", "boat"]
)
INPUTS = st.lists(st.one_of(KEYS, KEYS, KEYS, st.text(max_size=20)), max_size=25)


@pytest.fixture
def real(db: None) -> Edition:
    return demonstration()


@given(
    inputs=INPUTS,
    country=st.sampled_from(["KE", "ET", "DJ", "SD", "UG", "SO", "SS", "ER"]),
    language=st.sampled_from([None, "en", "am", "sw", "ar", "zz"]),
    letters=st.booleans(),
)
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_input_gives_a_screen_that_fits_and_the_same_again(
    real: Edition, inputs: list[str], country: str, language: str | None, letters: bool
):
    start = Start(language, country, Budget(156, 66 if letters else 0))

    def anything(text: str, language: str) -> Asked:
        return Asked(tuple(real.phrasings["en"])[: len(text)])

    screen = walk(real, start, inputs, anything)

    assert screen == walk(real, start, inputs, anything)
    assert segments.fits(screen.text, gsm7=156, ucs2=start.budget.ucs2)
    assert screen.text.startswith("DEMO ")
    assert set(screen.content) <= set(real.items)
