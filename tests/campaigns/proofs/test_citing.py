"""Which texts rest on a fact: the newest of each place, and the newest that was approved."""

import pytest

from campaigns.models import ContentItem, Text
from campaigns.proofs.citing import Use, uses
from people.models import Staff
from tests.published import AT

pytestmark = pytest.mark.django_db
F1 = frozenset({"figure:F1.2", "year:F1"})


def text(code: str, body: str, language: str = "en", **values) -> Text:
    item, _ = ContentItem.objects.get_or_create(code=code, defaults={"kind": "faq"})
    basics = {"item": item, "language": language, "digest": body[:16], "made_at": AT}
    return Text.objects.create(body=body, **basics, **values)


def test_texts_are_found_by_their_tokens_in_one_query(django_assert_num_queries):
    text("faq-1", "{figure:F1.2} in {year:F1}")
    text("faq-1", "{figure:F1.2} {figure:F12}", "so")
    text("faq-2", "None.", sms="Only here: {year:F2}")
    text("quiz-1", "?", options=["a", "{figure:F3}"])

    with django_assert_num_queries(1):
        found = uses()

    assert found == {
        "F1": [Use("faq-1", "en", F1), Use("faq-1", "so", frozenset({"figure:F1.2"}))],
        "F12": [Use("faq-1", "so", frozenset({"figure:F12"}))],
        "F2": [Use("faq-2", "en", frozenset({"year:F2"}))],
        "F3": [Use("quiz-1", "en", frozenset({"figure:F3"}))],
    }


def test_older_texts_do_not_count_unless_they_are_approved_and_may_be_live():
    approver = Staff.objects.create(username="approver")
    text("faq-1", "{figure:F1}")
    text("faq-1", "{figure:F2}", status="approved", approver=approver)
    text("faq-1", "{figure:F3}")

    assert sorted(uses()) == ["F2", "F3"]


def test_retired_items_do_not_count():
    text("faq-1", "{figure:F1}")
    ContentItem.objects.update(retired=True)

    assert uses() == {}


def test_only_the_facts_asked_for_are_given():
    text("faq-1", "{figure:F1} {figure:F2}")

    assert list(uses(["F2", "F9"])) == ["F2"]
