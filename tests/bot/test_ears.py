"""Rules that officers changed: kept with who and why, heard by every process, and never in the way of one."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from bot import ears
from bot.models import DangerRule
from people.models import AuditEntry
from tests.bot.caseload import officer
from understanding import rulebook, safeguarding
from understanding.rulebook import Change
from understanding.safeguarding import Danger, hears_danger

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHY = "said so in a training"
SIGNAL = Change("en", "signal", True, False, "blue umbrella")
OFF = Change("en", "held", False, False, "")


@pytest.fixture(autouse=True)
def files_alone():
    yield
    safeguarding.put(rulebook.books())
    ears._seen.update(at=0.0, newest=-1)


def keep(change: Change, why: str = WHY, *, reviewed: bool = False) -> DangerRule:
    by = officer(f"officer {DangerRule.objects.count()}")
    return ears.keep(change, why=why, reviewed=reviewed, by=by, at=NOON)


def test_kept_rule_is_heard_after_the_next_look():
    keep(SIGNAL)
    assert hears_danger("blue umbrella") is None

    ears.read()

    assert hears_danger("blue umbrella") == Danger("en", "signal")


def test_kept_rule_is_on_record_with_its_reason():
    made = keep(SIGNAL, reviewed=True)

    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what, entry.name) == (
        "setting",
        "rule of danger changed",
        "officer 0",
    )
    assert (made.by.username, made.at, made.why, made.reviewed) == ("officer 0", NOON, WHY, True)


def test_newest_version_holds_and_all_are_kept():
    keep(OFF)
    keep(Change("en", "held", True, False, "locked me"))

    assert [one.on for one in ears.history("en", "held")] == [True, False]
    assert [(one.key, one.on) for one in ears.changes()] == [("held", True)]


def test_figures_count_the_cries_that_no_rule_hears_any_more():
    english = next(book for book in rulebook.books() if book.language == "en")
    off = [Change("en", rule.key, False, False, "") for rule in english.rules]

    before = ears.figures(rulebook.books(), "en")
    after = ears.figures(rulebook.overlaid(off), "en")

    assert (before.heard, before.cries) == (39, 39)
    assert after.heard < 10


def test_effect_shows_the_alarms_of_a_rule_that_is_too_wide():
    before, after = ears.effect(Change("en", "signal", True, True, "what|how|is"))

    assert after.false > before.false


@pytest.mark.parametrize(
    ("change", "why", "word"),
    [
        (SIGNAL, "because", "reason"),
        (Change("en", "", True, False, "blue umbrella"), WHY, "key"),
        (Change("xx", "signal", True, False, "blue umbrella"), WHY, "key"),
        (Change("en", "signal", True, False, "*"), WHY, "wide"),
        (Change("en", "signal", True, True, "\n".join(f"{x}*" for x in "aehiostw")), WHY, "alarms"),
    ],
)
def test_what_is_no_rule_or_has_no_reason_is_not_kept(change, why, word):
    with pytest.raises(ears.NotKept) as refused:
        keep(change, why)

    assert refused.value.word == word
    assert DangerRule.objects.count() == 0


def test_without_a_database_the_rules_stay_as_they_were(django_db_blocker, caplog):
    keep(SIGNAL)
    ears.read()
    ears._seen["at"] = 0.0

    with django_db_blocker.block(), pytest.raises((DatabaseError, RuntimeError)):
        ears.read()

    assert hears_danger("blue umbrella") == Danger("en", "signal")


def test_a_second_look_within_seconds_asks_nobody(django_assert_num_queries):
    ears.freshen()

    with django_assert_num_queries(0):
        ears.freshen()
