"""Publishing compiles what is sound, refuses what would mislead, and says all that is wrong at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns import publishing, seeding
from campaigns.content import Content, Words
from campaigns.drafts import gather
from campaigns.edition import Budget, Edition, Kind
from campaigns.models import ContentItem, Referral, Text
from campaigns.models import Edition as Row
from campaigns.shelf import Shelf
from gateways import segments
from people.countries import CODES
from people.models import Staff
from tests.published import AT, LOCALES, demonstration

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "editions")


@pytest.fixture
def content() -> Content:
    seeding.load(LOCALES, at=AT, only="en")
    return gather(Kind.DEMONSTRATION)[0]


def compose(content: Content) -> Edition:
    return publishing.compose(content, [], kind=Kind.DEMONSTRATION, at=AT)[0]


def problems(content: Content) -> list[str]:
    with pytest.raises(publishing.Refused) as refused:
        compose(content)
    return list(refused.value.problems)


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
        if place not in menu.pages
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
    seeding.load(LOCALES, at=AT, only="en")
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


# --- editions as rows -----------------------------------------------------------------------------


def test_same_content_is_one_edition(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")
    first = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)

    again = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT + timedelta(days=1), shelf=shelf)

    assert (first.new, again.new, again.edition) == (True, False, first.edition)
    assert Row.objects.count() == 1


def test_content_set_back_to_an_earlier_state_is_current_again(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")
    first = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition
    hours = [AT + timedelta(hours=n) for n in (1, 2)]
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=7)
    second = publishing.publish(Kind.DEMONSTRATION, by=None, at=hours[0], shelf=shelf).edition
    ContentItem.objects.filter(code="faq-043").update(parent="safe-ways", order=5)

    third = publishing.publish(Kind.DEMONSTRATION, by=None, at=hours[1], shelf=shelf)

    assert (third.new, third.edition.id, Row.objects.count()) == (False, first.id, 2)
    assert second.id != first.id
    assert shelf.current(simulated=True) == third.edition


def test_other_machine_collects_editions_from_the_database(shelf: Shelf, tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition
    other = Shelf(tmp_path / "other")

    assert (publishing.collect(other), publishing.collect(other)) == (1, 0)
    assert other.current(simulated=True) == made


def test_edition_is_found_by_its_id(shelf: Shelf, tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")
    made = publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition

    assert publishing.find(made.id, Shelf(tmp_path / "other")) == made
    assert publishing.find("0" * 16, shelf) is None


# --- what is refused ------------------------------------------------------------------------------


def test_live_refuses_drafts_and_unproved_numbers(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")

    with pytest.raises(publishing.Refused) as refused:
        publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)

    told = refused.value.problems
    assert "ET-8797" in told[2]
    assert told[2].endswith("nobody has called it to check.")
    assert told[-1].startswith("en: the source language lacks ")
    assert Row.objects.count() == 0
    assert shelf.current(simulated=True) is None


def test_live_with_approved_texts_still_refuses_an_unproved_number(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")
    approver = Staff.objects.create(username="approver")
    Text.objects.update(status="approved", approver=approver)

    with pytest.raises(publishing.Refused) as refused:
        publishing.publish(Kind.LIVE, by=None, at=AT, shelf=shelf)

    assert {told.rpartition(": ")[2] for told in refused.value.problems} == {
        "nobody has called it to check."
    }


def test_live_goes_out_once_all_is_approved_and_proved(shelf: Shelf):
    seeding.load(LOCALES, at=AT, only="en")
    approver = Staff.objects.create(username="approver")
    Text.objects.update(status="approved", approver=approver)
    Referral.objects.update(
        verified_by_call_on=AT.date(), expires=AT.date() + timedelta(days=90), verified_by=approver
    )

    made = publishing.publish(Kind.LIVE, by=approver, at=AT, shelf=shelf).edition

    assert made.menus["KE", "en"].pages["main"].text.startswith("Njia Salama\n")
    assert shelf.current(simulated=False) == made


def test_unknown_token_is_refused(content: Content):
    broken = reword(content, "faq-006", lambda text: replace(text, body="Call {hotlin}."))

    assert problems(broken) == ["en faq-006: nobody knows the token {hotlin}."]


def test_all_problems_are_told_at_once(content: Content):
    broken = reword(content, "faq-006", lambda text: replace(text, body="Call {hotlin}."))
    broken = reword(broken, "faq-007", lambda text: replace(text, short="x" * 30))

    assert len(problems(broken)) == 2


def test_word_longer_than_a_screen_is_refused(content: Content):
    broken = reword(content, "faq-043", lambda text: replace(text, body="x" * 200))

    assert "KE en: faq-043: a word is too long for a screen." in problems(broken)


def test_sms_over_budget_is_refused(content: Content):
    broken = reword(content, "faq-043", lambda text: replace(text, sms="word " * 80))

    assert problems(broken) == ["en faq-043: as an SMS it takes 3 parts (GSM-7); 2 at most."]


def test_dangers_without_help_are_refused(content: Content):
    nodes = {**content.nodes, "get-help": replace(content.nodes["get-help"], component="")}
    for code, node in content.nodes.items():
        if node.component == "help":
            nodes[code] = replace(node, component="")

    told = problems(replace(content, nodes=nodes))

    assert "KE en: tells of dangers but has no help screen." in told


@pytest.mark.parametrize(("component", "words"), [("rights", "rights"), ("safe", "safe ways")])
def test_content_without_rights_or_safe_ways_is_refused(
    content: Content, component: str, words: str
):
    nodes = {
        code: replace(node, component="risk" if node.component == component else node.component)
        for code, node in content.nodes.items()
    }

    assert f"KE en: has no content about {words}." in problems(replace(content, nodes=nodes))


def test_missing_menu_is_refused(content: Content):
    nodes = {code: node for code, node in content.nodes.items() if code != "dangers"}
    texts = {code: text for code, text in content.texts["en"].items() if code != "dangers"}

    told = problems(replace(content, nodes=nodes, texts={"en": texts}))

    assert "dangers-east: its menu 'dangers' does not exist." in told


def test_incomplete_language_is_left_out_and_told(content: Content):
    texts = {**content.texts, "sw": {"main": content.texts["en"]["main"]}}

    made, missing = publishing.compose(
        replace(content, texts=texts), [], kind=Kind.DEMONSTRATION, at=AT
    )

    assert ("KE", "sw") not in made.menus
    assert missing[0].startswith("sw is left out: it lacks ui.ussd.wrong, ")


def test_letters_that_keep_a_language_from_plain_phones_are_told(content: Content):
    french = reword(content, "faq-005", lambda text: replace(text, body="Ça va être gratuit."))
    texts = {**content.texts, "fr": french.texts["en"]}
    wordings = {**content.wordings, "fr": content.wordings["en"]}

    made, told = publishing.compose(
        Content(content.nodes, texts, wordings), [], kind=Kind.DEMONSTRATION, at=AT
    )

    assert told[-1] == (
        "fr is offered only where the operator shows ê; "
        "write it without them or add a Latin-letter variant."
    )
    assert made.offer("DJ", Budget(156, 0)).languages == ("en",)
    assert made.offer("DJ", Budget(156, 66)).languages == ("fr", "en")


def test_item_without_words_in_a_language_leaves_only_that_language(content: Content):
    swahili = {code: text for code, text in content.texts["en"].items() if code != "faq-056"}
    both = Content(
        content.nodes,
        {**content.texts, "sw": swahili},
        {**content.wordings, "sw": content.wordings["en"]},
    )

    made = compose(both)

    assert made.menus["KE", "sw"].pages["rumours"].moves == {"1": "faq-054", "2": "faq-055"}
    assert made.menus["KE", "en"].pages["rumours"].moves["3"] == "faq-056"
    assert made.answer("faq-056", "sw", "KE") is None


def test_smaller_screens_make_more_of_them(content: Content):
    small = publishing.compose(content, [], kind=Kind.DEMONSTRATION, at=AT, budget=Budget(120, 50))[
        0
    ]

    assert len(small.menus["KE", "en"].pages) > len(compose(content).menus["KE", "en"].pages)


# --- the commands ---------------------------------------------------------------------------------


def test_commands_load_and_publish(settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings.DATA = tmp_path

    call_command("load_content")
    call_command("publish", kind="demonstration")
    call_command("load_content")

    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "nothing changed"
    assert [line for line in told if line.startswith("demonstration edition ")] != []
    assert len(list((tmp_path / "editions").glob("*.json"))) == 1


def test_command_says_why_it_does_not_publish(settings, tmp_path: Path):
    settings.DATA = tmp_path
    seeding.load(LOCALES, at=AT, only="en")

    with pytest.raises(CommandError, match=r"Not published:\nDJ-UNFD: .*nobody has called it"):
        call_command("publish", kind="live")


def test_command_knows_its_staff(settings, tmp_path: Path):
    settings.DATA = tmp_path

    with pytest.raises(CommandError, match="no active staff member 'nobody'"):
        call_command("publish", kind="demonstration", by="nobody")
