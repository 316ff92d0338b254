"""STOP and START typed into the menu: every language and spelling, on any screen; START only after a yes."""

import tomllib
from datetime import UTC, datetime

import pytest

from campaigns.editions.screens import CHILD, HELP
from gateways import segments
from journal.models import Dead
from people import consent, identity, keywords
from people.models import Consent
from tests.doors import PHONE, desk, dial, journalled
from tests.editions import edition as small_edition
from tests.journal.lines import write
from tests.published import demonstration
from ussd import folding, wishes
from ussd.menu import STANDARD, Asked, Start, walk
from ussd.models import Call

LANGUAGES = sorted(keywords.tables())
PLACES = {"main": (), "ask": ("6",), "again": ("4", "x")}


@pytest.fixture
def edition(db):
    return demonstration()


def words(language, kind):
    file = keywords.FOLDER / f"{language}.toml"
    return [word for word in tomllib.loads(file.read_text("utf-8"))[kind] if not word.isdecimal()]


def show(edition, *inputs, language="sw", country="KE"):
    ask = lambda _text, _language: Asked()  # noqa: E731
    return walk(edition, Start(language=language, country=country), inputs, ask)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_ends_messages_on_any_screen(edition, language):
    heard = {
        (place, word): show(edition, *before, word).wish
        for place, before in PLACES.items()
        for word in words(language, "stop")
    }

    assert heard == dict.fromkeys(heard, "stop")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_start_asks_first(edition, language):
    for word in words(language, "start"):
        asked, done = show(edition, word), show(edition, word, "1", "2")
        assert (word, asked.place, asked.wish, done.wish, done.ends) == (
            word,
            "start",
            "",
            "start",
            True,
        )


def test_stop_before_a_language_was_chosen_is_heard(edition):
    assert show(edition, "STOP", language=None).wish == "stop"
    assert show(edition, "START", "1", "2", language=None).wish == "start"


@pytest.mark.parametrize("after", ["0", "2", "no", "NO", "hello", "8", "99", "START"])
def test_start_needs_a_yes(edition, after):
    assert show(edition, "START", after).wish == ""


@pytest.mark.parametrize("language", ["sw", "en"])
def test_yes_asks_for_the_age(edition, language):
    asked = show(edition, "START", "1", language=language)

    assert (asked.place, asked.wish, asked.ends) == ("start.age", "", False)


@pytest.mark.parametrize("age", ["1", "0", "3", "20", "yes", "START"])
def test_nobody_begins_without_being_of_age(edition, age):
    assert show(edition, "START", "1", age).wish == ""


def test_who_is_under_18_is_told_whom_children_can_call(edition):
    assert show(edition, "START", "1", "1").place == CHILD


def test_yes_may_be_written(edition):
    assert [show(edition, "START", yes, "2").wish for yes in ("NDIYO", "ndiyo", " Ndiyo ")] == [
        "start"
    ] * 3


def test_back_from_the_question_is_where_it_was_asked(edition):
    assert show(edition, "1", "anza", "0").place == show(edition, "1").place


def test_the_question_and_its_end_fit_in_every_language(edition):
    for country, orders in edition.orders.items():
        offer = edition.offer(country, STANDARD)
        for language in offer.languages:
            pages = wishes.start_pages(edition, offer.menus[language].language, STANDARD, HELP)
            places = ["start", "start.age", "start.yes"]
            assert (country, language, sorted(pages)) == (country, language, places)
            for page in pages.values():
                counted = segments.count(page.text)
                most = STANDARD.gsm if counted.encoding == "GSM-7" else STANDARD.ucs2
                assert counted.units <= most
        assert orders


def test_a_language_without_the_words_asks_nothing():
    assert wishes.start_pages(small_edition(), "en", STANDARD, HELP) == {}
    assert show(small_edition(), "START", language="en").place == "main"


@pytest.fixture
def own(tmp_path, edition):
    return desk(tmp_path, editions=[edition])


def test_start_and_yes_are_journalled_with_the_number_sealed(own, edition):
    dial(own, "", "1", "1*START", "1*START*1", "1*START*1*2")

    (line,) = journalled(own.journal, "opt-in")
    line.pop("at")
    assert identity.unseal(line.pop("num"), identity.NUMBER) == PHONE
    assert line == {
        "kind": "opt-in",
        "g": "sim",
        "s": "ATUid_1",
        "t": identity.token(f"tel:{PHONE}"),
        "c": "KE",
        "l": "sw",
        "e": edition.id,
    }
    assert journalled(own.journal, "opt-out") == []


def test_start_alone_is_journalled_nowhere(own):
    dial(own, "", "1", "1*START", "1*START*0", "1*START*0*1", "1*START*1", "1*START*1*0")

    assert journalled(own.journal, "opt-in") == []


def fold(*lines):
    write("opt-in", *lines)
    return consent.fold_opt_ins()


def test_consent_on_the_menu_is_kept_with_how_when_which_words_and_in_which_language(own, edition):
    dial(own, "", "1", "1*START", "1*START*1", "1*START*1*2", "1*START*1*2")
    lines = journalled(own.journal, "opt-in")
    number = identity.suppression_token(f"tel:{PHONE}")
    consent.end(PHONE, how="menu", at=datetime.fromtimestamp(1.0, UTC))

    assert fold(*lines) == 1

    kept = Consent.objects.values_list("basis", "channel", "text_version", "language", "evidence")
    assert kept.get() == (
        "ussd-optin",
        "ussd",
        f"{edition.id} bot.start_ask",
        "sw",
        "START and yes, ussd sim ATUid_1",
    )
    assert (consent.suppressed([number]), consent.sendable().count()) == (set(), 1)


@pytest.mark.django_db
@pytest.mark.parametrize("odd", [{}, {"num": "x"}, {"num": None}])
def test_an_opt_in_that_is_none_is_set_aside(odd):
    assert fold({"at": 1.0, "g": "sim", **odd}) == 0
    assert Consent.objects.count() == 0


def test_hops_of_the_question_fold_like_others(own, edition):
    dial(own, "", "1", "1*START", "1*START*1", "1*START*1*2")
    for line in journalled(own.journal, "hop"):
        write(line.pop("kind"), line)

    assert folding.fold_hops(lambda _name: edition) == 5

    assert (Dead.objects.count(), Call.objects.count()) == (0, 1)
