"""The words that end messages and begin them: each is heard in every language, and no sentence that holds one."""

import tomllib
from pathlib import Path

import pytest

from people import keywords, languages
from people.keywords import word

STOPS = [
    "Acha kunitumia ujumbe",
    "ደው በል",
    "I want to stop",
    "STOP",
    "stop.",
    "Stop!!",
    "STOOOP",
    "stop sms",
    "please stop",
    "Stop sending me messages",
    "stop stop stop",
    "STP",
    "unsubscribe",
    "Opt-out",
    "STOP*456*9*5#",
    "*456*9*5#",
    "196",
    "stop all",
    "acha",
    "Tafadhali acha",
    "wacha meseji",
    "Sitisha",
    "KOMESHA",
    "አቁም",
    "አቁሙ።",
    "እባክህ አቁም",
    "akum",
    "ኣቋርጽ",
    "አቋርፅ",
    "ደው ኣብል",
    "dew abl",
    "dhaabi",
    "dhabi maaloo",
    "Dhaabaa!",
    "jooji",
    "JOOJI fariimaha fadlan",
    "joji",
    "iga jooji",
    "توقف",
    "أوقف",
    "اوقف الرسائل",
    "تَوَقَّف",
    "إلغاء الاشتراك",
    "من فضلك توقف",
    "wagif",
    "ARRÊT",
    "arret",
    "Arrêtez svp",
    "désabonner",
    "soolis",
    "komya",
    "Bambi komya",
    "lekera awo",
    "gik",
    "maaloo stop",
    "  stop\n",
    "ＳＴＯＰ",
    "STOP 1",
    "stop 2 please",
    "acha 1",
    "START STOP",
    "stop start",
    "anza acha",
    "🛑",
    "🛑🛑🛑",
    "⛔ please",
    "don't text me",
    "Dont message me please",
    "do not text me anymore",
    "Please do not send me any more messages",
    "never text me again",
    "I don't want your messages",
    "no more messages",
    "usinitumie ujumbe tena",
    "Tafadhali msinitumie meseji",
    "መልእክት አትላኩልኝ",
    "atlakulign",
    "መልእኽቲ ኣይትስደዱለይ",
    "ergaa naaf hin erginaa",
    "fariimo ha ii soo dirin",
    "لا ترسل لي رسائل",
    "ما ترسلوا لي رسايل تاني",
    "Ne m'envoyez plus de messages svp",
    "ne m'écrivez plus",
    "'stop'",
    "Ok stop",
    "No, stop it",
    "do not send",
    "don't send me",
    "ne m'envoyez plus",
    "iqaf",
]
STARTS = [
    "START",
    "unstop",
    "please start",
    "anza",
    "jiunge tafadhali",
    "ጀምር",
    "ጀምሩ",
    "jalqabi",
    "bilow",
    "ابدأ",
    "اشترك",
    "démarrer",
    "tandika",
    "qimbis",
    "START 1",
    "ok start",
    "start start 1",
    "anza start",
]
NEITHER = [
    "",
    " ",
    "don't stop",
    "ok",
    "'",
    "don't send me to the police",
    "do not send money",
    "please don't stop",
    "do not stop",
    "dont stop",
    "stop smugglers",
    "how do I stop",
    "can you stop the trafficker",
    "he would not stop",
    "stop or go on?",
    "usiache",
    "لا توقف",
    "ما توقف",
    "la wagif",
    "አታቁም",
    "ha joojin",
    "hin dhaabin",
    "n'arrête pas",
    "please",
    "thank you",
    "sms",
    "plus",
    "plus de messages",
    "1",
    "0",
    "help",
    "yes",
    "no",
    "habari",
    "selam",
    "s",
    "bus stop",
    "I want to start a business",
    "the bus does not stop",
    "start or stop",
    "don't 🛑",
    "🛑 smugglers",
    "do not send me to Libya",
    "don't send me money",
    "they don't text me",
    "why don't you text me",
    "don't",
    "please don't",
    "do not",
    "1 2 3",
    "no",
    "more messages",
    "je veux plus de messages",
    "n'envoyez plus d'argent",
    "x" * 500,
]


@pytest.mark.parametrize("text", STOPS)
def test_word_hears_stop(text):
    assert word(text) == "stop"


@pytest.mark.parametrize("text", STARTS)
def test_word_hears_start(text):
    assert word(text) == "start"


@pytest.mark.parametrize("text", NEITHER)
def test_word_hears_nothing_else(text):
    assert word(text) is None


def files():
    return sorted(keywords.FOLDER.glob("*.toml"))


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_every_word_of_the_tables_is_heard(file):
    table = tomllib.loads(file.read_text("utf-8"))

    for kind in ("stop", "start"):
        assert {text: word(text) for text in table[kind]} == dict.fromkeys(table[kind], kind)
    whole = table.get("whole", [])
    assert {text: word(text) for text in whole} == dict.fromkeys(whole, "stop")


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_politeness_alone_ends_nothing(file):
    table = tomllib.loads(file.read_text("utf-8"))

    assert [text for text in table["polite"] if word(text) and text != "stp svp"] == []


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_tables_say_whether_a_native_reader_saw_them(file):
    assert tomllib.loads(file.read_text("utf-8"))["reviewed"] in (True, False)


def test_tables_stand_for_every_language_of_the_pages():
    assert {"en", "sw", "am", "ti", "om", "so", "ar", "fr", "aa", "lg"} <= set(keywords.tables())


def test_no_phrase_is_shorter_than_three_signs_but_one():
    short = {
        phrase
        for table in keywords.tables().values()
        for phrase in table.phrases
        if len(phrase) < 3
    }

    assert short == {"قف"}


# Languages of the menus that have no words of their own yet: their speakers use another language's, English first.
NONE_YET = {"nus", "bej", "tig", "teo", "apd"}


def test_every_language_we_know_of_has_words_or_is_named_as_lacking_them():
    known = {languages.base(code) for code in languages.seeded()}

    assert known - set(keywords.tables()) == NONE_YET


def test_no_question_that_is_known_of_ends_or_begins_messages():
    asked = {
        line
        for file in Path("locales").glob("*/content.toml")
        for item in tomllib.loads(file.read_text("utf-8")).get("items", {}).values()
        for line in item.get("phrasings", ())
    }

    assert len(asked) > 1000
    assert {line: word(line) for line in asked if word(line)} == {}
