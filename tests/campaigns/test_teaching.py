"""Ways of asking added to an answer as a draft, and taken back."""

import pytest
from django.utils import timezone

from campaigns.editions import asked
from campaigns.editions.problems import Refused
from campaigns.models import ContentItem, Status, Text
from campaigns.writing import drafting, teaching
from tests.bot.asking import editor
from tests.published import in_tables

pytestmark = pytest.mark.django_db
NEW = "could a donkey carry me over the border of moyale"


@pytest.fixture
def edition(db):
    return in_tables()


def newest(language: str, code: str = "faq-021") -> Text:
    found = drafting.newest(ContentItem.objects.get(code=code), language)
    assert found is not None
    return found


def teach(*wordings: str, code: str = "faq-021", language: str = "en", by=None) -> Text:
    return teaching.teach(code, language, wordings, by=by or editor(), at=timezone.now())


def refused(*wordings: str, **more) -> list[str]:
    with pytest.raises(Refused) as caught:
        teach(*wordings, **more)
    return [one.said for one in caught.value.problems]


def test_draft_has_them_after_those_there_were(edition):
    before = newest("en")
    row = teach(NEW, f"  {NEW} ")

    assert row.phrasings == [*before.phrasings, NEW]
    assert (row.status, row.author, row.body) == (Status.DRAFT, "mary", before.body)


def test_translations_do_not_grow_stale_by_it(edition):
    teach(NEW)

    assert newest("so").source_hash == newest("en").digest


def test_near_copy_is_refused_and_nothing_written(edition):
    before = newest("en")

    assert refused(before.phrasings[0].upper()) == [teaching.NEAR]
    assert refused(before.title) == [teaching.NEAR]
    assert refused(NEW, NEW + "?") == [teaching.NEAR]
    assert newest("en").pk == before.pk


def test_nothing_to_add_is_refused(edition):
    assert refused(" ") == [teaching.NOTHING]


def test_answer_without_a_text_in_the_language_is_refused(edition):
    assert refused(NEW, language="din") == [teaching.NO_TEXT]


def test_question_in_latin_letters_goes_to_the_variant_that_is_there(edition):
    item = ContentItem.objects.get(code="faq-021")
    Text.objects.filter(language="ti-Latn").delete()

    assert [teaching.tongue(item, one) for one in ("en", "ti-Latn")] == ["en", "ti"]


def test_only_who_writes_texts_teaches(edition):
    assert refused(NEW, by=editor("approver", "ann")) == [teaching.MAY_NOT]


def test_answer_of_another_country_is_not_there(edition):
    ContentItem.objects.filter(code="faq-021").update(countries=["ET"])

    assert refused(NEW) == [teaching.NO_ITEM]


def test_taken_back_leaves_the_others_and_what_is_gone_is_no_matter(edition):
    before, boss = newest("en"), editor()
    teach(NEW, by=boss)
    row = teaching.take_back("faq-021", "en", [NEW, "never there"], by=boss, at=timezone.now())

    assert row.phrasings == before.phrasings


def test_drafted_is_what_the_edition_teaches_and_what_was_added_since(edition):
    served = asked.examples(edition, "en")
    teach(NEW)
    drafted = teaching.drafted("en", at=timezone.now())

    assert {**drafted, "faq-021": served["faq-021"]} == served
    assert set(drafted["faq-021"]) - set(served["faq-021"]) == {NEW}
