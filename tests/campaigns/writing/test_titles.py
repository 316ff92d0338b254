"""What items are called: by the reader's language, by English, by their first words, by their code."""

import pytest
from django.utils import timezone, translation

from campaigns.models import ContentItem, Text
from campaigns.writing.titles import titled

pytestmark = pytest.mark.django_db


def test_item_is_called_by_its_newest_title_in_the_readers_language():
    item = ContentItem.objects.create(code="faq-006", kind="faq")
    plain = {"item": item, "digest": "0", "made_at": timezone.now()}
    for language, title in [
        ("en", "Old"),
        ("en", "Road"),
        ("am", "መንገድ"),
        ("am", ""),
        ("sw", "Njia"),
    ]:
        Text.objects.create(language=language, title=title, **plain)

    told = [titled(["faq-006", "faq-999"], language) for language in ("am", "fr", "en-gb")]

    assert [one["faq-006"] for one in told] == ["መንገድ", "Road", "Road"]
    assert told[0]["faq-999"] == "faq-999"


def test_question_of_the_quiz_is_called_by_its_words():
    item = ContentItem.objects.create(code="quiz-01", kind="quiz")
    said = "Is it true " + "that everybody knows it " * 3
    for language, body in [("en", "Is it true?"), ("sw", said)]:
        Text.objects.create(item=item, language=language, body=body, made_at=timezone.now())

    told = [titled(["quiz-01"], language)["quiz-01"] for language in ("en", "sw")]

    assert told == ["Is it true?", said[:60] + "…"]


def test_who_reads_is_asked_where_no_language_is_told():
    item = ContentItem.objects.create(code="faq-006", kind="faq")
    for language, title in [("en", "Road"), ("sw", "Njia")]:
        Text.objects.create(item=item, language=language, title=title, made_at=timezone.now())

    with translation.override("sw"):
        assert titled(["faq-006"]) == {"faq-006": "Njia"}
