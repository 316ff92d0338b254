"""Renderings are what an edition of the same text really holds, priced and measured; nothing is stored."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

import pytest

from bot.replies import State, Told, Turn, answer
from bot.wording import Speech
from campaigns.editions.compiling import Making, compose
from campaigns.editions.content import HELP_ITEM, MENU, QUIZ, SHOWN, WORDING, Node, Words
from campaigns.editions.edition import Edition, Kind
from campaigns.editions.screens import HELP
from campaigns.models import Price, Text
from campaigns.press.drafts import UI
from campaigns.writing import renderings, seeding
from campaigns.writing.renderings import (
    Cost,
    Piece,
    costs,
    insertable,
    marked,
    message,
    show,
    showing,
)
from campaigns.writing.workbench import Workbench, workbench
from gateways import segments
from people.countries import CODES
from tests.published import AT, LOCALES

pytestmark = pytest.mark.django_db
ONE_EACH = ("en", "KE"), ("sw", "KE"), ("am", "ET"), ("om", "ET"), ("ar", "SD"), ("fr", "DJ")


@pytest.fixture
def bench(settings) -> Workbench:
    settings.DEMONSTRATION = True
    return loaded()


@lru_cache(maxsize=1)
def loaded() -> Workbench:
    """The content of the files, on a workbench; read once, its values outlive the test's transaction."""
    seeding.load(LOCALES, at=AT)
    return workbench(AT)


@lru_cache(maxsize=1)
def compiled() -> Edition:
    """An edition of the very content of that workbench."""
    bench = loaded()
    making = Making(Kind.DEMONSTRATION, AT, bench.numbers, bench.figures)
    return compose(bench.content, making)[0]


def each(bench: Workbench, *kinds: str) -> Iterator[tuple[Node, Words, str, str]]:
    """(item, words, country, language) of everything of these kinds that serves the chosen countries."""
    for language, country in ONE_EACH:
        for code, words in bench.content.texts[language].items():
            node = bench.content.nodes[code]
            if node.kind in kinds and node.serves(country):
                yield node, words, country, language


def price(country: str, per_part: str, *, network: str = "", currency: str = "KES") -> Price:
    return Price(
        gateway="sim",
        country=country,
        network=network,
        per_part=Decimal(per_part),
        currency=currency,
    )


PLAIN = Words("Title", "Label", "Take care.")
FAQ = Node("faq-999", "faq", "dangers-east", "7", topic="dangers")


# --- the same as in an edition ------------------------------------------------------------------------


def test_screens_are_those_of_the_edition_byte_for_byte(bench):
    made = compiled()
    checked = 0
    for node, words, country, language in each(bench, *SHOWN, MENU, "help"):
        pages = made.menus[country, language].pages
        place = HELP if node.code == HELP_ITEM else node.code
        mine = [p.text for p in pages.values() if p.place.partition(".")[0] == place]
        shown = [s.text for s in show(bench, node, words, country, language).screens]
        assert (node.code, language, shown) == (node.code, language, mine)
        checked += 1
    assert checked > 300


def test_messages_are_those_of_the_edition_byte_for_byte(bench):
    made = compiled()
    for node, words, country, language in each(bench, *SHOWN, QUIZ, "help"):
        sent = show(bench, node, words, country, language).message
        assert sent is not None
        assert sent.text == made.sms(node.code, language, country)


def test_chat_says_what_the_bot_says(bench):
    made = compiled()
    for node, words, country, language in each(bench, *SHOWN):
        chat = show(bench, node, words, country, language).chat
        speech = Speech(made, country, language)
        told = Told("", country, language)
        said = answer(Turn(made, lambda *_: [], State(), told, speech), node.code, "sure").text
        assert chat is not None
        offered = [f"{key} {title}" for key, title in chat.replies]
        lines = sorted([*chat.text.splitlines(), *offered])
        assert lines == sorted(said.splitlines())


def test_sound_content_has_nothing_against_it_and_fits(bench):
    for node, words, country, language in each(bench, *SHOWN):
        shown = show(bench, node, words, country, language)
        assert all(screen.fits for screen in shown.screens), (node.code, language)


# --- what is being written ----------------------------------------------------------------------------


def test_unsaved_words_of_a_new_item_are_shown(bench):
    shown = show(bench, FAQ, PLAIN, "KE", "en")

    assert [screen.text for screen in shown.screens] == ["DEMO Take care.\n7 SMS\n0 Back"]
    assert shown.message is not None
    assert shown.message.text == "DEMO Take care."
    assert not Text.objects.filter(item__code="faq-999").exists()


