"""What editors do with questions that had no answer, and who may."""

import pytest
from django.utils import timezone

from bot import grouping, learning
from bot.models import Question, QuestionGroup
from campaigns.editions.problems import Refused
from campaigns.models import ContentItem
from campaigns.writing import drafting, teaching
from people.models import AuditEntry
from tests.bot.asking import GOAT, SEA, ago, asks, editor, grouped
from tests.published import in_tables

pytestmark = pytest.mark.django_db
CRY = "they hold us in a house and beat us"


@pytest.fixture
def edition(db):
    return in_tables()


def lines(staff, **more):
    return learning.lines(list(learning.waiting(staff, at=timezone.now(), **more)))


def phrasings(language: str = "en") -> list[str]:
    text = drafting.newest(ContentItem.objects.get(code="faq-021"), language)
    assert text is not None
    return list(text.phrasings)


def refused(act, *args, **more) -> list[str]:
    with pytest.raises(Refused) as caught:
        act(*args, at=timezone.now(), **more)
    return [one.said for one in caught.value.problems]


# --- looking -------------------------------------------------------------------------------------------


def test_asked_often_and_lately_comes_first(edition):
    asks(*SEA, asked_at=ago(60))
    asks(*GOAT, asked_at=ago(1))
    grouped(edition)

    found = lines(editor())
    assert [(one.asked, one.last.date()) for one in found] == [
        (2, ago(1).date()),
        (3, ago(60).date()),
    ]


def test_line_has_words_guesses_and_what_was_not_wanted(edition):
    asks(*GOAT, offered=["faq-001", "faq-002"])
    asks(GOAT[0], offered=["faq-002"])
    grouped(edition)
    grouping.guess(edition, lambda _text, _language: [("faq-003", 0.4), ("faq-004", 0.1)])

    (line,) = lines(editor())
    assert (line.country, line.language, line.asked) == ("KE", "en", 3)
    assert sorted(line.wordings) == sorted(GOAT)
    assert line.guesses == (("faq-003", 0.4), ("faq-004", 0.1))
    assert line.nearly == (("faq-002", 3), ("faq-001", 2))
    assert GOAT[0] not in repr(line)


def test_words_are_redacted_once_more(edition):
    asks("call my uncle on 0712345678 about the goat")
    grouped(edition)

    assert lines(editor())[0].wordings == ("call my uncle on [...] about the goat",)


def test_list_is_of_the_own_countries_and_of_none(edition):
    for country in ("KE", "ET", ""):
        asks(GOAT[0], country=country)
    grouped(edition)
    mary = editor()

    assert {one.country for one in lines(mary)} == {"KE", ""}
    assert sorted(learning.tongues(mary)) == [("", "en", 1), ("KE", "en", 1)]
    assert [one.country for one in lines(mary, country="KE", base="en")] == ["KE"]
    assert lines(mary, base="sw") == []


@pytest.mark.parametrize("role", ["administrator", "approver", "monitoring", "protection"])
def test_others_see_no_question(edition, role):
    asks(GOAT[0])
    grouped(edition)

    assert lines(editor(role)) == []


# --- deciding ------------------------------------------------------------------------------------------


def test_wordings_become_a_draft_and_leave_the_list(edition):
    asks(*GOAT)
    (group,) = grouped(edition)
    mary, at = editor(), timezone.now()
    learning.use(group.pk, "faq-021", [*GOAT, " "], by=mary, at=at)

    group.refresh_from_db()
    assert phrasings()[-2:] == list(GOAT)
    assert lines(mary) == []
    assert set(Question.objects.values_list("state", flat=True)) == {"used"}
    told = (group.verdict, group.item, group.taught, group.decided_by, group.decided_at)
    assert told == ("used", "faq-021", "en", mary, at)


