"""What the notice of a country says in each language, and what its question still lacks."""

from datetime import UTC, datetime

import pytest

from campaigns.models import ContentItem, Sort, Status, Text
from campaigns.writing import notices
from campaigns.writing.translating import State
from people.models import CountryMenu

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
CODES = ("ui.ussd.who_notice", "ui.ussd.who_age", "ui.ussd.who_sex")


@pytest.fixture(autouse=True)
def wordings():
    """Three wordings of the question and another one, in English; the country speaks English and Amharic."""
    for code in (*CODES, "ui.ussd.help"):
        ContentItem.objects.create(code=code, kind=Sort.WORDING)
        write(code, "en", f"{code} in English", Status.APPROVED)
    CountryMenu.objects.create(country="ET", languages=["am", "en"])


def write(code, language, body, status=Status.DRAFT, english="1"):
    item = ContentItem.objects.get(code=code)
    source = "" if language == "en" else english
    Text.objects.create(
        item=item, language=language, body=body, status=status, digest="1", source_hash=source, made_at=AT
    )  # fmt: skip


def told(country="ET"):
    return {
        one.language.code: (one.words, one.state, one.missing, one.waiting)
        for one in notices.notices(country)
    }


def test_languages_stand_in_the_countrys_order_with_their_latin_variant():
    assert list(told()) == ["am", "am-Latn", "en"]


def test_language_without_texts_lacks_all_of_them():
    assert told()["am"] == ("", State.MISSING, 3, 0)
    assert told()["en"] == ("ui.ussd.who_notice in English", State.APPROVED, 0, 0)


def test_newest_text_counts():
    write(CODES[0], "am", "old", Status.APPROVED)
    write(CODES[0], "am", "new")

    assert told()["am"] == ("new", State.DRAFT, 2, 1)


def test_text_of_an_older_english_waits():
    for code in CODES:
        write(code, "am-Latn", f"{code} l", Status.APPROVED)
    write(CODES[0], "am-Latn", "stale", Status.APPROVED, english="0")

    assert told()["am-Latn"] == ("stale", State.STALE, 0, 1)


def test_wordings_that_are_retired_or_empty_are_not_said():
    ContentItem.objects.filter(code=CODES[2]).update(retired=True)
    write(CODES[0], "am", "", Status.APPROVED)
    write(CODES[1], "am", "age", Status.APPROVED)

    assert told()["am"] == ("", State.MISSING, 1, 0)


def test_queries_do_not_grow_with_languages(django_assert_num_queries):
    CountryMenu.objects.create(country="KE", languages=["sw", "en", "so", "om", "ti", "ar", "am"])

    for country in ("ET", "KE"):
        with django_assert_num_queries(4):
            notices.notices(country)
