"""Compiling makes what is sound, refuses what would mislead, and says all that is wrong at once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from campaigns.editions.compiling import Making, compose
from campaigns.editions.content import Content, Node, Words
from campaigns.editions.edition import Kind
from campaigns.editions.figures import Figures
from campaigns.editions.problems import Refused
from campaigns.editions.screens import TELL, Budget
from campaigns.models import Referral
from campaigns.press.drafts import gather
from campaigns.press.facts import figures
from gateways import segments
from people.countries import CODES
from tests.published import AT, demonstration, loaded

pytestmark = pytest.mark.django_db
MAKING = Making(Kind.DEMONSTRATION, AT)


@pytest.fixture
def known() -> Figures:
    loaded("en", at=AT)
    return figures(Kind.DEMONSTRATION, on=AT.date())


@pytest.fixture
def content(known: Figures) -> Content:
    return gather(Kind.DEMONSTRATION, known)[0]


@pytest.fixture
def making(known: Figures) -> Making:
    return replace(MAKING, figures=known)


def problems(content: Content, making: Making) -> list[str]:
    with pytest.raises(Refused) as refused:
        compose(content, making)
    return list(map(str, refused.value.problems))


def reword(content: Content, code: str, change: Callable[[Words], Words]) -> Content:
    english = {**content.texts["en"], code: change(content.texts["en"][code])}
    return replace(content, texts={**content.texts, "en": english})


# --- what comes out -------------------------------------------------------------------------------


def test_every_country_gets_a_menu():
    made = demonstration()

    assert {country for country, _ in made.menus} == set(CODES)
    assert set(made.lists) == {
        (country, script) for country in CODES for script in ("full", "latin")
    }


def test_every_screen_fits_and_says_that_it_is_a_demonstration():
    made = demonstration()
    pages = [
        page
        for menu in (*made.menus.values(), *made.lists.values())
        for page in menu.pages.values()
    ]

    assert [p.place for p in pages if not p.text.startswith("DEMO ")] == []
    assert [p.place for p in pages if not p.wrong.startswith("DEMO ")] == []
    assert [
        (p.place, text)
        for p in pages
        for text in (p.text, p.wrong)
        if not segments.fits(text, gsm7=made.budget.gsm, ucs2=made.budget.ucs2)
    ] == []


def test_every_move_leads_to_a_screen():
    made = demonstration()

    assert [
        (menu.country, menu.language, page.place, place)
        for menu in made.menus.values()
        for page in menu.pages.values()
        for place in page.moves.values()
        if place not in menu.pages and not place.startswith(TELL)
    ] == []


def test_every_answer_can_be_reached_from_the_main_menu():
    made = demonstration()
    menu = made.menus["KE", "en"]
    reached, todo = set(), ["main", "help"]
    while todo:
        place = todo.pop()
        if place not in reached:
            reached.add(place)
            todo += menu.pages[place].moves.values()

    assert {page.item for page in menu.pages.values() if page.place not in reached} <= {""}


def test_no_real_number_is_in_a_demonstration():
    loaded("en", at=AT)
    real = set(Referral.objects.filter(fictitious=False).values_list("number", flat=True)) - {""}
    numbers = demonstration().numbers

    assert {number.number for number in numbers} & real == set()
    assert all(number.number.startswith("0000 ") for number in numbers)


def test_token_never_reaches_a_caller():
    made = demonstration()

    assert [
        page.place
        for menu in made.menus.values()
        for page in menu.pages.values()
        if ("{" in page.text and page.place != "ask.found") or "\x1f" in page.text
    ] == []


def test_every_danger_ends_with_the_way_to_help():
    made = demonstration()
    menu = made.menus["KE", "en"]
    last = [
        page.text
        for page in menu.pages.values()
        if page.item and made.items[page.item].component == "risk" and "98" not in page.moves
    ]

    assert len(last) > 10
    assert [text for text in last if "8 Help" not in text] == []


def test_country_without_a_number_gets_the_designed_words():
    made = demonstration()

    assert "There is no help number for your country" in made.menus["SD", "en"].pages["help"].text


def test_phrasings_come_by_base_language():
    made = demonstration()

    assert len(made.phrasings["en"]["faq-006"]) >= 10
    assert [language for language in made.phrasings if "-" in language] == []


def test_menu_word_of_a_screen_and_of_a_chat_differ():
    made = demonstration()

    assert "press 00, then 3" in made.menus["KE", "en"].pages["faq-001.2"].text
    assert (made.sms("faq-001", "en", "KE") or "").endswith("Safe ways: reply 3.")


# --- what is refused ------------------------------------------------------------------------------


def test_unknown_token_is_refused(content: Content, making: Making):
    broken = reword(content, "faq-006", lambda text: replace(text, body="Call {hotlin}. {police}"))

    assert problems(broken, making) == ["en faq-006: nobody knows the token {hotlin}."]


def test_all_problems_are_told_at_once(content: Content, making: Making):
    broken = reword(content, "faq-006", lambda text: replace(text, body="Call {hotlin}. {police}"))
    broken = reword(broken, "faq-007", lambda text: replace(text, short="x" * 30))

    assert len(problems(broken, making)) == 2


def test_word_longer_than_a_screen_is_refused(content: Content, making: Making):
    broken = reword(content, "faq-043", lambda text: replace(text, body="x" * 200))

    assert "en faq-043: a word is too long for a screen." in problems(broken, making)


def test_sms_over_budget_is_refused(content: Content, making: Making):
    broken = reword(content, "faq-043", lambda text: replace(text, sms="word " * 80))

    assert problems(broken, making) == [
        "en faq-043: as an SMS it takes 3 parts (GSM-7); 2 at most."
    ]


def test_dangers_without_help_are_refused(content: Content, making: Making):
    nodes = {**content.nodes, "get-help": replace(content.nodes["get-help"], component="")}
    for code, node in content.nodes.items():
        if node.component == "help":
            nodes[code] = replace(node, component="")

    told = problems(replace(content, nodes=nodes), making)

    assert "en KE: tells of dangers but has no help screen." in told


@pytest.mark.parametrize(("component", "words"), [("rights", "rights"), ("safe", "safe ways")])
def test_content_without_rights_or_safe_ways_is_refused(
    content: Content, making: Making, component: str, words: str
):
    nodes = {
        code: replace(node, component="" if node.component == component else node.component)
        for code, node in content.nodes.items()
    }

    assert f"en KE: has no content about {words}." in problems(
        replace(content, nodes=nodes), making
    )


def test_missing_menu_is_refused(content: Content, making: Making):
    nodes = {code: node for code, node in content.nodes.items() if code != "dangers"}
    texts = {code: text for code, text in content.texts["en"].items() if code != "dangers"}

    told = problems(replace(content, nodes=nodes, texts={"en": texts}), making)

    assert "dangers-east: its menu 'dangers' does not exist." in told


def test_incomplete_language_is_left_out_and_told(content: Content, making: Making):
    texts = {**content.texts, "sw": {"main": content.texts["en"]["main"]}}

    made, missing = compose(replace(content, texts=texts), making)

    assert ("KE", "sw") not in made.menus
    assert str(missing[0]).startswith("sw: it is left out: it lacks ui.ussd.wrong, ")


def test_letters_that_keep_a_language_from_plain_phones_are_told(content: Content, making: Making):
    french = reword(content, "faq-005", lambda text: replace(text, body="Ça va être gratuit."))
    texts = {**content.texts, "fr": french.texts["en"]}
    wordings = {**content.wordings, "fr": content.wordings["en"]}

    made, told = compose(Content(content.nodes, texts, wordings), making)

    assert str(told[-1]) == (
        "fr: it is offered only where the operator shows ê; "
        "write it without them or add a Latin-letter variant."
    )
    assert made.offer("DJ", Budget(156, 0)).languages == ("en",)
    assert made.offer("DJ", Budget(156, 66)).languages == ("fr", "en")


def test_english_that_plain_phones_cannot_show_is_refused(content: Content, making: Making):
    curly = reword(content, "faq-006", lambda text: replace(text, short="Road’s dangers"))

    assert problems(curly, making) == [
        "en: it is offered only where the operator shows ’; "
        "write it without them or add a Latin-letter variant."
    ]


def test_first_screen_that_is_not_plain_is_refused(content: Content, making: Making):
    accented = reword(content, "main", lambda text: replace(text, title="Njiä Salama"))

    assert problems(accented, making) == [
        "en: every phone must show the first screen: write it without ä."
    ]


def test_item_without_words_in_a_language_leaves_only_that_language(
    content: Content, making: Making
):
    swahili = {code: text for code, text in content.texts["en"].items() if code != "faq-056"}
    both = Content(
        content.nodes,
        {**content.texts, "sw": swahili},
        {**content.wordings, "sw": content.wordings["en"]},
    )

    made = compose(both, making)[0]

    assert made.menus["KE", "sw"].pages["rumours"].moves == {"1": "faq-054", "2": "faq-055"}
    assert made.menus["KE", "en"].pages["rumours"].moves["3"] == "faq-056"
    assert made.answer("faq-056", "sw", "KE") is None


def test_smaller_screens_make_more_of_them(content: Content, making: Making):
    small = compose(content, replace(making, budget=Budget(120, 50)))[0]

    assert len(small.menus["KE", "en"].pages) > len(
        compose(content, making)[0].menus["KE", "en"].pages
    )


def test_text_that_names_a_menu_which_is_empty_is_refused_with_its_place(
    content: Content, making: Making
):
    """Kenya's own menu of one text: nobody else has anything under it."""
    node = Node("only-kenya", "menu", "main", "6")
    mine = Node("faq-999", "faq", "only-kenya", "1", ("KE",), component="safe")
    nodes = {**content.nodes, node.code: node, mine.code: mine}
    texts = {**content.texts["en"], node.code: Words("Kenya", "Kenya")}
    texts[mine.code] = Words("Only Kenya", "Only Kenya", "Ask.")
    texts["faq-043"] = replace(texts["faq-043"], body="See {menu:only-kenya}")
    broken = Content(nodes, {"en": texts}, content.wordings)

    told = problems(broken, making)

    assert told == [
        f"en faq-043: {{menu:only-kenya}} leads nowhere in {country}: nothing is listed there."
        for country in CODES
        if country != "KE"
    ]


def test_answer_in_a_language_of_another_country_names_the_menus_of_that_language():
    made = demonstration()

    assert ("DJ", "sw") not in made.menus
    assert (made.sms("faq-003", "sw", "DJ") or "").endswith("jibu 4.")