def test_label_of_a_menu_being_written_is_its_title_on_the_screen(bench):
    node = bench.content.nodes["asylum"]
    words = replace(bench.content.texts["en"]["asylum"], title="Ask for protection")

    first = show(bench, node, words, "KE", "en").screens[0]

    assert first.text.splitlines()[0] == "DEMO Ask for protection"


def test_override_shows_on_its_channel_alone(bench):
    words = replace(PLAIN, sms="Short SMS.", ussd="Short screen.")

    shown = show(bench, FAQ, words, "KE", "en")

    assert shown.message is not None
    assert shown.chat is not None
    assert (shown.screens[0].text, shown.message.text, shown.chat.text.splitlines()[0]) == (
        "DEMO Short screen.\n7 SMS\n0 Back",
        "DEMO Short SMS.",
        "Take care.",
    )


def test_sensitive_answer_has_a_way_out_and_a_word_of_care(bench):
    node = replace(FAQ, sensitive=True, component="rights")

    shown = show(bench, node, PLAIN, "KE", "en")

    assert shown.screens[0].text == "DEMO Take care.\n7 SMS\n8 Help\n99 Leave now\n0 Back"
    assert shown.chat is not None
    assert shown.chat.text == f"Take care.\n{bench.ui('en')['bot.delete']}"


def test_token_nobody_knows_is_told_and_nothing_is_shown(bench):
    shown = show(bench, FAQ, replace(PLAIN, body="Call {hotlin}."), "KE", "en")

    assert (shown.screens, shown.message) == ((), None)
    assert [one.sentence() for one in shown.problems] == ["nobody knows the token {hotlin}."]


def test_menu_that_is_empty_in_a_country_is_told(bench):
    nodes = {
        code: replace(n, countries=("ET",)) if n.parent == "asylum" else n
        for code, n in bench.content.nodes.items()
    }
    content = replace(bench.content, nodes=nodes)
    bench = Workbench(content, bench.numbers, bench.figures, bench.mark)
    words = replace(PLAIN, body="{menu:asylum}")

    problems = show(bench, replace(FAQ, countries=("KE",)), words, "KE", "en").problems

    assert [one.sentence() for one in problems] == [
        "{menu:asylum} leads nowhere in KE: nothing is listed there."
    ]


def test_language_that_is_not_complete_borrows_english(bench):
    shown = show(bench, FAQ, replace(PLAIN, body="{menu:asylum}"), "UG", "lg")

    english = show(bench, FAQ, replace(PLAIN, body="{menu:asylum}"), "UG", "en")
    assert [s.text for s in shown.screens] == [s.text for s in english.screens]


def test_wording_is_measured_as_it_stands(bench):
    node = Node(f"{UI}ussd.back", WORDING, "", "0")

    shown = show(bench, node, Words("", "", "Back"), "KE", "en")

    assert (shown.screens, shown.chat, shown.message and shown.message.units) == ((), None, 4)


def test_quiz_offers_its_options_in_the_chat(bench):
    node = next(one for one in bench.content.nodes.values() if one.kind == FAQ.kind)
    quiz = replace(node, code="quiz-99", kind=QUIZ, correct=0, explains=node.code)
    words = Words("Question", "", "True?", options=("Yes", "No"))

    chat = show(bench, quiz, words, "KE", "en").chat

    assert chat is not None
    assert (chat.text, chat.replies) == ("True?", (("1", "Yes"), ("2", "No")))


def test_audio_goes_with_the_chat(bench):
    chat = show(bench, FAQ, replace(PLAIN, audio="https://example.org/a.mp3"), "KE", "en").chat

    assert chat is not None
    assert chat.audio == "https://example.org/a.mp3"
    assert chat.text.splitlines()[-1] == "Listen: https://example.org/a.mp3"


# --- characters that cost -----------------------------------------------------------------------------


def test_one_curly_quote_is_named_marked_and_its_price_told():
    sent = message("It’s " + "x" * 150)

    assert (sent.encoding, sent.parts, sent.plain_parts) == ("UCS-2", 3, 1)
    assert sent.pieces[:3] == (
        Piece("It"),
        Piece("’", "RIGHT SINGLE QUOTATION MARK"),
        Piece("s " + "x" * 150),
    )