def test_taken_back_leaves_no_trace_but_drafts(edition):
    before, mary = phrasings(), editor()
    asks(*GOAT)
    (group,) = grouped(edition)
    learning.use(group.pk, "faq-021", GOAT, by=mary, at=timezone.now())
    learning.undo(group.pk, by=mary, at=timezone.now())

    group.refresh_from_db()
    assert phrasings() == before
    assert (group.verdict, group.item, group.added, group.decided_by) == ("", "", "", None)
    assert [one.asked for one in lines(mary)] == [2]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (CRY, learning.DANGEROUS),
        ("call 0712345678", learning.PRIVATE),
        ("ask [...] there", learning.PRIVATE),
        ("goat " * 50, learning.LONG),
        ("  ", teaching.NOTHING),
    ],
)
def test_what_must_not_be_learnt_is_refused_and_nothing_is_written(edition, words, why):
    before = phrasings()
    asks(GOAT[0])
    (group,) = grouped(edition)

    assert refused(learning.use, group.pk, "faq-021", [words], by=editor()) == [why]
    assert (phrasings(), QuestionGroup.objects.get().verdict) == (before, "")
    assert Question.objects.get().state == "new"


def test_second_decision_is_refused(edition):
    asks(GOAT[0])
    (group,) = grouped(edition)
    mary = editor()
    learning.drop(group.pk, by=mary, at=timezone.now())

    assert refused(learning.drop, group.pk, by=mary) == [learning.DECIDED]


def test_group_of_another_country_is_nobodys_to_decide_on(edition):
    asks(GOAT[0], country="ET")
    (group,) = grouped(edition)

    for act in (learning.drop, learning.tell_protection, learning.start_item, learning.undo):
        assert refused(act, group.pk, by=editor()) == [learning.MAY_NOT]


def test_danger_is_seen_by_protection_alone(edition):
    asks(GOAT[0])
    (group,) = grouped(edition)
    mary, officer = editor(), editor("protection", "pia")
    learning.tell_protection(group.pk, by=mary, at=timezone.now())

    assert lines(mary) == []
    assert list(learning.groups_of(mary)) == []
    (found,) = learning.candidates(officer, at=timezone.now())
    assert (found.wordings, found.told_by, found.asked) == (((GOAT[0], None),), "mary", 1)
    assert learning.candidates(mary, at=timezone.now()) == []
    assert learning.candidates(editor("protection", "ed", ["ET"]), at=timezone.now()) == []
    noted = AuditEntry.objects.filter(kind="case").values_list("what", "name")
    assert list(noted.order_by("sequence")) == [
        ("questions given to protection", "mary"),
        ("questions of danger read", "pia"),
    ]


def test_candidate_says_which_rule_hears_it_by_now(edition):
    asks(CRY)
    (group,) = grouped(edition)
    learning.tell_protection(group.pk, by=editor(), at=timezone.now())
    (found,) = learning.candidates(editor("protection", "pia"), at=timezone.now())

    assert [heard.language for _words, heard in found.wordings if heard] == ["en"]


def test_wrong_click_on_danger_is_taken_back_by_who_made_it(edition):
    asks(GOAT[0])
    (group,) = grouped(edition)
    mary, max_ = editor(), editor("manager", "max")
    learning.tell_protection(group.pk, by=mary, at=timezone.now())

    assert [list(learning.decided(one)) for one in (mary, max_)] == [[group], []]
    assert refused(learning.undo, group.pk, by=max_) == [learning.MAY_NOT]
    learning.undo(group.pk, by=mary, at=timezone.now())
    assert len(lines(max_)) == 1


def test_settled_danger_is_deleted_or_goes_back(edition):
    asks(GOAT[0], SEA[0])
    one, other = grouped(edition)
    mary, officer = editor(), editor("protection", "pia")
    for group in (one, other):
        learning.tell_protection(group.pk, by=mary, at=timezone.now())
    assert refused(learning.settle, one.pk, danger=True, by=mary) == [learning.MAY_NOT]
    learning.settle(one.pk, danger=True, by=officer, at=timezone.now())
    learning.settle(other.pk, danger=False, by=officer, at=timezone.now())

    assert [line.wordings for line in lines(mary)] == [(SEA[0],)]
    assert Question.objects.count() == 1


# --- effect --------------------------------------------------------------------------------------------


def test_effect_tells_what_is_added_and_what_gets_confused(edition):
    other = ContentItem.objects.exclude(code="faq-021").filter(kind="faq")[0]
    text = drafting.newest(other, "en")
    assert text is not None
    stolen = [one.upper() for one in text.phrasings]
    found = learning.effect("en", "faq-021", stolen, at=timezone.now())

    assert (found.added, found.taken) == (len(stolen), 0)
    assert found.accuracy[1] < found.accuracy[0]
    named = {other.code, "faq-021"}
    assert named in [{pair.one, pair.other} for pair in found.more_confused]
