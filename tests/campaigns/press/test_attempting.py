"""Drafts are shown as far as they can be: broken texts are told and seen, incomplete languages borrow, nothing is live."""

import time
from dataclasses import replace

import pytest

from campaigns.editions.compiling import Making
from campaigns.editions.content import Content
from campaigns.editions.edition import Kind
from campaigns.editions.figures import Figures
from campaigns.models import ContentItem, Edition, Status, Text
from campaigns.press import attempting
from campaigns.press.attempting import Attempt, attempt, tried
from campaigns.press.drafts import gather
from campaigns.press.facts import figures
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def content() -> None:
    loaded("en", "sw", "am", at=AT)


def known() -> Figures:
    return figures(Kind.DEMONSTRATION, on=AT.date())


def kenya(content: Content) -> Attempt:
    return tried(content, Making(Kind.DEMONSTRATION, AT, figures=known(), countries=("KE",)), "sw")


def told(made: Attempt) -> list[str]:
    return list(map(str, made.problems))


def reword(code: str, language: str = "sw", **words: str) -> None:
    Text.objects.filter(item__code=code, language=language).update(**words)


def page(made: Attempt, place: str, language: str = "sw") -> str:
    assert made.edition is not None
    return made.edition.menus["KE", language].pages[place].text


def test_sound_drafts_are_shown_for_their_country_alone():
    made = attempt("KE", "sw", at=AT)

    assert made.edition is not None
    assert (made.edition.kind, told(made)) == (Kind.DEMONSTRATION, [])
    assert set(made.edition.menus) == {("KE", "sw"), ("KE", "en")}
    assert page(made, "main").startswith("DEMO ")


def test_newest_text_is_shown_whatever_its_status():
    for status in Status:
        reword("faq-014", body=f"Piga {{police}}. {status}", status=status)
        assert str(status) in page(attempt("KE", "sw", at=AT), "faq-014")


def test_nothing_is_stored():
    attempt("KE", "sw", at=AT)

    assert Edition.objects.count() == 0


def test_unknown_token_is_told_and_its_name_shown_in_brackets():
    reword("faq-014", body="Piga {polisi} au {police} {")

    made = attempt("KE", "sw", at=AT)

    assert "(polisi?)" in page(made, "faq-014")
    assert "sw faq-014: nobody knows the token {polisi}." in told(made)
    assert "{" not in page(made, "faq-014")


def test_text_without_a_body_is_told_and_left_out():
    reword("faq-014", body=" ")

    made = attempt("KE", "sw", at=AT)

    assert made.edition is not None
    assert "faq-014" not in made.edition.menus["KE", "sw"].pages
    assert "sw faq-014: the body is empty." in told(made)


def test_label_and_title_that_are_missing_are_told_and_the_code_shown():
    reword("faq-014", title="", short="")

    made = attempt("KE", "sw", at=AT)

    assert told(made) == ["sw faq-014: title or short label is empty."]
    assert made.edition is not None
    assert made.edition.menus["KE", "sw"].labels["faq-014"] == "faq-014"


def test_screen_that_is_too_long_is_shown_and_told():
    reword("faq-014", body="x" * 200 + " {police}")

    made = attempt("KE", "sw", at=AT)

    assert "sw faq-014: a word is too long for a screen." in told(made)
    assert "x" * 200 in page(made, "faq-014")


def test_language_that_is_not_complete_borrows_from_english():
    Text.objects.filter(language="sw", item__kind="menu").delete()

    made = attempt("KE", "sw", at=AT)

    assert "Dangers" in page(made, "main")
    sentence, _, items = told(made)[0].rpartition(": ")
    assert sentence == "sw: it is not complete; what it lacks is shown in English"
    assert items.startswith("main, ")


def test_language_outside_the_country_is_shown_all_the_same():
    made = attempt("KE", "am", at=AT)

    assert made.edition is not None
    assert ("KE", "am") in made.edition.menus


def test_place_in_the_menus_that_makes_no_sense_is_told_and_the_rest_shown():
    ContentItem.objects.filter(code="faq-043").update(parent="nowhere")
    ContentItem.objects.filter(code="faq-014").update(order=1, parent="asylum")

    made = attempt("KE", "sw", at=AT)

    assert made.edition is not None
    assert "faq-043" not in made.edition.items
    assert "faq-043: its menu 'nowhere' does not exist." in told(made)


def test_menus_in_a_circle_end():
    ContentItem.objects.filter(code="asylum").update(parent="safe-ways", order=7)
    ContentItem.objects.filter(code="safe-ways").update(parent="asylum", order=7)

    made = attempt("KE", "sw", at=AT)

    assert "asylum: its menus run in a circle." in told(made)


def test_wording_with_other_placeholders_is_the_english_one():
    content, _ = gather(Kind.DEMONSTRATION, known())
    swahili = {**content.wordings["sw"], "bot.route": "Bonyeza {nini}."}

    made = kenya(replace(content, wordings={**content.wordings, "sw": swahili}))

    assert made.edition is not None
    assert made.edition.words["sw"]["bot.route"] == content.wordings["en"]["bot.route"]
    assert len(made.problems) == 2


def test_without_an_english_main_menu_nothing_is_shown():
    Text.objects.filter(language="en", item__code="main").delete()

    made = attempt("KE", "sw", at=AT)

    assert made.edition is None
    assert told(made)[0] == "en: the source language lacks main."


def test_problems_of_other_languages_are_not_told():
    reword("faq-014", "en", body="x" * 200 + " {police}")

    assert [one for one in told(attempt("KE", "sw", at=AT)) if one.startswith("en")] == []


def test_draft_of_a_country_takes_well_under_a_second():
    attempt("ET", "am", at=AT)
    begun = time.perf_counter()

    attempt("ET", "am", at=AT)

    assert time.perf_counter() - begun < 1.0
    assert attempting.LISTED == 7
