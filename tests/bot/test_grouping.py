"""Open questions come together by what they ask; a group stays as somebody found it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bot import grouping, retention, tasks
from bot.models import Question, QuestionGroup
from campaigns.blasts import routes
from campaigns.models import Publication
from people import identity
from tests.bot.asking import GOAT, SEA, ago, asks, grouped, no_guess
from tests.campaigns import scene
from tests.published import in_tables

pytestmark = pytest.mark.django_db
Verdict = QuestionGroup.Verdict


def members() -> list[list[int]]:
    """Entries of the questions of each group."""
    groups = QuestionGroup.objects.order_by("pk").prefetch_related("questions")
    return [sorted(one.entry for one in group.questions.all()) for group in groups]


def test_questions_alike_share_a_group(edition):
    asks(*SEA, *GOAT)

    assert grouping.gather(edition) == 5
    assert members() == [[1, 2, 3], [4, 5]]


def test_second_run_finds_nothing_to_do(edition):
    asks(*SEA)
    grouping.gather(edition)

    assert grouping.gather(edition) == 0
    assert members() == [[1, 2, 3]]


def test_countries_and_languages_stand_apart(edition):
    asks(SEA[0])
    asks(SEA[0], country="ET")
    asks(SEA[0], language="sw")

    places = [(one.country, one.language) for one in grouped(edition)]
    assert sorted(places) == [("ET", "en"), ("KE", "en"), ("KE", "sw")]


def test_latin_variant_shares_the_groups_of_its_language(edition):
    asks("ሱዳን ሰላም ነው", language="am")
    asks("sudan selam new", language="am-Latn")

    assert [one.language for one in grouped(edition)] == ["am"]


def test_new_questions_join_the_group_there_is(edition):
    asks(*SEA[:2])
    before = [one.pk for one in grouped(edition)]
    asks(SEA[2], GOAT[0])

    after = grouped(edition)
    assert [one.pk for one in after][:1] == before
    assert members() == [[1, 2, 3], [4]]


@pytest.mark.parametrize("verdict", [Verdict.DROPPED, Verdict.DANGER, Verdict.USED])
def test_question_goes_the_way_of_the_group_it_joins(edition, verdict):
    asks(SEA[0])
    (group,) = grouped(edition)
    QuestionGroup.objects.update(verdict=verdict, decided_at=timezone.now())
    asks(SEA[0])
    grouping.gather(edition)

    assert Question.objects.get(entry=2).group_id == group.pk
    assert Question.objects.get(entry=2).state == verdict


def test_what_is_asked_again_after_it_was_published_is_a_new_group():
    edition = in_tables()
    asks(SEA[0])
    grouped(edition)
    QuestionGroup.objects.update(verdict=Verdict.USED, decided_at=ago(2))
    Publication.objects.update(at=ago(1))
    asks(SEA[0])

    assert [one.verdict for one in grouped(edition)] == ["used", ""]
    assert Question.objects.get(entry=2).state == "new"


def test_typical_wordings_are_different_and_nearest_to_the_middle_first(edition):
    asks(SEA[0], SEA[0].upper(), *SEA)
    (group,) = grouped(edition)
    found = grouping.typical([group.pk])[group.pk]
    said = [identity.unseal(one.text, identity.TEXT).casefold() for one in found]

    assert sorted(said) == sorted(SEA)
    near = [one.nearness for one in found]
    assert near == sorted(near, reverse=True)
    assert min(near) > 0


def test_guesses_are_the_two_best_means_over_the_wordings(edition):
    asks(*GOAT)
    grouped(edition)
    ranks = {
        GOAT[0]: [("faq-001", 0.5), ("faq-002", 0.2), ("faq-003", 0.0)],
        GOAT[1]: [("faq-002", 0.4), ("faq-001", 0.3), ("faq-003", 0.0)],
    }

    assert grouping.guess(edition, lambda text, _language: ranks[text]) == 1
    found = QuestionGroup.objects.get()
    assert found.guesses == [["faq-001", 0.4], ["faq-002", 0.3]]
    assert found.edition == edition.id


def test_group_is_guessed_again_only_when_it_grew_or_the_edition_is_another(edition):
    asks(*GOAT)
    grouped(edition)
    assert grouping.guess(edition, no_guess) == 1
    assert grouping.guess(edition, no_guess) == 0
    asks(GOAT[0])
    grouped(edition)
    assert grouping.guess(edition, no_guess) == 1
    QuestionGroup.objects.update(edition="another")
    assert grouping.guess(edition, no_guess) == 1


def test_words_that_do_not_open_stand_for_nothing(edition):
    asks(SEA[0])
    Question.objects.update(text="nonsense")
    (group,) = grouped(edition)

    assert grouping.typical([group.pk]) == {}
    assert grouping.guess(edition, no_guess) == 1


def test_group_goes_with_the_last_of_its_questions(edition):
    asks(SEA[0], asked_at=ago(91))
    asks(SEA[1], GOAT[0], asked_at=ago(89))
    grouped(edition)
    retention.purge(at=timezone.now())
    assert members() == [[2], [3]]

    retention.purge(at=timezone.now() + timedelta(days=2))
    assert (Question.objects.count(), QuestionGroup.objects.count()) == (0, 0)


def test_task_groups_and_guesses_by_the_served_edition(tmp_path, settings):
    settings.DATA = tmp_path
    scene.forget_routes()
    edition = in_tables()
    routes._shelf().put(edition)
    asks("is the sea to yemen dangerous for me")
    tasks.group_questions()
    scene.forget_routes()

    group = QuestionGroup.objects.get()
    assert group.edition == edition.id
    assert len(group.guesses) == 2
    assert group.guesses[0][1] >= group.guesses[1][1] > 0


def test_task_has_nothing_to_do_before_the_first_edition(tmp_path, settings):
    settings.DATA = tmp_path
    scene.forget_routes()
    asks(SEA[0])
    tasks.group_questions()
    scene.forget_routes()

    assert QuestionGroup.objects.count() == 0
