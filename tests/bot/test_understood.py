"""After a publication: matchers beside the edition, and how well each language is understood."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as deployment

from bot import tasks, understood
from campaigns.blasts import routes
from campaigns.models import Edition as Row
from campaigns.models import Understood
from campaigns.press.shelf import Shelf
from config.celery import app
from tests.editions import DANGER, SAFE
from tests.editions import edition as small

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKED = f"text\texpected\tkind\ndangers of the boat\t{DANGER}\tin\nwork visa\t{SAFE}\tin\n"


@pytest.fixture
def published(settings, tmp_path: Path):
    """The small edition in the tables and on the shelf; questions in English alone."""
    settings.DATA, settings.QUESTIONS = tmp_path, tmp_path / "questions"
    settings.QUESTIONS.mkdir()
    (settings.QUESTIONS / "en.tsv").write_text(ASKED, encoding="utf-8")
    made = small(mark="understood")
    Row.objects.create(hash=made.id, kind=made.kind, body="", published_at=AT, languages=["en"])
    Shelf(tmp_path / "editions").put(made)
    routes._shelf.cache_clear()
    yield made
    routes._shelf.cache_clear()


def test_beat_wakes_it():
    assert "bot.tasks.learn_editions" in {one["task"] for one in app.conf.beat_schedule.values()}


def test_each_language_is_fitted_and_measured_once(published):
    first = understood.learn(published, deployment.QUESTIONS, at=AT)

    assert (first, understood.learn(published, deployment.QUESTIONS, at=AT)) == (3, 0)
    fitted = (deployment.DATA / "editions").glob(f"{published.id}.*.matcher")
    assert sorted(path.name.split(".")[1] for path in fitted) == ["am", "en", "sw"]
    rows = Understood.objects.order_by("language")
    assert [(row.language, row.by) for row in rows] == [
        ("am", "left out"),
        ("en", "questions"),
        ("sw", "left out"),
    ]
    assert (rows[1].accuracy, rows[1].sure_precision, rows[1].danger_recall) == (1.0, 1.0, None)


def test_what_missed_the_floor_is_named(published):
    (deployment.QUESTIONS / "en.tsv").write_text(
        f"text\texpected\tkind\nwork visa\t{DANGER}\tin\nhello\tDANGER\tdanger\n", encoding="utf-8"
    )

    understood.learn(published, deployment.QUESTIONS, at=AT)

    english = Understood.objects.get(language="en")
    assert english.missed == ["accuracy", "sure_precision", "danger_recall"]
    assert (english.accuracy, english.top3, english.danger_recall, english.at) == (0, 1, 0, AT)


def test_edition_without_a_row_is_left_to_others(published):
    assert understood.learn(small(mark="nowhere"), deployment.QUESTIONS, at=AT) == 0


def test_task_learns_what_is_served(published):
    tasks.learn_editions()

    assert Understood.objects.filter(edition__hash=published.id).count() == 3


def test_task_without_an_edition_does_nothing(settings, tmp_path):
    settings.DATA = tmp_path
    routes._shelf.cache_clear()

    tasks.learn_editions()

    routes._shelf.cache_clear()
    assert Understood.objects.count() == 0