def test_message_within_gsm_has_no_other_price():
    assert message("Hello").plain_parts is None


def test_letters_that_nothing_stands_for_have_no_other_price():
    assert message("ሰላም").plain_parts is None


def test_blank_that_nobody_sees_is_made_visible():
    assert list(marked("a\u00a0\u200bb")) == [
        Piece("a"),
        Piece("␣", "NO-BREAK SPACE"),
        Piece("␣", "ZERO WIDTH SPACE"),
        Piece("b"),
    ]


def test_characters_are_counted_over_all_parts(bench):
    words = replace(PLAIN, body="l’un", sms="l’autre", title="dessin ç")

    shown = show(bench, FAQ, words, "KE", "en")

    assert [(one.character, one.code, one.times) for one in shown.odd] == [
        ("ç", "U+00E7", 1),
        ("’", "U+2019", 2),
    ]
    assert not shown.own_letters


def test_script_of_its_own_blames_no_character(bench):
    assert show(bench, FAQ, replace(PLAIN, body="ስደት አደጋ ነው"), "ET", "am").own_letters


def test_screen_over_its_limit_does_not_fit():
    screens = [
        renderings.screen("x" * 156),
        renderings.screen("x" * 157),
        renderings.screen("ሀ" * 67),
    ]

    assert [(one.units, one.limit, one.fits) for one in screens] == [
        (156, 156, True),
        (157, 156, False),
        (67, 66, False),
    ]


# --- money --------------------------------------------------------------------------------------------


def test_thousand_people_cost_parts_times_price_from_cheapest_to_dearest_network(bench):
    node = replace(FAQ, countries=("KE",))
    prices = [price("KE", "0.8"), price("KE", "1.1", network="63903"), price("ET", "9")]

    found = costs(bench, node, replace(PLAIN, body="x" * 200), "en", prices)

    assert found == [Cost("KE", 2, "GSM-7", "sim", Decimal("1600.0"), Decimal("2200.0"), "KES")]


def test_country_without_a_price_is_told_without_money(bench):
    assert costs(bench, replace(FAQ, countries=("KE",)), PLAIN, "en", []) == [
        Cost("KE", 1, "GSM-7")
    ]


def test_each_currency_has_its_line(bench):
    prices = [price("KE", "0.8"), price("KE", "0.01", network="63902", currency="USD")]

    found = costs(bench, replace(FAQ, countries=("KE",)), PLAIN, "en", prices)

    assert [(one.low, one.currency) for one in found] == [
        (Decimal("800.0"), "KES"),
        (Decimal("10.00"), "USD"),
    ]


def test_parts_differ_by_country_where_the_numbers_do(bench):
    body = "x " * 72 + "{hotline}"

    found = costs(bench, FAQ, replace(PLAIN, body=body), "en", [])

    counted = [
        segments.count(bench.sms(replace(PLAIN, body=body), one.country, "en")).parts
        for one in found
    ]
    assert [one.parts for one in found] == counted
    assert len(found) == len(bench.countries(FAQ, "en"))


def test_menus_cost_nothing(bench):
    assert costs(bench, bench.content.nodes["asylum"], PLAIN, "en", []) == []


# --- operators and tokens -----------------------------------------------------------------------------


def test_operators_that_show_the_letters_are_told_apart():
    assert showing("ET", {"63601": True}) == (["63601"], ["63602"])
    assert [showing(country, {})[0] for country in CODES] == [[]] * len(CODES)


def test_every_known_token_can_be_inserted_with_what_it_becomes(bench):
    sorts = insertable(bench, "KE", "en", {"F01": "Many died."})

    names = {one.written.strip("{}") for tokens in sorts.values() for one in tokens}
    assert names == set(bench.known.tokens)
    becomes = {one.written: one.becomes for tokens in sorts.values() for one in tokens}
    assert becomes["{hotline}"] == bench.tokens("KE", "en")["hotline"]
    says = {one.written: one.says for one in sorts["figure"]}
    assert {text for name, text in says.items() if ":F01" in name} <= {"Many died."}


def test_country_without_a_number_says_so_in_the_list(bench):
    bench = Workbench(bench.content, (), bench.figures, bench.mark)

    sorts = insertable(bench, "SD", "en", {})

    hotline = next(one for one in sorts["number"] if one.written == "{hotline}")
    assert hotline.becomes == bench.ui("en")["number.none"]
