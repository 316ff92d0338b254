"""One turn after another: danger first, numbers, words, languages, and never an invented answer."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replies import State
from bot.wording import Choice
from campaigns.editions.edition import Edition
from tests.bot.conftest import Talk

HELP = "get-help"


# --- answers --------------------------------------------------------------------------------------


def test_sure_question_gets_the_curated_answer(talk, edition):
    reply = talk.say("what are the signs of human trafficking")

    assert (reply.decision, reply.items) == ("sure", ("faq-020",))
    assert reply.text.startswith(edition.items["faq-020"].texts["en"].body.partition("{")[0])


def test_answer_about_a_risk_names_the_way_to_help(talk):
    assert (
        "8 Get help now" in talk.say("how dangerous is the road to saudi arabia").text.splitlines()
    )


ADDRESS = "https://audio.example/faq-020-en.mp3"


@pytest.fixture
def heard(edition: Edition) -> Edition:
    """The edition with one answer that somebody has read aloud."""
    item = edition.items["faq-020"]
    texts = {**item.texts, "en": replace(item.texts["en"], audio=ADDRESS)}
    return replace(edition, items={**edition.items, "faq-020": replace(item, texts=texts)})


def test_answer_that_was_read_aloud_says_where_to_listen(heard):
    reply = Talk(heard).say("what are the signs of human trafficking")

    assert f"Listen: {ADDRESS}" in reply.text.splitlines()


def test_sms_never_leads_to_the_internet(heard):
    reply = Talk(heard, brief=True).say("what are the signs of human trafficking")

    assert ADDRESS not in reply.text


def test_source_is_said_on_request(talk):
    talk.say("what are the signs of human trafficking")

    assert talk.say("source").text.startswith("Source: ")


def test_unsure_question_gets_three_titles_and_none_of_these(talk):
    reply = talk.say("is this job real?")

    assert reply.decision == "unsure"
    assert [one.key for one in reply.choices] == ["1", "2", "3"]
    assert reply.text.splitlines()[-1] == "0 None of these"


def test_number_takes_the_choice(talk):
    offered = talk.say("is this job real?").choices

    assert talk.say("2").items == (offered[1].move,)


@pytest.mark.parametrize("typed", ["፪", "٢", " 2. ", "2"])
def test_number_in_any_script_takes_the_choice(talk, typed):
    offered = talk.say("is this job real?").choices

    assert talk.say(typed).items == (offered[1].move,)


@pytest.mark.parametrize("typed", ["0", "no", "none of these", "hapana"])
def test_none_of_these_passes_the_question_on(talk, typed):
    talk.say("is this job real?")

    reply = talk.say(typed)

    assert (reply.decision, reply.question) == ("none", "is this job real?")


def test_unknown_question_is_said_to_be_unknown(talk, edition):
    reply = talk.say("blorp zank quiffle")

    assert (reply.decision, reply.items, reply.question) == ("unknown", (), "blorp zank quiffle")
    assert reply.text.splitlines()[0] == edition.ui("en", "bot.unknown")


def test_two_questions_are_both_answered_the_second_by_a_choice(talk, edition):
    reply = talk.say(
        "what are the signs of human trafficking? How do I check that an agency has a licence?"
    )

    (offered,) = reply.choices
    assert (reply.decision, reply.items, offered.move) == ("sure", ("faq-020",), "faq-021")
    assert talk.say(offered.key).items == ("faq-021",)


def test_known_question_beside_an_unknown_one_is_answered(talk):
    reply = talk.say("blorp zank quiffle? what are the signs of human trafficking?")

    assert reply.items == ("faq-020",)


def test_same_question_twice_offers_what_comes_next(talk):
    reply = talk.say("what are the signs of human trafficking? what are the signs of trafficking?")

    assert (reply.items, reply.choices[0].move != "faq-020") == (("faq-020",), True)


def test_wrong_number_shows_the_choices_again(talk):
    offered = talk.say("is this job real?")

    reply = talk.say("7")

    assert reply.text.splitlines() == ["Try again.", *offered.text.splitlines()]
    assert (talk.say("0").decision, reply.state.question) == ("none", "is this job real?")


# --- danger ---------------------------------------------------------------------------------------


def test_danger_gets_the_countrys_help_before_anything_else(talk):
    reply = talk.say("they locked me in a house and took my phone")

    assert (reply.decision, reply.items, reply.danger.rule) == ("danger", (HELP,), "held")
    assert "Police: 0000 122" in reply.text.splitlines()


def test_danger_is_heard_in_a_language_nobody_chose(talk):
    assert talk.say("wametufungia kwenye nyumba hatuwezi kutoka").decision == "danger"


def test_danger_is_heard_in_a_very_long_text(talk):
    assert talk.say("my boss beats me every day " + "and then " * 150).decision == "danger"


STATES = [
    State(),
    State(language="en", choices=(Choice("1", "faq-006", "Road"),), question="is this job real?"),
    State(language="en", expects="stop"),
    State(language="en", expects="start", edition="x"),
    State(language="en", expects="forget"),
    State(language="en", expects="danger", question="my boss beats me"),
    State(language="en", expects="age", choices=(Choice("1", "age.minor", "Under 18"),)),
    State(language="en", expects="word"),
    State(language="am", choices=(Choice("1", "call:now", "Now"),)),
    State(language="sw", minor=True, seen=3, last="faq-005"),
]
CRIES = [
    "they have tied us in a house in the desert pls", "boti imepasuka tunashikilia majerikeni",
    "bakhaar baa nalagu hayaa 60 nin ma ka bixi karno", "har'a galgala na gurguruuf kan bituu dhufe arge",
    "በመጋዘን ውስጥ ዘግተውብናል 40 ሰዎች ነን", "ሰለስተ መዓልቲ መግቢ ከልኪሎምኒ ዓጽዮም", "يدي مقيدة بماسورة الحمام",
    "papa a eu une photo de moi attachée, on lui donne 24h",
]  # fmt: skip


@pytest.mark.parametrize("cry", CRIES)
@pytest.mark.parametrize("form", ["text", "picture"])
def test_danger_is_heard_in_every_language_whatever_was_open(edition, cry, form):
    for state in STATES:
        talk = Talk(edition, state=state)
        reply = talk.say(cry, form=form)
        assert (reply.decision, reply.items, reply.state.expects) == ("danger", (HELP,), "danger")


@pytest.mark.parametrize("state", STATES)
def test_quick_exit_leaves_nothing_open(edition, state):
    left = Talk(edition, state=state).say("99")

    if state.expects != "word":  # there a number may be their word
        assert left.state == State(language=left.state.language)


@pytest.mark.parametrize("said", ["yes", "no", "ndiyo", "አይ", "non"])
def test_yes_or_no_to_nothing_is_no_question_for_editors(talk, said):
    reply = talk.say(said)

    assert (reply.decision, reply.question) == ("menu", "")


GREETINGS = [
    ("hello", "en"), ("habari", "sw"), ("akkam jirtu", "om"), ("ጤና ይስጥልኝ", "am"), ("ከመይ", "ti"), ("kemey", "ti-Latn"),
    ("iska warran", "so"), ("السلام عليكم", "ar"), ("bonjour", "fr"), ("keif 7alak", "ar-Latn"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "language"), GREETINGS)
def test_greeting_speaks_for_its_language_where_none_is_known(edition, said, language):
    assert Talk(edition, language="").say(said).state.language == language


def test_greeting_does_not_change_the_language_of_a_conversation(talk):
    assert talk.say("menu", "habari").state.language == "en"


def test_number_that_leads_nowhere_is_said_so(talk):
    assert talk.say("77").text.splitlines()[0] == "Try again."


def test_country_unknown_gives_no_neighbours_number(edition):
    reply = Talk(edition, country="").say("help")

    assert "0000" not in reply.text


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["STOP", "stop please", "acha", "አቁም", "توقف"])
def test_stop_is_done_at_once(talk, text):
    assert talk.say(text).wish == "stop"


def test_start_is_done_after_a_yes_and_an_age(talk):
    asked = talk.say("START")
    done = talk.say("yes", "2")

    assert (asked.wish, asked.decision, done.wish) == ("", "start-ask", "start")


def test_start_without_a_yes_is_not_done(talk):
    talk.say("START", "menu")

    assert talk.say("yes").wish == ""


def test_forget_me_is_done_after_a_yes(talk):
    assert talk.say("forget me").wish == ""
    done = talk.say("ndiyo")
    assert (done.wish, done.state) == ("forget", State())


@pytest.mark.parametrize("text", ["help", "HELP!", "msaada", "እርዳታ", "مساعدة", "8", "police"])
def test_help_is_one_word_away(talk, text):
    assert talk.say(text).items == (HELP,)


@pytest.mark.parametrize("text", ["99", "x", "exit"])
def test_quick_exit_says_harmless_words_and_forgets(talk, text):
    talk.say("is this job real?")

    reply = talk.say(text)

    assert reply.text == "Thank you. Have a good day."
    assert reply.state == State(language="en")


@pytest.mark.parametrize("typed", ["1️⃣", "①", "１"])
def test_number_as_a_sign_takes_the_choice(talk, typed):
    offered = talk.say("is this job real?").choices

    assert talk.say(typed).items == (offered[0].move,)


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "...", "?"])
def test_nothing_to_read_gets_a_greeting_and_the_menu(talk, text):
    assert talk.say(text).decision == "empty"


def test_very_long_question_is_asked_to_be_short(talk):
    assert talk.say("where is the office " * 40).decision == "long"


# --- menus and languages --------------------------------------------------------------------------


def test_menu_has_the_keys_of_the_phone(talk):
    lines = talk.say("menu").text.splitlines()

    assert [line[0] for line in lines[1:]] == ["1", "2", "3", "4", "5", "7", "8", "9"]


@pytest.mark.parametrize("language", ["am", "ti", "ar"])
def test_menu_that_takes_several_screens_is_whole_in_a_chat(edition, language):
    lines = Talk(edition, language=language).say("menu").text.splitlines()

    assert [line[0] for line in lines[1:]] == ["1", "2", "3", "4", "5", "7", "8", "9"]


def test_menus_lead_down_to_an_answer(talk):
    reply = talk.say("menu", "1", "1", "1")

    assert (reply.decision, reply.items) == ("item", ("faq-006",))


def test_key_of_the_menu_works_without_opening_it(talk):
    assert talk.say("4").decision == "menu"


def test_zero_goes_back_to_the_main_menu(talk):
    assert talk.say("1", "0").text.splitlines()[1] == "1 Dangers"


def test_stop_and_forget_are_in_the_menu(talk):
    talk.say("7")
    assert talk.say("1").wish == "stop"


def test_name_of_a_language_changes_it(talk):
    assert talk.say("አማርኛ").state.language == "am"


def test_number_of_a_language_changes_it(talk):
    offered = talk.say("9").choices

    changed = talk.say(next(one.key for one in offered if one.move == "=ti"))

    assert changed.state.language == "ti"


def test_question_in_another_language_is_answered_in_it(talk):
    reply = talk.say("የሰው ንግድ ምልክቶች ምንድን ናቸው")

    assert reply.state.language == "am"


def test_one_word_does_not_change_the_language(talk):
    assert talk.say("selam").state.language == "en"


def test_question_in_latin_letters_is_answered_in_latin_letters(edition):
    reply = Talk(edition, country="ET", language="am").say("yesew nigd milikitoch mindin nachew")

    assert reply.state.language == "am-Latn"
    assert reply.text.isascii()


def test_sms_is_brief(edition):
    reply = Talk(edition, brief=True).say("what are the signs of human trafficking")

    assert reply.text.startswith(edition.items["faq-020"].texts["en"].sms.split("{")[0])


# --- whatever comes -------------------------------------------------------------------------------

COUNTRIES = st.sampled_from(["KE", "ET", "SD", "DJ", "", "XX"])
LANGUAGES = st.sampled_from(["en", "am", "am-Latn", "sw", "", "zz"])


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(texts=st.lists(st.text(max_size=60), max_size=4), country=COUNTRIES, language=LANGUAGES)
def test_any_conversation_gets_replies(edition, texts, country, language):
    talk = Talk(edition, country, language)
    for text in [*texts, "1", "yes", "0", "source"]:
        assert talk.say(text).text


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(text=st.text(max_size=80))
def test_what_is_said_about_content_is_in_the_edition(edition, text):
    """No answer is made up: whatever names an item shows that item's own words."""
    reply = Talk(edition).say(text)
    for item in reply.items:
        body = edition.items[item].texts[reply.state.language].body
        assert body.split("{")[0] in reply.text or "{" in body
