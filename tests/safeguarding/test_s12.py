"""S12: no authority in the data path; a notice in each language, or that language is not launched.

The notice is the item "Who sees my messages?": in each menu of each country, under "Stop / forget me", where
whoever is careful looks for it. It is a core item: without it no language stands.
"""

import re
from pathlib import Path

import pytest

from campaigns.editions.edition import Kind
from campaigns.editions.problems import Refused
from campaigns.models import ContentItem, Text
from campaigns.press import publishing
from people.staff import ROLES
from tests.campaigns import living
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db
NOTICE = "faq-005"
OUTSIDE = ("police", "ministry", "government", "immigration", "border", "security", "authority")


def test_notice_is_in_each_menu_of_each_country(edition):
    without = [key for key, menu in edition.menus.items() if NOTICE not in menu.pages]

    assert without == []


def test_notice_is_one_key_from_stop_and_forget_me(edition):
    hidden = [
        key
        for key, menu in edition.menus.items()
        if NOTICE not in menu.pages["mine"].moves.values()
    ]

    assert hidden == []


def test_notice_has_words_of_its_own_in_each_language(edition):
    texts = edition.items[NOTICE].texts

    assert set(texts) == {language for _country, language in edition.menus}
    assert len({text.body for text in texts.values()}) == len(texts)


def test_language_without_the_notice_is_not_launched():
    loaded(at=AT)
    Text.objects.filter(item__code=NOTICE, language="so").delete()

    made = publishing.draft(Kind.DEMONSTRATION, at=AT)

    assert made.edition is not None
    assert "so" not in made.edition.words
    assert [one.values["items"] for one in made.left_out if str(one).startswith("so:")] == [NOTICE]


def test_language_that_people_have_now_blocks_the_launch(tmp_path):
    loaded(at=AT)
    shelf = living.shelf_in(tmp_path)
    publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf)
    Text.objects.filter(item__code=NOTICE, language="so").delete()

    with pytest.raises(Refused, match=f"so: .* would lose it: it lacks {NOTICE}"):
        publishing.publish(Kind.DEMONSTRATION, by=None, at=living.days(1), shelf=shelf)


def test_live_edition_is_refused_while_nobody_approved_the_notice(tmp_path):
    living.prepare()
    Text.objects.filter(item__code=NOTICE, language="en").update(status="draft", approver=None)

    with pytest.raises(Refused, match=NOTICE):
        living.published(living.shelf_in(tmp_path))


def test_notice_is_marked_as_what_a_language_cannot_stand_without():
    loaded("en", at=AT)

    assert ContentItem.objects.get(code=NOTICE).core


def test_no_role_is_for_an_authority():
    names = " ".join([*ROLES, *(str(role.name) for role in ROLES.values())]).casefold()

    assert [word for word in OUTSIDE if word in names] == []


def test_code_speaks_to_providers_alone():
    """Only the gateways' adapters open connections to the outside, each to the host of its account."""
    speaking = re.compile(
        r"^\s*(?:import|from) (?:httpx|requests|urllib3|urllib\.request|http\.client)\b",
        re.MULTILINE,
    )
    rooms = (
        "people",
        "campaigns",
        "ussd",
        "bot",
        "analytics",
        "journal",
        "understanding",
        "operations",
    )

    found = [
        str(file)
        for room in rooms
        for file in Path(room).rglob("*.py")
        if speaking.search(file.read_text(encoding="utf-8"))
    ]

    assert found == []
