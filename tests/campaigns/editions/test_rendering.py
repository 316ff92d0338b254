"""Screens fit the budget whatever the text, and nothing is cut inside a word or a number."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from campaigns.editions.measuring import GLUE
from campaigns.editions.rendering import STOPS, Known, Line, Screens
from campaigns.editions.screens import Budget, Page
from gateways import segments

BACK = Line("0", "Back")
ALPHABET = "abcdefé€{} ሀለ😀.።"
TEXTS = st.lists(st.text(alphabet=ALPHABET, min_size=1, max_size=14), min_size=1, max_size=60).map(
    lambda words: " ".join(" ".join(words).split()) or "x"
)
WORDS = st.lists(st.text(alphabet="abcdefé ሀለ.", min_size=1, max_size=12), min_size=1, max_size=90)


def screens(mark: str = "", *, gsm: int = 156, ucs2: int = 66) -> Screens:
    return Screens(mark, "Try again.", "More", Budget(gsm, ucs2))


def shown(made: Screens) -> list[Page]:
    return list(made.pages.values())


def test_short_text_is_one_screen():
    made = screens("DEMO ")

    made.story("x", "Hello.", [BACK], item="faq-1")

    assert shown(made) == [
        Page("x", "DEMO Hello.\n0 Back", "DEMO Try again.\nHello.\n0 Back", "faq-1", {})
    ]


def test_long_text_goes_on_under_98_after_a_sentence():
    made = screens()

    made.story("x", f"{'One two. ' * 12}Three. {'Four five. ' * 6}".strip(), [BACK])

    first, second = shown(made)
    assert first.text.endswith(".\n98 More\n0 Back")
    assert (first.moves, second.moves) == ({"98": "x.2"}, {})
    assert second.place == "x.2"


def test_no_page_ends_with_a_colon_where_a_sentence_ends_before_it():
    made = screens()

    made.story("x", f"{'One two. ' * 12}Three four: {'five ' * 20}".strip(), [BACK])

    assert shown(made)[0].text.endswith("One two.\n98 More\n0 Back")


def test_number_stays_with_the_words_that_lead_to_it():
    made = screens()

    made.story("x", f"{'word ' * 26}ask police: 0000{GLUE}111 end", [BACK])

    assert shown(made)[0].text.endswith("word ask\n98 More\n0 Back")
    assert shown(made)[1].text.startswith("police: 0000 111")


def test_keys_of_the_last_screen_work_on_all():
    made = screens()

    made.story("ask", "word " * 60, [BACK], last=[Line("1", "Yes", "yes")])

    assert [page.moves["1"] for page in shown(made)] == ["yes"] * len(made.pages)
    assert [("1 Yes" in page.text) for page in shown(made)] == [False, False, True]


def test_number_is_never_cut():
    number = "0000 111 222".replace(" ", GLUE)
    made = screens()

    made.story("x", f"{'word ' * 27}{number} end", [BACK])

    assert [page.text.count("0000 111 222") for page in shown(made)] == [0, 1]


def test_ethiopic_screens_keep_the_smaller_budget():
    made = screens("DEMO ")

    made.story("x", "ብዙ ሰዎች በመንገድ ይሞታሉ። " * 6, [BACK])

    assert max(segments.units(page.text) for page in shown(made)) <= 66


def test_word_that_no_screen_holds_is_a_problem():
    made = screens()

    made.story("x", "a" * 200, [BACK])

    assert list(map(str, made.problems)) == [
        "x: a word is too long for a screen.",
        "x: 207 units do not fit a screen.",
    ]


def test_wrong_line_takes_the_place_of_the_title_where_both_do_not_fit():
    made = screens(gsm=60)

    made.menu("m", "A rather long title here", [Line("1", "Dangers on roads", "d")], BACK, BACK)

    assert made.pages["m"].wrong == "Try again.\n1 Dangers on roads\n0 Back"


def test_wrong_line_leaves_bare_keys_where_nothing_else_fits():
    made = screens(gsm=40)

    made.story("x", "twenty characters ok", [BACK, Line("99", "Leave")])

    assert made.pages["x"].wrong == "Try again.\ntwenty characters ok\n0 99"


def test_menu_goes_over_pages_and_every_key_works_on_each():
    made = screens(gsm=50)
    options = [Line(str(n), f"Choice number {n}", f"place-{n}") for n in range(1, 6)]

    made.menu("m", "Title", options, Line("0", "Exit"), BACK)

    assert made.problems == []
    assert {key for page in shown(made) for key in page.moves} == {"1", "2", "3", "4", "5", "98"}
    assert all(page.moves["5"] == "place-5" for page in shown(made))
    assert made.pages["m"].text.endswith("0 Exit")
    assert made.pages["m.2"].text.endswith("0 Back")


def test_notice_over_budget_is_a_problem():
    made = screens(gsm=10)

    made.notice("bye", "Thank you very much")

    assert list(map(str, made.problems)) == ["bye: 19 units are too long for one screen."]


@given(words=WORDS)
def test_all_of_a_text_is_shown_and_every_screen_fits(words: list[str]):
    text = " ".join(" ".join(words).split()) or "x"
    made = screens("DEMO ")

    made.story("x", text, [BACK], last=[Line("8", "Help")])

    bodies = [page.text.removeprefix("DEMO ").rsplit("\n", 2) for page in shown(made)]
    assert made.problems == []
    assert " ".join(body[0] for body in bodies) == text
    assert all(made.budget.holds(page.text, page.wrong) for page in shown(made))


@given(text=TEXTS, gsm=st.integers(40, 170), ucs2=st.integers(40, 70))
def test_no_word_and_no_pair_of_units_is_cut_and_no_page_is_over_budget(
    text: str, gsm: int, ucs2: int
):
    made = screens("DEMO ", gsm=gsm, ucs2=ucs2)

    made.story("x", text, [BACK], last=[Line("8", "Help")])

    pages = [page.text.removeprefix("DEMO ").rsplit("\n", 2)[0] for page in shown(made)]
    assert [word for page in pages for word in page.split()] == text.split()
    assert all(segments.fits(page.text, gsm7=gsm, ucs2=ucs2) for page in shown(made))


@given(text=TEXTS)
def test_no_page_could_take_the_next_word_too_unless_it_ends_a_sentence(text: str):
    made = screens()

    made.story("x", text, [BACK])

    bodies = [page.text.removesuffix("\n0 Back").removesuffix("\n98 More") for page in shown(made)]
    for body, after in pairwise(bodies):
        longer = Page("x", f"{body} {after.split()[0]}\n98 More\n0 Back", "")
        wrong = f"Try again.\n{body} {after.split()[0]}\n98 0"
        assert body[-1] in STOPS or not made.budget.holds(longer.text, wrong)


def test_what_another_country_says_in_the_same_words_is_made_once():
    known = Known()
    kenya, sudan = (Screens("", "Again.", "More", Budget(), known) for _ in "12")

    kenya.story("x", "The very same words.", [BACK])
    sudan.story("x", "The very same words.", [BACK])

    assert sudan.pages["x"] is kenya.pages["x"]


def test_other_keys_make_other_screens_of_the_same_words():
    known = Known()
    kenya, sudan = (Screens("", "Again.", "More", Budget(), known) for _ in "12")

    kenya.story("x", "Words.", [BACK])
    sudan.story("x", "Words.", [BACK, Line("99", "Leave")])

    assert [page.text for page in (kenya.pages["x"], sudan.pages["x"])] == [
        "Words.\n0 Back",
        "Words.\n0 Back\n99 Leave",
    ]


def test_trouble_with_screens_made_before_is_told_to_each_country():
    known = Known()
    both = [Screens("", "Again.", "More", Budget(), known) for _ in "12"]

    for one in both:
        one.story("x", "a" * 200, [BACK])

    assert both[0].problems == both[1].problems != []
