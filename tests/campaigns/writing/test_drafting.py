"""Writing, approving, sending back: two people, no lost word, a changed English makes translations stale."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from campaigns.editions.content import Words
from campaigns.editions.problems import Refused
from campaigns.models import ContentItem, Status, Text
from campaigns.writing import drafting
from campaigns.writing.workbench import Workbench, workbench
from people.models import Staff
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
SOMALI = Words("Waxbarasho", "Waxbarasho", "Haa. Weydii dugsiga.", phrasings=("Ma baran karaa?",))


@pytest.fixture
def bench() -> Workbench:
    loaded("en", at=AT)
    return workbench(AT)


@pytest.fixture
def item(bench: Workbench) -> ContentItem:
    return ContentItem.objects.get(code="faq-043")


@pytest.fixture
def translator() -> Staff:
    return Staff.objects.create(username="translator")


@pytest.fixture
def approver() -> Staff:
    staff = Staff.objects.create(username="approver")
    staff.user_permissions.add(Permission.objects.get(codename="approve_text"))
    return staff


def write(
    item: ContentItem, words: Words, bench: Workbench, by: Staff, language: str = "so"
) -> Text:
    return drafting.write(item, language, words, bench=bench, by=by, at=LATER)[0]


def why(refused: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [problem.sentence() for problem in refused.value.problems]


def test_written_text_is_a_draft_bound_to_its_english(item, bench, translator):
    text = write(item, SOMALI, bench, translator)

    english = Text.objects.get(item=item, language="en")
    assert (text.status, text.author, text.source_hash) == (
        Status.DRAFT,
        "translator",
        english.digest,
    )


def test_same_words_again_are_no_new_draft(item, bench, translator):
    first = write(item, SOMALI, bench, translator)

    again, new = drafting.write(item, "so", SOMALI, bench=bench, by=translator, at=LATER)

    assert (again.pk, new) == (first.pk, False)


def test_same_words_after_a_changed_english_are_a_new_draft(item, bench, translator):
    first = write(item, SOMALI, bench, translator)
    english = Words("Study", "Study abroad", "Ask the school.")
    write(item, english, bench, translator, language="en")

    again, new = drafting.write(item, "so", SOMALI, bench=bench, by=translator, at=LATER)

    assert (again.pk != first.pk, new) == (True, True)


def test_faulty_text_is_refused_and_nothing_is_written(item, bench, translator):
    with pytest.raises(Refused) as refused:
        write(item, replace(SOMALI, body="Wac {hotlin}", short="x" * 30), bench, translator)

    assert len(why(refused)) == 2
    assert not Text.objects.filter(language="so").exists()


def test_another_person_approves(item, bench, translator, approver):
    text = write(item, SOMALI, bench, translator)

    drafting.approve(text, bench=bench, by=approver, at=LATER)

    text.refresh_from_db()
    assert (text.status, text.approver, text.approved_at) == (Status.APPROVED, approver, LATER)


def test_nobody_approves_the_own_text(item, bench, approver):
    text = write(item, SOMALI, bench, approver)

    with pytest.raises(Refused) as refused:
        drafting.approve(text, bench=bench, by=approver, at=LATER)

    assert why(refused) == ["you wrote it; another person has to approve it."]


def test_translator_does_not_approve(item, bench, translator):
    text = write(item, SOMALI, bench, Staff.objects.create(username="other"))

    with pytest.raises(Refused) as refused:
        drafting.approve(text, bench=bench, by=translator, at=LATER)

    assert why(refused) == ["your role does not approve texts."]


def test_older_text_is_not_approved(item, bench, translator, approver):
    text = write(item, SOMALI, bench, translator)
    write(item, replace(SOMALI, body="Haa."), bench, translator)

    with pytest.raises(Refused) as refused:
        drafting.approve(text, bench=bench, by=approver, at=LATER)

    assert why(refused) == ["there is a newer text; look at that one."]


def test_stale_text_is_not_approved(item, bench, translator, approver):
    text = write(item, SOMALI, bench, translator)
    write(item, Words("Study", "Study", "Ask the school."), bench, translator, language="en")

    with pytest.raises(Refused) as refused:
        drafting.approve(text, bench=bench, by=approver, at=LATER)

    assert why(refused) == [
        "the English text has changed since; it has to be looked at again first."
    ]


def test_text_is_sent_back_with_the_reason(item, bench, translator, approver):
    text = write(item, SOMALI, bench, translator)

    drafting.send_back(text, " Use everyday words. ", by=approver)

    text.refresh_from_db()
    assert (text.status, text.remark) == (Status.RETURNED, "Use everyday words.")


def test_text_is_not_sent_back_without_a_reason(item, bench, translator, approver):
    text = write(item, SOMALI, bench, translator)

    with pytest.raises(Refused) as refused:
        drafting.send_back(text, " ", by=approver)

    assert why(refused) == ["say what should be changed."]


def test_text_saved_meanwhile_is_not_written_over_unseen(item, bench, translator, approver):
    first = write(item, SOMALI, bench, translator)
    write(item, replace(SOMALI, body="Haa, waad baran kartaa."), bench, approver)
    mine = replace(SOMALI, body="Haa. Dugsiga weydii.")

    with pytest.raises(Refused) as refused:
        drafting.write(item, "so", mine, read=str(first.pk), bench=bench, by=translator, at=LATER)

    assert why(refused) == ["somebody changed it meanwhile; look at it again first."]
    assert Text.objects.filter(item=item, language="so").count() == 2
