"""What stands beside the menus: the quiz, the question about the caller, an answer sent as an SMS."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaigns.editions.edition import Edition
from campaigns.editions.inquiry import QUESTIONS
from gateways import segments
from tests.published import demonstration
from ussd.menu import Asked, Budget, Screen, Start, walk

pytestmark = pytest.mark.django_db
QUIZ = ("4", "7")  # Asylum, Test yourself
ANSWER = ("3", "1")  # Safe ways, its first answer
SENSITIVE = ("4", "2")  # asylum in Kenya


@pytest.fixture
def real() -> Edition:
    return demonstration()


def show(edition: Edition, *inputs: str, asks: str = "", **start: object) -> Screen:
    begun = Start("en", asks=asks, **start)  # type: ignore[arg-type]
    return walk(edition, begun, inputs, lambda text, language: Asked())


# --- the quiz -------------------------------------------------------------------------------------


def test_quiz_asks_before_and_leads_to_the_answer_that_explains(real):
    question, why = show(real, *QUIZ), show(real, *QUIZ, "1")

    assert (question.place, question.content, question.quiz) == ("quiz-10", (), None)
    assert (why.place, why.content) == ("quiz-10.why", ("faq-049",))
    assert why.quiz == ("quiz-10", "before", 1)


def test_quiz_asks_the_same_after_and_tells_what_is_right(real):
    again = show(real, *QUIZ, "1", "98", "1")
    right, wrong = (show(real, *QUIZ, "1", "98", "1", option) for option in ("2", "1"))

    assert again.text == show(real, *QUIZ).text
    assert (right.place, right.quiz) == ("quiz-10.right", ("quiz-10", "after", 2))
    assert (wrong.place, wrong.quiz) == ("quiz-10.wrong", ("quiz-10", "after", 1))
    option = real.items["quiz-10"].texts["en"].options[1]
    assert wrong.text == f"DEMO Not quite. Right is: {option}\n1 Next question\n0 Back"


def test_answer_of_the_quiz_is_told_by_one_screen_alone(real):
    assert show(real, *QUIZ, "1", "98").quiz is None


def test_each_question_leads_to_another_until_all_were_put(real):
    way, met = [*QUIZ], []
    while (place := show(real, *way).place) not in met:
        met.append(place)
        way.append("1")
        while (place := show(real, *way).place).partition(".")[2].startswith("why"):
            way.append("98" if "98 More" in show(real, *way).text else "1")
        way += ["1", "1"]

    assert sorted(met) == sorted(
        item.id for item in real.items.values() if item.kind == "quiz" and item.serves("KE")
    )


def test_way_back_from_a_result_is_the_topic(real):
    assert show(real, *QUIZ, "1", "98", "1", "2", "0") == show(real, "4")
    assert show(real, *QUIZ, "1", "98", "1", "2", "0", "0") == show(real)


def test_explanation_of_a_danger_keeps_the_way_to_help(real):
    last = [
        page.text
        for page in real.menus["KE", "en"].pages.values()
        if ".why" in page.place and "98" not in page.moves
        if real.items[page.item].component == "risk"
    ]

    assert last
    assert [text for text in last if "\n8 Help\n" not in text] == []


# --- who is asking ----------------------------------------------------------------------------------


def test_caller_is_asked_when_leaving_an_answer(real):
    asked = show(real, *ANSWER, "0", asks="age_band")

    assert asked.text == (
        "DEMO You may skip this. No name is kept, it helps us plan. How old are you?\n"
        "1 Under 18\n2 18-24\n3 25-34\n4 35-49\n5 50+\n0 Skip"
    )
    assert (asked.place, asked.told, asked.waits) == ("who.age_band", None, True)


@pytest.mark.parametrize("key", ["0", "00"])
def test_answer_goes_on_where_the_caller_went(real, key):
    plain, told = show(real, *ANSWER, key), show(real, *ANSWER, key, "2", asks="sex")

    assert (told.text, told.place) == (plain.text, plain.place)
    assert (told.told, told.waits) == (("sex", "male"), False)


@pytest.mark.parametrize("key", ["0", "00"])
def test_question_is_skipped_with_zero_and_not_put_again(real, key):
    skipped = show(real, *ANSWER, key, "0", asks="sex")
    later = show(real, *ANSWER, "0", "0", "1", "0", asks="sex")

    assert skipped.text == show(real, *ANSWER, key).text
    assert (skipped.told, skipped.waits) == (None, False)
    assert later.place == "safe-ways"


def test_what_was_told_stays_known_for_the_session(real):
    assert show(real, *ANSWER, "0", "1", "00", "4", asks="sex").told == ("sex", "female")


def test_nobody_is_asked_after_sensitive_content_or_on_menus(real):
    assert show(real, *SENSITIVE, "0", asks="sex").place == "asylum"
    assert show(real, "8", "0", asks="sex").place == "main"
    assert show(real, "3", "0", asks="sex").place == "main"


def test_nobody_is_asked_between_the_screens_of_an_answer(real):
    back = show(real, *ANSWER, "98", "0", asks="sex")

    assert back.text == show(real, *ANSWER).text
    assert show(real, *ANSWER, "98", "0", "0", asks="sex").place == "who.sex"


def test_nobody_is_asked_where_the_session_asks_nothing(real):
    screen = show(real, *ANSWER, "0")

    assert (screen.place, screen.waits) == ("safe-ways", None)


@pytest.mark.parametrize("way", [("6",), ("1",), ANSWER, ("6", "zork")])
def test_childs_own_word_shows_whom_children_can_call(real, way):
    assert show(real, *way, "i am 15 years old").place == "who.child"
    assert show(real, *way, "i am 15 years old", "0").text == show(real, *way).text


def test_under_18_is_told_whom_children_can_call(real):
    child = show(real, *ANSWER, "0", "1", asks="age_band")

    assert (child.place, child.told) == ("who.child", ("age_band", "under-18"))
    assert child.text == "DEMO Children can call: 0000 121\n8 Help\n0 Back"
    assert show(real, *ANSWER, "0", "1", "0", asks="age_band").place == "safe-ways"


def test_under_18_is_shown_all_help_where_no_child_line_is_known(real):
    lineless = [
        country
        for (country, language), menu in real.menus.items()
        if language == "en" and "who.child" not in menu.pages
    ]
    assert "ER" in lineless
    for country in lineless:
        screen = show(real, *ANSWER, "0", "1", asks="age_band", country=country)
        assert screen.place == "help"


def test_wrong_key_help_and_language_work_on_the_question(real):
    way = (*ANSWER, "0")

    assert show(real, *way, "7", asks="sex").text.startswith("DEMO Try again.\nYou may skip")
    assert show(real, *way, "8", asks="sex").place == "help"
    assert show(real, *way, "8", "0", asks="sex").place == "who.sex"
    assert show(real, *way, "9", "1", asks="sex").place == "main"
    assert show(real, *way, "99", asks="sex").ends


def test_question_that_was_left_for_help_waits_for_its_answer(real):
    way = ("1", "1", "1", "0")

    helped = show(real, *way, "8", asks="age_band")
    back = show(real, *way, "8", "0", asks="age_band")
    told = show(real, *way, "8", "0", "1", asks="age_band")
    gone = show(real, *way, "8", "00", asks="age_band")

    assert (helped.place, helped.waits) == ("help", True)
    assert (back.place, back.waits) == ("who.age_band", True)
    assert (told.told, told.waits) == (("age_band", "under-18"), False)
    assert gone.waits is False


def test_end_of_the_call_waits_for_nothing(real):
    assert show(real, "0", asks="sex").waits is False
    assert show(real, asks="sex").waits is True


def test_every_question_is_put_in_every_language(real):
    assert [
        (menu.country, menu.language, question)
        for menu in real.menus.values()
        for question in QUESTIONS[:3]
        if f"who.{question}" not in menu.pages
    ] == []


# --- send me this -----------------------------------------------------------------------------------


def test_sms_is_sent_after_a_warning_and_only_then(real):
    warned, sent = show(real, *ANSWER, "7"), show(real, *ANSWER, "7", "1")

    assert (warned.place, warned.wish, warned.sends) == ("sms", "", "")
    assert warned.text == "DEMO Whoever holds this phone can read the SMS. Send it?\n1 Yes\n0 Back"
    assert (sent.place, sent.wish, sent.sends) == ("sms.yes", "sms", "faq-031")


def test_way_back_from_the_warning_and_from_sending_is_the_answer(real):
    assert show(real, *ANSWER, "7", "0") == show(real, *ANSWER)
    assert show(real, *ANSWER, "7", "1", "0") == show(real, *ANSWER)


def test_help_can_be_sent_too(real):
    assert show(real, "8", "7", "1").sends == "get-help"


def test_no_menu_and_no_help_screen_sends_anything_by_itself(real):
    assert [
        page.place
        for menu in real.menus.values()
        for page in menu.pages.values()
        if page.wish == "sms" and page.place != "sms.yes"
    ] == []


# --- whatever comes ---------------------------------------------------------------------------------

KEYS = st.sampled_from([*"0123456789", "00", "98", "99", "", "x"])


@given(
    inputs=st.lists(KEYS, max_size=30),
    country=st.sampled_from(["KE", "ET", "DJ", "SD"]),
    language=st.sampled_from(["en", "am", "sw", "ar", "so"]),
    asks=st.sampled_from(["", *QUESTIONS]),
    letters=st.booleans(),
)
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_session_asks_once_at_most_and_fits(
    real: Edition, inputs: list[str], country: str, language: str, asks: str, letters: bool
):
    start = Start(language, country, Budget(156, 66 if letters else 0), asks=asks)
    screens = [
        walk(real, start, inputs[:count], lambda text, language: Asked())
        for count in range(len(inputs) + 1)
    ]

    entered = [
        now.place
        for before, now in pairwise(screens)
        if before.content and now.place.startswith("who.")
    ]
    assert len(entered) <= (1 if asks else 0)
    assert all(segments.fits(one.text, gsm7=156, ucs2=start.budget.ucs2) for one in screens)
    told = [one.told for one in screens if one.told]
    assert told == [told[0]] * len(told) if told else True
