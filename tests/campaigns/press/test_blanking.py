"""The last resort: screens without a lapsed number, whole numbers only, in words or with a dash."""

from dataclasses import replace

import pytest

from campaigns.editions.edition import Edition
from campaigns.editions.screens import HELP, Budget
from campaigns.editions.tokens import Number
from campaigns.press import blanking
from tests import editions
from tests.editions import MADE

LINE = Number("KE", "hotline", "0000 111", "Help line", ("en", "sw"))
NONE = "(no number for your country yet)"


def helping(edition: Edition, country: str, language: str) -> str:
    return edition.menus[country, language].pages[HELP].text


def test_number_is_gone_once_nobody_vouches_for_it():
    edition = editions.edition()

    renewed = replace(LINE, expires="2027-01-01")
    assert blanking.gone(edition, [renewed]) == []
    assert blanking.gone(edition, [replace(LINE, number="0000 112")]) == [LINE]
    assert blanking.gone(edition, []) == [LINE]


def test_screens_say_in_words_that_there_is_no_number():
    edition = blanking.struck(editions.edition(), [], at=MADE)

    assert helping(edition, "KE", "en") == f"DEMO Call free: {NONE}\n0 Back\n99 Exit"
    assert NONE in edition.menus["KE", "sw"].pages[HELP].wrong
    assert edition.fill("{hotline}", "en", "KE") == NONE
    assert edition.numbers == ()


def test_other_countries_and_other_screens_stay_as_they_are():
    before = editions.edition()

    after = blanking.struck(before, [], at=MADE)

    assert after.menus["ET", "en"] == before.menus["ET", "en"]
    changed = [
        place
        for place, page in after.menus["KE", "en"].pages.items()
        if page != before.menus["KE", "en"].pages[place]
    ]
    assert changed == [HELP]


def test_words_that_do_not_fit_the_screen_become_a_dash():
    before = editions.edition()
    tight = replace(before, budget=Budget(60, 66), lines=())

    after = blanking.struck(tight, [], at=MADE)

    assert helping(after, "KE", "en") == "DEMO Call free: -\n0 Back\n99 Exit"


def test_number_still_proven_stays_with_its_new_day():
    renewed = replace(LINE, expires="2027-01-01")

    after = blanking.struck(editions.edition(), [renewed], at=MADE)

    assert after.numbers == (renewed,)
    assert "0000 111" in helping(after, "KE", "en")


def test_nothing_else_of_the_edition_changes():
    before = editions.edition()

    assert blanking.struck(before, [LINE], at=MADE) == before


def test_only_whole_numbers_are_taken_out():
    assert (
        blanking.wipe("116, 1160, 0116 and 116.", ["116"], "none") == "none, 1160, 0116 and none."
    )


def test_longer_number_goes_before_one_it_begins_with():
    assert blanking.wipe("116 117 or 116", ["116", "116 117"], "-") == "- or -"


@pytest.mark.parametrize(("text", "found"), [("Call 116.", True), ("In 1160 cases", False)])
def test_number_is_found_as_a_whole_only(text, found):
    assert blanking.holds(text, ["116"]) is found
